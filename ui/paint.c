#include "ui/paint.h"

#include "base/utf8.h"
#include "ui/plain.h"

#include <string.h>

#include "base/ban.h"

#define SYNC_FROM 256 /* a smaller frame arrives whole anyway */
#define GAP_MAX   6   /* cells that are cheaper painted again than jumped over */

/* Where the terminal's pen is; x < 0: unknown. */
struct pen {
	struct buf *out;
	const struct paint_options *o;
	struct look look;
	int x, y, w; /* w: of the screen */
};

static bool is_blank(const struct gcell *c)
{
	return c->text[0] == ' ' && c->text[1] == '\0';
}

static struct look look_of(const struct pen *p, const struct gcell *c)
{
	return theme_look(p->o->theme, p->o->colors, c->style);
}

#define SHOWS (LOOK_UNDERLINE | LOOK_REVERSE) /* what is to be seen on a blank */

/* A blank shows its background only. */
static bool same_blank(struct look a, struct look b)
{
	return a.bg == b.bg && !((a.attr | b.attr) & SHOWS);
}

static bool same_cell(const struct pen *p, const struct gcell *a, const struct gcell *b)
{
	if (a->width != b->width || strcmp(a->text, b->text) != 0)
		return false;
	if (memcmp(&a->style, &b->style, sizeof a->style) == 0)
		return true;
	struct look la = look_of(p, a), lb = look_of(p, b);
	return look_same(la, lb) || (is_blank(a) && same_blank(la, lb));
}

static bool within(uint32_t cp, const uint32_t (*range)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= range[i][0] && cp <= range[i][1])
			return true;
	return false;
}

/* One code point whose width no terminal doubts: Latin, our own lines and signs; Han, kana and
 * Hangul. */
static bool sure_width(const struct gcell *c)
{
	static const uint32_t one[][2] = {{0xa1, 0xac}, {0xae, 0x24f}, {0x2010, 0x2015},
	        {0x2018, 0x2026}, {0x2039, 0x203a}, {0x2190, 0x2193}, {0x21b5, 0x21b5},
	        {0x2212, 0x2212}, {0x2264, 0x2265}, {0x2500, 0x25fc}, {0x2605, 0x2605},
	        {0x2713, 0x2713}, {0x2717, 0x2717}};
	static const uint32_t two[][2] = {
	        {0x3041, 0x3096}, {0x30a1, 0x30fa}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}};
	uint32_t cp;
	if ((unsigned char)c->text[0] < 0x80)
		return c->width == 1 && c->text[1] == '\0';
	size_t used = utf8_decode(slice_str(c->text), &cp, NULL);
	if (c->text[used] != '\0')
		return false;
	return c->width == 1 ? within(cp, one, sizeof one / sizeof *one)
	                     : within(cp, two, sizeof two / sizeof *two);
}

/* Columns that a terminal may take for a cell of doubted width, or for its first character alone:
 * joined emoji may stand side by side. */
static int may_take(const struct gcell *c, size_t *first)
{
	struct slice s = slice_str(c->text);
	uint32_t cp;
	int columns = 0, joined = 0;
	*first = 0;
	for (size_t used; (used = utf8_decode(s, &cp, NULL)) > 0;
	        s = slice_of(s.ptr + used, s.len - used)) {
		columns += utf8_is_mark(cp) || cp == 0x200d ? 0 : 2;
		joined += *first != 0;
		*first = *first ? *first : used;
	}
	return joined && columns > c->width ? columns : c->width;
}

/* What would run over the edge of the screen is cut: it would wrap into the next row. */
static void pen_doubted(struct pen *p, const struct gcell *c, int room)
{
	struct gcell base = *c;
	size_t first;
	if (may_take(c, &first) <= room) {
		buf_add_str(p->out, c->text);
		return;
	}
	base.text[first] = '\0';
	bool fits = may_take(&base, &first) <= room;
	buf_add_str(p->out, fits ? base.text : "?");
}

static void pen_look(struct pen *p, struct look l)
{
	look_change(p->o->colors, p->look, l, p->out);
	p->look = l;
}

static void pen_cell(struct pen *p, const struct gcell *c)
{
	struct look l = look_of(p, c);
	if (!is_blank(c) || !same_blank(p->look, l))
		pen_look(p, l);
	if (p->o->ascii) {
		plain_cell(p->out, c->text, c->width);
		p->x += c->width;
		return;
	}
	if (sure_width(c))
		buf_add_str(p->out, c->text);
	else
		pen_doubted(p, c, p->w - p->x);
	p->x = sure_width(c) ? p->x + c->width : -1; /* else the next cell says where it goes */
}

/* The cells between pen and x are as they shall be: painting them again may be the shortest way. */
static bool pen_walk(struct pen *p, const struct grid *to, int x)
{
	size_t bytes = 0;
	for (int i = p->x; i < x; i++) {
		const struct gcell *c = grid_at(to, i, p->y);
		struct look l = look_of(p, c);
		if (c->width != 1 || !sure_width(c) ||
		        !(look_same(l, p->look) || (is_blank(c) && same_blank(l, p->look))))
			return false;
		bytes += strlen(c->text);
	}
	if (bytes > GAP_MAX)
		return false;
	while (p->x < x)
		pen_cell(p, grid_at(to, p->x, p->y));
	return true;
}

