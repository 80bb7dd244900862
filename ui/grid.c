#include "ui/grid.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/ban.h"

static void blank(struct gcell *c, struct style st)
{
	c->text[0] = ' ';
	c->text[1] = '\0';
	c->width = 1;
	c->style = st;
}

void grid_init(struct grid *g, int w, int h)
{
	memset(g, 0, sizeof *g);
	grid_resize(g, w, h);
}

void grid_release(struct grid *g)
{
	mem_free(g->cell);
	mem_free(g->hit);
	memset(g, 0, sizeof *g);
}

void grid_resize(struct grid *g, int w, int h)
{
	w = w < 1 ? 1 : w > 1000 ? 1000 : w;
	h = h < 1 ? 1 : h > 1000 ? 1000 : h;
	if (w != g->w || h != g->h) {
		mem_free(g->cell);
		g->cell = mem_calloc((size_t)w * (size_t)h, sizeof *g->cell);
		g->w = w;
		g->h = h;
	}
	grid_clear(g);
}

void grid_clear(struct grid *g)
{
	for (int i = 0; i < g->w * g->h; i++)
		blank(&g->cell[i], ST(FG_TEXT));
	g->n_hits = 0;
	g->cursor = false;
}

void grid_copy(struct grid *to, const struct grid *from)
{
	grid_resize(to, from->w, from->h);
	memcpy(to->cell, from->cell, sizeof *to->cell * (size_t)to->w * (size_t)to->h);
	to->cursor = from->cursor;
	to->cur_x = from->cur_x;
	to->cur_y = from->cur_y;
}

struct gcell *grid_at(const struct grid *g, int x, int y)
{
	if (x < 0 || y < 0 || x >= g->w || y >= g->h)
		return NULL;
	return &g->cell[y * g->w + x];
}

const struct hit *grid_hit(const struct grid *g, int x, int y)
{
	for (size_t i = g->n_hits; i-- > 0;) {
		const struct hit *h = &g->hit[i];
		if (x >= h->x && x < h->x + h->w && y >= h->y && y < h->y + h->h)
			return h;
	}
	return NULL;
}

void grid_dump(const struct grid *g, struct buf *out)
{
	for (int y = 0; y < g->h; y++) {
		size_t end = out->len;
		for (int x = 0; x < g->w; x++) {
			const struct gcell *c = grid_at(g, x, y);
			buf_add_str(out, c->text);
			if (strcmp(c->text, " ") != 0)
				end = out->len;
		}
		if (!out->failed)
			out->len = end;
		buf_add_char(out, '\n');
	}
}

void grid_dump_styles(const struct grid *g, struct buf *out)
{
	static const char on_text[BG_COUNT] = {
	        [BG_SELECT] = '>', [BG_HEADER] = '=', [BG_FROZEN] = '|', [BG_STRIPE] = ','};
	static const char instead[BG_COUNT] = {[BG_MARK] = '#', [BG_ERROR] = '!', [BG_MATCH] = '?'};
	static const char letter[FG_COUNT + 1] = ".dlsagwbkfqncoevt012345";
	for (int y = 0; y < g->h; y++) {
		for (int x = 0; x < g->w; x++) {
			const struct style st = grid_at(g, x, y)->style;
			char c = letter[st.fg];
			if (c == '.' && on_text[st.bg])
				c = on_text[st.bg];
			else if (instead[st.bg])
				c = instead[st.bg];
			bool loud = st.attr || (st.bg && st.bg != BG_STRIPE);
			buf_add_char(out, loud ? (char)toupper((unsigned char)c) : c);
		}
		buf_add_char(out, '\n');
	}
}

struct pane pane_all(struct grid *g)
{
	return (struct pane){g, 0, 0, g->w, g->h};
}

struct pane pane_sub(const struct pane *p, int x, int y, int w, int h)
{
	if (x < 0) {
		w += x;
		x = 0;
	}
	if (y < 0) {
		h += y;
		y = 0;
	}
	if (x + w > p->w)
		w = p->w - x;
	if (y + h > p->h)
		h = p->h - y;
	return (struct pane){p->g, p->x + x, p->y + y, w < 0 ? 0 : w, h < 0 ? 0 : h};
}

