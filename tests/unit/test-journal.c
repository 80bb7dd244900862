/* Journal and history: the token is on disk before anything is sent; half lines are passed over. */
#include "tests/unit/job-scratch.h"

#include "job/journal.h"

static struct job_spec spec = {.sql = "SELECT 1", .query_name = "one", .out_path = "x.jsonl"};

static struct job_event end_of(enum job_event_kind kind, const char *id, uint64_t rows)
{
	struct job_event ev = {.kind = kind};
	ev.progress.athena.stats = (struct athena_stats){1234, 1, 2, 3, 4, 5, 6, false};
	snprintf(ev.progress.athena.id, sizeof ev.progress.athena.id, "%s", id);
	ev.progress.rows = rows;
	ev.progress.funnel.kept = rows / 2;
	ev.progress.cost = 50;
	ev.progress.elapsed_ms = 777;
	snprintf(ev.spool_path, sizeof ev.spool_path, "/cache/%s.csv", id);
	if (kind == EV_FAILED)
		err_set(&ev.err, ERR_QUERY, "no such column");
	return ev;
}

static void the_token_is_on_disk_at_once(void **state)
{
	(void)state;
	char token[40], other[40];
	struct journal *j = journal_open(dir, NULL);
	assert_non_null(j);
	assert_int_equal(journal_begin(j, &spec, token, NULL), 0);
	assert_int_equal(strlen(token), 36); /* Athena wants 32 to 128 */
	char *path = file_join(dir, "journal.jsonl"), *text = slurp(path);
	assert_non_null(strstr(text, token));
	assert_null(strstr(text, "SELECT")); /* only its hash */
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(journal_begin(j, &spec, other, NULL), 0);
	assert_string_not_equal(token, other);
	mem_free(text);
	mem_free(path);
	journal_close(j);
}

static void run(
        struct journal *j, const char *name, const char *id, enum job_event_kind k, uint64_t n)
{
	char token[40];
	struct job_spec s = spec;
	struct job_event ev = end_of(k, id, n);
	s.query_name = name;
	assert_int_equal(journal_begin(j, &s, token, NULL), 0);
	if (*id)
		assert_int_equal(journal_submitted(j, token, id, NULL), 0);
	assert_int_equal(journal_end(j, token, &s, &ev, false, NULL), 0);
}

static void history_is_what_ended(void **state)
{
	(void)state;
	char token[40];
	struct history_entry *h;
	assert_int_equal(history_load(dir, &h, NULL), 0); /* no file yet */
	struct journal *j = journal_open(dir, NULL);
	run(j, "one", "id-1", EV_DONE, 10);
	run(j, "two", "id-2", EV_FAILED, 0);
	run(j, "one", "id-3", EV_DONE, 30);
	run(j, "one", "", EV_DONE, 40); /* from a file: no cost, no query time */
	assert_int_equal(journal_begin(j, &spec, token, NULL), 0); /* killed here */
	journal_close(j);
	size_t n = history_load(dir, &h, NULL);
	assert_int_equal(n, 4);
	assert_string_equal(h[0].query_id, "id-1");
	assert_string_equal(h[1].state, "failed");
	assert_string_equal(h[1].out_path, "");
	assert_string_equal(h[1].error, "no such column");
	assert_string_equal(h[1].sql, "SELECT 1");
	assert_string_equal(h[0].error, "");
	assert_string_equal(h[0].spool_path, "/cache/id-1.csv");
	assert_string_equal(h[0].recipe, "");
	assert_false(h[0].local);
	assert_int_equal(h[2].rows, 30);
	assert_int_equal(h[2].kept, 15);
	assert_int_equal(h[2].scanned_bytes, 1234);
	assert_int_equal(h[2].cost, 50);
	assert_int_equal(h[2].total_ms, 777);
	assert_string_equal(h[2].out_path, "x.jsonl");
	assert_string_equal(history_last(h, n, "one")->query_id, "id-3");
	assert_null(history_last(h, n, "three"));
	history_free(h, n);
}

/* Only what is new is read again; a run that followed an old one is not one more. */
static void history_grows_and_adopted_runs_do_not_count_twice(void **state)
{
	(void)state;
	struct history_entry *h = NULL;
	size_t n = 0;
	int64_t offset = 0;
	struct journal *j = journal_open(dir, NULL);
	assert_int_equal(history_more(dir, &offset, &h, &n, NULL), 0); /* no file yet */
	run(j, "one", "id-1", EV_FAILED, 0);
	run(j, "two", "id-2", EV_DONE, 5);
	assert_int_equal(history_more(dir, &offset, &h, &n, NULL), 0);
	assert_int_equal(n, 2);
	struct job_event ev = end_of(EV_DONE, "id-1", 8);
	struct job_spec s = spec;
	char *long_sql = mem_alloc(HISTORY_SQL_MAX + 2);
	memset(long_sql, 'x', HISTORY_SQL_MAX + 1);
	long_sql[HISTORY_SQL_MAX + 1] = '\0';
	s.sql = long_sql;
	ev.progress.adopted = true;
	assert_int_equal(journal_end(j, "", &s, &ev, true, NULL), 0);
	snprintf(ev.progress.athena.id, sizeof ev.progress.athena.id, "id-9");
	assert_int_equal(journal_end(j, "", &s, &ev, true, NULL), 0);
	int64_t before = offset;
	assert_int_equal(history_more(dir, &offset, &h, &n, NULL), 0);
	assert_true(offset > before);
	assert_int_equal(n, 3);
	assert_string_equal(h[0].state, "done");
	assert_string_equal(h[0].error, "");
	assert_int_equal(h[0].rows, 8);
	assert_string_equal(h[2].query_id, "id-9");
	assert_string_equal(h[2].sql, ""); /* too long: not half of it */
	assert_true(h[2].local);
	mem_free(long_sql);
	history_free(h, n);
	journal_close(j);
}

