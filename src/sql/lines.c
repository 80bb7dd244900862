#include "sql/lines.h"

#include "base/mem.h"

#include "base/ban.h"

/* Past the quote that ends what the text is inside of; a doubled one is two of them, which comes to
 * the same. */
static size_t skim_quoted(struct slice s, size_t i, size_t to, char quote, enum sql_inside *inside)
{
	const char *q = memchr(s.ptr + i, quote, to - i);

	if (!q)
		return to;
	*inside = SQL_INSIDE_NOTHING;
	return (size_t)(q - s.ptr) + 1;
}

static size_t skim_comment(struct slice s, size_t i, size_t to, enum sql_inside *inside)
{
	while (i < to) {
		const char *star = memchr(s.ptr + i, '*', to - i);

		if (!star)
			return to;
		i = (size_t)(star - s.ptr) + 1;
		if (i < s.len && s.ptr[i] == '/') {
			*inside = SQL_INSIDE_NOTHING;
			return i + 1;
		}
	}
	return i;
}

static char quote_of(enum sql_inside inside)
{
	return inside == SQL_INSIDE_STRING ? '\'' : inside == SQL_INSIDE_QUOTED ? '"' : '`';
}

/* Letters, digits and blanks begin nothing. */
static bool is_dull(unsigned char c)
{
	static const bool mark[128] = {['\''] = true,
	        ['"'] = true,
	        ['`'] = true,
	        ['-'] = true,
	        ['/'] = true,
	        [';'] = true,
	        ['{'] = true};

	return c >= 128 || !mark[c];
}

size_t sql_skim(struct slice text, size_t from, size_t to, enum sql_inside *inside, bool semicolon)
{
	const char *s = text.ptr;
	size_t i = from;

	while (i < to) {
		if (*inside == SQL_INSIDE_COMMENT) {
			i = skim_comment(text, i, to, inside);
			continue;
		}
		if (*inside != SQL_INSIDE_NOTHING) {
			i = skim_quoted(text, i, to, quote_of(*inside), inside);
			continue;
		}
		while (i < to && is_dull((unsigned char)s[i]))
			i++;
		if (i >= to)
			break;
		char c = s[i], next = i + 1 < text.len ? s[i + 1] : '\0';

		if (c == ';' && semicolon)
			return i;
		i++;
		if (c == '\'')
			*inside = SQL_INSIDE_STRING;
		else if (c == '"')
			*inside = SQL_INSIDE_QUOTED;
		else if (c == '`')
			*inside = SQL_INSIDE_BACKQUOTED;
		else if (c == '/' && next == '*')
			*inside = SQL_INSIDE_COMMENT, i++;
		else if ((c == '{' && next == '-') || (c == '-' && (next == '>' || next == '}')))
			i++; /* {- -> -}: their '-' begins no comment */
		else if (c == '-' && next == '-')
			while (i < to && s[i] != '\n' && s[i] != '\r')
				i++;
	}
	return i;
}

void sql_lines_release(struct sql_lines *l)
{
	mem_free(l->state);
	memset(l, 0, sizeof *l);
}

void sql_lines_changed(struct sql_lines *l, size_t line, size_t gone, size_t come)
{
	size_t old = l->n ? l->n : 1, n = old - gone + come, to = line + 1 + come;

	if (n > l->cap) {
		l->cap = n * 2 + 64;
		l->state = mem_realloc(l->state, l->cap, 1);
	}
	if (!l->n)
		l->state[0] = SQL_INSIDE_NOTHING;
	memmove(l->state + line + 1 + come, l->state + line + 1 + gone, old - line - 1 - gone);
	memset(l->state + line + 1, SQL_INSIDE_NOTHING, come);
	if (l->dirty) {
		size_t mapped = l->to > line + gone ? l->to - gone + come : to;

		l->to = mapped > to ? mapped : to;
		l->from = l->from < line + 1 ? l->from : line + 1;
	} else {
		l->from = line + 1;
		l->to = to;
	}
	l->dirty = true;
	l->n = n;
}

