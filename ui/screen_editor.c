/* The SQL editor: line numbers, colours of the tokens, the marked error with its message. */
#include "ui/parts.h"

#include "base/mem.h"
#include "ui/wrap.h"

#include <ctype.h>
#include <stdio.h>

#include "base/ban.h"

/* What decides the style of a byte. */
struct look {
	const unsigned char *colours; /* of the bytes from `from` on */
	size_t from;
	size_t sel_start, sel_end, err_start, err_end;
};

static struct style style_at(void *arg, size_t i)
{
	const struct look *l = arg;
	struct style st = ST(l->colours[i - l->from]);
	if (i >= l->sel_start && i < l->sel_end)
		st.bg = BG_MARK;
	else if (i >= l->err_start && i < l->err_end) {
		st.bg = BG_ERROR;
		st.attr = AT_UNDERLINE;
	}
	return st;
}

/* The word at the error's place, at least one byte. */
static size_t error_end(const struct textedit *t, size_t at)
{
	size_t i = at;
	while (i < t->len && (t->text[i] == '_' || isalnum((unsigned char)t->text[i])))
		i++;
	return i > at ? i : at + 1;
}

static struct look make_look(struct editor *e, const unsigned char *colours)
{
	struct slice sel = textedit_selection(&e->text);
	struct look l = {.colours = colours};
	l.sel_start = (size_t)(sel.ptr - e->text.text);
	l.sel_end = l.sel_start + sel.len;
	if (e->err_text[0] && e->err_line > 0) {
		l.err_start = e->err_at;
		l.err_end = error_end(&e->text, e->err_at);
	}
	return l;
}

static void follow_cursor(struct editor *e, int line, int col, int w, int h)
{
	e->page = h;
	if (line < e->top)
		e->top = line;
	if (line >= e->top + h)
		e->top = line - h + 1;
	if (e->top < 0 || (size_t)e->top >= e->text.n_lines)
		e->top = 0;
	if (col < e->left)
		e->left = col > 8 ? col - 8 : 0;
	if (col >= e->left + w)
		e->left = col - w + 9;
	if (col < w && e->left > 0 && col < e->left + 4)
		e->left = 0;
}

static void draw_line(
        struct editor *e, const struct pane *p, int y, int gutter, struct look *look, bool here)
{
	size_t line = (size_t)(e->top + y), start = e->text.line[line];
	struct pane text = pane_sub(p, gutter, y, p->w - gutter, 1);
	struct slice s = textedit_line(&e->text, line);
	bool bad = e->err_text[0] && (int)line + 1 == e->err_line;
	put_fmt(p, 0, y, ST(bad ? FG_BAD : here ? FG_TEXT : FG_LINE), "%*zu", gutter - 2, line + 1);
	if (bad)
		put_str(p, gutter - 1, y, ST(FG_BAD), "▸");
	int n = put_range(
	        &text, -e->left, 0, textedit_text(&e->text), start, start + s.len, style_at, look);
	if (n - e->left > text.w)
		put_str(&text, text.w - 1, 0, ST(FG_DIM), "›");
	if (start + s.len >= look->sel_start && start + s.len < look->sel_end)
		put_str(&text, n - e->left, 0, STB(FG_TEXT, BG_MARK),
		        " "); /* the selected newline */
}

static void draw_error_line(struct editor *e, const struct pane *p, int y, int h)
{
	struct pane box = pane_sub(p, 3, y, p->w - 4, h);
	put_str(p, 1, y, STA(FG_BAD, AT_BOLD), "✗");
	put_wrapped(&box, ST(FG_BAD), slice_str(e->err_text), 0);
}

