/* The formatter's layout: one pass over the tokens with a stack of open brackets and CASEs. A part
 * that fits on the line is written as it is ("flat"), else it is broken at its own places. */
#include "base/mem.h"
#include "sql/format.h"
#include "sql/format_int.h"

#include "base/ban.h"

#define STEP       2
#define MAX_INDENT 60

struct frame {
	size_t close;      /* the token that ends it */
	int indent, back;  /* of its lines, and of its closing token */
	enum fclause mode; /* what is broken at commas and AND now */
	bool query, first; /* first: nothing of it is written yet */
	int betweens;      /* BETWEENs that wait for their AND */
};
struct layout {
	const struct flist *f;
	struct buf *out;
	struct frame *stack;
	size_t depth, cap, flat; /* flat: tokens before this are written without breaks */
	size_t head;             /* the first token behind the clause's words */
	int pending;             /* a new line with that indent comes first; -1 none */
	bool blank;              /* and an empty one before it */
	int col, line;           /* where the pen is; the line's indent */
};

static struct frame *top(struct layout *l)
{
	return &l->stack[l->depth - 1];
}

static void push(struct layout *l, struct frame fr)
{
	if (l->depth == l->cap)
		l->stack = mem_realloc(l->stack, l->cap = l->cap ? l->cap * 2 : 16, sizeof fr);
	if (fr.indent > MAX_INDENT)
		fr.indent = MAX_INDENT;
	l->stack[l->depth++] = fr;
}

static void brk(struct layout *l, int indent)
{
	l->pending = indent;
}

static void new_line(struct layout *l)
{
	if (l->out->len) {
		buf_add_str(l->out, l->blank ? "\n\n" : "\n");
		for (int i = 0; i < l->pending; i++)
			buf_add_char(l->out, ' ');
	}
	l->line = l->col = l->out->len ? l->pending : 0;
	l->pending = -1;
	l->blank = false;
}

static void put_bytes(struct layout *l, size_t i)
{
	const struct ftok *t = &l->f->t[i];
	struct slice s = ftok_text(l->f, i);
	size_t at = l->out->len;

	buf_add_slice(l->out, s);
	for (size_t k = at; t->upper && k < l->out->len; k++)
		if (l->out->ptr[k] >= 'a' && l->out->ptr[k] <= 'z')
			l->out->ptr[k] = (char)(l->out->ptr[k] - 'a' + 'A');
	l->col += t->width;
	for (size_t k = s.len; k-- > 0;)
		if (s.ptr[k] == '\n') {
			l->col = (int)(s.len - k - 1);
			break;
		}
}

static void put(struct layout *l, size_t i)
{
	if (l->pending >= 0) {
		new_line(l);
	} else if (l->f->t[i].gap) {
		buf_add_char(l->out, ' ');
		l->col++;
	}
	put_bytes(l, i);
}

/* Would tokens [from, to) fit on the line, with the comma or bracket that clings to them? */
static bool fits(const struct layout *l, size_t from, size_t to)
{
	const struct flist *f = l->f;
	size_t col = l->pending >= 0 ? (size_t)l->pending : (size_t)l->col;

	if (f->hard[to] != f->hard[from])
		return false;
	if (to < f->n && f->t[to].kind == SQL_PUNCT)
		to++;
	return col + f->wide[to] - f->wide[from] <= SQL_FORMAT_WIDTH;
}

static bool clause_starts(struct layout *l, size_t i)
{
	size_t head;

	return top(l)->mode != CLAUSE_CASE &&
	       format_clause(l->f, i, top(l)->query, &head) != CLAUSE_NONE;
}

/* One past the clause's last token, without the comments behind it. */
static size_t clause_end(struct layout *l, size_t from)
{
	const struct flist *f = l->f;
	size_t i = from + 1;

	while (i < f->n && i != top(l)->close && !ftok_is(f, i, ";") && !clause_starts(l, i))
		i = f->t[i].match != NO_MATCH ? f->t[i].match + 1 : i + 1;
	while (i > from + 1 && f->t[i - 1].kind == SQL_COMMENT)
		i--;
	return i;
}

/* A comment on a line of its own stands where what follows will stand. */
static int comment_indent(struct layout *l, size_t i)
{
	size_t next = ftok_next(l->f, i);

	if (l->pending >= 0 && !(next < l->f->n && clause_starts(l, next)))
		return l->pending;
	if (next == NO_MATCH || next == top(l)->close || clause_starts(l, next) || top(l)->first)
		return top(l)->indent;
	return top(l)->indent + (top(l)->mode == CLAUSE_ARGS ? 0 : STEP);
}

static void put_comment(struct layout *l, size_t i)
{
	const struct ftok *t = &l->f->t[i];
	int pending = l->pending, indent = comment_indent(l, i);
	bool blank = l->blank;

	if (t->newlines == 0) { /* stays beside what it follows */
		l->pending = -1;
		l->blank = false;
		put(l, i);
		l->blank = blank;
		l->pending = pending >= 0 ? pending : t->hard ? indent : -1;
		return;
	}
	l->blank = l->out->len && (l->blank || t->newlines > 1);
	brk(l, indent);
	put(l, i);
	brk(l, indent);
}