enum sql_inside sql_lines_at(
        struct sql_lines *l, struct slice text, const size_t *start, size_t line)
{
	while (l->dirty && l->from <= line) {
		size_t i = l->from;
		enum sql_inside inside;

		if (i >= l->n) {
			l->dirty = false;
			break;
		}
		inside = (enum sql_inside)l->state[i - 1];
		sql_skim(text, start[i - 1], start[i], &inside, false);
		if (i >= l->to && l->state[i] == inside) {
			l->dirty = false;
			break;
		}
		l->state[i] = (unsigned char)inside;
		l->from++;
	}
	return line < l->n ? (enum sql_inside)l->state[line] : SQL_INSIDE_NOTHING;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Nothing but blanks and comments. */
static bool is_hollow(struct slice text, size_t from, size_t to)
{
	struct sql_lexer lx;
	struct sql_tok t;

	sql_lexer_init(&lx, slice_of(text.ptr, to));
	lx.pos = from;
	do
		t = sql_lexer_next(&lx);
	while (t.kind == SQL_SPACE || t.kind == SQL_COMMENT);
	return t.kind == SQL_END || (t.kind == SQL_PUNCT && text.ptr[t.start] == ';');
}

/* The next piece up to its ';' or the end; false at the end of the text. */
struct piece {
	size_t start, end; /* end: behind the ';' */
	bool hollow;
};
static bool next_piece(struct slice text, size_t from, enum sql_inside inside, struct piece *p)
{
	size_t at = sql_skim(text, from, text.len, &inside, true);

	if (from >= text.len)
		return false;
	p->start = from;
	p->end = at < text.len ? at + 1 : text.len;
	while (p->start < p->end && is_blank(text.ptr[p->start]))
		p->start++;
	if (at >= text.len)
		while (p->end > p->start && is_blank(text.ptr[p->end - 1]))
			p->end--;
	p->hollow = is_hollow(text, p->start, p->end);
	return true;
}

/* Is there only a blank rest of the line between the two? */
static bool same_line(struct slice text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (text.ptr[i] == '\n')
			return false;
	return true;
}

bool sql_statement_at(struct slice text, size_t from, enum sql_inside inside, size_t cursor,
        size_t *start, size_t *end)
{
	struct piece p, last = {0, 0, true};

	for (; next_piece(text, from, inside, &p);
	        from = p.end < text.len && text.ptr[p.end - 1] == ';' ? p.end : text.len) {
		inside = SQL_INSIDE_NOTHING;
		if (p.hollow)
			continue;
		if (!last.hollow && cursor < p.start &&
		        (same_line(text, last.end, cursor) || cursor + 1 < p.start))
			break; /* between two: the one before, unless the next one touches */
		last = p;
		if (cursor <= p.end)
			break;
	}
	*start = last.start;
	*end = last.end;
	return !last.hollow;
}

size_t sql_count_statements(struct slice text, size_t at, size_t *number)
{
	struct piece p;
	size_t n = 0;

	*number = 0;
	for (size_t from = 0; next_piece(text, from, SQL_INSIDE_NOTHING, &p);
	        from = p.end < text.len && text.ptr[p.end - 1] == ';' ? p.end : text.len) {
		if (p.hollow)
			continue;
		n++;
		if (p.start <= at)
			*number = n;
	}
	return n;
}

bool sql_bracket(struct slice text, size_t from, size_t to, enum sql_inside inside, size_t at,
        size_t *partner)
{
	enum { DEEP = 4096 };
	size_t open[DEEP], depth = 0;
	struct sql_lexer lx;
	struct sql_tok t;

	sql_lexer_resume(&lx, slice_of(text.ptr, to), from, inside);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		char c = t.kind == SQL_PUNCT ? text.ptr[t.start] : '\0';

		if (t.start > at && depth == 0)
			return false;
		if (c == '(' || c == '[') {
			if (depth == DEEP)
				return false;
			open[depth++] = t.start;
		} else if (c == ')' || c == ']') {
			bool fits = depth && text.ptr[open[depth - 1]] == (c == ')' ? '(' : '[');

			if (fits && open[depth - 1] == at) {
				*partner = t.start;
				return true;
			}
			if (t.start == at) {
				if (fits)
					*partner = open[depth - 1];
				return fits;
			}
			depth -= depth > 0;
		} else if (c == ';') {
			depth = 0;
		}
		if (t.start <= at && at < t.end && t.kind != SQL_PUNCT)
			return false;
	}
	return false;
}
