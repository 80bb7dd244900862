/* Unsaved text: written, found by the next session, offered once, dropped. */
#include "tests/unit/test.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/autosave.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ban.h"

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/aj-autosave-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char *command = mem_printf("rm -rf '%s'", dir);
	int rc = system(command);
	(void)state;
	mem_free(command);
	return rc;
}

static void assert_found(struct autosave *a, bool fresh, const char *text)
{
	struct autosave_left l;
	bool got = autosave_find(a, fresh, &l);
	assert_int_equal(got, text != NULL);
	if (text) {
		assert_string_equal(buf_str(&l.text), text);
		autosave_left_release(&l);
	}
}

/* A session of its own process, so that it has its own lock; it dies at once. */
static void other_session(const char *text, bool keeps)
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		struct autosave *a = autosave_new(dir);
		int rc = autosave_write(a, NULL, slice_str(text), NULL);
		if (keeps)
			autosave_keep(a);
		_exit(rc == 0 ? 0 : 1);
	}
	int status;
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static void finds_what_died(void **state)
{
	struct autosave *a = autosave_new(dir);
	(void)state;
	assert_found(a, true, NULL); /* no folder yet */
	other_session("select 'one'\n\n", false);
	assert_found(a, true, "select 'one'\n\n");
	assert_found(a, true, NULL); /* it was offered */
	assert_found(a, false, "select 'one'\n\n");
	other_session("two", true); /* left behind knowingly */
	assert_found(a, true, NULL);
	autosave_free(a);
}

static void leaves_the_living_alone(void **state)
{
	struct autosave *a = autosave_new(dir), *b = autosave_new(dir);
	struct autosave_left l;
	struct stat st;
	char *path = mem_printf("%s/autosave/%ld.unsaved", dir, (long)getpid());
	(void)state;
	assert_int_equal(autosave_write(a, dir, slice_str("mine"), NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_found(b, true, NULL);
	assert_int_equal(autosave_write(a, dir, slice_str("mine, longer"), NULL), 0);
	autosave_keep(a);
	autosave_free(a);
	assert_true(autosave_find(b, false, &l));
	assert_string_equal(buf_str(&l.text), "mine, longer");
	assert_non_null(strstr(l.source, "aj-autosave")); /* the whole path */
	autosave_left_release(&l);
	assert_int_equal(autosave_write(b, NULL, slice_str("dropped"), NULL), 0);
	autosave_drop(b);
	assert_false(file_exists(path));
	autosave_free(b);
	mem_free(path);
}

static void keeps_not_too_many(void **state)
{
	struct autosave *a = autosave_new(dir);
	(void)state;
	for (int i = 0; i < AUTOSAVE_KEEP + 5; i++) {
		char *path = mem_printf("%s/autosave/%d.kept", dir, 100000 + i);
		assert_int_equal(file_write(path, slice_str("foreign"), 0600, NULL), 0);
		mem_free(path);
	}
	assert_found(a, true, NULL); /* those are no texts of ours */
	int n = 0;
	for (int i = 0; i < AUTOSAVE_KEEP + 5; i++) {
		char *path = mem_printf("%s/autosave/%d.kept", dir, 100000 + i);
		n += file_exists(path);
		mem_free(path);
	}
	assert_true(n <= AUTOSAVE_KEEP);
	autosave_free(a);
}

static void says_why_not(void **state)
{
	char *path = mem_printf("%s/file", dir);
	struct err err = ERR_INIT;
	(void)state;
	assert_int_equal(file_write(path, slice_str("x"), 0600, NULL), 0);
	struct autosave *a = autosave_new(path); /* no folder can be there */
	assert_int_equal(autosave_write(a, NULL, slice_str("x"), &err), -1);
	assert_true(err.text[0]);
	autosave_free(a);
	mem_free(path);
}

/* One of the same pid on another machine, or in another container. */
static void a_lock_of_another_stays_anothers(void **state)
{
	struct autosave *a = autosave_new(dir);
	struct err err = ERR_INIT;
	char *path = mem_printf("%s/autosave/%ld.lock", dir, (long)getpid());
	(void)state;
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(autosave_write(a, NULL, slice_str("x"), &err), -1);
	close(fd);
	assert_int_equal(autosave_write(a, NULL, slice_str("x"), &err), 0);
	autosave_drop(a);
	autosave_free(a);
	mem_free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(finds_what_died),
	        cmocka_unit_test(leaves_the_living_alone),
	        cmocka_unit_test(keeps_not_too_many),
	        cmocka_unit_test(says_why_not),
	        cmocka_unit_test(a_lock_of_another_stays_anothers),
	};
	return cmocka_run_group_tests_name("autosave", tests, make_dir, remove_dir);
}
