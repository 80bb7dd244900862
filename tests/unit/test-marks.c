/* Marks of examples: kept by result, read back, exported. */
#include "job-test.h"

#include "job/marks.h"

#include "base/ban.h"

static void set(struct marks *m, uint64_t row, enum mark mark)
{
	struct err err = ERR_INIT;

	assert_int_equal(marks_set(m, (struct marked){row, mark, 1764000000000}, "sft", &err), 0);
}

static void marks_survive(void **state)
{
	char *dir = scratch_new(), *path = file_join(dir, "marks.jsonl");
	struct err err = ERR_INIT;
	struct marks *m = marks_open(dir, "q-1", &err), *other = marks_open(dir, "q-2", &err);
	struct stat st;

	(void)state;
	set(m, 7, MARK_GOOD);
	set(m, 0, MARK_BAD);
	set(m, 1u << 30, MARK_GOOD);
	set(m, 3, MARK_GOOD);
	set(m, 3, MARK_NONE);
	set(other, 7, MARK_BAD);
	marks_free(m);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(
	        file_append_line(path, slice_str("{\"query_id\":\"q-1\",\"row\":9,\"ma"), &err), 0);
	assert_int_equal(
	        file_append_line(path, slice_str("{\"query_id\":\"q-1\",\"row\":-9}"), &err), 0);
	m = marks_open(dir, "q-1", &err);
	assert_int_equal(err.code, ERR_NONE);
	assert_int_equal(marks_get(m, 7), MARK_GOOD);
	assert_int_equal(marks_get(m, 0), MARK_BAD);
	assert_int_equal(marks_get(m, 3), MARK_NONE);
	assert_int_equal(marks_get(m, 4), MARK_NONE);
	assert_int_equal(marks_count(m, MARK_GOOD), 2);
	assert_int_equal(marks_count(m, MARK_BAD), 1);
	assert_int_equal(marks_at(m, 0)->row, 0);
	assert_int_equal(marks_at(m, 1)->row, 7);
	assert_int_equal(marks_at(m, 2)->row, 1u << 30);
	assert_null(marks_at(m, 3));
	assert_int_equal(marks_get(other, 7), MARK_BAD);
	marks_free(m);
	marks_free(other);
	mem_free(path);
	scratch_free(dir);
}

static void without_a_place(void **state)
{
	struct err err = ERR_INIT;
	struct marks *m = marks_open(NULL, "q", &err);

	(void)state;
	set(m, 2, MARK_GOOD);
	assert_int_equal(marks_get(m, 2), MARK_GOOD);
	marks_free(m);
	m = marks_open("/proc/nowhere", "q", &err);
	assert_int_equal(marks_set(m, (struct marked){1, MARK_BAD, 0}, "r", &err), -1);
	assert_int_equal(marks_get(m, 1), MARK_BAD);
	marks_free(m);
	marks_free(NULL);
}

static void an_exported_line(void **state)
{
	struct mark_line x = {{41, MARK_GOOD, 1764000000000}, {"t1_\"x", 5}, "kept",
	        {"a\x1b\xff", 3}, {"{\"text\":\"a\",\"n\":12}", 19}, "sft", "name: sft\n", "q-9"};
	struct buf out;
	json_t *o;

	(void)state;
	buf_init(&out, BUF_NO_LIMIT);
	mark_line_write(&x, &out);
	o = json_loads(buf_str(&out), 0, NULL);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "id")), "t1_\"x");
	assert_int_equal(json_integer_value(json_object_get(o, "row")), 42);
	assert_string_equal(json_string_value(json_object_get(o, "mark")), "good");
	assert_string_equal(json_string_value(json_object_get(o, "text")), "a\x1b\xEF\xBF\xBD");
	assert_int_equal(
	        json_integer_value(json_object_get(json_object_get(o, "example"), "n")), 12);
	assert_int_equal(strlen(json_string_value(json_object_get(o, "recipe_sha256"))), 64);
	assert_string_equal(json_string_value(json_object_get(o, "query_id")), "q-9");
	json_decref(o);
	x.id.ptr = NULL;
	x.line.len = 0;
	buf_clear(&out);
	mark_line_write(&x, &out);
	o = json_loads(buf_str(&out), 0, NULL);
	assert_null(json_object_get(o, "id"));
	assert_true(json_is_null(json_object_get(o, "example")));
	json_decref(o);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(marks_survive),
	        cmocka_unit_test(without_a_place),
	        cmocka_unit_test(an_exported_line),
	};

	return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
