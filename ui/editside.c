/* What is said about the place of the cursor: in the status line the function at hand; beside the
 * text where there is room the tables that the query at the cursor reads, with their
 * columns, and the parameters of the file. */
#include "ui/editor.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "sql/functions.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

struct side {
	const struct pane *p;
	int y, n; /* n: columns of the table at hand */
};

static void draw_column(void *to, const char *name, const char *note)
{
	struct side *s = to;
	s->n++;
	if (s->y >= s->p->h)
		return;
	int w = s->p->w - 3, name_w = utf8_width(slice_str(name));
	name_w = name_w > w - 12 ? w - 12 : name_w < 18 ? 18 : name_w;
	put_fit(s->p, 3, s->y, name_w, ST(FG_TEXT), slice_str(name));
	put_fit(s->p, 4 + name_w, s->y, w - name_w - 2, ST(FG_DIM), slice_str(note ? note : ""));
	s->y++;
}

static void heading(struct side *s, const char *text)
{
	if (s->y > 0)
		s->y++;
	if (s->y < s->p->h)
		put_fit(s->p, 1, s->y, s->p->w - 2, STA(FG_STRONG, AT_BOLD), slice_str(text));
	s->y++;
}

static void say(struct side *s, enum style_fg fg, const char *text)
{
	if (s->y < s->p->h)
		put_fit(s->p, 3, s->y, s->p->w - 4, ST(fg), slice_str(text));
	s->y++;
}

static void draw_table(
        struct side *s, struct sql_context *c, const struct sql_table *t, struct sql_catalog *k)
{
	char name[200];
	struct slice own = t->name.len ? t->name : slice_str("(a subquery)");
	snprintf(name, sizeof name, "%.*s%s%.*s%s%.*s", (int)t->database.len, t->database.ptr,
	        t->database.len ? "." : "", (int)own.len, own.ptr, t->alias.len ? " as " : "",
	        (int)t->alias.len, t->alias.ptr);
	heading(s, name);
	s->n = 0;
	enum sql_names r = sql_table_columns(c, t, k, draw_column, s);
	if (r == SQL_NAMES_LOADING)
		say(s, FG_WARN, "loading ...");
	else if (r == SQL_NAMES_FAILED)
		say(s, FG_DIM, "not in the catalog");
	else if (s->n == 0)
		say(s, FG_DIM, "no columns known");
}

static void draw_params(struct model *m, struct side *s)
{
	size_t n;
	const struct query_param *p = editor_params(&m->editor, &n);
	if (n)
		heading(s, "Parameters");
	for (size_t i = 0; i < n; i++) {
		char value[200];
		snprintf(value, sizeof value, "%s%s%.150s", p[i].type, p[i].value ? " = " : "",
		        p[i].value ? p[i].value : "");
		draw_column(s, p[i].name, value);
	}
}

void editor_draw_side(struct model *m, const struct pane *p)
{
	struct editor *e = &m->editor;
	struct side s = {.p = p};
	struct sql_context c;
	const struct here *h = editor_here(e);
	size_t end = h->end - h->start > 65536 ? h->start + 65536 : h->end;
	struct slice text = slice_of(e->text.text + h->start, h->some ? end - h->start : 0);
	draw_params(m, &s);
	struct sql_catalog k = editor_catalog(m);
	size_t at = e->text.cursor > h->start ? e->text.cursor - h->start : 0;
	sql_context_init(&c, text, at < text.len ? at : text.len);
	for (int i = 0; i < c.n_tables; i++)
		draw_table(&s, &c, &c.table[i], &k);
	sql_context_release(&c);
	if (s.y == 0) {
		heading(&s, "What the query reads");
		say(&s, FG_DIM, "Tables named in FROM show their");
		say(&s, FG_DIM, "columns here, and parameters of");
		say(&s, FG_DIM, "the file their types and values.");
	} else if (s.y > p->h) {
		char more[40];
		snprintf(more, sizeof more, "%d more", s.y - p->h + 1);
		put_fill(p, 0, p->h - 1, p->w, 1, ST(FG_TEXT), " ");
		put_str(p, 3, p->h - 1, ST(FG_DIM), more);
	}
}

/* The name before the innermost bracket that is open at the cursor, in its statement. */
static struct slice called_here(struct editor *e)
{
	const struct here *h = editor_here(e);
	size_t open[64], depth = 0, name[2] = {0, 0};
	struct sql_lexer lx;
	struct sql_tok t;
	if (!h->some || e->text.cursor <= h->start || e->text.cursor - h->start > 65536)
		return slice_of("", 0);
	sql_lexer_init(&lx, slice_of(e->text.text, e->text.cursor));
	lx.pos = h->start;
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		char c = t.kind == SQL_PUNCT ? e->text.text[t.start] : '\0';
		if (c == '(' && depth < 64)
			open[depth++] = name[1] == t.start ? name[0] : t.start;
		else if (c == ')' && depth > 0)
			depth--;
		name[0] = t.start;
		name[1] = t.end;
	}
	if (depth == 0)
		return slice_of("", 0);
	const char *s = e->text.text + open[depth - 1];
	return slice_of(s, strcspn(s, "("));
}

void editor_hint(struct model *m, const struct pane *p, int y)
{
	const struct sql_function *f = sql_function(called_here(&m->editor));
	if (!f)
		return;
	int x = 1 + put_str(p, 1, y, ST(FG_FUNCTION), f->name);
	x += put_fit(p, x, y, p->w - x - 1, ST(FG_TEXT), slice_str(f->args)) + 2;
	if (x < p->w - 10)
		put_fit(p, x, y, p->w - x - 1, ST(FG_DIM), slice_str(f->help));
}
