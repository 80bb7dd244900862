/*
 * The completion popup: opens on a key, behind a dot, or after two letters. One that opened by
 * itself has no candidate chosen, so that Enter and Up stay the text's until Tab or Down goes into
 * it.
 */
#include "ui/editor.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

#define ROWS     10 /* in a window of 24 lines; more in a taller one */
#define WIDE     76
#define KIND_W   4
#define MAX_TAIL (64u << 10) /* bytes behind the cursor that are looked at */

void popup_close(struct popup *p)
{
	sql_completion_release(&p->words);
	p->open = false;
}

/* The statement's text up to a bound, and where it begins. */
static struct slice surroundings(struct editor *e, size_t *from)
{
	const struct textedit *t = &e->text;
	enum sql_inside inside;
	size_t at = editor_window(e, &inside), end = t->cursor;
	*from = at;
	while ((at = sql_skim(textedit_text(t), at, t->cursor, &inside, true)) < t->cursor)
		*from = ++at;
	end = t->len - t->cursor > MAX_TAIL ? t->cursor + MAX_TAIL : t->len;
	return slice_of(t->text + *from, end - *from);
}

static void look_up(struct model *m)
{
	struct editor *e = &m->editor;
	struct popup *p = &e->popup;
	size_t n, from;
	const struct query_param *params = editor_params(e, &n);
	struct sql_catalog catalog = editor_catalog(m);
	struct slice text = surroundings(e, &from);
	sql_completion_release(&p->words);
	p->catalog_generation = catalog_generation(m->catalog);
	sql_complete(text, e->text.cursor - from, params, n, &catalog, &p->words);
	p->words.start += from;
	p->generation = e->text.generation;
	p->cursor = e->text.cursor;
}

static void accept(struct model *m, int i)
{
	struct editor *e = &m->editor;
	struct popup *p = &e->popup;
	if (i < 0 || (size_t)i >= p->words.n)
		return;
	char *text = mem_strdup(p->words.item[i].text);
	size_t start = p->words.start, cursor = e->text.cursor;
	popup_close(p);
	textedit_replace(&e->text, start, cursor - start, slice_str(text));
	e->err_text[0] = '\0';
	mem_free(text);
}

/* By itself it offers what begins like the word only: they stand first. */
static void keep_likely(struct sql_completion *c)
{
	while (c->n && c->item[c->n - 1].match > 1)
		sql_completion_drop(c);
}

void popup_open(struct model *m, bool asked)
{
	struct popup *p = &m->editor.popup;
	if (asked && p->open && p->words.n) { /* the key again: the next one */
		p->at = (p->at + 1) % (int)p->words.n;
		p->asked = true;
		return;
	}
	look_up(m);
	if (!asked)
		keep_likely(&p->words);
	p->asked = asked;
	p->at = asked ? 0 : -1;
	p->top = 0;
	p->open = p->words.n > 0 || p->words.loading;
	if (asked && p->words.n == 1 && !p->words.loading)
		accept(m, 0);
	else if (asked && !p->open)
		model_toast(m, FG_DIM,
		        p->words.failed ? "The names could not be fetched: 9 says why"
		                        : "Nothing completes this word");
	if (!p->open)
		popup_close(p);
}

/* Does what was typed open it: a dot or colon behind a word, the second letter of one? */
static bool opens(const struct textedit *t)
{
	size_t n = 0;
	while (n < 4 && n < t->cursor && sql_is_word(t->text[t->cursor - 1 - n]))
		n++;
	if (n >= 2)
		return !(t->text[t->cursor - n] >= '0' && t->text[t->cursor - n] <= '9');
	if (n == 0 && t->cursor >= 2 && t->text[t->cursor - 1] == '.')
		return sql_is_word(t->text[t->cursor - 2]) || t->text[t->cursor - 2] == '"';
	return n == 1 && t->cursor >= 2 &&
	       (t->text[t->cursor - 2] == '.' || t->text[t->cursor - 2] == ':');
}

