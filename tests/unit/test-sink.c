/* The sink: atomic pair of data and manifest, nothing left after a failure. */
#include "tests/unit/job-scratch.h"

#include "base/crypto.h"
#include "job/sink.h"
#include "job/spool.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static struct job_progress progress_of(uint64_t rows, uint64_t kept)
{
	struct job_progress p = {0};
	p.funnel.rows = rows;
	p.funnel.kept = kept;
	p.athena.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	return p;
}

static void nothing_stands_under_the_name_before_the_commit(void **state)
{
	(void)state;
	char *path = file_join(dir, "a.jsonl"), manifest[1024];
	struct job_spec spec = {.sql = "SELECT 1", .query_name = "one"};
	struct job_progress p = progress_of(2, 2);
	struct sink *s = sink_open(path, NULL, NULL);
	assert_non_null(s);
	assert_int_equal(sink_line(s, NULL, slice_str("{\"a\":1}"), NULL), 0);
	assert_int_equal(sink_line(s, NULL, slice_str("{\"a\":2}"), NULL), 0);
	assert_false(file_exists(path));
	assert_int_equal(sink_rows(s), 2);
	assert_int_equal(sink_bytes(s), 16);
	assert_int_equal(sink_commit(s, &spec, &p, manifest, NULL), 0);
	char *text = slurp(path);
	assert_string_equal(text, "{\"a\":1}\n{\"a\":2}\n");
	json_t *m = json_load_file(manifest, 0, NULL);
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX];
	crypto_sha256(slice_str(text), sum);
	crypto_hex(sum, sizeof sum, hex);
	assert_string_equal(json_string_value(json_object_get(m, "sha256")), hex);
	assert_int_equal(json_integer_value(json_object_get(m, "rows")), 2);
	assert_int_equal(json_integer_value(json_object_get(m, "bytes")), 16);
	assert_string_equal(json_string_value(json_object_get(m, "file")), "a.jsonl");
	json_t *q = json_object_get(m, "query");
	assert_string_equal(json_string_value(json_object_get(q, "sql")), "SELECT 1");
	json_decref(m);
	mem_free(text);
	mem_free(path);
	assert_int_equal(scratch_files(dir), 2);
}

static void an_abort_leaves_nothing(void **state)
{
	(void)state;
	char *path = file_join(dir, "b.jsonl");
	struct sink *s = sink_open(path, NULL, NULL);
	char big[4096];
	memset(big, 'x', sizeof big);
	for (int i = 0; i < 200; i++) /* beyond what is held back in memory */
		assert_int_equal(sink_line(s, NULL, slice_of(big, sizeof big), NULL), 0);
	sink_abort(s);
	sink_abort(NULL);
	assert_int_equal(scratch_files(dir), 0);
	mem_free(path);
}

