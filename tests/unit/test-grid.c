#include "tests/unit/test.h"

#include "ui/grid.h"
#include "ui/table.h"
#include "ui/wrap.h"

#include "base/file.h"
#include "base/utf8.h"

#include <jansson.h>

#include "base/ban.h"

static void assert_row(const struct grid *g, int y, const char *want)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	grid_dump(g, &b);
	const char *s = buf_str(&b);
	for (; y > 0; y--)
		s = strchr(s, '\n') + 1;
	char *row = strndup(s, strcspn(s, "\n"));
	assert_string_equal(row, want);
	free(row);
	buf_release(&b);
}

static void draws_and_clips(void **state)
{
	struct grid g;
	(void)state;
	grid_init(&g, 10, 3);
	struct pane all = pane_all(&g), p = pane_sub(&all, 2, 1, 5, 1);
	assert_int_equal(put_str(&p, 0, 0, ST(FG_TEXT), "abcdefgh"), 8);
	put_str(&p, 0, 1, ST(FG_TEXT), "below");
	put_str(&p, -2, 0, ST(FG_TEXT), "xyz");
	assert_row(&g, 0, "");
	assert_row(&g, 1, "  zbcde");
	assert_row(&g, 2, "");
	struct pane none = pane_sub(&p, 7, 0, 5, 5);
	assert_int_equal(none.w, 0);
	put_str(&none, 0, 0, ST(FG_TEXT), "q");
	assert_row(&g, 1, "  zbcde");
	grid_release(&g);
}

static void keeps_wide_cells_whole(void **state)
{
	struct grid g;
	(void)state;
	grid_init(&g, 6, 1);
	struct pane p = pane_all(&g);
	put_str(&p, 0, 0, ST(FG_TEXT), "漢字漢");
	assert_row(&g, 0, "漢字漢");
	assert_int_equal(grid_at(&g, 1, 0)->width, 0);
	put_str(&p, 1, 0, ST(FG_TEXT), "x"); /* over the right half of the first */
	assert_row(&g, 0, " x字漢");
	put_str(&p, 4, 0, ST(FG_TEXT), "y"); /* over the left half of the last */
	assert_row(&g, 0, " x字y");
	put_str(&p, 5, 0, ST(FG_TEXT), "字"); /* cut by the edge: a blank */
	assert_row(&g, 0, " x字y");
	grid_release(&g);
}

static void fits_with_an_ellipsis(void **state)
{
	struct grid g;
	(void)state;
	grid_init(&g, 20, 6);
	struct pane p = pane_all(&g);
	assert_int_equal(put_fit(&p, 0, 0, 5, ST(FG_TEXT), slice_str("abcde")), 5);
	assert_int_equal(put_fit(&p, 0, 1, 5, ST(FG_TEXT), slice_str("abcdef")), 5);
	assert_int_equal(put_fit(&p, 0, 2, 5, ST(FG_TEXT), slice_str("漢字漢")), 5);
	assert_int_equal(put_fit(&p, 0, 3, 0, ST(FG_TEXT), slice_str("abc")), 0);
	put_fit(&p, 0, 4, 9, ST(FG_TEXT), slice_str("a\tb\nc"));
	put_right(&p, 10, 5, ST(FG_TEXT), "漢!");
	assert_row(&g, 0, "abcde");
	assert_row(&g, 1, "abcd…");
	assert_row(&g, 2, "漢字…");
	assert_row(&g, 3, "");
	assert_row(&g, 4, "a b c");
	assert_row(&g, 5, "       漢!");
	grid_release(&g);
}

static void finds_the_newest_region(void **state)
{
	struct grid g;
	(void)state;
	grid_init(&g, 10, 10);
	struct pane p = pane_all(&g), inner = pane_sub(&p, 2, 2, 4, 4);
	put_hit(&p, 0, 0, 10, 10, 1, 0);
	put_hit(&inner, 1, 1, 10, 1, 2, 7);
	assert_int_equal(grid_hit(&g, 0, 0)->action, 1);
	assert_int_equal(grid_hit(&g, 3, 3)->action, 2);
	assert_int_equal(grid_hit(&g, 3, 3)->arg, 7);
	assert_int_equal(grid_hit(&g, 6, 3)->action, 1); /* cut to its pane */
	assert_null(grid_hit(&g, 10, 0));
	grid_clear(&g);
	assert_null(grid_hit(&g, 0, 0));
	grid_release(&g);
}

/* A rule that meets a divider: no loose ends, no arms into nothing. */
static void joins_lines(void **state)
{
	struct grid g;
	(void)state;
	grid_init(&g, 9, 5);
	struct pane p = pane_all(&g);
	put_rule(&p, 0, 0, 4, NULL);
	put_rule(&p, 5, 0, 4, NULL);
	put_rule(&p, 0, 2, 4, NULL);
	put_rule(&p, 0, 4, 9, NULL);
	put_vrule(&p, 4, 0, 4);
	put_str(&p, 6, 2, ST(FG_TEXT), "│─"); /* text is no line */
	put_joints(&p);
	assert_row(&g, 0, "────┬────");
	assert_row(&g, 1, "    │");
	assert_row(&g, 2, "────┤ │─");
	assert_row(&g, 4, "────┴────");
	grid_release(&g);
}

