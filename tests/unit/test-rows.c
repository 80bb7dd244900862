/* Batches, columns and the bounded sample. */
#include "tests/unit/test.h"

#include "rows/rows.h"
#include "rows/sample.h"

static struct cell cell_str(const char *s)
{
	return (struct cell){s, s ? (uint32_t)strlen(s) : 0};
}

static void test_batch(void **state)
{
	struct rows *r = rows_new(3);
	struct err err = ERR_INIT;
	char text[32];
	int i, round;

	(void)state;
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 5000; i++) {
			struct cell c[3] = {cell_str(text), cell_str(NULL), cell_str("")};

			c[0].len = (uint32_t)snprintf(text, sizeof text, "value %d", i);
			assert_int_equal(rows_append(r, c, &err), 0);
		}
		assert_int_equal(rows_count(r), 5000);
		for (i = 0; i < 5000; i++) {
			const struct cell *c = rows_get(r, (size_t)i);

			snprintf(text, sizeof text, "value %d", i);
			assert_true(slice_eq_str(cell_slice(c[0]), text));
			assert_true(cell_is_null(c[1]));
			assert_false(cell_is_null(c[2]));
			assert_int_equal(c[2].len, 0);
		}
		assert_true(rows_bytes(r) > 5000 * 7);
		rows_clear(r);
		assert_int_equal(rows_count(r), 0);
		assert_int_equal(rows_bytes(r), 0);
	}
	rows_free(r);
	rows_free(NULL);
}

static void test_batch_large_values(void **state)
{
	struct rows *r = rows_new(1);
	struct err err = ERR_INIT;
	static char big[1 << 20];
	size_t i;

	(void)state;
	memset(big, 'x', sizeof big);
	for (i = 0; i < 6; i++) {
		struct cell c = {big, i % 2 ? (uint32_t)sizeof big : 5};

		big[0] = (char)('a' + i);
		assert_int_equal(rows_append(r, &c, &err), 0);
	}
	for (i = 0; i < 6; i++) {
		assert_int_equal(rows_get(r, i)->ptr[0], 'a' + (int)i);
		assert_int_equal(rows_get(r, i)->len, i % 2 ? sizeof big : 5);
	}
	rows_free(r);
}

static void test_no_columns(void **state)
{
	struct rows *r = rows_new(0);

	(void)state;
	assert_int_equal(rows_append(r, NULL, NULL), 0);
	assert_int_equal(rows_count(r), 1);
	rows_free(r);
}

static void test_columns(void **state)
{
	struct columns a, b;

	(void)state;
	columns_init(&a);
	columns_add(&a, slice_str("Body"), slice_str("varchar"));
	columns_add(&a, slice_str("body"), slice_of(NULL, 0));
	columns_add(&a, slice_str("score"), slice_str("bigint"));
	columns_copy(&b, &a);
	columns_release(&a);
	assert_int_equal(b.n, 3);
	assert_int_equal(columns_find(&b, "body"), 1);
	assert_int_equal(columns_find(&b, "BODY"), 0);
	assert_int_equal(columns_find(&b, "SCORE"), 2);
	assert_int_equal(columns_find(&b, "none"), -1);
	assert_string_equal(b.col[1].type, "");
	columns_release(&b);
}

static struct sample *make_sample(size_t head, size_t reservoir, size_t max_bytes, uint64_t rows)
{
	struct columns c;
	struct sample *s;
	uint64_t i;

	columns_init(&c);
	columns_add(&c, slice_str("n"), slice_str("bigint"));
	columns_add(&c, slice_str("t"), slice_str("varchar"));
	s = sample_new(&c, head, reservoir, max_bytes);
	columns_release(&c);
	for (i = 0; i < rows; i++) {
		char text[24];
		struct cell cells[2] = {{text, 0}, {i % 2 ? NULL : "", 0}};

		cells[0].len = (uint32_t)snprintf(text, sizeof text, "%llu", (unsigned long long)i);
		sample_add(s, cells, i);
	}
	return s;
}

static void assert_view_in_order(const struct sample_view *v, size_t head)
{
	uint64_t last = 0, at;
	size_t i;

	for (i = 0; i < sample_view_count(v); i++) {
		const struct cell *c = sample_view_row(v, i, &at);
		char text[24];

		snprintf(text, sizeof text, "%llu", (unsigned long long)at);
		assert_true(slice_eq_str(cell_slice(c[0]), text));
		assert_int_equal(cell_is_null(c[1]), at % 2);
		if (i < head)
			assert_int_equal(at, i);
		else
			assert_true(at > last);
		last = at;
	}
}

static void test_sample(void **state)
{
	struct sample *s = make_sample(10, 100, 1 << 20, 10000);
	struct sample_view *v = sample_view_new(s), *again;
	struct cell more[2] = {{"10000", 5}, {"", 0}};
	uint64_t sum = 0, at;
	size_t i;

	(void)state;
	assert_int_equal(sample_view_count(v), 110);
	assert_int_equal(sample_view_columns(v)->n, 2);
	assert_view_in_order(v, 10);
	for (i = 10; i < 110; i++) {
		sample_view_row(v, i, &at);
		sum += at;
	}
	/* The mean of 100 draws from 10..9999 has a standard deviation of 290. */
	assert_in_range(sum / 100, 5000 - 1200, 5000 + 1200);
	for (i = 0; i < 1000; i++)
		sample_add(s, more, 10000);
	again = sample_view_ref(v);
	sample_view_unref(v);
	sample_free(s); /* the view outlives the sample, and has not changed */
	assert_view_in_order(again, 10);
	sample_view_unref(again);
	sample_view_unref(NULL);
	sample_free(NULL);
}

static void test_sample_bytes(void **state)
{
	struct sample *s = make_sample(10, 100000, 10000, 5000);
	struct sample_view *v = sample_view_new(s);
	static char big[5000];
	struct cell cells[2] = {{big, sizeof big}, {NULL, 0}};

	(void)state;
	assert_in_range(sample_view_count(v), 60, 200);
	assert_view_in_order(v, 10);
	sample_view_unref(v);
	sample_add(s, cells, 5000); /* too large: not taken */
	v = sample_view_new(s);
	assert_view_in_order(v, 10);
	sample_view_unref(v);
	sample_free(s);
	s = make_sample(1000, 5, 2000, 500); /* no room even for the head */
	v = sample_view_new(s);
	assert_in_range(sample_view_count(v), 10, 40);
	assert_view_in_order(v, sample_view_count(v));
	sample_view_unref(v);
	sample_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_batch),
	        cmocka_unit_test(test_batch_large_values),
	        cmocka_unit_test(test_no_columns),
	        cmocka_unit_test(test_columns),
	        cmocka_unit_test(test_sample),
	        cmocka_unit_test(test_sample_bytes),
	};

	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