/* A wide cluster whose half is overwritten leaves a blank in the other half. */
static void split_wide(struct grid *g, int x, int y)
{
	struct gcell *c = grid_at(g, x, y);
	if (!c)
		return;
	if (c->width == 0 && grid_at(g, x - 1, y))
		blank(grid_at(g, x - 1, y), grid_at(g, x - 1, y)->style);
	if (c->width == 2 && grid_at(g, x + 1, y))
		blank(grid_at(g, x + 1, y), grid_at(g, x + 1, y)->style);
}

static void set_cell(const struct pane *p, int x, int y, struct style st, const struct utf8_cell *u)
{
	if (y < 0 || y >= p->h || x < 0 || x >= p->w)
		return;
	int gx = p->x + x, gy = p->y + y;
	struct gcell *c = grid_at(p->g, gx, gy);
	if (!c)
		return;
	split_wide(p->g, gx, gy);
	if (u->width == 2 && (x + 1 >= p->w || gx + 1 >= p->g->w)) { /* cut in half: a blank */
		blank(c, st);
		return;
	}
	snprintf(c->text, sizeof c->text, "%s", u->text);
	c->width = (uint8_t)u->width;
	c->style = st;
	if (u->width == 2) {
		split_wide(p->g, gx + 1, gy);
		struct gcell *r = grid_at(p->g, gx + 1, gy);
		r->text[0] = '\0';
		r->width = 0;
		r->style = st;
	}
}

int put_text(const struct pane *p, int x, int y, struct style st, struct slice text)
{
	struct utf8_cell u;
	int at = x;
	while (utf8_next_cell(text, &u)) {
		struct style s = st;
		if (u.special && s.fg == FG_TEXT)
			s.fg = FG_DIM;
		set_cell(p, at, y, s, &u);
		at += u.width;
		text.ptr += u.used;
		text.len -= u.used;
	}
	return at - x;
}

int put_str(const struct pane *p, int x, int y, struct style st, const char *s)
{
	return put_text(p, x, y, st, slice_str(s));
}

int put_fmt(const struct pane *p, int x, int y, struct style st, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	return put_str(p, x, y, st, line);
}

int put_fit(const struct pane *p, int x, int y, int w, struct style st, struct slice text)
{
	struct utf8_cell u;
	int at = 0;
	if (w <= 0)
		return 0;
	while (utf8_next_cell(text, &u)) {
		text.ptr += u.used;
		text.len -= u.used;
		if (at + u.width > w || (at + u.width == w && text.len > 0)) {
			at += put_str(p, x + at, y, st, "…");
			break;
		}
		if (u.used == 1 && (text.ptr[-1] == '\n' || text.ptr[-1] == '\t'))
			at += put_str(p, x + at, y, st, " ");
		else {
			set_cell(p, x + at, y, st, &u);
			at += u.width;
		}
	}
	return at;
}

int put_right(const struct pane *p, int right, int y, struct style st, const char *s)
{
	int w = utf8_width(slice_str(s));
	return put_str(p, right - w, y, st, s);
}

void put_fill(const struct pane *p, int x, int y, int w, int h, struct style st, const char *s)
{
	struct utf8_cell u;
	if (!utf8_next_cell(slice_str(s), &u))
		return;
	for (int j = 0; j < h; j++)
		for (int i = 0; i < w; i++)
			set_cell(p, x + i, y + j, st, &u);
}

void put_bg(const struct pane *p, int x, int y, int w, int h, enum style_bg bg)
{
	for (int j = y; j < y + h; j++)
		for (int i = x; i < x + w; i++)
			if (i >= 0 && j >= 0 && i < p->w && j < p->h)
				grid_at(p->g, p->x + i, p->y + j)->style.bg = (uint8_t)bg;
}