static void pen_move(struct pen *p, const struct grid *to, int x, int y)
{
	if (p->x == x && p->y == y)
		return;
	/* In the last column terminals differ about where the pen is. */
	bool same_row = p->x >= 0 && p->x < to->w && p->y == y;
	if (same_row && x > p->x && x - p->x <= GAP_MAX && pen_walk(p, to, x))
		return;
	if (same_row && x == 0)
		buf_add_char(p->out, '\r');
	else if (same_row && x > p->x && x < to->w)
		buf_printf(p->out, x - p->x == 1 ? "\033[C" : "\033[%dC", x - p->x);
	else if (x == 0 && y == 0)
		buf_add_str(p->out, "\033[H");
	else if (x == 0)
		buf_printf(p->out, "\033[%dH", y + 1);
	else
		buf_printf(p->out, "\033[%d;%dH", y + 1, x + 1);
	p->x = x;
	p->y = y;
}

/* Where the blank end of a row begins that needs no background: erasing makes it. */
static int blank_from(struct pen *p, const struct grid *g, int y)
{
	int x = g->w;
	while (x > 0) {
		const struct gcell *c = grid_at(g, x - 1, y);
		if (!is_blank(c) || !same_blank(look_of(p, c), LOOK_PLAIN))
			break;
		x--;
	}
	return x;
}

static bool changed(struct pen *p, const struct grid *from, const struct grid *to, int x, int y)
{
	static const struct gcell empty = {.text = " ", .width = 1, .style = {FG_TEXT, BG_NONE, 0}};
	const struct gcell *c = grid_at(to, x, y);
	if (!from)
		return !same_cell(p, c, &empty);
	if (!same_cell(p, c, grid_at(from, x, y)))
		return true;
	return c->width == 2 && !same_cell(p, grid_at(to, x + 1, y), grid_at(from, x + 1, y));
}

/* Blanks from `at` to `last`, of which nothing but blanks follows in the row. */
static void paint_end(struct pen *p, const struct grid *to, int at, int last, int y)
{
	pen_move(p, to, at, y);
	if (!same_blank(p->look, LOOK_PLAIN))
		pen_look(p, LOOK_PLAIN);
	if (last - at >= 3) {
		buf_add_str(p->out, "\033[K");
		return;
	}
	for (; p->x <= last; p->x++)
		buf_add_char(p->out, ' ');
}

static void paint_row(struct pen *p, const struct grid *from, const struct grid *to, int y)
{
	int end = blank_from(p, to, y), first = -1, last = -1, spilled = 0;
	for (int x = 0; x < to->w; x++) {
		const struct gcell *c = grid_at(to, x, y);
		size_t used;
		if (c->width == 0 || (x >= spilled && !changed(p, from, to, x, y)))
			continue;
		/* It may run over what follows. */
		if (!sure_width(c) && x + may_take(c, &used) > spilled)
			spilled = x + may_take(c, &used);
		if (x < end) {
			pen_move(p, to, x, y);
			pen_cell(p, c);
			continue;
		}
		first = first < 0 ? x : first;
		last = x;
	}
	if (first >= 0)
		paint_end(p, to, first, last, y);
}

static bool same_cursor(const struct grid *a, const struct grid *b)
{
	return a->cursor == b->cursor &&
	       (!a->cursor || (a->cur_x == b->cur_x && a->cur_y == b->cur_y));
}

/* The cursor is hidden while cells change. */
static void finish(struct pen *p, struct buf *out, const struct grid *from, const struct grid *to)
{
	bool painted = p->out->len > 0, shown = from && from->cursor;
	bool sync = p->o->sync && p->out->len >= SYNC_FROM;
	buf_add_str(out, sync ? "\033[?2026h" : "");
	if ((painted && (shown || !from)) || (shown && !to->cursor)) {
		buf_add_str(out, "\033[?25l");
		shown = false;
	}
	buf_add_slice(out, buf_slice(p->out));
	if (to->cursor) {
		p->out = out;
		pen_move(p, to, to->cur_x, to->cur_y);
		buf_add_str(out, shown ? "" : "\033[?25h");
	}
	buf_add_str(out, sync ? "\033[?2026l" : "");
}

void paint_diff(struct buf *out, const struct grid *from, const struct grid *to,
        const struct paint_options *o)
{
	struct buf body;
	struct pen p = {.out = &body, .o = o, .look = LOOK_PLAIN, .x = -1, .y = -1, .w = to->w};
	if (from && (from->w != to->w || from->h != to->h))
		from = NULL;
	buf_init(&body, BUF_NO_LIMIT);
	if (!from)
		buf_add_str(&body, "\033[m\033[2J");
	for (int y = 0; y < to->h; y++)
		paint_row(&p, from, to, y);
	pen_look(&p, LOOK_PLAIN);
	if (body.len > 0 || (from && !same_cursor(from, to)))
		finish(&p, out, from, to);
	buf_release(&body);
}