static void draw(struct model *m, const struct pane *p)
{
	struct editor *e = &m->editor;
	char head[400], place[48];
	int line = (int)textedit_line_of(&e->text, e->text.cursor);
	int col = textedit_column(&e->text, e->text.cursor);
	int err_h = e->err_text[0] ? wrap_count(slice_str(e->err_text), p->w - 4) : 0;
	int gutter = e->text.n_lines > 9999 ? 8 : e->text.n_lines > 999 ? 6 : 5;
	err_h = err_h > 4 ? 4 : err_h;
	snprintf(head, sizeof head, "%s%s", e->path ? e->path : "a new query, not saved yet",
	        textedit_modified(&e->text) ? " · changed" : "");
	put_rule(p, 0, 0, p->w, head);
	snprintf(place, sizeof place, " line %d, column %d ", line + 1, col + 1);
	put_right(p, p->w - 2, 0, ST(FG_DIM), place);
	struct pane text = pane_sub(p, 0, 1, p->w, p->h - 1 - err_h);
	follow_cursor(e, line, col, p->w - gutter - 1, text.h);
	size_t first = (size_t)e->top, last = first + (size_t)text.h;
	size_t from = e->text.line[first];
	size_t to = last < e->text.n_lines ? e->text.line[last] : e->text.len;
	unsigned char *colours = sql_colours_of(textedit_text(&e->text), from, to,
	        sql_lines_at(&e->text.sql, textedit_text(&e->text), e->text.line, first));
	struct look look = make_look(e, colours);
	look.from = from;
	for (int y = 0; y < text.h && (size_t)(e->top + y) < e->text.n_lines; y++)
		draw_line(e, &text, y, gutter, &look, e->top + y == line);
	mem_free(colours);
	put_hit(&text, gutter, 0, text.w - gutter, text.h, ACT_SELECT, 0);
	if (err_h)
		draw_error_line(e, p, p->h - err_h, err_h);
	put_cursor(&text, gutter + col - e->left, line - e->top);
}

static void copy_selection(struct model *m, bool cut)
{
	struct editor *e = &m->editor;
	struct slice s = textedit_selection(&e->text);
	if (s.len == 0) {
		if (!cut && (model_running(m) || m->write.state == RUN_LIVE))
			screen_run.act(m, ACT_CANCEL, 0); /* the usual meaning of Ctrl-C */
		else
			model_toast(m, FG_DIM, "Nothing is selected: Shift and arrows select");
		return;
	}
	mem_free(e->clip);
	e->clip = mem_strndup(s.ptr, s.len);
	model_copy(m, s, "the selection");
	if (cut)
		textedit_insert(&e->text, slice_of(NULL, 0));
}

static void click(struct editor *e, int arg)
{
	size_t line = (size_t)(e->top + (arg >> 16));
	if (line >= e->text.n_lines)
		line = e->text.n_lines - 1;
	textedit_goto(
	        &e->text, textedit_at_column(&e->text, line, (arg & 0xffff) + e->left), false);
}

static bool act(struct model *m, enum action a, int arg)
{
	struct editor *e = &m->editor;
	unsigned long before = e->text.generation;
	switch (a) {
	case ACT_RUN: run_editor(m); break;
	case ACT_SAVE: editor_save(m, NULL); break;
	case ACT_EXTERNAL: m->wants.external_editor = true; break;
	case ACT_UNDO:
		if (!textedit_undo(&e->text))
			model_toast(m, FG_DIM, "Nothing to undo");
		break;
	case ACT_REDO:
		if (!textedit_redo(&e->text))
			model_toast(m, FG_DIM, "Nothing to redo");
		break;
	case ACT_FIND: model_ask_text(m, ACT_FIND, "find: ", NULL); break;
	case ACT_COPY: copy_selection(m, false); break;
	case ACT_CUT: copy_selection(m, true); break;
	case ACT_PASTE:
		if (e->clip)
			textedit_insert(&e->text, slice_str(e->clip));
		break;
	case ACT_SELECT_ALL: textedit_select_all(&e->text); break;
	case ACT_SELECT: click(e, arg); break;
	case ACT_WHEEL_UP: textedit_move(&e->text, MOVE_PAGE_UP, false, 3); break;
	case ACT_WHEEL_DOWN: textedit_move(&e->text, MOVE_PAGE_DOWN, false, 3); break;
	default: return false;
	}
	if (e->text.generation != before)
		e->err_text[0] = '\0';
	return true;
}

static bool find(struct model *m, const char *word, int direction)
{
	return textedit_find(&m->editor.text, slice_str(word), direction);
}

const struct screen_ops screen_editor = {.draw = draw, .act = act, .key = editor_key, .find = find};
