#include "sql/format.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "sql/format_int.h"

#include "base/ban.h"

struct slice ftok_text(const struct flist *f, size_t i)
{
	return slice_of(f->text.ptr + f->t[i].start, f->t[i].end - f->t[i].start);
}

bool ftok_is(const struct flist *f, size_t i, const char *word)
{
	if (i >= f->n)
		return false;
	switch (f->t[i].kind) {
	case SQL_KEYWORD:
	case SQL_IDENT:
	case SQL_OPERATOR:
	case SQL_PUNCT: return slice_eq_nocase(ftok_text(f, i), slice_str(word));
	default: return false;
	}
}

size_t ftok_prev(const struct flist *f, size_t i)
{
	while (i-- > 0)
		if (f->t[i].kind != SQL_COMMENT)
			return i;
	return NO_MATCH;
}

size_t ftok_next(const struct flist *f, size_t i)
{
	for (i++; i < f->n; i++)
		if (f->t[i].kind != SQL_COMMENT)
			return i;
	return NO_MATCH;
}

static int refuse(struct slice text, size_t at, struct err *err, const char *what)
{
	int line, col;

	sql_line_col(text, at, &line, &col);
	err_set(err, ERR_SYNTAX, "line %d:%d: %s; the text is left as it is", line, col, what);
	if (err) {
		err->line = line;
		err->col = col;
	}
	return -1;
}

static int refuse_bad(const struct flist *f, const struct ftok *t, struct err *err)
{
	char c = f->text.ptr[t->start];

	return refuse(f->text, t->start, err,
	        c == '\'' || c == '"' || c == '`'                ? "this quote is not closed"
	        : c == '/'                                       ? "this comment is not closed"
	        : (c == 'x' || c == 'X' || c == 'u' || c == 'U') ? "this quote is not closed"
	                                                         : "no SQL begins like this");
}

static int read_tokens(struct flist *f, struct err *err)
{
	struct sql_lexer lx;
	struct sql_tok t;
	size_t cap = f->text.len / 4 + 16;
	unsigned newlines = 0;
	bool spaced = false;

	f->t = mem_calloc(cap, sizeof *f->t);
	sql_lexer_init(&lx, f->text);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		struct slice s = slice_of(f->text.ptr + t.start, t.end - t.start);
		struct ftok *k;

		if (t.kind == SQL_SPACE) {
			spaced = true;
			for (size_t i = 0; i < s.len; i++)
				newlines += s.ptr[i] == '\n';
			continue;
		}
		if (f->n == cap)
			f->t = mem_realloc(f->t, cap *= 2, sizeof *f->t);
		k = &f->t[f->n];
		*k = (struct ftok){.kind = t.kind,
		        .start = t.start,
		        .end = t.end,
		        .newlines = f->n ? newlines : 1,
		        .spaced = spaced,
		        .match = NO_MATCH};
		k->width = utf8_width(s);
		if (t.kind == SQL_BAD)
			return refuse_bad(f, k, err);
		if (t.kind == SQL_COMMENT)
			k->hard = s.ptr[0] == '-' || k->newlines || memchr(s.ptr, '\n', s.len);
		f->n++;
		newlines = 0;
		spaced = false;
	}
	return 0;
}

static char closer(char open)
{
	return open == '(' ? ')' : ']';
}

/* CASE and END pair between the same brackets; a lone END is nobody's. */
static int pair_close(struct flist *f, size_t *stack, size_t *n, size_t i, struct err *err)
{
	char c = f->text.ptr[f->t[i].start];

	while (*n && f->t[stack[*n - 1]].kind == SQL_KEYWORD)
		--*n;
	if (!*n || closer(f->text.ptr[f->t[stack[*n - 1]].start]) != c)
		return refuse(f->text, f->t[i].start, err, "this bracket closes nothing");
	f->t[stack[--*n]].match = i;
	return 0;
}

