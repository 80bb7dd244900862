/* Any bytes as foreign text and as terminal input: no cell may hold what a terminal acts on, and
 * the key reader must come to an end. */
#include "ui/grid.h"
#include "ui/input.h"
#include "ui/paint.h"
#include "ui/wrap.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cells(const struct grid *g)
{
	for (int i = 0; i < g->w * g->h; i++) {
		const unsigned char *s = (const unsigned char *)g->cell[i].text;
		for (; *s; s++)
			if (*s < 0x20 || *s == 0x7f ||
			        (s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0))
				abort();
	}
}

/* Painted bytes: ESC only as CSI, no other control but the carriage return. */
static void check_bytes(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->ptr[i];
		if (c == 0x1b && b->ptr[i + 1] != '[')
			abort();
		if (c < 0x20 && c != 0x1b && c != '\r')
			abort();
	}
}

static void read_keys(struct slice s)
{
	struct input in;
	struct key k;
	input_init(&in);
	for (size_t i = 0; i < s.len; i += 7) {
		input_feed(&in, slice_of(s.ptr + i, s.len - i < 7 ? s.len - i : 7));
		while (input_next(&in, i % 2 == 0, &k))
			;
	}
	for (int i = 0; i < 2; i++)
		while (input_next(&in, true, &k))
			;
	input_release(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice s = slice_of((const char *)data, size);
	struct paint_options o = {.colors = 256, .sync = true};
	struct grid a, b;
	struct buf out;
	if (size > 10000)
		return 0;
	grid_init(&a, 30, 8);
	grid_init(&b, 30, 8);
	buf_init(&out, BUF_NO_LIMIT);
	struct pane p = pane_all(&a);
	put_text(&p, -3, 0, ST(FG_TEXT), s);
	put_fit(&p, 4, 1, 9, ST(FG_BAD), s);
	struct pane box = pane_sub(&p, 5, 2, 11, 5);
	put_wrapped(&box, ST(FG_TEXT), s, (int)(size % 5));
	put_right(&p, 30, 7, ST(FG_TEXT), "漢");
	check_cells(&a);
	paint_diff(&out, NULL, &a, &o);
	paint_diff(&out, &a, &b, &o);
	check_bytes(&out);
	read_keys(s);
	buf_release(&out);
	grid_release(&a);
	grid_release(&b);
	return 0;
}
