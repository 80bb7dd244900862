#include "ui/wrap.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "sql/lexer.h"

#include "base/ban.h"

void wrap_init(struct wrap *w, struct slice text, int width)
{
	*w = (struct wrap){.text = text, .width = width < 1 ? 1 : width, .done = text.len == 0};
}

/* Columns of the cluster at s when it stands at column x; used: its bytes. */
static int cell_width(struct slice s, int x, struct utf8_cell *u)
{
	if (s.ptr[0] == '\t') {
		u->used = 1;
		return TAB_WIDTH - x % TAB_WIDTH;
	}
	utf8_next_cell(s, u);
	return u->width;
}

bool wrap_next(struct wrap *w, size_t *start, size_t *end)
{
	struct utf8_cell u;
	size_t i = w->pos, space = 0;
	int x = 0;
	if (w->done)
		return false;
	*start = i;
	for (; i < w->text.len && w->text.ptr[i] != '\n'; i += u.used) {
		int n = cell_width(slice_of(w->text.ptr + i, w->text.len - i), x, &u);
		bool blank = w->text.ptr[i] == ' ' || w->text.ptr[i] == '\t';
		if (x + n > w->width && i > *start && !blank)
			break;
		if (blank)
			space = i;
		x += n;
	}
	*end = i;
	if (i < w->text.len && w->text.ptr[i] != '\n' && space > *start) {
		*end = space; /* back to the last blank, which is dropped */
		w->pos = space + 1;
	} else
		w->pos = i < w->text.len && w->text.ptr[i] == '\n' ? i + 1 : i;
	while (*end > *start && w->text.ptr[*end - 1] == ' ')
		(*end)--;
	w->done = w->pos >= w->text.len;
	return true;
}

int wrap_count(struct slice text, int width)
{
	struct wrap w;
	size_t s, e;
	int n = 0;
	wrap_init(&w, text, width);
	while (wrap_next(&w, &s, &e))
		n++;
	return n;
}

int put_range(const struct pane *p, int x, int y, struct slice text, size_t start, size_t end,
        style_fn fn, void *arg)
{
	int at = x;
	while (start < end && start < text.len) {
		struct utf8_cell u;
		struct slice rest = slice_of(text.ptr + start, end - start);
		struct style st = fn(arg, start);
		int n = cell_width(rest, at - x, &u);
		if (rest.ptr[0] == '\t')
			put_fill(p, at, y, n, 1, st, " ");
		else
			put_text(p, at, y, st, slice_of(rest.ptr, u.used));
		at += n;
		start += u.used;
	}
	return at - x;
}

static struct style one_style(void *arg, size_t offset)
{
	(void)offset;
	return *(struct style *)arg;
}

int put_wrapped_as(const struct pane *p, struct slice text, int skip, style_fn fn, void *arg)
{
	struct wrap w;
	size_t s, e;
	int n = 0;
	wrap_init(&w, text, p->w);
	while (wrap_next(&w, &s, &e)) {
		if (n >= skip && n - skip < p->h)
			put_range(p, 0, n - skip, text, s, e, fn, arg);
		n++;
	}
	return n;
}

int put_wrapped(const struct pane *p, struct style st, struct slice text, int skip)
{
	return put_wrapped_as(p, text, skip, one_style, &st);
}

static enum style_fg token_colour(enum sql_token t)
{
	switch (t) {
	case SQL_COMMENT: return FG_COMMENT;
	case SQL_KEYWORD: return FG_KEYWORD;
	case SQL_FUNCTION: return FG_FUNCTION;
	case SQL_STRING: return FG_STRING;
	case SQL_NUMBER: return FG_NUMBER;
	case SQL_PARAM: return FG_WARN;
	case SQL_BAD: return FG_BAD;
	default: return FG_TEXT;
	}
}

unsigned char *sql_colours_of(struct slice sql, size_t from, size_t to, enum sql_inside inside)
{
	unsigned char *c = mem_alloc(to - from + 1);
	struct sql_lexer lx;
	struct sql_tok t;
	sql_lexer_resume(&lx, sql, from, inside);
	memset(c, FG_TEXT, to - from + 1);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END && t.start < to)
		memset(c + t.start - from, token_colour(t.kind),
		        (t.end < to ? t.end : to) - t.start);
	return c;
}

unsigned char *sql_colours(struct slice sql)
{
	return sql_colours_of(sql, 0, sql.len, SQL_INSIDE_NOTHING);
}

struct style sql_style(void *colours, size_t offset)
{
	return ST(((unsigned char *)colours)[offset]);
}
