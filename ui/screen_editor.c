/* The editor's screen: line numbers, colours of what is in view, marks (selection, matches, the
 * bracket's partner, an error), the popup, and in wide windows what the query reads. */
#include "base/fmt.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/parts.h"
#include "ui/wrap.h"

#include <ctype.h>
#include <stdio.h>

#include "base/ban.h"

#define WIDE   150 /* from here on there is a side pane */
#define SIDE_W 46

enum mark_bits { MARK_MATCH = 1, MARK_BRACKET = 2, MARK_ERROR = 4, MARK_SELECTED = 8 };
/* What decides the style of the bytes in view. */
struct look {
	unsigned char *colours, *marks; /* of the bytes from `from` on */
	size_t from, to;
	bool selected_end; /* the selection goes on behind the text in view */
};

static struct style style_at(void *arg, size_t i)
{
	const struct look *l = arg;
	struct style st = ST(l->colours[i - l->from]);
	unsigned mark = l->marks[i - l->from];
	if (mark & MARK_SELECTED)
		st.bg = BG_MARK;
	else if (mark & MARK_ERROR) {
		st.bg = BG_ERROR;
		st.attr = AT_UNDERLINE;
	} else if (mark & MARK_MATCH)
		st.bg = BG_MATCH;
	if (mark & MARK_BRACKET) {
		st.fg = FG_ACCENT;
		st.attr |= AT_BOLD | AT_UNDERLINE;
	}
	return st;
}

static void mark(struct look *l, size_t a, size_t b, enum mark_bits how)
{
	for (size_t i = a > l->from ? a : l->from; i < b && i < l->to; i++)
		l->marks[i - l->from] |= (unsigned char)how;
}

/* The word at the error's place, at least one byte. */
static size_t error_end(const struct textedit *t, size_t at)
{
	size_t i = at;
	while (i < t->len && (t->text[i] == '_' || isalnum((unsigned char)t->text[i])))
		i++;
	return i > at ? i : at + 1;
}

/* The bracket under the cursor, else the one just before it, and its partner. */
static void mark_brackets(struct editor *e, struct look *l)
{
	const struct textedit *t = &e->text;
	const struct here *h = editor_here(e);
	size_t partner, end = h->end - t->cursor > 65536 ? t->cursor + 65536 : h->end;
	for (size_t back = 0; h->some && back <= 1 && back <= t->cursor; back++) {
		size_t at = t->cursor - back;
		if (at < h->start || at >= end || !strchr("()[]", t->text[at]) || !t->text[at])
			continue;
		if (sql_bracket(
		            textedit_text(t), h->start, end, SQL_INSIDE_NOTHING, at, &partner)) {
			mark(l, at, at + 1, MARK_BRACKET);
			mark(l, partner, partner + 1, MARK_BRACKET);
			return;
		}
	}
}

static void mark_matches(struct model *m, struct look *l)
{
	const char *word = m->editor.replace.stage == REPLACE_ASKS ? m->editor.replace.old
	                                                           : model_search_word(m);
	struct slice w = slice_str(word);
	const struct textedit *t = &m->editor.text;
	if (!w.len)
		return;
	for (ptrdiff_t at = (ptrdiff_t)(l->from > w.len ? l->from - w.len : 0);
	        (at = textedit_next_match(t, w, (size_t)at)) >= 0 && (size_t)at < l->to;
	        at += (ptrdiff_t)w.len)
		mark(l, (size_t)at, (size_t)at + w.len, MARK_MATCH);
}

static void make_look(struct model *m, struct look *l, int h)
{
	struct editor *e = &m->editor;
	struct textedit *t = &e->text;
	struct slice sel = textedit_selection(t);
	size_t first = (size_t)e->top, last = first + (size_t)h;
	l->from = t->line[first];
	l->to = last < t->n_lines ? t->line[last] : t->len;
	l->colours = sql_colours_of(textedit_text(t), l->from, l->to,
	        sql_lines_at(&t->sql, textedit_text(t), t->line, first));
	l->marks = mem_zalloc(l->to - l->from + 1);
	mark_matches(m, l);
	mark_brackets(e, l);
	if (e->err_text[0] && e->err_line > 0)
		mark(l, e->err_at, error_end(t, e->err_at), MARK_ERROR);
	mark(l, (size_t)(sel.ptr - t->text), (size_t)(sel.ptr - t->text) + sel.len, MARK_SELECTED);
}

static void follow_cursor(struct editor *e, int line, int col, int w, int h)
{
	e->page = h;
	if (!e->adrift && line < e->top)
		e->top = line;
	if (!e->adrift && line >= e->top + h)
		e->top = line - h + 1;
	if (e->top < 0 || (size_t)e->top >= e->text.n_lines)
		e->top = 0;
	if (col < w)
		e->left = 0;
	else if (col < e->left)
		e->left = col - 8;
	else if (col >= e->left + w)
		e->left = col - w + 9;
}

