/* Painted bytes through a real emulator (libvterm): its picture is the grid's, and nothing else
 * happens in it. */
#include "tests/unit/test.h"

#include "ui/paint.h"

#include "base/file.h"
#include "base/utf8.h"

#include <jansson.h>
#include <vterm.h>

#include "base/ban.h"

#define W 40
#define H 12

struct emulator {
	VTerm *vt;
	VTermScreen *screen;
	int side_effects; /* bell, title, reply, ...: whatever is not a picture */
};

static void on_reply(const char *s, size_t n, void *user)
{
	(void)s;
	(void)n;
	((struct emulator *)user)->side_effects++;
}

static int on_bell(void *user)
{
	((struct emulator *)user)->side_effects++;
	return 1;
}

static int on_property(VTermProp prop, VTermValue *v, void *user)
{
	(void)v;
	if (prop != VTERM_PROP_CURSORVISIBLE && prop != VTERM_PROP_CURSORBLINK)
		((struct emulator *)user)->side_effects++;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .bell = on_bell};

static void emulator_init(struct emulator *e)
{
	e->vt = vterm_new(H, W);
	vterm_set_utf8(e->vt, 1);
	e->screen = vterm_obtain_screen(e->vt);
	vterm_screen_reset(e->screen, 1);
	vterm_output_set_callback(e->vt, on_reply, e);
	vterm_screen_set_callbacks(e->screen, &callbacks, e);
	e->side_effects = 0;
}

static void feed(struct emulator *e, const struct grid *from, const struct grid *to, int colors)
{
	struct paint_options o = {.colors = colors, .sync = true};
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	paint_diff(&b, from, to, &o);
	vterm_input_write(e->vt, buf_str(&b), b.len);
	vterm_screen_flush_damage(e->screen);
	buf_release(&b);
}

/* The emulator's text at a cell; widths of emoji differ between libraries: only sure cells count.
 */
static void assert_look(const VTermScreenCell *c, struct look want)
{
	assert_int_equal(c->attrs.bold, !!(want.attr & LOOK_BOLD));
	assert_int_equal(c->attrs.underline, !!(want.attr & LOOK_UNDERLINE));
	assert_int_equal(c->attrs.reverse, !!(want.attr & LOOK_REVERSE));
	assert_int_equal(VTERM_COLOR_IS_DEFAULT_FG(&c->fg), want.fg < 0);
	assert_int_equal(VTERM_COLOR_IS_DEFAULT_BG(&c->bg), want.bg < 0);
	if (want.bg >= 256)
		assert_int_equal(
		        c->bg.rgb.red << 16 | c->bg.rgb.green << 8 | c->bg.rgb.blue, want.bg);
	else if (want.bg >= 0)
		assert_int_equal(c->bg.indexed.idx, want.bg);
}

static void assert_same(struct emulator *e, const struct grid *g, int colors)
{
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++) {
			VTermScreenCell c;
			const struct gcell *want = grid_at(g, x, y);
			char got[64] = "";
			size_t n = 0;
			vterm_screen_get_cell(e->screen, (VTermPos){y, x}, &c);
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && c.chars[i] &&
			                c.chars[i] != (uint32_t)-1;
			        i++)
				n += utf8_encode(c.chars[i], got + n);
			got[n] = '\0';
			if (want->width == 1 && strlen(want->text) <= 3)
				assert_string_equal(n ? got : " ", want->text);
			if (want->width == 1 && strcmp(want->text, " ") != 0)
				assert_look(&c, theme_look(THEME_DARK, colors, want->style));
		}
}

static void paint_rounds(int colors)
{
	struct emulator e;
	struct grid a, b;
	unsigned seed = 7;
	emulator_init(&e);
	grid_init(&a, W, H);
	grid_init(&b, W, H);
	feed(&e, NULL, &a, colors);
	for (int round = 0; round < 300; round++) {
		static const char *const text[] = {
		        "plain", "漢字", "│──", "é", "x漢y", "     ", "long text that is cut"};
		struct pane p = pane_all(&b);
		for (int k = 0; k < 4; k++) {
			seed = seed * 1103515245u + 12345;
			struct style st = {(uint8_t)((seed >> 8) % FG_COUNT),
			        (uint8_t)((seed >> 4) % BG_COUNT), (uint8_t)(seed % 8)};
			put_str(&p, (int)((seed >> 16) % W), (int)((seed >> 20) % H), st,
			        text[(seed >> 12) % 7]);
		}
		b.cursor = round % 2;
		b.cur_x = round % W;
		feed(&e, &a, &b, colors);
		assert_same(&e, &b, colors);
		grid_copy(&a, &b);
	}
	assert_int_equal(e.side_effects, 0);
	grid_release(&a);
	grid_release(&b);
	vterm_free(e.vt);
}

static void paints_differences(void **state)
{
	(void)state;
	paint_rounds(256);
	paint_rounds(COLORS_TRUE);
	paint_rounds(8);
	paint_rounds(0);
}

