/* What the tests of src/job share: a scratch folder, a recipe, files' contents. */
#ifndef TESTS_UNIT_JOB_TEST_H
#define TESTS_UNIT_JOB_TEST_H

#include "tests/unit/test.h"

#include "base/file.h"
#include "base/mem.h"
#include "recipe/recipe.h"

#include <dirent.h>
#include <jansson.h>
#include <sys/stat.h>

static inline char *scratch_new(void)
{
	char path[] = "/tmp/aj-job-XXXXXX";
	assert_non_null(mkdtemp(path));
	return mem_strdup(path);
}

static inline void scratch_clear(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		char *p = file_join(dir, e->d_name);
		if (unlink(p) != 0)
			scratch_clear(p);
		mem_free(p);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static inline void scratch_free(char *dir)
{
	scratch_clear(dir);
	mem_free(dir);
}

/* Files in dir (temporaries included), not folders. */
static inline size_t scratch_files(const char *dir)
{
	size_t n = 0;
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
		char *p = file_join(dir, e->d_name);
		n += !file_is_dir(p);
		mem_free(p);
	}
	if (d)
		closedir(d);
	return n;
}

static inline char *slurp(const char *path)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	assert_int_equal(file_read(path, &b, NULL), 0);
	return buf_take(&b);
}

static inline struct recipe *shipped_recipe(const char *name)
{
	char *dir = mem_printf("%s/queries", test_srcdir());
	const char *const dirs[] = {dir, NULL};
	struct err err = ERR_INIT;
	struct recipe *r = recipe_load(name, dirs, &err);
	if (r == NULL)
		print_message("# %s\n", err.text);
	assert_non_null(r);
	mem_free(dir);
	return r;
}

#endif