void put_rule(const struct pane *p, int x, int y, int w, const char *title)
{
	put_fill(p, x, y, w, 1, ST(FG_LINE), "─");
	if (title && *title && w > 8) {
		put_str(p, x + 2, y, ST(FG_DIM), " ");
		int n = put_fit(p, x + 3, y, w - 6, ST(FG_DIM), slice_str(title));
		put_str(p, x + 3 + n, y, ST(FG_DIM), " ");
	}
}

void put_vrule(const struct pane *p, int x, int y, int h)
{
	put_fill(p, x, y, 1, h, ST(FG_LINE), "│");
}

enum arm { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };
static const char *const line_of[16] = {[LEFT | RIGHT] = "─",
        [UP | DOWN] = "│",
        [UP | DOWN | LEFT] = "┤",
        [UP | DOWN | RIGHT] = "├",
        [DOWN | LEFT | RIGHT] = "┬",
        [UP | LEFT | RIGHT] = "┴",
        [UP | DOWN | LEFT | RIGHT] = "┼"};

/* In which directions a line leaves the cell. */
static unsigned line_arms(const struct pane *p, int x, int y)
{
	if (x < 0 || y < 0 || x >= p->w || y >= p->h)
		return 0;
	const struct gcell *c = grid_at(p->g, p->x + x, p->y + y);
	for (unsigned a = 1; c->style.fg == FG_LINE && a < 16; a++)
		if (line_of[a] && strcmp(c->text, line_of[a]) == 0)
			return a;
	return 0;
}

/* The arms that a line gets from the lines beside it. One that goes sideways keeps only the ends at
 * which something goes on: a rule above a divider is "┬", not "┼". */
static unsigned joined_arms(const struct pane *p, int x, int y)
{
	unsigned own = line_arms(p, x, y), all = own;
	unsigned up = line_arms(p, x, y - 1) & DOWN ? UP : 0;
	unsigned down = line_arms(p, x, y + 1) & UP ? DOWN : 0;
	if (own == (LEFT | RIGHT))
		return own | up | down;
	if (own != (UP | DOWN))
		return own;
	all |= line_arms(p, x - 1, y) & RIGHT ? LEFT : 0;
	all |= line_arms(p, x + 1, y) & LEFT ? RIGHT : 0;
	return all == own ? own : (all & (LEFT | RIGHT)) | up | down;
}

void put_joints(const struct pane *p)
{
	for (int y = 0; y < p->h; y++)
		for (int x = 0; x < p->w; x++) {
			unsigned all = joined_arms(p, x, y);
			if (all && line_of[all] && all != line_arms(p, x, y))
				put_str(p, x, y, ST(FG_LINE), line_of[all]);
		}
}

void put_bar(const struct pane *p, int x, int y, int w, struct style st, double part, double whole)
{
	static const char *const eighth[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	if (w <= 0 || whole <= 0 || part <= 0)
		return;
	double share = part > whole ? 1 : part / whole;
	int units = (int)(share * w * 8 + 0.5);
	if (units == 0)
		units = 1; /* something is not nothing */
	put_fill(p, x, y, units / 8, 1, st, "█");
	if (units % 8 && units / 8 < w)
		put_str(p, x + units / 8, y, st, eighth[units % 8]);
}

void put_hit(const struct pane *p, int x, int y, int w, int h, int action, int arg)
{
	struct grid *g = p->g;
	struct pane r = pane_sub(p, x, y, w, h);
	if (r.w == 0 || r.h == 0)
		return;
	if (g->n_hits == g->cap_hits) {
		g->cap_hits = g->cap_hits ? g->cap_hits * 2 : 64;
		g->hit = mem_realloc(g->hit, g->cap_hits, sizeof *g->hit);
	}
	g->hit[g->n_hits++] = (struct hit){r.x, r.y, r.w, r.h, action, arg};
}

void put_cursor(const struct pane *p, int x, int y)
{
	if (x < 0 || y < 0 || x >= p->w || y >= p->h)
		return;
	p->g->cursor = true;
	p->g->cur_x = p->x + x;
	p->g->cur_y = p->y + y;
}
