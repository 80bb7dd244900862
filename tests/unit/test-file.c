#include "test.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/athena-jsonl-test.XXXXXX");
	umask(022);
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[100];
	pid_t pid = fork();

	(void)state;
	snprintf(command, sizeof command, "%s", dir);
	if (pid == 0) {
		execlp("rm", "rm", "-rf", command, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static char *at(const char *name)
{
	return file_join(dir, name);
}

/* Entries of the folder, temporaries too. */
static int entries(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static void assert_content(const char *path, const char *want)
{
	struct buf b;
	struct err err = ERR_INIT;

	buf_init(&b, 1 << 20);
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void paths(void **state)
{
	static const char *const t[][3] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"},
	        {"a//", "/b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}, {".", "b", "./b"}};
	char *s;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		s = file_join(t[i][0], t[i][1]);
		assert_string_equal(s, t[i][2]);
		mem_free(s);
	}
	assert_string_equal(file_base("/a/b.c"), "b.c");
	assert_string_equal(file_base("b.c"), "b.c");
	s = file_dir("/a/b");
	assert_string_equal(s, "/a");
	mem_free(s);
	s = file_dir("/a");
	assert_string_equal(s, "/");
	mem_free(s);
	s = file_dir("a");
	assert_string_equal(s, ".");
	mem_free(s);
}

static void read_has_a_limit(void **state)
{
	char *path = at("limit");
	struct err err = ERR_INIT;
	struct buf b;

	(void)state;
	assert_int_equal(file_write(path, slice_str("12345"), 0644, &err), 0);
	buf_init(&b, 5);
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_string_equal(buf_str(&b), "12345");
	buf_release(&b);
	buf_init(&b, 4);
	assert_int_equal(file_read(path, &b, &err), -1);
	assert_int_equal(err.code, ERR_DATA);
	assert_non_null(strstr(err.text, "larger than the 4 bytes"));
	buf_release(&b);
	assert_int_equal(file_read("/proc/nonexistent/x", &b, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(file_read(dir, &b, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(file_size(path), 5);
	assert_int_equal(file_size("/proc/nonexistent/x"), -1);
	assert_true(file_exists(path) && !file_is_dir(path) && file_is_dir(dir));
	buf_release(&b);
	unlink(path);
	mem_free(path);
}

static void final_name_only_when_complete(void **state)
{
	char *path = at("out.jsonl");
	struct err err = ERR_INIT;
	struct outfile *f;
	int before = entries(dir);

	(void)state;
	assert_int_equal(file_write(path, slice_str("old"), 0644, &err), 0);
	f = outfile_open(path, &err);
	assert_non_null(f);
	assert_int_equal(outfile_write(f, "new", 3, &err), 0);
	assert_content(path, "old");
	assert_int_equal(entries(dir), before + 2);
	outfile_abort(f);
	assert_content(path, "old");
	assert_int_equal(entries(dir), before + 1);
	f = outfile_open(path, &err);
	assert_int_equal(outfile_write(f, "new", 3, &err), 0);
	assert_int_equal(outfile_bytes(f), 3);
	assert_int_equal(outfile_commit(f, &err), 0);
	assert_content(path, "new");
	assert_int_equal(mode_of(path), 0644);
	assert_int_equal(entries(dir), before + 1);
	outfile_abort(NULL);
	unlink(path);
	mem_free(path);
}

static void every_size_around_the_buffer(void **state)
{
	static const size_t sizes[] = {1, 65536, 262143, 262144, 262145, 700000};
	char *path = at("sizes"), *block = mem_alloc(700000);
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < 700000; i++)
		block[i] = (char)(i * 31 >> 3);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct outfile *f = outfile_open(path, &err);
		struct buf b;
		assert_int_equal(outfile_write(f, "head", 4, &err), 0);
		assert_int_equal(outfile_write(f, block, sizes[i], &err), 0);
		assert_int_equal(outfile_write(f, "tail", 4, &err), 0);
		assert_int_equal(outfile_commit(f, &err), 0);
		buf_init(&b, BUF_NO_LIMIT);
		assert_int_equal(file_read(path, &b, &err), 0);
		assert_int_equal(b.len, sizes[i] + 8);
		assert_memory_equal(b.ptr + 4, block, sizes[i]);
		assert_memory_equal(b.ptr + 4 + sizes[i], "tail", 4);
		buf_release(&b);
	}
	unlink(path);
	mem_free(block);
	mem_free(path);
}

static void bad_targets_are_named(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_null(outfile_open(dir, &err));
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "it is a folder"));
	assert_null(outfile_open("/proc/nonexistent/folder/x", &err));
	assert_non_null(strstr(err.text, "/proc/nonexistent/folder/x: No such file"));
}

/* In a child: standard output is this program's own report. */
static int open_stdout_without(int flags)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct err err = ERR_INIT;
		close(STDOUT_FILENO);
		if (flags >= 0 && open("/dev/null", flags) != STDOUT_FILENO)
			_exit(3);
		struct outfile *f = outfile_open("-", &err);
		if (f)
			_exit(1);
		_exit(err.code == ERR_IO && strstr(err.text, "closed") ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void a_closed_standard_output_is_told_at_once(void **state)
{
	(void)state;
	assert_int_equal(open_stdout_without(-1), 0);
	assert_int_equal(open_stdout_without(O_RDONLY), 0);
}

static void a_settled_file_is_not_there_before_its_commit(void **state)
{
	char *path = at("settled");
	struct outfile *f = outfile_open(path, NULL);

	(void)state;
	assert_int_equal(outfile_write(f, "abc", 3, NULL), 0);
	assert_int_equal(outfile_settle(f, NULL), 0);
	assert_false(file_exists(path));
	assert_int_equal(outfile_settle(f, NULL), 0);
	assert_int_equal(outfile_commit(f, NULL), 0);
	assert_content(path, "abc");
	mem_free(path);
}

static void devices_are_written_in_place(void **state)
{
	struct err err = ERR_INIT;
	struct outfile *f = outfile_open("/dev/null", &err);
	struct stat st;

	(void)state;
	assert_non_null(f);
	assert_int_equal(outfile_write(f, "x", 1, &err), 0);
	assert_int_equal(outfile_commit(f, &err), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	if (access("/dev/full", W_OK) != 0)
		return;
	f = outfile_open("/dev/full", &err);
	assert_int_equal(outfile_write(f, "x", 1, &err), 0);
	assert_int_equal(outfile_commit(f, &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
}

static void a_link_stays_a_link(void **state)
{
	char *target = at("target"), *link_path = at("link");
	struct err err = ERR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(file_write(target, slice_str("1"), 0644, &err), 0);
	assert_int_equal(symlink("target", link_path), 0);
	assert_int_equal(file_write(link_path, slice_str("2"), 0644, &err), 0);
	assert_content(target, "2");
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	unlink(target);
	unlink(link_path);
	mem_free(target);
	mem_free(link_path);
}

/* In a child: after the sweep the program can only end. */
static void sweep_as_a_handler_does(void)
{
	char *path = at("swept");
	struct err err = ERR_INIT;
	int before = entries(dir);
	struct outfile *f[3];

	for (int i = 0; i < 3; i++)
		assert_non_null(f[i] = outfile_open(path, &err));
	assert_int_equal(entries(dir), before + 3);
	outfile_abort(f[1]);
	file_unlink_temps();
	assert_int_equal(entries(dir), before);
	/* What the sweep took cannot be committed any more, and says so. */
	assert_int_equal(outfile_commit(f[0], &err), -1);
	outfile_abort(f[2]);
	assert_null(outfile_open(path, &err));
	assert_int_equal(entries(dir), before);
	mem_free(path);
}

static void signal_handler_sweeps(void **state)
{
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		sweep_as_a_handler_does();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void many_at_once_are_bounded(void **state)
{
	char *path = at("many");
	struct err err = ERR_INIT;
	struct outfile *f[1200];
	int n = 0;

	(void)state;
	while (n < 1200 && (f[n] = outfile_open_member(path, &err)))
		assert_int_equal(outfile_settle(f[n++], &err), 0); /* its descriptor is free */
	assert_int_equal(n, 1100);
	assert_non_null(strstr(err.text, "more than 1100 files"));
	while (n > 0)
		outfile_abort(f[--n]);
	mem_free(path);
}

static void journal_lines(void **state)
{
	char *path = at("journal");
	struct err err = ERR_INIT;
	int fd;

	(void)state;
	assert_int_equal(file_append_line(path, slice_str("one"), &err), 0);
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(file_append_line(path, slice_str("two"), &err), 0);
	assert_content(path, "one\ntwo\n");
	/* A killed writer left half a line. */
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "hal", 3), 3);
	close(fd);
	assert_int_equal(file_append_line(path, slice_str("three"), &err), 0);
	assert_content(path, "one\ntwo\nhal\nthree\n");
	assert_int_equal(file_append_line("/proc/nonexistent/j", slice_str("x"), &err), -1);
	unlink(path);
	mem_free(path);
}

static void folders(void **state)
{
	char *deep = at("a/b//c"), *file = at("plain"), *under = at("plain/x");
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(file_mkdir_p(deep, 0700, &err), 0);
	assert_int_equal(mode_of(deep), 0700);
	assert_int_equal(file_mkdir_p(deep, 0700, &err), 0);
	assert_int_equal(file_write(file, slice_str(""), 0600, &err), 0);
	assert_int_equal(mode_of(file), 0600);
	assert_int_equal(file_mkdir_p(under, 0700, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	mem_free(deep);
	mem_free(file);
	mem_free(under);
}

static void xdg_folders(void **state)
{
	struct err err = ERR_INIT;
	char *want = at("home/.local/state/athena-jsonl"), *home = at("home"), *got;

	(void)state;
	setenv("HOME", home, 1);
	unsetenv("XDG_STATE_HOME");
	got = file_state_dir(&err);
	assert_string_equal(got, want);
	assert_int_equal(mode_of(got), 0700);
	mem_free(got);
	setenv("XDG_STATE_HOME", "relative/is/ignored", 1);
	got = file_state_dir(&err);
	assert_string_equal(got, want);
	mem_free(got);
	setenv("XDG_CACHE_HOME", dir, 1);
	got = file_cache_dir(&err);
	mem_free(want);
	want = at("athena-jsonl");
	assert_string_equal(got, want);
	mem_free(got);
	unsetenv("XDG_CONFIG_HOME");
	got = file_config_dir(&err);
	assert_non_null(got);
	assert_false(file_exists(got)); /* it is only read: nothing is made for it */
	mem_free(got);
	setenv("XDG_STATE_HOME", "/proc", 1);
	assert_null(file_state_dir(&err));
	assert_non_null(strstr(err.text, "name another place in XDG_STATE_HOME"));
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	assert_null(file_config_dir(&err));
	assert_int_equal(err.code, ERR_CONFIG);
	mem_free(want);
	mem_free(home);
}

#ifdef AJ_FAULT_INJECTION
/* In a child: the counters are read once per process. */
static void a_failed_write_leaves_nothing(void **state)
{
	char *path = at("faulty");
	int before = entries(dir), status;
	pid_t pid;

	(void)state;
	for (int n = 1; n <= 3; n++) {
		pid = fork();
		if (pid == 0) {
			struct err err = ERR_INIT;
			struct outfile *f;
			char block[100000] = {0}, number[12];
			int rc = 0;
			snprintf(number, sizeof number, "%d", n);
			setenv("AJ_FAIL_WRITE", number, 1);
			f = outfile_open(path, &err);
			for (int i = 0; i < 7 && rc == 0; i++)
				rc = outfile_write(f, block, sizeof block, &err);
			if (rc < 0)
				outfile_abort(f);
			else
				rc = outfile_commit(f, &err);
			_exit(rc < 0 && err.code == ERR_DISK_FULL ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		assert_int_equal(entries(dir), before);
	}
	mem_free(path);
}

static void the_nth_allocation_fails(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct buf b;
		void *p;
		setenv("AJ_FAIL_ALLOC", "2", 1);
		p = mem_try_alloc(1);
		buf_init(&b, 100);
		buf_add_char(&b, 'x');
		_exit(p && b.failed && mem_try_alloc(1) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}
#endif

static void make_old(const char *folder, const char *name)
{
	struct timespec old[2] = {{time(NULL) - 100, 0}, {time(NULL) - 100, 0}};
	char *p = file_join(folder, name);
	assert_int_equal(utimensat(AT_FDCWD, p, old, 0), 0);
	mem_free(p);
}

static void make_all_old(const char *folder)
{
	DIR *d = opendir(folder);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		if (e->d_type == DT_REG)
			make_old(folder, e->d_name);
	closedir(d);
}

static void sweep_now(const char *path)
{
	struct outfile *next = outfile_open(path, NULL);
	assert_non_null(next);
	outfile_abort(next);
}

/*
 * A killed writer's file goes, other people's names stay. While somebody writes, all stay: members
 * of a set that are settled have no lock of their own.
 */
static void leftovers_of_killed_writers_are_removed(void **state)
{
	(void)state;
	char folder[] = "/tmp/aj-sweep-XXXXXX";
	static const char *const names[] = {".o.jsonl.0a1b2c.tmp", ".o.jsonl.xyz.tmp",
	        ".other.jsonl.0a1b2c.tmp", ".o.jsonl.0a1b2c.tmp.bak", ".o.jsonl.ffffff.tmp"};
	struct err err = ERR_INIT;
	assert_non_null(mkdtemp(folder));
	char *path = file_join(folder, "o.jsonl"), *p[5];
	struct outfile *living = outfile_open(path, &err);
	assert_non_null(living);
	for (size_t i = 0; i < 5; i++) {
		p[i] = file_join(folder, names[i]);
		assert_int_equal(file_write(p[i], slice_str("x"), 0600, NULL), 0);
	}
	make_all_old(folder); /* the living one's, too */
	sweep_now(path);
	for (size_t i = 0; i < 5; i++)
		assert_true(file_exists(p[i]));
	assert_int_equal(outfile_write(living, "y", 1, &err), 0);
	assert_int_equal(outfile_commit(living, &err), 0);
	assert_int_equal(file_write(p[4], slice_str("young"), 0600, NULL), 0);
	sweep_now(path);
	assert_true(file_exists(p[0]) && file_exists(p[4])); /* it may not have its lock yet */
	make_all_old(folder);
	sweep_now(path);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(file_exists(p[i]), i > 0 && i < 4);
		unlink(p[i]);
		mem_free(p[i]);
	}
	unlink(path);
	mem_free(path);
	assert_int_equal(rmdir(folder), 0);
}

/* Members get their names together; what one of them finds in its place stops all. */
static void a_set_appears_whole_or_not_at_all(void **state)
{
	(void)state;
	char folder[] = "/tmp/aj-set-XXXXXX";
	struct err err = ERR_INIT;
	assert_non_null(mkdtemp(folder));
	char *path = file_join(folder, "o"), *a = file_join(folder, "a"),
	     *b = file_join(folder, "b");
	for (int round = 0; round < 2; round++) {
		struct outfile *f[2];
		for (int i = 0; i < 2; i++) {
			assert_non_null(f[i] = outfile_open_member(path, &err));
			assert_int_equal(outfile_write(f[i], "x", 1, &err), 0);
			assert_int_equal(outfile_settle(f[i], &err), 0);
		}
		assert_int_equal(entries(folder), 2);
		outfile_name(f[0], a);
		outfile_name(f[1], b);
		if (round == 0)
			assert_int_equal(mkdir(b, 0700), 0);
		assert_int_equal(outfile_commit_set(f, 2, &err), round - 1);
		assert_null(f[0]);
		assert_int_equal(file_exists(a), round);
		if (round == 0) {
			assert_non_null(strstr(err.text, b));
			assert_int_equal(entries(folder), 1);
			assert_int_equal(rmdir(b), 0);
		}
	}
	assert_int_equal(entries(folder), 2);
	unlink(a);
	unlink(b);
	mem_free(a);
	mem_free(b);
	mem_free(path);
	assert_int_equal(rmdir(folder), 0);
}

static void kept_files_are_whole_or_as_before(void **state)
{
	struct err err = ERR_INIT;
	struct stat st;
	char *path = at("kept"), *nowhere = at("no/folder/kept");
	int before = entries(dir);
	(void)state;
	assert_int_equal(file_keep(path, slice_str("one"), 0600, &err), 0);
	assert_int_equal(file_keep(path, slice_str("two"), 0600, &err), 0);
	assert_int_equal(file_size(path), 3);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(entries(dir), before + 1);
	assert_int_equal(file_keep(nowhere, slice_str("x"), 0600, &err), -1);
	assert_non_null(strstr(err.text, "no/folder/kept"));
	mem_free(path);
	mem_free(nowhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef AJ_FAULT_INJECTION
	        cmocka_unit_test(a_failed_write_leaves_nothing),
	        cmocka_unit_test(the_nth_allocation_fails),
#endif
	        cmocka_unit_test(paths),
	        cmocka_unit_test(kept_files_are_whole_or_as_before),
	        cmocka_unit_test(read_has_a_limit),
	        cmocka_unit_test(final_name_only_when_complete),
	        cmocka_unit_test(every_size_around_the_buffer),
	        cmocka_unit_test(bad_targets_are_named),
	        cmocka_unit_test(a_closed_standard_output_is_told_at_once),
	        cmocka_unit_test(a_settled_file_is_not_there_before_its_commit),
	        cmocka_unit_test(devices_are_written_in_place),
	        cmocka_unit_test(a_link_stays_a_link),
	        cmocka_unit_test(signal_handler_sweeps),
	        cmocka_unit_test(many_at_once_are_bounded),
	        cmocka_unit_test(journal_lines),
	        cmocka_unit_test(leftovers_of_killed_writers_are_removed),
	        cmocka_unit_test(a_set_appears_whole_or_not_at_all),
	        cmocka_unit_test(folders),
	        cmocka_unit_test(xdg_folders),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