/* The number, and beside it the error or the statement that would run. */
static void draw_gutter(struct editor *e, const struct pane *p, int y, int gutter, bool here)
{
	const struct here *h = editor_here(e);
	size_t line = (size_t)(e->top + y), start = e->text.line[line];
	bool bad = e->err_text[0] && (int)line + 1 == e->err_line;
	bool in = h->some && h->n != 1 && start <= h->end &&
	          start + textedit_line(&e->text, line).len >= h->start;
	put_fmt(p, 0, y, ST(bad ? FG_BAD : here ? FG_TEXT : FG_LINE), "%*zu", gutter - 2, line + 1);
	if (bad)
		put_str(p, gutter - 1, y, ST(FG_BAD), "▸");
	else if (in && h->end > start)
		put_str(p, gutter - 1, y, ST(FG_ACCENT), "▎");
}

/* The first byte of a line that has to be drawn: at a column where tabs fall as they do from the
 * line's start. */
static size_t visible_from(struct editor *e, size_t line)
{
	for (int col = e->left - e->left % TAB_WIDTH; col > 0; col -= TAB_WIDTH) {
		size_t at = textedit_at_column(&e->text, line, col);
		if (textedit_column(&e->text, at) % TAB_WIDTH == 0)
			return at;
	}
	return e->text.line[line];
}

static void draw_line(
        struct editor *e, const struct pane *p, int y, int gutter, struct look *look, bool here)
{
	size_t line = (size_t)(e->top + y), start = e->text.line[line];
	struct pane text = pane_sub(p, gutter, y, p->w - gutter, 1);
	struct slice s = textedit_line(&e->text, line), sel = textedit_selection(&e->text);
	size_t end = start + s.len, a = (size_t)(sel.ptr - e->text.text);
	draw_gutter(e, p, y, gutter, here);
	size_t from = visible_from(e, line),
	       to = textedit_at_column(&e->text, line, e->left + text.w + 1);
	int x = textedit_column(&e->text, from) - e->left;
	x += put_range(&text, x, 0, textedit_text(&e->text), from, to, style_at, look);
	if (to < end || x > text.w)
		put_str(&text, text.w - 1, 0, ST(FG_DIM), "›");
	else if (end >= a && end < a + sel.len) /* the selected newline */
		put_str(&text, x, 0, STB(FG_TEXT, BG_MARK), " ");
	if (e->left > 0 && end > start)
		put_str(&text, 0, 0, ST(FG_DIM), "‹");
}

static void draw_error_line(struct editor *e, const struct pane *p, int y, int h)
{
	struct pane box = pane_sub(p, 3, y, p->w - 4, h);
	put_str(p, 1, y, STA(FG_BAD, AT_BOLD), "✗");
	put_wrapped(&box, ST(FG_BAD), slice_str(e->err_text), 0);
}

static void draw_replace_line(const struct replacing *r, const struct pane *p, int y)
{
	static const char *const key[][2] = {
	        {"y", "this one"}, {"n", "not this"}, {"a", "all the rest"}, {"Esc", "end"}};
	char words[200];
	snprintf(words, sizeof words, "Replace \"%.60s\" with \"%.60s\"?", r->old, r->with);
	int x = 1 + put_fit(p, 1, y, p->w - 48, STA(FG_WARN, AT_BOLD), slice_str(words)) + 2;
	for (int i = 0; i < 4; i++) {
		x += put_str(p, x, y, ST(FG_ACCENT), key[i][0]) + 1;
		x += put_str(p, x, y, ST(FG_DIM), key[i][1]) + 2;
	}
	snprintf(words, sizeof words, "%zu left", r->left);
	if (x + (int)strlen(words) < p->w)
		put_right(p, p->w - 1, y, ST(FG_DIM), words);
}

/* "statement 2 of 3 · 12 selected · line 4, column 7" */
static void describe_place(struct editor *e, bool brief, int line, int col, char *out, size_t size)
{
	const struct here *h = editor_here(e);
	struct slice sel = textedit_selection(&e->text);
	char statement[64] = "", selected[64] = "";
	if (h->n > 1)
		snprintf(statement, sizeof statement, "statement %zu of %zu · ", h->number, h->n);
	if (sel.len) {
		size_t a = (size_t)(sel.ptr - e->text.text);
		size_t lines =
		        textedit_line_of(&e->text, a + sel.len) - textedit_line_of(&e->text, a) + 1;
		if (lines > 1)
			snprintf(selected, sizeof selected, "%zu lines selected · ", lines);
		else
			snprintf(selected, sizeof selected, "%zu selected · ", utf8_count(sel));
	}
	snprintf(out, size, brief ? " %s%s%d:%d " : " %s%sline %d, column %d ", statement, selected,
	        line + 1, col + 1);
}

