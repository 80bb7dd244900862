#include "ui/paint.h"

#include <string.h>

#include "base/ban.h"

/* Where the terminal's pen is; x < 0: unknown. */
struct pen {
	struct buf *out;
	const struct paint_options *o;
	struct style style;
	bool styled;
	int x, y;
};

static bool same_style(struct style a, struct style b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attr == b.attr;
}

static bool same_cell(const struct gcell *a, const struct gcell *b)
{
	return a->width == b->width && same_style(a->style, b->style) &&
	       strcmp(a->text, b->text) == 0;
}

static void pen_move(struct pen *p, int x, int y)
{
	if (p->x == x && p->y == y)
		return;
	buf_printf(p->out, "\033[%d;%dH", y + 1, x + 1);
	p->x = x;
	p->y = y;
}

/* One code point whose width no terminal doubts: ASCII, box drawing and blocks, Latin letters. */
static bool sure_width(const struct gcell *c)
{
	const unsigned char *t = (const unsigned char *)c->text;
	if (c->width != 1)
		return false;
	if (t[0] < 0x80)
		return t[1] == '\0';
	if (t[0] == 0xe2 && (t[1] == 0x94 || t[1] == 0x95 || t[1] == 0x96) && t[2] && !t[3])
		return true;
	return t[0] >= 0xc3 && t[0] <= 0xc9 && t[1] && !t[2];
}

static void pen_cell(struct pen *p, const struct gcell *c, int x, int y)
{
	pen_move(p, x, y);
	if (!p->styled || !same_style(p->style, c->style)) {
		theme_sgr(p->o->theme, p->o->colors, c->style, p->out);
		p->style = c->style;
		p->styled = true;
	}
	buf_add_str(p->out, c->text);
	p->x = sure_width(c) ? x + c->width : -1; /* else the next cell says where it goes */
}

static void paint_row(struct pen *p, const struct grid *from, const struct grid *to, int y)
{
	for (int x = 0; x < to->w; x++) {
		const struct gcell *c = grid_at(to, x, y);
		if (c->width == 0)
			continue;
		const struct gcell *old = from ? grid_at(from, x, y) : NULL;
		bool same = old && same_cell(c, old);
		if (same && c->width == 2)
			same = same_cell(grid_at(to, x + 1, y), grid_at(from, x + 1, y));
		if (!same)
			pen_cell(p, c, x, y);
	}
}

void paint_diff(struct buf *out, const struct grid *from, const struct grid *to,
        const struct paint_options *o)
{
	struct pen p = {.out = out, .o = o, .x = -1, .y = -1};
	if (from && (from->w != to->w || from->h != to->h))
		from = NULL;
	size_t start = out->len;
	if (o->sync)
		buf_add_str(out, "\033[?2026h");
	buf_add_str(out, "\033[?25l");
	if (!from)
		buf_add_str(out, "\033[0m\033[2J");
	size_t head = out->len;
	for (int y = 0; y < to->h; y++)
		paint_row(&p, from, to, y);
	bool moved = !from || from->cursor != to->cursor || from->cur_x != to->cur_x ||
	             from->cur_y != to->cur_y;
	if (out->len == head && !moved) { /* nothing to say */
		out->len = start;
		return;
	}
	buf_add_str(out, "\033[0m");
	if (to->cursor) {
		pen_move(&p, to->cur_x, to->cur_y);
		buf_add_str(out, "\033[?25h");
	}
	if (o->sync)
		buf_add_str(out, "\033[?2026l");
}