static void a_wrong_count_saves_nothing(void **state)
{
	(void)state;
	char *path = file_join(dir, "c.jsonl"), manifest[1024];
	struct recipe *r = shipped_recipe("reference");
	struct job_spec spec = {.recipe = r};
	struct job_progress p = progress_of(3, 3);
	struct err err = ERR_INIT;
	struct sink *s = sink_open(path, NULL, NULL);
	assert_int_equal(sink_line(s, NULL, slice_str("{}"), NULL), 0);
	assert_int_equal(sink_commit(s, &spec, &p, manifest, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_string_equal(manifest, "");
	assert_int_equal(scratch_files(dir), 0);
	recipe_unref(r);
	mem_free(path);
}

static void a_manifest_that_cannot_be_written_takes_the_data_back(void **state)
{
	(void)state;
	char *path = file_join(dir, "d.jsonl"), *mpath = mem_printf("%s.manifest.json", path);
	char manifest[1024];
	struct job_spec spec = {0};
	struct job_progress p = progress_of(0, 0);
	struct err err = ERR_INIT;
	struct sink *s = sink_open(path, NULL, NULL);
	assert_int_equal(mkdir(mpath, 0700), 0); /* in the manifest's place */
	assert_int_equal(sink_commit(s, &spec, &p, manifest, &err), -1);
	assert_int_not_equal(err.code, ERR_NONE);
	assert_int_equal(scratch_files(dir), 0);
	mem_free(mpath);
	mem_free(path);
}

/* The manifest finds no room (a limit on file sizes stands for the disk): the old pair stays. */
static void a_failed_manifest_does_not_cost_the_older_pair(void **state)
{
	(void)state;
	char *path = file_join(dir, "o.jsonl"), *sql = mem_zalloc(20001), manifest[1024];
	struct job_spec spec = {.sql = "SELECT 1"};
	struct job_progress p = progress_of(0, 0);
	struct err err = ERR_INIT;
	struct rlimit old, small;
	struct sink *s = sink_open(path, NULL, NULL);
	assert_int_equal(sink_line(s, NULL, slice_str("old"), NULL), 0);
	assert_int_equal(sink_commit(s, &spec, &p, manifest, NULL), 0);
	char *before = slurp(manifest);
	memset(sql, 'x', 20000);
	spec.sql = sql;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 4096;
	signal(SIGXFSZ, SIG_IGN);
	s = sink_open(path, NULL, NULL);
	assert_int_equal(sink_line(s, NULL, slice_str("new"), NULL), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int rc = sink_commit(s, &spec, &p, manifest, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, -1);
	assert_int_equal(scratch_files(dir), 2);
	char *data = slurp(path), *mpath = mem_printf("%s.manifest.json", path);
	char *after = slurp(mpath);
	assert_string_equal(data, "old\n");
	assert_string_equal(after, before);
	mem_free(after);
	mem_free(mpath);
	mem_free(data);
	mem_free(before);
	mem_free(sql);
	mem_free(path);
}

static _Noreturn void commit_often(const char *path, const char *text)
{
	struct job_spec spec = {0};
	struct job_progress p = progress_of(0, 0);
	char manifest[1024];
	for (int i = 0; i < 20; i++) {
		struct sink *s = sink_open(path, NULL, NULL);
		if (s == NULL || sink_line(s, NULL, slice_str(text), NULL) != 0 ||
		        sink_commit(s, &spec, &p, manifest, NULL) != 0)
			_exit(1);
	}
	_exit(0);
}

static void two_runs_to_one_name_leave_the_pair_of_one(void **state)
{
	(void)state;
	char *path = file_join(dir, "t.jsonl"), *mpath = mem_printf("%s.manifest.json", path);
	static const char *const texts[] = {"one", "the other"};
	pid_t pid[2];
	for (int i = 0; i < 2; i++)
		if ((pid[i] = fork()) == 0)
			commit_often(path, texts[i]);
	for (int i = 0; i < 2; i++) {
		int status;
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	char *data = slurp(path);
	json_t *m = json_load_file(mpath, 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(m, "bytes")), strlen(data));
	assert_int_equal(scratch_files(dir), 2);
	json_decref(m);
	mem_free(data);
	mem_free(mpath);
	mem_free(path);
}

static void refused(const char *path, const char *word)
{
	struct err err = ERR_INIT;
	assert_null(sink_open(path, NULL, &err));
	assert_int_equal(err.code, ERR_IO);
	if (strstr(err.text, word) == NULL)
		fail_msg("'%s' does not say %s", err.text, word);
}

/* What the last rename would refuse is refused first: by then the query has been paid. */
static void names_that_cannot_be_taken_are_refused_at_once(void **state)
{
	(void)state;
	char name[260] = {0};
	char *path = file_join(dir, "m.jsonl"), *mpath = mem_printf("%s.manifest.json", path);
	assert_int_equal(mkdir(mpath, 0700), 0);
	refused(path, mpath);
	memset(name, 'n', 250);
	char *longer = file_join(dir, name);
	refused(longer, "manifest");
	memset(name, 'n', 256);
	char *longest = file_join(dir, name);
	refused(longest, "longer than 255");
	refused("", "names no file");
	assert_int_equal(scratch_files(dir), 0);
	mem_free(longest);
	mem_free(longer);
	mem_free(mpath);
	mem_free(path);
}

static void bad_places_are_refused_at_once(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	assert_null(sink_open(dir, NULL, &err));
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "folder"));
	char *path = file_join(dir, "no/such/folder.jsonl");
	err_clear(&err);
	assert_null(sink_open(path, NULL, &err));
	assert_int_not_equal(err.code, ERR_NONE);
	assert_non_null(strstr(err.text, path));
	mem_free(path);
}

static void a_device_gets_no_manifest_and_stays_a_device(void **state)
{
	(void)state;
	char manifest[1024];
	struct job_spec spec = {0};
	struct job_progress p = progress_of(0, 0);
	struct sink *s = sink_open("/dev/null", NULL, NULL);
	assert_non_null(s);
	assert_int_equal(sink_line(s, NULL, slice_str("{}"), NULL), 0);
	assert_int_equal(sink_commit(s, &spec, &p, manifest, NULL), 0);
	assert_string_equal(manifest, "");
	struct stat st;
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_false(file_exists("/dev/null.manifest.json"));
}

static void a_full_disk_is_told_as_such(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK) != 0) {
		print_message("# skipped: no /dev/full\n");
		skip();
	}
	char manifest[1024];
	struct job_spec spec = {0};
	struct job_progress p = progress_of(0, 0);
	struct err err = ERR_INIT;
	struct sink *s = sink_open("/dev/full", NULL, NULL);
	assert_non_null(s);
	assert_int_equal(sink_line(s, NULL, slice_str("{}"), NULL), 0);
	assert_int_equal(sink_commit(s, &spec, &p, manifest, &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
}

/* ---- spool ---- */

static void a_spool_remembers_its_query(void **state)
{
	(void)state;
	char path[1024];
	struct job_spec spec = {.sql = "SELECT 2", .query_name = "two", .database = "db"};
	struct athena_status st = {.state = ATHENA_SUCCEEDED, .id = "id-1"};
	struct spool *s = spool_open(dir, "id-1", NULL);
	assert_non_null(s);
	assert_int_equal(spool_write(s, slice_str("\"a\"\n"), NULL), 0);
	assert_int_equal(spool_commit(s, &spec, &st, path, NULL), 0);
	assert_non_null(strstr(path, "/results/id-1.csv"));
	char *text = slurp(path);
	assert_string_equal(text, "\"a\"\n");
	mem_free(text);
	json_t *o = spool_origin(path);
	json_t *q = json_object_get(o, "query");
	assert_string_equal(json_string_value(json_object_get(q, "sql")), "SELECT 2");
	assert_string_equal(json_string_value(json_object_get(q, "execution_id")), "id-1");
	json_decref(o);
	spool_sweep(dir, 0);
	assert_false(file_exists(path));
	assert_null(spool_origin(path));
}

static void age(const char *path, int hours)
{
	struct timespec t[2] = {{.tv_sec = time(NULL) - (time_t)hours * 3600}};
	t[1] = t[0];
	assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

static void the_sweep_takes_the_oldest_first_and_what_kills_left(void **state)
{
	(void)state;
	static const char *const names[] = {
	        "results/a.csv", "results/b.csv", "results/.c.csv.1.tmp", "results/.d.csv.2.tmp"};
	char *p[4], *results = file_join(dir, "results");
	assert_int_equal(file_mkdir_p(results, 0700, NULL), 0);
	for (int i = 0; i < 4; i++) {
		p[i] = file_join(dir, names[i]);
		assert_int_equal(file_write(p[i], slice_str("12345"), 0600, NULL), 0);
		age(p[i], i == 3 ? 1 : 30 - i);
	}
	spool_sweep(dir, 10);
	assert_true(file_exists(p[0]) && file_exists(p[1]));
	assert_false(file_exists(p[2])); /* 28 hours */
	assert_true(file_exists(p[3]));  /* somebody may be writing it */
	spool_touch(dir, p[0]);
	spool_sweep(dir, 9);
	assert_true(file_exists(p[0])); /* used again: b is the older one now */
	assert_false(file_exists(p[1]));
	for (int i = 0; i < 4; i++)
		mem_free(p[i]);
	mem_free(results);
}

static void a_touch_is_for_kept_results_only(void **state)
{
	(void)state;
	struct stat st;
	char *path = file_join(dir, "mine.csv");
	assert_int_equal(file_write(path, slice_str("a"), 0600, NULL), 0);
	age(path, 50);
	spool_touch(dir, path);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_mtime < time(NULL) - 3600);
	mem_free(path);
}

static void a_spool_takes_no_path_from_the_service(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	assert_null(spool_open(dir, "../../etc/x", &err));
	assert_int_equal(err.code, ERR_PROTOCOL);
	assert_null(spool_open(dir, "", &err));
	assert_null(spool_open(dir, ".hidden", &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(
	                nothing_stands_under_the_name_before_the_commit, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(an_abort_leaves_nothing, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(a_wrong_count_saves_nothing, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                a_manifest_that_cannot_be_written_takes_the_data_back, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                a_failed_manifest_does_not_cost_the_older_pair, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                two_runs_to_one_name_leave_the_pair_of_one, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                names_that_cannot_be_taken_are_refused_at_once, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(bad_places_are_refused_at_once, set_up, tear_down),
	        cmocka_unit_test(a_device_gets_no_manifest_and_stays_a_device),
	        cmocka_unit_test(a_full_disk_is_told_as_such),
	        cmocka_unit_test_setup_teardown(a_spool_remembers_its_query, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                a_spool_takes_no_path_from_the_service, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                the_sweep_takes_the_oldest_first_and_what_kills_left, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                a_touch_is_for_kept_results_only, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