static void wraps_words(void **state)
{
	static const struct {
		const char *text;
		int width, lines;
		const char *first, *last;
	} t[] = {
	        {"", 10, 0, NULL, NULL}, {"one two three", 8, 2, "one two", "three"},
	        {"abcdefghij", 4, 3, "abcd", "ij"}, {"a\n\nb\n", 10, 3, "a", "b"},
	        {"漢字漢字", 5, 2, "漢字", "漢字"}, {"x y", 1, 2, "x", "y"}, {"\n", 4, 1, "", ""},
	        {"end   \nnext", 10, 2, "end", "next"},
	        {"漢", 1, 1, "漢",
	                "漢"}, /* wider than the line: still shown, never an endless loop */
	};
	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct wrap w;
		size_t s, e;
		int n = 0;
		wrap_init(&w, slice_str(t[i].text), t[i].width);
		while (wrap_next(&w, &s, &e)) {
			const char *want = n == 0                ? t[i].first
			                   : n == t[i].lines - 1 ? t[i].last
			                                         : NULL;
			if (want)
				assert_true(slice_eq_str(slice_of(t[i].text + s, e - s), want));
			n++;
		}
		assert_int_equal(n, t[i].lines);
		assert_int_equal(wrap_count(slice_str(t[i].text), t[i].width), n);
	}
}

static void scrolls_lists(void **state)
{
	struct table t = {0};
	(void)state;
	table_fit(&t, 100, 10);
	assert_true(table_act(&t, 100, ACT_BOTTOM));
	table_fit(&t, 100, 10);
	assert_int_equal(t.at, 99);
	assert_int_equal(t.top, 90);
	table_act(&t, 100, ACT_PAGE_UP);
	table_act(&t, 100, ACT_DOWN);
	table_fit(&t, 100, 10);
	assert_int_equal(t.at, 91);
	table_fit(&t, 3, 10); /* the list shrank */
	assert_int_equal(t.at, 2);
	assert_int_equal(t.top, 0);
	table_fit(&t, 0, 10);
	table_act(&t, 0, ACT_DOWN);
	assert_int_equal(t.at, 0);
	assert_false(table_act(&t, 10, ACT_RUN));
}

/* Whatever is put into a grid, no cell holds anything that a terminal would act on. */
static void assert_harmless(const struct grid *g)
{
	for (int i = 0; i < g->w * g->h; i++) {
		struct slice s = slice_str(g->cell[i].text);
		assert_true(utf8_valid(s));
		while (s.len) {
			uint32_t cp;
			size_t n = utf8_decode(s, &cp, NULL);
			assert_false(cp < 0x20 || (cp >= 0x7f && cp < 0xa0));
			assert_false(
			        (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069));
			assert_false(cp == 0x200e || cp == 0x200f || cp == 0x061c || cp == 0xfeff);
			s.ptr += n;
			s.len -= n;
		}
	}
}

static size_t unhex(const char *hex, char *out, size_t size)
{
	size_t n = 0;
	for (; hex[0] && hex[1] && n < size; hex += 2) {
		char two[3] = {hex[0], hex[1], '\0'};
		out[n++] = (char)strtoul(two, NULL, 16);
	}
	return n;
}

static void foreign_text_is_harmless(void **state)
{
	char path[1024], bytes[4096];
	int cases = 0;
	struct buf all;
	(void)state;
	if (!test_shared("vectors/terminal/untrusted-text.jsonl", path, sizeof path))
		skip();
	buf_init(&all, 1u << 24);
	assert_int_equal(file_read(path, &all, NULL), 0);
	for (char *line = all.ptr, *nl; line && *line; line = nl) {
		nl = line + strcspn(line, "\n");
		if (*nl)
			*nl++ = '\0';
		json_t *j = json_loads(line, 0, NULL);
		assert_non_null(j);
		size_t n = unhex(json_string_value(json_object_get(j, "hex")), bytes, sizeof bytes);
		struct grid g;
		grid_init(&g, 40, 4);
		struct pane p = pane_all(&g);
		put_text(&p, 0, 0, ST(FG_TEXT), slice_of(bytes, n));
		put_fit(&p, 0, 1, 12, ST(FG_TEXT), slice_of(bytes, n));
		struct pane box = pane_sub(&p, 0, 2, 7, 2);
		put_wrapped(&box, ST(FG_TEXT), slice_of(bytes, n), 0);
		assert_harmless(&g);
		grid_release(&g);
		json_decref(j);
		cases++;
	}
	buf_release(&all);
	assert_true(cases > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(draws_and_clips),
	        cmocka_unit_test(keeps_wide_cells_whole),
	        cmocka_unit_test(fits_with_an_ellipsis),
	        cmocka_unit_test(finds_the_newest_region),
	        cmocka_unit_test(joins_lines),
	        cmocka_unit_test(wraps_words),
	        cmocka_unit_test(scrolls_lists),
	        cmocka_unit_test(foreign_text_is_harmless),
	};
	return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
