#include "tests/unit/test.h"

#include "base/file.h"
#include "base/mem.h"
#include "local/catalog.h"

#include <limits.h>

struct place {
	char dir[PATH_MAX];
};

static void make(const struct place *p, const char *name)
{
	char *path = file_join(p->dir, name), *dir = file_dir(path);
	assert_int_equal(file_mkdir_p(dir, 0700, NULL), 0);
	assert_int_equal(file_write(path, slice_str("x"), 0600, NULL), 0);
	mem_free(dir);
	mem_free(path);
}

static int setup(void **state)
{
	struct place *p = MEM_NEW(struct place);
	char dir[] = "/tmp/test-catalog-XXXXXX";
	assert_non_null(mkdtemp(dir));
	assert_non_null(realpath(dir, p->dir));
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char *cmd = mem_printf("rm -rf '%s'", p->dir);
	int rc = system(cmd);
	mem_free(cmd);
	mem_free(p);
	return rc;
}

static void test_formats(void **state)
{
	size_t stem;
	(void)state;
	assert_int_equal(catalog_file_format("a.parquet", &stem), CATALOG_PARQUET);
	assert_int_equal(stem, 1);
	assert_int_equal(catalog_file_format("a.ndjson.zst", &stem), CATALOG_NDJSON);
	assert_int_equal(stem, 1);
	assert_int_equal(catalog_file_format("A.CSV.GZ", &stem), CATALOG_CSV);
	assert_int_equal(catalog_file_format("RC_2023-01.zst", &stem), CATALOG_NDJSON);
	assert_int_equal(catalog_file_format("a.parquet.gz", &stem), CATALOG_NONE);
	assert_int_equal(catalog_file_format("README.md", &stem), CATALOG_NONE);
	assert_int_equal(catalog_file_format(".csv", &stem), CATALOG_NONE);
}

static void test_scan(void **state)
{
	struct place *p = *state;
	make(p, "reddit/Comments/year=2023/month=02/b.parquet");
	make(p, "reddit/Comments/year=2023/month=01/a.parquet");
	make(p, "reddit/Comments/year=2023/_SUCCESS");
	make(p, "reddit/Comments/stray.parquet");
	make(p, "reddit/my-posts.ndjson.zst");
	make(p, "reddit/.hidden/x.csv");
	make(p, "reddit/notes.txt");
	make(p, "single.csv");
	char *empty = file_join(p->dir, "empty");
	file_mkdir_p(empty, 0700, NULL);
	mem_free(empty);
	struct catalog *c = catalog_scan(p->dir, NULL);
	assert_non_null(c);
	assert_int_equal(c->n_databases, 3);
	assert_string_equal(c->database[0], "default");
	assert_string_equal(c->database[1], "empty");
	assert_int_equal(c->n_tables, 3);
	const struct catalog_table *t = catalog_find(c, "REDDIT", "comments");
	assert_non_null(t);
	assert_int_equal(t->format, CATALOG_PARQUET);
	assert_non_null(catalog_find(c, "reddit", "my_posts"));
	assert_non_null(catalog_find(c, "default", "single"));
	assert_null(catalog_find(c, "reddit", "notes"));
	assert_false(catalog_changed(c));
	catalog_free(c);
}

static void test_partitions(void **state)
{
	struct place *p = *state;
	make(p, "db/t/Year=2023/m=a%20b/x.csv");
	make(p, "db/t/Year=2024/m=2/x.csv");
	make(p, "db/t/Year=2024/other=2/x.csv");
	struct catalog *c = catalog_scan(p->dir, NULL);
	const struct catalog_table *t = catalog_find(c, "db", "t");
	assert_int_equal(t->n_keys, 2);
	assert_string_equal(t->key[0], "year");
	assert_string_equal(t->key[1], "m");
	assert_int_equal(t->n_files, 2);
	assert_string_equal(t->file[0].part[1], "a b");
	catalog_free(c);
}

static void test_changes(void **state)
{
	struct place *p = *state;
	make(p, "db/t/a.csv");
	struct catalog *c = catalog_scan(p->dir, NULL);
	uint64_t stamp = catalog_find(c, "db", "t")->stamp;
	assert_false(catalog_changed(c));
	make(p, "db/t/b.csv");
	assert_true(catalog_changed(c));
	catalog_free(c);
	c = catalog_scan(p->dir, NULL);
	assert_int_equal(catalog_find(c, "db", "t")->n_files, 2);
	assert_true(catalog_find(c, "db", "t")->stamp != stamp);
	catalog_free(c);
}

static void test_links(void **state)
{
	struct place *p = *state;
	make(p, "db/real.csv");
	char *to = file_join(p->dir, "db/link.csv"), *out = file_join(p->dir, "db/folder");
	assert_int_equal(symlink("/etc/hostname", to), 0);
	assert_int_equal(symlink("/etc", out), 0);
	struct catalog *c = catalog_scan(p->dir, NULL);
	assert_non_null(catalog_find(c, "db", "link"));
	assert_int_equal(c->n_linked, 1);
	assert_null(catalog_find(c, "db", "folder"));
	catalog_free(c);
	mem_free(to);
	mem_free(out);
	struct err err = ERR_INIT;
	assert_null(catalog_scan("/proc/nonexistent/x", &err));
	assert_int_equal(err.code, ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_formats),
	        cmocka_unit_test_setup_teardown(test_scan, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_partitions, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_links, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