static void open_clause(struct layout *l, size_t i, enum fclause c, size_t head)
{
	struct frame *fr = top(l);
	size_t end = clause_end(l, i);

	if (!fr->first)
		brk(l, fr->indent);
	fr->betweens = 0;
	fr->mode = c;
	l->head = c == CLAUSE_LIST ? i + head : 0;
	if (c != CLAUSE_WITH && fits(l, i, end)) {
		l->flat = end;
		l->head = 0;
	}
}

static int break_at_comma(const struct frame *fr)
{
	switch (fr->mode) {
	case CLAUSE_WITH:
	case CLAUSE_ARGS: return fr->indent;
	case CLAUSE_CASE: return -1;
	default: return fr->indent + STEP;
	}
}

/* Breaks before a token of the frame's own level. */
static void break_before(struct layout *l, size_t i)
{
	const struct flist *f = l->f;
	struct frame *fr = top(l);

	if (fr->mode == CLAUSE_CASE) {
		if (ftok_is(f, i, "WHEN") || ftok_is(f, i, "ELSE"))
			brk(l, fr->indent);
		return;
	}
	if (ftok_is(f, i, "BETWEEN")) {
		fr->betweens++;
	} else if (ftok_is(f, i, "AND") && fr->betweens) {
		fr->betweens--;
	} else if (ftok_is(f, i, "AND") || ftok_is(f, i, "OR")) {
		if (ftok_is(f, ftok_next(f, i), "REPLACE"))
			return;
		if (fr->mode == CLAUSE_COND)
			brk(l, fr->indent + STEP);
		else if (fr->mode == CLAUSE_ARGS)
			brk(l, fr->indent);
	}
}

static bool starts_query(const struct flist *f, size_t i)
{
	return ftok_is(f, i, "SELECT") || ftok_is(f, i, "WITH") || ftok_is(f, i, "VALUES");
}

/* A bracket or CASE: flat when it fits, else a frame of its own. Returns the frame to open. */
static bool open_group(struct layout *l, size_t i, struct frame *fr)
{
	const struct flist *f = l->f;
	size_t close = f->t[i].match, next = ftok_next(f, i);
	bool body = top(l)->mode == CLAUSE_WITH && starts_query(f, next);

	if (close == NO_MATCH)
		return false;
	if (close == i + 1 || (!body && fits(l, i, close + 1))) {
		l->flat = close + 1;
		return false;
	}
	*fr = (struct frame){.close = close, .first = true, .mode = CLAUSE_ARGS};
	fr->query = starts_query(f, next);
	if (f->t[i].kind == SQL_KEYWORD)
		fr->mode = CLAUSE_CASE;
	return true;
}

static void close_frame(struct layout *l, size_t i)
{
	int back = top(l)->back;

	l->depth--;
	brk(l, back);
	put(l, i);
}

static void end_statement(struct layout *l, size_t i)
{
	l->pending = -1; /* a comment before it does not move it away, unless it must */
	if (i > 0 && l->f->t[i - 1].hard)
		brk(l, 0);
	put(l, i);
	l->depth = 1;
	*top(l) = (struct frame){
	        .close = NO_MATCH, .query = true, .first = true, .mode = CLAUSE_FLOW};
	brk(l, 0);
	l->blank = true;
}

static void layout_token(struct layout *l, size_t i)
{
	const struct flist *f = l->f;
	struct frame fr;
	enum fclause c;
	size_t head;
	bool opens;

	if (top(l)->mode != CLAUSE_CASE &&
	        (c = format_clause(f, i, top(l)->query, &head)) != CLAUSE_NONE)
		open_clause(l, i, c, head);
	else
		break_before(l, i);
	opens = i >= l->flat && open_group(l, i, &fr);
	put(l, i);
	top(l)->first = false;
	if (opens) {
		fr.back = l->line;
		fr.indent = l->line + STEP;
		if (fr.mode != CLAUSE_CASE)
			brk(l, fr.indent > MAX_INDENT ? MAX_INDENT : fr.indent);
		push(l, fr);
	} else if (l->head == i + 1) {
		brk(l, top(l)->indent + STEP);
	} else if (i >= l->flat && ftok_is(f, i, ",") && break_at_comma(top(l)) >= 0) {
		brk(l, break_at_comma(top(l)));
	}
}

void format_layout(const struct flist *f, struct buf *out)
{
	struct layout l = {.f = f, .out = out, .pending = 0};

	push(&l, (struct frame){
	                 .close = NO_MATCH, .query = true, .first = true, .mode = CLAUSE_FLOW});
	for (size_t i = 0; i < f->n; i++) {
		if (i < l.flat)
			put(&l, i);
		else if (f->t[i].kind == SQL_COMMENT)
			put_comment(&l, i);
		else if (i == top(&l)->close)
			close_frame(&l, i);
		else if (ftok_is(f, i, ";"))
			end_statement(&l, i);
		else
			layout_token(&l, i);
	}
	if (out->len)
		buf_add_char(out, '\n');
	mem_free(l.stack);
}