static void draw_head(struct editor *e, const struct pane *p, int line, int col)
{
	char head[400], place[160];
	const char *path = e->path ? e->path : "new query, not saved yet";
	describe_place(e, p->w < 100, line, col, place, sizeof place);
	int room = p->w - utf8_width(slice_str(place)) - (textedit_modified(&e->text) ? 17 : 7),
	    w = utf8_width(slice_str(path));
	const char *cut = path; /* the end of a path says more than its beginning */
	while (w > room && *cut) {
		struct utf8_cell u;
		utf8_next_cell(slice_str(cut), &u);
		cut += u.used;
		w -= u.width;
	}
	snprintf(head, sizeof head, "%s%s%s", cut > path ? "…" : "", cut,
	        textedit_modified(&e->text) ? " · changed" : "");
	put_rule(p, 0, 0, p->w, head);
	put_right(p, p->w - 2, 0, ST(FG_DIM), place);
}

static void draw_empty(const struct pane *p, int gutter)
{
	static const char *const line[][2] = {
	        {"", "An empty text. Type SQL: names and keywords complete as you type."},
	        {"", ""},
	        {"Tab ^Space", "completes: columns, tables, functions, :parameters"},
	        {"^R", "runs it; with several statements the one at the cursor"},
	        {"^S", "saves it as a query of the list"},
	        {"Alt-f", "lays it out"},
	        {"F1", "all keys of this screen"},
	        {"", ""},
	        {"", "-- param min_score: integer = 2    declares :min_score, asked for in the "
	             "list"},
	};
	for (int i = 0; i < 9 && i + 2 < p->h; i++) {
		int x = gutter + 2;
		if (line[i][0][0]) {
			put_str(p, x, i + 2, ST(FG_ACCENT), line[i][0]);
			x += 13;
		}
		put_fit(p, x, i + 2, p->w - x - 1, ST(FG_DIM), slice_str(line[i][1]));
	}
}

static void draw_text(struct model *m, const struct pane *p, int line, int col)
{
	struct editor *e = &m->editor;
	struct look look = {0};
	int gutter = e->text.n_lines > 999999 ? 9
	             : e->text.n_lines > 9999 ? 8
	             : e->text.n_lines > 999  ? 6
	                                      : 5;
	follow_cursor(e, line, col, p->w - gutter - 1, p->h);
	make_look(m, &look, p->h);
	for (int y = 0; y < p->h && (size_t)(e->top + y) < e->text.n_lines; y++)
		draw_line(e, p, y, gutter, &look, e->top + y == line);
	mem_free(look.colours);
	mem_free(look.marks);
	put_hit(p, gutter, 0, p->w - gutter, p->h, ACT_SELECT, 0);
	if (e->text.len == 0)
		draw_empty(p, gutter);
	put_cursor(p, gutter + col - e->left, line - e->top);
	if (e->popup.open) {
		popup_refresh(m);
		popup_draw(m, p, gutter + col - e->left, line - e->top);
	}
}

static void draw(struct model *m, const struct pane *p)
{
	struct editor *e = &m->editor;
	int line = (int)textedit_line_of(&e->text, e->text.cursor);
	int col = textedit_column(&e->text, e->text.cursor);
	bool asks = e->replace.stage == REPLACE_ASKS;
	int foot = e->err_text[0] ? wrap_count(slice_str(e->err_text), p->w - 4) : 0;
	foot = asks ? 1 : foot > 4 ? 4 : foot;
	int side = p->w >= WIDE ? SIDE_W : 0;
	draw_head(e, p, line, col);
	struct pane text = pane_sub(p, 0, 1, p->w - side, p->h - 1 - foot);
	if (side) {
		struct pane names = pane_sub(p, p->w - side + 1, 1, side - 1, p->h - 1 - foot);
		put_vrule(p, p->w - side, 1, p->h - 1 - foot);
		editor_draw_side(m, &names);
	}
	draw_text(m, &text, line, col);
	if (asks)
		draw_replace_line(&e->replace, p, p->h - 1);
	else if (foot)
		draw_error_line(e, p, p->h - foot, foot);
}

static int tick(struct model *m)
{
	popup_refresh(m);
	return -1;
}

const struct screen_ops screen_editor = {
        .draw = draw,
        .act = editor_act,
        .key = editor_key,
        .command = editor_command,
        .find = editor_find,
        .counts = editor_counts,
        .drag = editor_drag,
        .tick = tick,
};