static int pair(struct flist *f, struct err *err)
{
	size_t *stack = mem_calloc(f->n + 1, sizeof *stack), n = 0, raw = NO_MATCH,
	       statement = NO_MATCH;
	int rc = 0;

	for (size_t i = 0; i < f->n && rc == 0; i++) {
		struct ftok *t = &f->t[i];
		char c = t->kind == SQL_PUNCT ? f->text.ptr[t->start] : '\0';

		if (statement == NO_MATCH && t->kind != SQL_COMMENT)
			statement = i;
		t->statement = statement;
		t->raw = raw != NO_MATCH;
		if (c == '(' || c == '[' || ftok_is(f, i, "CASE")) {
			if (raw == NO_MATCH && ftok_is(f, ftok_prev(f, i), "PATTERN") && c == '(')
				raw = n;
			stack[n++] = i;
		} else if (c == ')' || c == ']') {
			rc = pair_close(f, stack, &n, i, err);
			if (raw != NO_MATCH && n <= raw)
				raw = NO_MATCH;
		} else if (ftok_is(f, i, "END")) {
			if (n && f->t[stack[n - 1]].kind == SQL_KEYWORD)
				f->t[stack[--n]].match = i;
		} else if (c == ';') {
			for (; n && f->t[stack[n - 1]].kind == SQL_KEYWORD; n--)
				;
			statement = NO_MATCH;
			if (n)
				break;
		}
	}
	for (; n && f->t[stack[n - 1]].kind == SQL_KEYWORD; n--)
		;
	if (rc == 0 && n)
		rc = refuse(f->text, f->t[stack[n - 1]].start, err, "this bracket is not closed");
	mem_free(stack);
	return rc;
}

static void measure(struct flist *f)
{
	f->wide = mem_calloc(f->n + 1, sizeof *f->wide);
	f->hard = mem_calloc(f->n + 1, sizeof *f->hard);
	for (size_t i = 0; i < f->n; i++) {
		struct ftok *t = &f->t[i];

		t->upper = t->kind == SQL_KEYWORD && format_upper(f, i);
		t->gap = i > 0 && format_gap(f, i);
		f->wide[i + 1] = f->wide[i] + (size_t)t->width + t->gap;
		f->hard[i + 1] = f->hard[i] + t->hard;
	}
}

/* The promise, held here too: what is laid out has the same tokens. */
static bool same_tokens(struct slice a, struct slice b)
{
	struct sql_lexer la, lb;
	struct sql_tok ta, tb;

	sql_lexer_init(&la, a);
	sql_lexer_init(&lb, b);
	do {
		do
			ta = sql_lexer_next(&la);
		while (ta.kind == SQL_SPACE);
		do
			tb = sql_lexer_next(&lb);
		while (tb.kind == SQL_SPACE);
		struct slice sa = slice_of(a.ptr + ta.start, ta.end - ta.start);
		struct slice sb = slice_of(b.ptr + tb.start, tb.end - tb.start);

		if (ta.kind == SQL_KEYWORD ? !slice_eq_nocase(sa, sb) : !slice_eq(sa, sb))
			return false;
	} while (ta.kind != SQL_END && tb.kind != SQL_END);
	return ta.kind == tb.kind;
}

int sql_format(struct slice text, struct buf *out, struct err *err)
{
	struct flist f = {.text = text};
	struct buf b;
	int rc;

	if (text.len > SQL_FORMAT_MAX)
		return err_set(err, ERR_USAGE,
		        "%zu bytes are too long to be laid out (4 MiB at most)", text.len);
	buf_init(&b, BUF_NO_LIMIT);
	rc = read_tokens(&f, err);
	if (rc == 0)
		rc = pair(&f, err);
	if (rc == 0) {
		measure(&f);
		format_layout(&f, &b);
		if (!same_tokens(text, buf_slice(&b)))
			rc = err_set(err, ERR_INTERNAL,
			        "laying out would change the SQL; the text is left as it is");
		else
			buf_add_slice(out, buf_slice(&b));
	}
	buf_release(&b);
	mem_free(f.t);
	mem_free(f.wide);
	mem_free(f.hard);
	return rc;
}

size_t sql_format_place(struct slice before, struct slice after, size_t offset)
{
	struct sql_lexer a, b;
	struct sql_tok ta, tb = {SQL_END, 0, 0};

	sql_lexer_init(&a, before);
	sql_lexer_init(&b, after);
	for (;;) {
		ta = sql_lexer_next(&a);
		if (ta.kind == SQL_SPACE) /* between two tokens: the end of the one before */
			if (offset < ta.end)
				return tb.end;
		if (ta.kind == SQL_SPACE)
			continue;
		do
			tb = sql_lexer_next(&b);
		while (tb.kind == SQL_SPACE);
		if (ta.kind == SQL_END || tb.kind == SQL_END)
			return after.len;
		if (offset < ta.end || (offset == ta.end && offset == before.len)) {
			size_t in = offset > ta.start ? offset - ta.start : 0;

			return tb.start + (in < tb.end - tb.start ? in : tb.end - tb.start);
		}
	}
}