/* Is the word at the cursor one of the candidates as it stands, and the best? */
static bool is_done(const struct popup *p, const struct textedit *t)
{
	struct slice word = slice_of(t->text + p->words.start, t->cursor - p->words.start);
	return p->words.n > 0 && slice_eq_nocase(word, slice_str(p->words.item[0].text));
}

void popup_typed(struct model *m)
{
	struct editor *e = &m->editor;
	struct popup *p = &e->popup;
	bool asked = p->open && p->asked;
	size_t start = p->words.start;
	if (!p->open && (!m->cfg->complete_auto || !opens(&e->text)))
		return;
	if (p->open &&
	        (e->text.cursor <= start ||
	                (!sql_is_word(e->text.text[e->text.cursor - 1]) && !opens(&e->text)))) {
		popup_close(p);
		return;
	}
	popup_open(m, false);
	if (p->open && asked && p->words.start == start) { /* still the same word */
		p->asked = true;
		p->at = 0;
	}
	if (p->open && !asked && is_done(p, &e->text))
		popup_close(p);
}

void popup_refresh(struct model *m)
{
	struct popup *p = &m->editor.popup;
	bool asked = p->asked;
	int at = p->at;
	if (!p->open || p->catalog_generation == catalog_generation(m->catalog))
		return;
	look_up(m);
	if (!asked)
		keep_likely(&p->words);
	p->asked = asked;
	p->at = at < (int)p->words.n ? at : (int)p->words.n - 1;
	if (p->words.n == 0 && !p->words.loading)
		popup_close(p);
}

static void move(struct popup *p, int by)
{
	int n = (int)p->words.n;
	if (n == 0)
		return;
	p->at = p->at < 0 ? (by > 0 ? 0 : n - 1) : p->at + by;
	p->at = p->at < 0 ? 0 : p->at >= n ? n - 1 : p->at;
	p->asked = true;
}

bool popup_key(struct model *m, const struct key *k)
{
	struct popup *p = &m->editor.popup;
	bool chosen = p->at >= 0 && p->words.n > 0;
	if (!p->open || k->mods)
		return false;
	switch (k->code) {
	case K_DOWN: move(p, 1); return p->words.n > 0;
	case K_UP:
		if (!chosen)
			return false; /* it came by itself: up is the text's */
		move(p, -1);
		return true;
	case K_PAGE_DOWN: move(p, ROWS - 1); return p->words.n > 0;
	case K_PAGE_UP:
		if (!chosen)
			return false;
		move(p, -(ROWS - 1));
		return true;
	case K_TAB:
		if (p->words.n == 0)
			return false;
		accept(m, chosen ? p->at : 0);
		return true;
	case K_ENTER:
		if (!chosen)
			return false;
		accept(m, p->at);
		return true;
	default: return false;
	}
}

void popup_click(struct model *m, int row)
{
	accept(m, row);
}

static const char *kind_word(enum sql_kind k)
{
	switch (k) {
	case SQL_KIND_COLUMN: return "col";
	case SQL_KIND_TABLE: return "tab";
	case SQL_KIND_DATABASE: return "db";
	case SQL_KIND_FUNCTION: return "fn";
	case SQL_KIND_PARAM: return "par";
	default: return "key";
	}
}

static enum style_fg kind_colour(enum sql_kind k)
{
	switch (k) {
	case SQL_KIND_FUNCTION: return FG_FUNCTION;
	case SQL_KIND_KEYWORD: return FG_KEYWORD;
	case SQL_KIND_PARAM: return FG_WARN;
	default: return FG_TEXT;
	}
}

static void draw_row(
        const struct pane *p, int y, const struct sql_candidate *c, bool at, int name_w)
{
	enum style_bg bg = at ? BG_SELECT : BG_NONE;
	put_fill(p, 1, y, p->w - 2, 1, STB(FG_TEXT, bg), " ");
	put_str(p, 1, y, STB(FG_ACCENT, bg), at ? "›" : " ");
	put_str(p, 2, y, STB(FG_DIM, bg), kind_word(c->kind));
	put_fit(p, 2 + KIND_W, y, name_w, STB(kind_colour(c->kind), bg), slice_str(c->name));
	put_fit(p, 4 + KIND_W + name_w, y, p->w - 5 - KIND_W - name_w, STB(FG_DIM, bg),
	        slice_str(c->note));
}

