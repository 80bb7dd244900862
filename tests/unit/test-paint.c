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
	struct paint_options o = {THEME_DARK, colors, true};
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	paint_diff(&b, from, to, &o);
	vterm_input_write(e->vt, buf_str(&b), b.len);
	vterm_screen_flush_damage(e->screen);
	buf_release(&b);
}

/* The emulator's text at a cell; widths of emoji differ between libraries: only sure cells count.
 */
static void assert_same(struct emulator *e, const struct grid *g)
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
		}
}

static void paints_differences(void **state)
{
	struct emulator e;
	struct grid a, b;
	unsigned seed = 7;
	(void)state;
	emulator_init(&e);
	grid_init(&a, W, H);
	grid_init(&b, W, H);
	feed(&e, NULL, &a, 256);
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
		feed(&e, &a, &b, round % 3 == 0 ? 256 : round % 3 == 1 ? 8 : 0);
		assert_same(&e, &b);
		grid_copy(&a, &b);
	}
	assert_int_equal(e.side_effects, 0);
	grid_release(&a);
	grid_release(&b);
	vterm_free(e.vt);
}

static void nothing_new_paints_nothing(void **state)
{
	struct paint_options o = {THEME_DARK, 256, true};
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

static void mono_has_no_colour(void **state)
{
	static const enum theme_name theme[] = {THEME_DARK, THEME_LIGHT, THEME_MONO};
	(void)state;
	for (int t = 0; t < 3; t++)
		for (int fg = 0; fg < FG_COUNT; fg++)
			for (int bg = 0; bg < BG_COUNT; bg++) {
				struct buf b;
				int colors = theme[t] == THEME_MONO ? 256 : 0;
				buf_init(&b, BUF_NO_LIMIT);
				theme_sgr(theme[t], colors,
				        (struct style){(uint8_t)fg, (uint8_t)bg, 0}, &b);
				for (char *s = b.ptr + 2; *s;
				        s++) /* only 0 1 2 4 7: no 3x, 4x, 9x */
					if (s[0] != ';' && s[0] != 'm')
						assert_true((s[1] == ';' || s[1] == 'm') &&
						            strchr("01247", s[0]));
				if (bg != BG_NONE)
					assert_true(
					        strstr(b.ptr, ";7") != NULL); /* still to be seen */
				buf_release(&b);
			}
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
	        cmocka_unit_test(mono_has_no_colour),
	        cmocka_unit_test(hostile_text_does_nothing),
	};
	return cmocka_run_group_tests_name("paint", tests, NULL, NULL);
}
