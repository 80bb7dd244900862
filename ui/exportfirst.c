/* The pane of the first lines: as they will be written, or one record laid out. */
#include "ui/export.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "ui/wrap.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

enum { ROW_W = 9, SIDE_W = 11 };

long export_find_in(const struct firstline *l, const char *word)
{
	return slice_find_nocase(slice_of(l->text, l->len), slice_str(word));
}

static void title(struct model *m, const struct pane *p, const char *text)
{
	put_rule(p, 0, 0, p->w, text);
	if (m->write.pane == EXPORT_LINES)
		put_str(p, 3, 0, STA(FG_FOCUS, AT_BOLD), text);
}

static void draw_side(const struct pane *p, int x, int y, enum output_side side)
{
	if (side != SIDE_ALL)
		put_str(p, x, y, ST(side == SIDE_TRAIN ? FG_GOOD : FG_WARN), side_name(side));
}

/* From where a line is drawn: what is searched for must be seen. */
static size_t begin_at(struct model *m, const struct firstline *f, int room)
{
	const char *word = model_search_word(m);
	long at = word ? export_find_in(f, word) : -1;
	if (at < 0 || at + (long)strlen(word) < room)
		return 0;
	size_t from = (size_t)at - (size_t)(room / 4);
	while (from < f->len && (f->text[from] & 0xc0) == 0x80)
		from++; /* to the beginning of a character */
	return from;
}

static void draw_list(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	const struct firstlines *l = w->lines;
	char n[FMT_SIZE];
	int x = ROW_W + (w->output.validation_ppm ? SIDE_W : 0);
	table_fit(&w->at, (int)l->n, p->h);
	for (int i = w->at.top; i < (int)l->n && i - w->at.top < p->h; i++) {
		const struct firstline *f = &l->line[i];
		int y = i - w->at.top;
		put_right(p, ROW_W - 2, y, ST(FG_DIM), fmt_thousands(n, (int64_t)f->row + 1));
		draw_side(p, ROW_W, y, f->side);
		size_t from = begin_at(m, f, p->w - x - 1);
		int dots = from ? put_str(p, x, y, ST(FG_DIM), "…") : 0;
		put_fit(p, x + dots, y, p->w - x - dots - 1, ST(FG_TEXT),
		        slice_of(f->text + from, f->len - from));
		put_hit(p, 0, y, p->w, 1, ACT_SELECT, ARG_LINE + i);
		if (w->pane == EXPORT_LINES && i == w->at.at) {
			put_bg(p, 0, y, p->w, 1, BG_SELECT);
			put_str(p, 0, y, STB(FG_ACCENT, BG_SELECT), "▌");
		}
	}
	table_scrollbar(p, w->at.top, (int)l->n);
}

/* The selected record, laid out. */
static void draw_record(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	const struct firstlines *l = w->lines;
	const struct firstline *f = &l->line[w->at.at < (int)l->n ? w->at.at : 0];
	char n[FMT_SIZE];
	struct buf text;
	buf_init(&text, BUF_NO_LIMIT);
	preview_pretty(slice_of(f->text, f->len), &text);
	int x = 2 + put_fmt(p, 2, 0, ST(FG_DIM), "line %d, row %s, %zu bytes", w->at.at + 1,
	                    fmt_thousands(n, (int64_t)f->row + 1), f->len + 1);
	draw_side(p, x + 2, 0, f->side);
	struct pane body = pane_sub(p, 2, 1, p->w - 4, p->h - 1);
	int all = wrap_count(buf_slice(&text), body.w);
	scroll_fit(&w->scroll, all, body.h);
	put_wrapped(&body, ST(FG_TEXT), buf_slice(&text), w->scroll.top);
	struct pane bar = pane_sub(p, 0, 1, p->w, p->h - 1);
	table_scrollbar(&bar, w->scroll.top, all);
	buf_release(&text);
}

/* Why there is no line, in place of the lines. */
static void draw_none(struct model *m, const struct pane *p)
{
	const struct write *w = &m->write;
	const struct firstlines *l = w->lines;
	const char *why = "No rows are at hand.";
	char s[160], n[FMT_SIZE];
	if (!w->base)
		why = "Choose a recipe: it says how a row becomes an example.";
	else if (w->shape_err.code || (l && l->err.code))
		why = "There are no lines as it stands; the form says why.";
	else if (l && !l->ended)
		why = "Reading the rows ...";
	else if (l && l->looked_at) {
		snprintf(s, sizeof s,
		        "The recipe keeps none of the first %s rows: 4 tunes it, 5 shows why.",
		        fmt_thousands(n, (int64_t)l->looked_at));
		why = s;
	}
	put_fit(p, 2, 0, p->w - 3, ST(FG_DIM), slice_str(why));
}

void export_draw_lines(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	bool wide = p->w >= 150;
	struct pane body = pane_sub(p, 0, 1, p->w, p->h - 1);
	bool record = w->pretty && !wide && w->lines && w->lines->n;
	title(m, p, record ? "a line, laid out" : "first lines, as they will be written");
	if (!w->lines || w->lines->n == 0) {
		draw_none(m, &body);
		return;
	}
	if (record) {
		draw_record(m, &body);
		return;
	}
	if (wide && !w->pretty) {
		struct pane right =
		        pane_sub(p, p->w * 3 / 5 + 1, 1, p->w - p->w * 3 / 5 - 1, p->h - 1);
		put_vrule(p, p->w * 3 / 5, 1, p->h - 1);
		draw_record(m, &right);
		body.w = p->w * 3 / 5;
	}
	draw_list(m, &body);
}
