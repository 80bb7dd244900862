/* Themes: every text can be read on its background, the colour-blind ones by people who mix up red
 * and green or blue and yellow; escape texts; ASCII instead of UTF-8. */
#include "tests/unit/test.h"

#include "ui/escape.h"
#include "ui/plain.h"
#include "ui/theme.h"

#include <math.h>

#include "base/ban.h"

struct rgb {
	double r, g, b; /* linear light, 0..1 */
};

static double linear(int v)
{
	double c = v / 255.0;
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static struct rgb of_rgb(int v)
{
	return (struct rgb){linear(v >> 16 & 255), linear(v >> 8 & 255), linear(v & 255)};
}

/* The colours of xterm's 256 that are the same everywhere. */
static struct rgb of_index(int i)
{
	static const int step[] = {0, 95, 135, 175, 215, 255};
	assert_in_range(i, 16, 255);
	if (i >= 232)
		return of_rgb((8 + (i - 232) * 10) * 0x10101);
	i -= 16;
	return of_rgb(step[i / 36] << 16 | step[i / 6 % 6] << 8 | step[i % 6]);
}

static struct rgb of(int colors, int v)
{
	return colors == 256 ? of_index(v) : of_rgb(v);
}

static double luminance(struct rgb c)
{
	return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

/* WCAG 2: 1 to 21. */
static double contrast(struct rgb a, struct rgb b)
{
	double x = luminance(a), y = luminance(b);
	return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

static bool is_text(int fg)
{
	return fg != FG_LINE && fg != FG_FILL && fg != FG_FILL2 && fg != FG_TRACK;
}

/* Backgrounds that people have: black to One Dark's grey, white to Solarized's paper. */
static const int dark_grounds[] = {0x000000, 0x1e1e1e, 0x282c34};
static const int light_grounds[] = {0xffffff, 0xfafafa, 0xfdf6e3};
static const enum theme_name coloured[] = {
        THEME_DARK, THEME_LIGHT, THEME_COLORBLIND, THEME_COLORBLIND_LIGHT};

static bool is_light(enum theme_name t)
{
	return t == THEME_LIGHT || t == THEME_COLORBLIND_LIGHT;
}

static void check(enum theme_name t, int colors, int fg, int bg)
{
	struct look l = theme_look(t, colors, (struct style){(uint8_t)fg, (uint8_t)bg, 0});
	const int *ground = is_light(t) ? light_grounds : dark_grounds;
	if (bg != BG_NONE)
		assert_true(l.fg >= 0 && l.bg >= 0); /* never the terminal's own text on ours */
	for (int i = 0; i < 3 && l.fg >= 0; i++) {
		double c =
		        contrast(of(colors, l.fg), l.bg < 0 ? of_rgb(ground[i]) : of(colors, l.bg));
		if (c < 4.5)
			fail_msg("%s, %d colours: role %d on %d has %.2f", theme_name_of(t), colors,
			        fg, bg, c);
	}
}

static void text_can_be_read(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof coloured / sizeof *coloured; t++)
		for (int fg = 0; fg < FG_COUNT; fg++)
			for (int bg = 0; bg < BG_COUNT && is_text(fg); bg++) {
				check(coloured[t], COLORS_TRUE, fg, bg);
				check(coloured[t], 256, fg, bg);
			}
}

/* Viénot, Brettel and Mollon 1999, in linear light: protanopia and deuteranopia; tritanopia by the
 * same construction. */
static struct rgb seen(struct rgb c, int kind)
{
	static const double m[3][9] = {
	        {0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1},
	        {0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1},
	        {1, 0.14461, -0.14461, 0, 0.85924, 0.14076, 0, 0.85924, 0.14076},
	};
	const double *k = m[kind];
	return (struct rgb){k[0] * c.r + k[1] * c.g + k[2] * c.b,
	        k[3] * c.r + k[4] * c.g + k[5] * c.b, k[6] * c.r + k[7] * c.g + k[8] * c.b};
}

static double f_lab(double t)
{
	return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

/* CIE 1976: some 2.3 is just to be seen. */
static double distance(struct rgb a, struct rgb b)
{
	double lab[2][3];
	const struct rgb in[2] = {a, b};
	for (int i = 0; i < 2; i++) {
		struct rgb c = in[i];
		double x = f_lab((0.4124 * c.r + 0.3576 * c.g + 0.1805 * c.b) / 0.9505);
		double y = f_lab(luminance(c));
		double z = f_lab((0.0193 * c.r + 0.1192 * c.g + 0.9505 * c.b) / 1.089);
		lab[i][0] = 116 * y - 16;
		lab[i][1] = 500 * (x - y);
		lab[i][2] = 200 * (y - z);
	}
	return sqrt(pow(lab[0][0] - lab[1][0], 2) + pow(lab[0][1] - lab[1][1], 2) +
	            pow(lab[0][2] - lab[1][2], 2));
}

static void good_warn_and_bad_differ_for_all(void **state)
{
	static const int role[] = {FG_GOOD, FG_WARN, FG_BAD};
	(void)state;
	for (int t = THEME_COLORBLIND; t <= THEME_COLORBLIND_LIGHT; t++)
		for (int colors = 256; colors; colors = colors == 256 ? COLORS_TRUE : 0)
			for (int kind = 0; kind < 3; kind++)
				for (int i = 0; i < 3; i++) {
					struct look a = theme_look(
					        (enum theme_name)t, colors, ST((uint8_t)role[i]));
					struct look b = theme_look((enum theme_name)t, colors,
					        ST((uint8_t)role[(i + 1) % 3]));
					double d = distance(seen(of(colors, a.fg), kind),
					        seen(of(colors, b.fg), kind));
					if (d < 12)
						fail_msg("theme %d, %d colours, kind %d: roles %d "
						         "and %d are %.1f apart",
						        t, colors, kind, role[i], role[(i + 1) % 3],
						        d);
				}
}

/* What a terminal makes of SGR sequences. */
static struct look applied(struct look l, const char *s, bool indexed)
{
	if (strcmp(s, "\033[m") == 0)
		return LOOK_PLAIN;
	for (s += 2; *s && *s != 'm';) {
		long n = strtol(s, (char **)(uintptr_t)&s, 10), v = -1;
		if (n == 38 || n == 48) {
			long kind = strtol(s + 1, (char **)(uintptr_t)&s, 10);
			v = strtol(s + 1, (char **)(uintptr_t)&s, 10);
			for (int i = 0; kind == 2 && i < 2; i++)
				v = v << 8 | strtol(s + 1, (char **)(uintptr_t)&s, 10);
			*(n == 38 ? &l.fg : &l.bg) = (int)v;
		} else if (n == 0)
			l = LOOK_PLAIN;
		else if (n == 22)
			l.attr &= (unsigned char)~(LOOK_BOLD | LOOK_DIM);
		else if (n == 24 || n == 27)
			l.attr &= (unsigned char)~(n == 24 ? LOOK_UNDERLINE : LOOK_REVERSE);
		else if (n == 39 || n == 49)
			*(n == 39 ? &l.fg : &l.bg) = -1;
		else if (n >= 90)
			l.fg = (int)n - 82;
		else if (n >= 30)
			l.fg = (int)n - 30;
		else
			l.attr |= n == 1   ? LOOK_BOLD
			          : n == 2 ? LOOK_DIM
			          : n == 4 ? LOOK_UNDERLINE
			                   : LOOK_REVERSE;
		assert_true(indexed || n < 38 || n == 39 || n == 49 || n >= 90);
		s += *s == ';';
	}
	return l;
}

static void every_change_of_look_arrives(void **state)
{
	static const int colors[] = {COLORS_TRUE, 256, 16, 8, 0};
	unsigned seed = 3;
	struct look now = LOOK_PLAIN;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		int c = colors[i / 4000];
		struct buf b;
		buf_init(&b, 1000);
		seed = seed * 1103515245u + 12345;
		struct style st = {(uint8_t)(seed >> 8 & 255) % FG_COUNT,
		        (uint8_t)(seed >> 16 & 255) % BG_COUNT, (uint8_t)(seed >> 24 & 7)};
		struct look want = theme_look((enum theme_name)(i % THEME_COUNT), c, st);
		if (i % 4000 == 0)
			now = LOOK_PLAIN;
		look_change(c, now, want, &b);
		struct look got = b.len ? applied(now, buf_str(&b), c >= 256) : now;
		if (!look_same(got, want))
			fail_msg("%d colours: %s", c, buf_str(&b) + 1);
		now = want;
		buf_release(&b);
	}
}

static void without_colour_attributes_are_left(void **state)
{
	(void)state;
	for (int t = 0; t < THEME_COUNT; t++)
		for (int fg = 0; fg < FG_COUNT; fg++)
			for (int bg = 0; bg < BG_COUNT; bg++) {
				struct look l =
				        theme_look((enum theme_name)t, t == THEME_MONO ? 256 : 0,
				                (struct style){(uint8_t)fg, (uint8_t)bg, 0});
				assert_true(l.fg == -1 && l.bg == -1);
				if (bg == BG_BAR || bg == BG_SELECT || bg == BG_MARK ||
				        bg == BG_MATCH || bg == BG_ERROR)
					assert_true(l.attr & LOOK_REVERSE);
			}
	assert_true(theme_look(THEME_MONO, 0, ST(FG_BAD)).attr & LOOK_BOLD);
}

static void names_are_found(void **state)
{
	enum theme_name t = THEME_DARK;
	(void)state;
	for (int i = 0; i < THEME_COUNT; i++) {
		assert_true(theme_find(theme_name_of((enum theme_name)i), &t));
		assert_int_equal(t, i);
	}
	assert_false(theme_find("pink", &t));
	assert_false(theme_find(NULL, &t));
	assert_true(colorfgbg_is_light("0;15"));
	assert_true(colorfgbg_is_light("0;default;7"));
	assert_false(colorfgbg_is_light("15;0"));
	assert_false(colorfgbg_is_light("15;8"));
	assert_false(colorfgbg_is_light(NULL));
	assert_true(rgb_is_light(0xfdf6e3));
	assert_false(rgb_is_light(0x002b36));
}

static void texts_cannot_end_a_sequence(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	escape_title(&b, "a\033]52;c;x\a\x9c\nb\xc2\x9c");
	assert_true(b.ptr[b.len - 1] == '\a');
	for (size_t i = 1; i + 1 < b.len; i++)
		assert_true((unsigned char)b.ptr[i] >= 0x20 && b.ptr[i] != 0x7f);
	assert_null(strstr(buf_str(&b), "\xc2\x9c"));
	buf_clear(&b);
	escape_notify(&b, ENVELOPE_NONE, true, "a;b", "c;d");
	assert_string_equal(buf_str(&b), "\033]777;notify;a,b;c,d\a");
	buf_clear(&b);
	escape_notify(&b, ENVELOPE_TMUX, false, "t", "done");
	assert_string_equal(buf_str(&b), "\033Ptmux;\033\033]9;t: done\a\033\\");
	buf_release(&b);
}

static void the_clipboard_is_wrapped(void **state)
{
	struct buf b;
	static char big[60000];
	(void)state;
	memset(big, 1, sizeof big);
	buf_init(&b, BUF_NO_LIMIT);
	assert_true(escape_copy(&b, ENVELOPE_NONE, slice_str("hello")));
	assert_string_equal(buf_str(&b), "\033]52;c;aGVsbG8=\a");
	buf_clear(&b);
	assert_true(escape_copy(&b, ENVELOPE_TMUX, slice_str("hello")));
	assert_string_equal(
	        buf_str(&b), "\033]52;c;aGVsbG8=\a\033Ptmux;\033\033]52;c;aGVsbG8=\a\033\\");
	buf_clear(&b);
	assert_false(escape_copy(&b, ENVELOPE_NONE, slice_of(big, 60000)));
	assert_int_equal(b.len, 0);
	assert_true(escape_copy(&b, ENVELOPE_SCREEN, slice_of(big, 3000)));
	for (char *s = b.ptr, *end; s && *s; s = end + 2) { /* no piece over screen's 768 */
		assert_memory_equal(s, "\033P", 2);
		end = strstr(s, "\033\\");
		assert_true(end - s < 768);
	}
	assert_int_equal(envelope_of("screen-256color", "/tmp/tmux-0/default,1,0"), ENVELOPE_TMUX);
	assert_int_equal(envelope_of("tmux-256color", NULL), ENVELOPE_TMUX);
	assert_int_equal(envelope_of("screen.xterm-256color", NULL), ENVELOPE_SCREEN);
	assert_int_equal(envelope_of("xterm", ""), ENVELOPE_NONE);
	assert_int_equal(envelope_of(NULL, NULL), ENVELOPE_NONE);
	buf_release(&b);
}

static void old_terminals_are_known(void **state)
{
	static const char *const plain[] = {"linux", "linux-16color", "vt100", "vt220-w", "ansi"};
	static const char *const not [] = {"xterm", "vte-256color", "screen", "tmux", "foot", "st"};
	(void)state;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		assert_true(term_is_plain(plain[i]));
	for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
		assert_false(term_is_plain(not [i]));
	assert_true(
	        locale_is_utf8("C.UTF-8") && locale_is_utf8("en_US.utf8") && locale_is_utf8(""));
	assert_false(locale_is_utf8("C") || locale_is_utf8("de_DE@euro"));
}

static void lines_become_ascii(void **state)
{
	static const char *const t[][2] = {{"─", "-"}, {"━", "-"}, {"│", "|"}, {"┌", "+"},
	        {"┼", "+"}, {"╋", "+"}, {"═", "="}, {"║", "|"}, {"╭", "+"}, {"╱", "/"}, {"╴", "-"},
	        {"╷", "|"}, {"█", "#"}, {"▏", "."}, {"▁", "_"}, {"▇", "#"}, {"░", ":"}, {"▲", "^"},
	        {"▸", ">"}, {"▼", "v"}, {"◀", "<"}, {"●", "*"}, {"○", "o"}, {"→", ">"}, {"↓", "v"},
	        {"…", "."}, {"·", "."}, {"×", "x"}, {"✓", "+"}, {"✗", "x"}, {"–", "-"}, {"’", "'"},
	        {"”", "\""}, {"•", "*"}, {"≥", ">"}, {"⠙", "*"}, {"é", "?"}, {"x", "x"}};
	struct buf b;
	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		buf_clear(&b);
		plain_cell(&b, t[i][0], 1);
		if (strcmp(buf_str(&b), t[i][1]) != 0)
			fail_msg("%s became %s, not %s", t[i][0], buf_str(&b), t[i][1]);
	}
	buf_clear(&b);
	plain_cell(&b, "漢", 2);
	assert_string_equal(buf_str(&b), "? ");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(text_can_be_read),
	        cmocka_unit_test(good_warn_and_bad_differ_for_all),
	        cmocka_unit_test(every_change_of_look_arrives),
	        cmocka_unit_test(without_colour_attributes_are_left),
	        cmocka_unit_test(names_are_found),
	        cmocka_unit_test(texts_cannot_end_a_sequence),
	        cmocka_unit_test(the_clipboard_is_wrapped),
	        cmocka_unit_test(old_terminals_are_known),
	        cmocka_unit_test(lines_become_ascii),
	};
	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