/* The newest part, then the older ones in front of it: in the end the same as all at once. */
static void a_long_history_comes_in_pieces(void **state)
{
	(void)state;
	struct history_entry *h = NULL, *all;
	size_t n = 0;
	struct journal *j = journal_open(dir, NULL);
	assert_int_equal(history_tail(dir, 100), 0); /* no file yet */
	for (int i = 0; i < 60; i++) {
		char id[16];
		snprintf(id, sizeof id, "id-%d", i);
		run(j, "one", id, EV_DONE, (uint64_t)i);
	}
	struct job_event ev = end_of(EV_DONE, "id-2", 99);
	ev.progress.adopted = true;
	assert_int_equal(journal_end(j, "", &spec, &ev, false, NULL), 0);
	assert_int_equal(history_tail(dir, 1 << 20), 0);
	int64_t from = history_tail(dir, 2000), at = from;
	assert_true(from > 0);
	assert_int_equal(history_more(dir, &at, &h, &n, NULL), 0);
	assert_true(n > 1 && n < 10);
	assert_true(h[n - 1].adopted); /* its own run is not there yet */
	for (int i = 0; i < 1000 && from > 0; i++)
		assert_int_equal(history_older(dir, &from, 1000, &h, &n, NULL), 0);
	assert_int_equal(from, 0);
	size_t n_all = history_load(dir, &all, NULL);
	assert_int_equal(n, 60);
	assert_int_equal(n_all, 60);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(h[i].query_id, all[i].query_id);
		assert_int_equal(h[i].rows, all[i].rows);
	}
	assert_int_equal(h[2].rows, 99);
	history_free(h, n);
	history_free(all, n_all);
	/* A line longer than the pieces is passed over. */
	h = NULL;
	n = 0;
	char *path = file_join(dir, "journal.jsonl"), *x = mem_alloc(5000);
	memset(x, 'x', 4999);
	x[4999] = '\n';
	FILE *f = fopen(path, "ab");
	fwrite(x, 1, 5000, f);
	fclose(f);
	run(j, "one", "id-new", EV_DONE, 1);
	from = at = history_tail(dir, 900);
	history_more(dir, &at, &h, &n, NULL);
	for (int i = 0; i < 1000 && from > 0; i++)
		history_older(dir, &from, 1000, &h, &n, NULL);
	assert_int_equal(n, 61);
	history_free(h, n);
	mem_free(x);
	mem_free(path);
	journal_close(j);
}

static void a_line_cut_by_a_crash_is_passed_over(void **state)
{
	(void)state;
	struct journal *j = journal_open(dir, NULL);
	char *path = file_join(dir, "journal.jsonl");
	run(j, "one", "id-1", EV_DONE, 1);
	FILE *f = fopen(path, "ab");
	fputs("{\"event\":\"end\",\"que", f);
	fclose(f);
	struct history_entry *h;
	size_t n = history_load(dir, &h, NULL);
	assert_int_equal(n, 1);
	history_free(h, n);
	f = fopen(path, "ab");
	fputs("\nnot json\n[1]\n\"end\"\n{\"event\":\"end\"}\n", f);
	fclose(f);
	run(j, "one", "id-2", EV_DONE, 2);
	n = history_load(dir, &h, NULL);
	assert_int_equal(n, 3);
	assert_string_equal(h[2].query_id, "id-2");
	history_free(h, n);
	mem_free(path);
	journal_close(j);
}

static void numbers_that_nobody_wrote_are_cut(void **state)
{
	(void)state;
	struct history_entry *h;
	char *path = file_join(dir, "journal.jsonl");
	static const char line[] =
	        "{\"event\":\"end\",\"wall_ms\":9223372036854775807,\"cost\":9223372036854775807,"
	        "\"total_ms\":-5,\"rows\":-1,\"kept\":9000000000000000000,\"scanned_bytes\":-7}\n";
	assert_int_equal(file_write(path, slice_str(line), 0600, NULL), 0);
	assert_int_equal(history_load(dir, &h, NULL), 1);
	assert_int_equal(h->wall_ms, 253402300799999);
	assert_int_equal(h->cost, 1000000000000);
	assert_int_equal(h->total_ms, 0);
	assert_int_equal(h->rows, 0);
	assert_int_equal(h->kept, 1000000000000000);
	assert_int_equal(h->scanned_bytes, -1);
	history_free(h, 1);
	mem_free(path);
}

static void a_folder_that_cannot_be_made_is_an_error(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	char *file = file_join(dir, "file"), *in = file_join(file, "state");
	assert_int_equal(file_write(file, slice_str("x"), 0600, NULL), 0);
	assert_null(journal_open(in, &err));
	assert_int_not_equal(err.code, ERR_NONE);
	mem_free(in);
	mem_free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(the_token_is_on_disk_at_once, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(history_is_what_ended, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(a_long_history_comes_in_pieces, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                history_grows_and_adopted_runs_do_not_count_twice, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                a_line_cut_by_a_crash_is_passed_over, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                numbers_that_nobody_wrote_are_cut, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                a_folder_that_cannot_be_made_is_an_error, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
