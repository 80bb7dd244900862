/* A text wrapped as far as it is seen is the text wrapped at once. */
#include "test.h"

#include "base/buf.h"
#include "ui/lines.h"

#include "base/ban.h"

static const char *const pieces[] = {"a", " ", "word ", "\n", "\n\n", "\t", "\xE6\xBC\xA2",
        "\xF0\x9F\x98\x80", "e\xCC\x81", "averyveryverylongwordthatdoesnotfit", "\xff", "\x1b[31m",
        "\xD7\xA9\xD7\x9C", "   "};

static struct style plain(void *arg, size_t offset)
{
	(void)arg;
	(void)offset;
	return ST(FG_TEXT);
}

static void random_text(uint32_t *seed, struct buf *out)
{
	buf_clear(out);
	*seed = *seed * 1664525 + 1013904223;
	for (uint32_t n = (*seed >> 16) % 80; n > 0; n--) {
		*seed = *seed * 1664525 + 1013904223;
		buf_add_str(out, pieces[(*seed >> 12) % (sizeof pieces / sizeof *pieces)]);
	}
}

static void same_picture(struct slice text, int w, int top, struct lines *l)
{
	struct grid a, b;
	struct buf x, y;
	struct pane pa, pb;

	grid_init(&a, w, 6);
	grid_init(&b, w, 6);
	buf_init(&x, BUF_NO_LIMIT);
	buf_init(&y, BUF_NO_LIMIT);
	pa = pane_all(&a);
	pb = pane_all(&b);
	put_wrapped_as(&pa, text, top, plain, NULL);
	lines_draw(&pb, l, (size_t)top, plain, NULL);
	grid_dump(&a, &x);
	grid_dump(&b, &y);
	assert_string_equal(buf_str(&y), buf_str(&x));
	buf_release(&x);
	buf_release(&y);
	grid_release(&a);
	grid_release(&b);
}

static void as_if_wrapped_at_once(void **state)
{
	struct lines l = {{NULL, 0}};
	struct buf text;
	uint32_t seed = 7;

	(void)state;
	buf_init(&text, BUF_NO_LIMIT);
	for (int i = 0; i < 300; i++) {
		int w = 3 + i % 40, n;

		random_text(&seed, &text);
		lines_release(&l); /* the bytes are at the same place */
		lines_set(&l, buf_slice(&text), w);
		for (int top = 0; top < 9; top += 4)
			same_picture(buf_slice(&text), w, top, &l);
		n = wrap_count(buf_slice(&text), w);
		assert_int_equal(lines_up_to(&l, 100000), n);
		assert_true(l.done || n == 0);
		for (int k = 0; k < n; k++)
			assert_int_equal(lines_at(&l, l.range[2 * k]), k);
		assert_int_equal(lines_at(&l, text.len + 5), n ? n - 1 : 0);
	}
	lines_release(&l);
	buf_release(&text);
}

static void only_as_far_as_seen(void **state)
{
	struct lines l = {{NULL, 0}};
	struct buf text;
	size_t from, to;

	(void)state;
	buf_init(&text, BUF_NO_LIMIT);
	for (int i = 0; i < 200000; i++)
		buf_add_str(&text, "word ");
	lines_set(&l, buf_slice(&text), 50);
	lines_span(&l, 10, 20, &from, &to);
	assert_int_equal(from, 500);
	assert_true(to > 1400 && to <= 1500);
	assert_int_equal(l.n, 30);
	lines_set(&l, buf_slice(&text), 50); /* the same: nothing is lost */
	assert_int_equal(l.n, 30);
	lines_set(&l, buf_slice(&text), 25);
	assert_int_equal(l.n, 0);
	lines_span(&l, 1u << 24, 20, &from, &to); /* behind the end */
	assert_int_equal(from, text.len);
	assert_int_equal(to, text.len);
	lines_release(&l);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(as_if_wrapped_at_once),
	        cmocka_unit_test(only_as_far_as_seen),
	};

	return cmocka_run_group_tests_name("longtext", tests, NULL, NULL);
}