static void nothing_new_paints_nothing(void **state)
{
	struct paint_options o = {.colors = 256, .sync = true};
	struct grid g;
	struct buf b;
	(void)state;
	grid_init(&g, W, H);
	buf_init(&b, BUF_NO_LIMIT);
	paint_diff(&b, &g, &g, &o);
	assert_int_equal(b.len, 0);
	buf_release(&b);
	grid_release(&g);
}

/* Bytes of the frame between two pictures. */
static size_t cost(const struct grid *from, const struct grid *to, int colors, struct buf *out)
{
	struct paint_options o = {.colors = colors, .sync = true};
	buf_clear(out);
	paint_diff(out, from, to, &o);
	return out->len;
}

/* A list as the query screen has it, with its title, line `at` chosen, and a clock. */
static void draw_list(struct grid *g, int at, const char *clock)
{
	struct pane p = pane_all(g);
	grid_clear(g);
	put_fill(&p, 0, 0, p.w, 1, STB(FG_TEXT, BG_BAR), " ");
	put_str(&p, 1, 0, STB(FG_STRONG, BG_BAR), "1 Queries  2 Editor  3 Run");
	put_right(&p, p.w - 1, 0, STB(FG_DIM, BG_BAR), clock);
	for (int y = 2; y < p.h - 2; y++) {
		put_fmt(&p, 1, y, ST(FG_TEXT), "query-number-%02d", y);
		put_str(&p, 30, y, ST(FG_DIM), "Comments of AI boards · of middle length");
		put_right(&p, p.w - 2, y, ST(FG_NUMBER), "$0.0123   4.2 s");
		if (y == at)
			put_bg(&p, 0, y, p.w, 1, BG_SELECT);
	}
}

static void frames_are_small(void **state)
{
	struct grid a, b;
	struct buf out;
	(void)state;
	grid_init(&a, 120, 40);
	grid_init(&b, 120, 40);
	buf_init(&out, BUF_NO_LIMIT);
	draw_list(&a, 5, "00:12");
	draw_list(&b, 6, "00:12");
	assert_true(cost(&a, &b, 256, &out) < 400);
	assert_true(cost(&a, &b, COLORS_TRUE, &out) < 600);
	draw_list(&b, 5, "00:13");
	assert_true(cost(&a, &b, COLORS_TRUE, &out) < 60);
	assert_null(strstr(buf_str(&out), "2026"));
	assert_true(cost(NULL, &a, 256, &out) < 6000); /* of 4800 cells, most of them blank */
	assert_non_null(strstr(buf_str(&out), "\033[?2026h"));
	grid_clear(&b);
	assert_true(cost(&a, &b, 256, &out) < 40 * 12); /* erased, not painted over */
	grid_copy(&b, &a);
	b.cursor = true;
	b.cur_x = 3;
	assert_true(cost(&a, &b, 256, &out) < 20);
	grid_release(&a);
	grid_release(&b);
	buf_release(&out);
}

/* Letters that a terminal might draw from the right, or with another width: each is placed. */
static void doubtful_cells_are_placed(void **state)
{
	static const char *const text[] = {"שלום", "مرحبا",
	        ("e\xcc\x81"
	         "e\xcc\x81"),
	        "👍🏽👨‍👩‍👧"};
	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		struct grid g;
		struct buf out;
		int cells = 0, moves = 0;
		grid_init(&g, 30, 3);
		buf_init(&out, BUF_NO_LIMIT);
		struct pane p = pane_all(&g);
		put_str(&p, 2, 1, ST(FG_TEXT), text[i]);
		put_str(&p, 20, 1, ST(FG_TEXT), "end");
		for (int x = 0; x < 19; x++)
			cells += grid_at(&g, x, 1)->width > 0 &&
			         strcmp(grid_at(&g, x, 1)->text, " ") != 0;
		cost(NULL, &g, 256, &out);
		for (const char *s = buf_str(&out); (s = strstr(s, "\033[2;")) != NULL; s++)
			moves++;
		assert_int_equal(moves, cells + 1);
		grid_release(&g);
		buf_release(&out);
	}
}

/* Our own signs are trusted at the edge of the screen, where doubted cells are cut. */
static void own_signs_reach_the_edge(void **state)
{
	static const char *const sign[] = {
	        "↵", "›", "‹", "…", "▐", "★", "●", "≤", "≥", "−", "▾", "✓", "✗", "■", "▌"};
	(void)state;
	for (size_t i = 0; i < sizeof sign / sizeof *sign; i++) {
		struct grid g;
		struct buf out;
		grid_init(&g, 10, 2);
		buf_init(&out, BUF_NO_LIMIT);
		struct pane p = pane_all(&g);
		put_str(&p, 9, 0, ST(FG_TEXT), sign[i]);
		cost(NULL, &g, 256, &out);
		if (!strstr(buf_str(&out), sign[i]))
			fail_msg("%s is cut in the last column", sign[i]);
		grid_release(&g);
		buf_release(&out);
	}
}

