/* The last session: what is written is read again; a file of another kind is refused. */
#include "tests/unit/test.h"

#include "base/file.h"
#include "base/mem.h"
#include "job/desk.h"

#include <sys/stat.h>

static char dir[] = "/tmp/aj-desk-XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	char *path = file_join(dir, "session.json");
	unlink(path);
	mem_free(path);
	return rmdir(dir);
}

static void put(const char *text)
{
	assert_int_equal(desk_save(dir, slice_str(text), NULL), 0);
}

static void what_is_written_is_read(void **state)
{
	struct desk d = {.screen = mem_strdup("editor"),
	        .query = mem_strdup("ai-boards"),
	        .editor_path = mem_strdup("/tmp/\xff x.sql"),
	        .editor_cursor = 42,
	        .run_name = mem_strdup("ai-boards"),
	        .run_id = mem_strdup("4f0c"),
	        .run_sql = mem_strdup("SELECT 1"),
	        .export.split = mem_strdup("0.05 link_id")};
	struct desk back;
	struct buf b;
	bool found = true;
	struct stat st;
	char *path = file_join(dir, "session.json");
	(void)state;
	buf_init(&b, DESK_MAX);
	assert_int_equal(desk_load(dir, &back, &found, NULL), 0);
	assert_false(found);
	desk_add_param(&d, "ai-boards", "min_score=7");
	desk_text(&d, &b);
	put(buf_str(&b));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(desk_load(dir, &back, &found, NULL), 0);
	assert_true(found);
	assert_string_equal(back.screen, "editor");
	assert_string_equal(back.query, "ai-boards");
	assert_null(back.filter);
	assert_int_equal(back.editor_cursor, 42);
	assert_int_equal(back.n_params, 1);
	assert_string_equal(back.param[0].assignment, "min_score=7");
	assert_string_equal(back.run_id, "4f0c");
	assert_string_equal(back.run_sql, "SELECT 1");
	assert_string_equal(back.export.split, "0.05 link_id");
	assert_null(back.export.format);
	assert_false(back.run_local);
	desk_release(&back);
	desk_release(&d);
	buf_release(&b);
	mem_free(path);
}

static void much_is_kept_in_part(void **state)
{
	struct desk d = {.query = mem_strdup("q")}, back;
	char value[400] = "name=";
	struct buf b;
	bool found;
	(void)state;
	memset(value + 5, '"', sizeof value - 6);
	for (int i = 0; i < 1000; i++)
		desk_add_param(&d, "q", value);
	buf_init(&b, DESK_MAX);
	desk_text(&d, &b);
	assert_false(b.failed);
	put(buf_str(&b));
	assert_int_equal(desk_load(dir, &back, &found, NULL), 0);
	assert_string_equal(back.query, "q");
	assert_int_equal(back.n_params, 0);
	desk_release(&back);
	desk_release(&d);
	buf_release(&b);
}

static void other_files_are_refused(void **state)
{
	static const char *const bad[] = {
	        "", "x", "[]", "{}", "{\"version\":2}", "{\"version\":1", "{\"version\":\"1\"}"};
	static const char *const odd[] = {"{\"version\":1}",
	        "{\"version\":1,\"screen\":5,\"params\":{},\"run\":[],\"query\":null}",
	        "{\"version\":1,\"params\":[1,null,{\"query\":\"x\"},{\"value\":\"y\"}]}"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct desk d;
		struct err err = ERR_INIT;
		bool found;
		put(bad[i]);
		assert_int_equal(desk_load(dir, &d, &found, &err), -1);
		assert_true(found);
		assert_non_null(strstr(err.text, "session.json"));
		desk_release(&d);
	}
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct desk d;
		bool found;
		put(odd[i]);
		assert_int_equal(desk_load(dir, &d, &found, NULL), 0);
		assert_true(!d.screen && !d.query && d.n_params == 0 && !d.run_id);
		desk_release(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_is_written_is_read),
	        cmocka_unit_test(much_is_kept_in_part),
	        cmocka_unit_test(other_files_are_refused),
	};
	return cmocka_run_group_tests_name("desk", tests, make_dir, remove_dir);
}