static void draw_frame(const struct pane *p)
{
	put_fill(p, 0, 0, p->w, p->h, ST(FG_LINE), " ");
	put_fill(p, 1, 0, p->w - 2, 1, ST(FG_LINE), "─");
	put_fill(p, 1, p->h - 1, p->w - 2, 1, ST(FG_LINE), "─");
	for (int y = 1; y < p->h - 1; y++) {
		put_str(p, 0, y, ST(FG_LINE), "│");
		put_str(p, p->w - 1, y, ST(FG_LINE), "│");
	}
	put_str(p, 0, 0, ST(FG_LINE), "┌");
	put_str(p, p->w - 1, 0, ST(FG_LINE), "┐");
	put_str(p, 0, p->h - 1, ST(FG_LINE), "└");
	put_str(p, p->w - 1, p->h - 1, ST(FG_LINE), "┘");
}

/* The chosen one's help in the lower edge, or what is still to come. */
static void draw_foot(const struct pane *p, const struct popup *u)
{
	const struct sql_candidate *c =
	        u->at >= 0 && (size_t)u->at < u->words.n ? &u->words.item[u->at] : NULL;
	char text[240];
	int room = p->w - 4;
	if (u->words.loading)
		snprintf(text, sizeof text, " loading names ... ");
	else if (c && c->help[0])
		snprintf(text, sizeof text, " %s ", c->help);
	else if (!c)
		snprintf(text, sizeof text, " Tab takes the first, Down chooses ");
	else
		snprintf(text, sizeof text, " Enter takes it, Esc closes ");
	put_fit(p, 2, p->h - 1, room, ST(u->words.loading ? FG_WARN : FG_DIM), slice_str(text));
	snprintf(text, sizeof text, " %d/%zu ", u->at + 1, u->words.n);
	if (u->at >= 0)
		put_right(p, p->w - 2, 0, ST(FG_DIM), text);
}

static int widest(const struct popup *u, bool notes)
{
	int w = 0;
	for (size_t i = 0; i < u->words.n; i++) {
		int n = utf8_width(
		        slice_str(notes ? u->words.item[i].note : u->words.item[i].name));
		w = n > w ? n : w;
	}
	return w;
}

/* Below the cursor at x, y, or above it where there is no room; never over its line. */
void popup_draw(struct model *m, const struct pane *p, int x, int y)
{
	struct popup *u = &m->editor.popup;
	int n = (int)u->words.n, below = p->h - y - 1, most = p->h / 3 > ROWS ? p->h / 3 : ROWS;
	int rows = n < most ? n : most;
	int name_w = widest(u, false), note_w = widest(u, true), w, top;
	if (!u->open)
		return;
	rows = rows < 1 ? 1 : rows;
	name_w = name_w > 32 ? 32 : name_w < 12 ? 12 : name_w;
	w = name_w + KIND_W + (note_w ? note_w + 7 : 4);
	w = w < 44 ? 44 : w > WIDE ? WIDE : w;
	w = w > p->w ? p->w : w;
	if (below >= rows + 2 || below >= y) {
		top = y + 1;
		rows = rows < below - 2 ? rows : below - 2;
	} else {
		rows = rows < y - 2 ? rows : y - 2;
		top = y - rows - 2;
	}
	if (rows < 1)
		return;
	x = x + w > p->w ? p->w - w : x;
	struct pane box = pane_sub(p, x < 0 ? 0 : x, top, w, rows + 2);
	if (u->at >= 0 && u->at < u->top)
		u->top = u->at;
	if (u->at >= u->top + rows)
		u->top = u->at - rows + 1;
	draw_frame(&box);
	for (int i = 0; i < rows && u->top + i < n; i++) {
		draw_row(&box, 1 + i, &u->words.item[u->top + i], u->top + i == u->at, name_w);
		put_hit(&box, 1, 1 + i, w - 2, 1, ACT_ENTER, u->top + i);
	}
	if (n == 0)
		put_str(&box, 2, 1, ST(FG_DIM), "the catalog is being read");
	draw_foot(&box, u);
}