/* Joined emoji that a terminal sets side by side run over what follows: it is painted again, and at
 * the edge they are cut. Single signs, like the mark of more columns, stay as they are there. */
static void what_spills_is_painted_over(void **state)
{
	struct emulator e;
	struct grid a, b;
	const char *joined =
	        "\360\237\221\251\342\200\215\360\237\221\251\342\200\215\360\237\221\251";
	(void)state;
	emulator_init(&e);
	grid_init(&a, W, H);
	grid_init(&b, W, H);
	struct pane p = pane_all(&a), q = pane_all(&b);
	put_str(&p, 0, 0, ST(FG_TEXT), "ab|cdefgh");
	put_str(&q, 0, 0, ST(FG_TEXT), joined);
	put_str(&q, 2, 0, ST(FG_TEXT), "|cdefgh");
	put_str(&q, W - 2, 1, ST(FG_TEXT), joined);
	put_str(&q, 0, 2, ST(FG_TEXT), "next row");
	put_str(&q, W - 1, 3, ST(FG_TEXT), "\342\200\272");
	feed(&e, NULL, &a, 256);
	feed(&e, &a, &b, 256);
	VTermScreenCell c;
	for (int x = 2; x < 9; x++) {
		vterm_screen_get_cell(e.screen, (VTermPos){0, x}, &c);
		assert_int_equal(c.chars[0], "ab|cdefgh"[x]);
	}
	vterm_screen_get_cell(e.screen, (VTermPos){2, 0}, &c);
	assert_int_equal(c.chars[0], 'n');
	vterm_screen_get_cell(e.screen, (VTermPos){3, W - 1}, &c);
	assert_int_equal(c.chars[0], 0x203a);
	vterm_free(e.vt);
	grid_release(&a);
	grid_release(&b);
}

static void ascii_where_there_is_no_utf8(void **state)
{
	struct paint_options o = {.colors = 0, .ascii = true};
	struct grid g;
	struct buf out;
	(void)state;
	grid_init(&g, W, H);
	buf_init(&out, BUF_NO_LIMIT);
	struct pane p = pane_all(&g);
	put_rule(&p, 0, 0, W, "title");
	put_str(&p, 0, 1, STB(FG_GOOD, BG_SELECT), "✓ 漢字 → done…");
	put_vrule(&p, 30, 0, H);
	paint_diff(&out, NULL, &g, &o);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.ptr[i] < 0x80);
	assert_non_null(strstr(buf_str(&out), "-- title ---"));
	assert_non_null(strstr(buf_str(&out), "+ ? ?  > done."));
	grid_release(&g);
	buf_release(&out);
}

static void hostile_text_does_nothing(void **state)
{
	char path[1024], bytes[4096];
	struct emulator e;
	struct buf all;
	(void)state;
	if (!test_shared("vectors/terminal/untrusted-text.jsonl", path, sizeof path))
		skip();
	buf_init(&all, 1u << 24);
	assert_int_equal(file_read(path, &all, NULL), 0);
	emulator_init(&e);
	for (char *line = all.ptr, *nl; line && *line; line = nl) {
		nl = line + strcspn(line, "\n");
		if (*nl)
			*nl++ = '\0';
		json_t *j = json_loads(line, 0, NULL);
		const char *hex = json_string_value(json_object_get(j, "hex"));
		size_t n = 0;
		for (; hex[0] && hex[1] && n < sizeof bytes; hex += 2)
			bytes[n++] = (char)strtoul((char[]){hex[0], hex[1], '\0'}, NULL, 16);
		struct grid g;
		grid_init(&g, W, H);
		struct pane p = pane_all(&g);
		put_str(&p, 0, 0, ST(FG_TEXT), "before");
		put_text(&p, 0, 1, ST(FG_BAD), slice_of(bytes, n));
		put_str(&p, 0, 2, ST(FG_TEXT), "after");
		feed(&e, NULL, &g, 256);
		assert_int_equal(e.side_effects, 0);
		VTermScreenCell c;
		vterm_screen_get_cell(e.screen, (VTermPos){2, 0}, &c);
		assert_int_equal(c.chars[0], 'a');
		vterm_screen_get_cell(e.screen, (VTermPos){0, 5}, &c);
		assert_int_equal(c.chars[0], 'e');
		grid_release(&g);
		json_decref(j);
	}
	buf_release(&all);
	vterm_free(e.vt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(paints_differences),
	        cmocka_unit_test(nothing_new_paints_nothing),
	        cmocka_unit_test(frames_are_small),
	        cmocka_unit_test(doubtful_cells_are_placed),
	        cmocka_unit_test(own_signs_reach_the_edge),
	        cmocka_unit_test(what_spills_is_painted_over),
	        cmocka_unit_test(ascii_where_there_is_no_utf8),
	        cmocka_unit_test(hostile_text_does_nothing),
	};
	return cmocka_run_group_tests_name("paint", tests, NULL, NULL);
}
