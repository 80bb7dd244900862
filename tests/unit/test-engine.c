/*
 * The engine with its threads, against files and against a scripted server on loopback. Also run
 * under ThreadSanitizer (make check-engine).
 */
#include "tests/unit/fake-aws.h"
#include "tests/unit/job-test.h"

#include "base/clock.h"
#include "base/queue.h"
#include "job/engine.h"
#include "job/engine_int.h"
#include "job/journal.h"
#include "job/localduck.h"
#include "net/aws.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static char *dir;
static struct fake_aws *server;
static struct engine *engine;
static char *texts[16]; /* of csv_rows: freed when the server that sends them has ended */
static int n_texts;

static int set_up(void **state)
{
	(void)state;
	dir = scratch_new();
	server = NULL;
	engine = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_free(engine);
	if (server)
		fake_stop(server);
	while (n_texts > 0)
		mem_free(texts[--n_texts]);
	scratch_free(dir);
	return 0;
}

static void start(const struct fake_script *s)
{
	char *state_dir = file_join(dir, "state"), *cache = file_join(dir, "cache");
	struct err err = ERR_INIT;
	struct engine_config c = {.state_dir = state_dir, .cache_dir = cache};
	if (s) {
		server = fake_start(s);
		c.identity =
		        aws_identity_fixed(fake_url(server), "us-east-1", "AKIDEXAMPLE", "secret");
	}
	engine = engine_new(&c, &err);
	assert_non_null(engine);
	mem_free(state_dir);
	mem_free(cache);
}

static char seen[64]; /* first letters of the events, in order */
static char last_note[256];
static int batches;

/* Waits for the job's end. */
static struct job_event *end_of(uint64_t job)
{
	static const char letters[] = "ISTBNGDFC"; /* by job_event_kind */
	static struct job_event ev;
	int64_t until = clock_mono_ms() + 20000;
	size_t n = 0;
	batches = 0;
	last_note[0] = '\0';
	assert_int_not_equal(job, 0);
	while (clock_mono_ms() < until) {
		engine_wait(engine, 100);
		while (engine_next_event(engine, &ev)) {
			job_event_release(&ev);
			if (ev.job != job)
				continue;
			if (n + 1 < sizeof seen &&
			        !(ev.kind == EV_BATCH && n && seen[n - 1] == 'B'))
				seen[n++] = letters[ev.kind];
			seen[n] = '\0';
			batches += ev.kind == EV_BATCH;
			if (ev.kind == EV_NOTE)
				snprintf(last_note, sizeof last_note, "%s", ev.text);
			if (ev.kind >= EV_DONE)
				return &ev;
		}
	}
	fail_msg("the job did not end; events %s", seen);
	return NULL;
}

/* Waits for the stages of a job that has ended; the caller unrefs. */
static struct stagetree *stages_of(uint64_t job)
{
	struct job_event ev;
	int64_t until = clock_mono_ms() + 20000;
	while (clock_mono_ms() < until) {
		engine_wait(engine, 100);
		while (engine_next_event(engine, &ev)) {
			struct stagetree *t = ev.stages;
			ev.stages = NULL;
			job_event_release(&ev);
			if (ev.kind == EV_NOTE && ev.job == job)
				snprintf(last_note, sizeof last_note, "%s", ev.text);
			if (ev.kind == EV_STAGES && ev.job == job)
				return t;
			stagetree_unref(t);
		}
	}
	fail_msg("no stages came");
	return NULL;
}

static struct job_event *run(const struct job_spec *spec)
{
	struct err err = ERR_INIT;
	uint64_t job = engine_submit(engine, spec, &err);
	if (job == 0)
		print_message("# %s\n", err.text);
	return end_of(job);
}

/* "body" and n rows "row NNNNN with words enough to be kept by the recipe, all of them". */
static char *csv_rows(int n, size_t *len)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_str(&b, "\"body\"\n");
	for (int i = 0; i < n; i++)
		buf_printf(&b,
		        "\"row %06d with words enough to be kept by a recipe, all of them\"\n", i);
	*len = b.len;
	assert_true(n_texts < 16);
	return texts[n_texts++] = buf_take(&b);
}

static struct recipe *plain(void)
{
	static const char text[] = "name: plain\n"
	                           "columns: {text: body}\n"
	                           "keep: {min_chars: 5}\n"
	                           "output: {format: text}\n";
	struct err err = ERR_INIT;
	struct recipe *r = recipe_parse(slice_str(text), "plain", &err);
	if (r == NULL)
		print_message("# %s\n", err.text);
	assert_non_null(r);
	return r;
}

static size_t lines_of(const char *path)
{
	char *text = slurp(path);
	size_t n = 0;
	for (const char *p = text; *p; p++)
		n += *p == '\n';
	mem_free(text);
	return n;
}

/* ---- from a file ---- */

static void a_file_becomes_jsonl_with_a_manifest(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(4523, &len), *csv = file_join(dir, "r.csv"),
	     *out = file_join(dir, "o.jsonl");
	struct recipe *r = plain();
	assert_int_equal(file_write(csv, slice_of(text, len), 0600, NULL), 0);
	start(NULL);
	struct job_spec spec = {.from_csv = csv, .recipe = r, .out_path = out, .query_name = "r"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	assert_string_equal(seen, "IBD");
	assert_int_equal(batches, 2); /* the first and the fifth, which is the last */
	assert_int_equal(ev->progress.rows, 4523);
	assert_int_equal(ev->progress.batches, 5);
	assert_int_equal(ev->progress.funnel.kept, 4523);
	assert_int_equal(ev->progress.out_rows, 4523);
	assert_int_equal(ev->progress.got_bytes, len);
	assert_int_equal(ev->progress.phase, PHASE_DONE);
	assert_string_equal(ev->spool_path, csv);
	assert_int_equal(lines_of(out), 4523);
	json_t *m = json_load_file(ev->manifest_path, 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(m, "rows")), 4523);
	json_decref(m);
	struct sample_view *v = engine_sample(engine);
	assert_non_null(v);
	assert_true(sample_view_count(v) >= 500);
	sample_view_unref(v);
	assert_false(engine_busy(engine));
	recipe_unref(r);
	mem_free(out);
	mem_free(csv);
}

static void batches_are_counted_as_the_seed_does(void **state)
{
	(void)state;
	static const struct {
		int rows, batches, told;
		const char *last;
	} cases[] = {
	        {0, 1, 1, "Batch 1: Retrieved 0 rows (1 - 1 header), Total: 0 rows"},
	        {1, 1, 1, "Batch 1: Retrieved 1 rows (2 - 1 header), Total: 1 rows"},
	        {999, 1, 1, "Batch 1: Retrieved 999 rows (1000 - 1 header), Total: 999 rows"},
	        {1000, 2, 2, "Batch 2: Retrieved 1 rows, Total: 1000 rows"},
	        {1999, 2, 2, "Batch 2: Retrieved 1000 rows, Total: 1999 rows"},
	        {5999, 6, 3, "Batch 6: Retrieved 1000 rows, Total: 5999 rows"},
	};
	char *csv = file_join(dir, "r.csv");
	start(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t len;
		char *text = csv_rows(cases[i].rows, &len), last[256] = "";
		assert_int_equal(file_write(csv, slice_of(text, len), 0600, NULL), 0);
		struct job_spec spec = {.from_csv = csv};
		uint64_t job = engine_submit(engine, &spec, NULL);
		struct job_event ev = {0};
		int told = 0;
		while (ev.kind < EV_DONE) {
			engine_wait(engine, 1000);
			while (ev.kind < EV_DONE && engine_next_event(engine, &ev))
				if (ev.kind == EV_BATCH && ++told)
					snprintf(last, sizeof last, "%s", ev.text);
		}
		job_event_release(&ev);
		assert_int_equal(ev.job, job);
		assert_int_equal(ev.kind, EV_DONE);
		assert_int_equal(ev.progress.batches, cases[i].batches);
		assert_int_equal(told, cases[i].told);
		assert_string_equal(last, cases[i].last);
	}
	mem_free(csv);
}

static void expect_failure(const char *csv_text, enum err_code code, const char *says)
{
	char *csv = file_join(dir, "bad.csv"), *out = file_join(dir, "bad.jsonl");
	struct recipe *r = plain();
	assert_int_equal(file_write(csv, slice_str(csv_text), 0600, NULL), 0);
	struct job_spec spec = {.from_csv = csv, .recipe = r, .out_path = out};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, code);
	if (strstr(ev->err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", ev->err.text, says);
	assert_int_equal(ev->progress.phase, PHASE_FAILED);
	assert_false(file_exists(out));
	unlink(csv);
	assert_int_equal(scratch_files(dir), 0); /* no temporary either */
	recipe_unref(r);
	mem_free(out);
	mem_free(csv);
}

static void bad_files_fail_clearly_and_leave_nothing(void **state)
{
	(void)state;
	start(NULL);
	expect_failure("\"body\"\n\"open quote\n", ERR_DATA, "quote");
	expect_failure("\"body\"\n\"a\",\"b\"\n", ERR_DATA, "");
	expect_failure("\"text\"\n\"a\"\n", ERR_RECIPE, "body");
	expect_failure("", ERR_DATA, "no header");
	struct job_spec spec = {.from_csv = "/proc/nonexistent/x.csv"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(ev->err.text, "/proc/nonexistent/x.csv"));
	spec.from_csv = dir;
	assert_int_equal(run(&spec)->err.code, ERR_IO);
}

static void what_cannot_run_is_refused(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	start(NULL);
	struct job_spec spec = {.sql = "  \n"};
	assert_int_equal(engine_submit(engine, &spec, &err), 0);
	assert_int_equal(err.code, ERR_USAGE);
	spec = (struct job_spec){.sql = "SELECT 1", .out_path = "x.jsonl"};
	assert_int_equal(engine_submit(engine, &spec, &err), 0);
	spec.out_path = NULL;
	struct job_event *ev = run(&spec); /* no identity */
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_CREDENTIALS);
	assert_string_equal(seen, "F"); /* nothing was journalled */
}

static void jobs_queue_in_order_and_can_be_dropped(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(20000, &len), *csv = file_join(dir, "r.csv");
	assert_int_equal(file_write(csv, slice_of(text, len), 0600, NULL), 0);
	start(NULL);
	struct job_spec spec = {.from_csv = csv};
	uint64_t a = engine_submit(engine, &spec, NULL), b = engine_submit(engine, &spec, NULL);
	uint64_t c = engine_submit(engine, &spec, NULL);
	assert_true(a < b && b < c);
	engine_cancel(engine, b);
	assert_true(engine_busy(engine));
	struct job_event ev;
	int ended = 0;
	enum job_event_kind kind[4] = {0};
	struct sample_view *sample[4] = {0};
	while (ended < 3 && engine_wait(engine, 10000))
		while (engine_next_event(engine, &ev))
			if (ev.kind >= EV_DONE) {
				kind[ev.job] = ev.kind;
				sample[ev.job] = ev.sample;
				ended++;
			}
	assert_int_equal(kind[a], EV_DONE);
	assert_int_equal(kind[b], EV_CANCELLED);
	assert_int_equal(kind[c], EV_DONE);
	/* Each has its own last sample, although the next job began at once. */
	assert_true(sample_view_count(sample[a]) >= 500);
	assert_null(sample[b]);
	assert_true(sample_view_count(sample[c]) >= 500);
	assert_ptr_not_equal(sample[a], sample[c]);
	sample_view_unref(sample[a]);
	sample_view_unref(sample[c]);
	mem_free(csv);
}

/* The place in the queue is told, and what waits can be dropped by its id: nothing was sent. */
static void a_job_that_waits_knows_its_place(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(10, &len);
	struct fake_script s = {text, len, .polls_running = -1, .output_rows = -1};
	struct job_progress p;
	start(&s);
	struct job_spec spec = {.sql = "SELECT body FROM t"};
	uint64_t a = engine_submit(engine, &spec, NULL), b = engine_submit(engine, &spec, NULL);
	uint64_t c = engine_submit(engine, &spec, NULL);
	for (int i = 0; i < 500 && fake_count(server, "GetQueryExecution") < 2; i++)
		usleep(10000);
	assert_true(engine_job_progress(engine, a, &p));
	assert_int_equal(p.place, 0);
	assert_true(engine_job_progress(engine, c, &p));
	assert_int_equal(p.phase, PHASE_QUEUED_HERE);
	assert_int_equal(p.place, 2);
	assert_int_equal(p.athena.stats.scanned_bytes, -1);
	assert_false(engine_job_progress(engine, 99, &p));
	engine_cancel(engine, b);
	assert_true(engine_job_progress(engine, c, &p));
	assert_int_equal(p.place, 1);
	struct job_event *ev = end_of(b);
	assert_int_equal(ev->kind, EV_CANCELLED);
	assert_string_equal(seen, "C");
	assert_non_null(strstr(ev->text, "nothing is billed"));
	engine_cancel(engine, c);
	assert_int_equal(end_of(c)->kind, EV_CANCELLED);
	engine_cancel(engine, a);
	assert_int_equal(end_of(a)->kind, EV_CANCELLED);
	assert_int_equal(fake_count(server, "StartQueryExecution"), 1);
	assert_false(engine_busy(engine));
	engine_wake_clear(engine);
	struct pollfd woken = {engine_wake_fd(engine), POLLIN, 0};
	assert_int_equal(poll(&woken, 1, 0), 0);
	engine_wake(engine);
	assert_int_equal(poll(&woken, 1, 0), 1);
}

static void a_fifo_that_never_ends_can_be_cancelled(void **state)
{
	(void)state;
	start(NULL);
	struct job_spec spec = {.from_csv = "/dev/zero"};
	uint64_t job = engine_submit(engine, &spec, NULL);
	struct job_event *ev = end_of(job); /* NUL bytes are no CSV: it fails by itself */
	assert_int_equal(ev->err.code, ERR_DATA);
}

/* ---- against a server ---- */

static void a_query_runs_to_jsonl(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(12000, &len), *out = file_join(dir, "o.jsonl");
	struct recipe *r = plain();
	struct fake_script s = {
	        text, len, .polls_running = 2, .scanned = 1000000, .output_rows = 12000};
	start(&s);
	struct job_spec spec = {.sql = "SELECT body FROM t",
	        .query_name = "q",
	        .database = "reddit",
	        .recipe = r,
	        .out_path = out,
	        .price_per_tb = 5000000};
	struct job_event *ev = run(&spec);
	if (ev->kind != EV_DONE)
		print_message("# %s\n", ev->err.text);
	assert_int_equal(ev->kind, EV_DONE);
	assert_int_equal(strncmp(seen, "IST", 3), 0);
	assert_null(strchr(seen, 'N'));
	assert_int_equal(ev->progress.rows, 12000);
	assert_int_equal(ev->progress.got_bytes, len);
	assert_int_equal(ev->progress.result_bytes, len);
	assert_int_equal(ev->progress.athena.state, ATHENA_SUCCEEDED);
	assert_int_equal(ev->progress.cost, 50);
	assert_false(ev->progress.by_pages);
	assert_int_equal(ev->progress.retries, 0);
	for (int i = 0; i < STAGE_COUNT; i++) {
		assert_in_range(ev->progress.stage[i].begin_ms, 0, ev->progress.elapsed_ms);
		assert_true(ev->progress.stage[i].end_ms >= ev->progress.stage[i].begin_ms);
	}
	assert_int_equal(lines_of(out), 12000);
	char *spooled = slurp(ev->spool_path);
	assert_int_equal(strlen(spooled), len);
	assert_memory_equal(spooled, text, len);
	assert_int_equal(fake_count(server, "StartQueryExecution"), 1);

	/* Again from the spool: the same bytes, and the manifest still knows the query. */
	char *again = file_join(dir, "again.jsonl"), spool[1024];
	snprintf(spool, sizeof spool, "%s", ev->spool_path);
	spec = (struct job_spec){.from_csv = spool, .recipe = r, .out_path = again};
	ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	json_t *m = json_load_file(ev->manifest_path, 0, NULL);
	assert_string_equal(
	        json_string_value(json_object_get(json_object_get(m, "query"), "execution_id")),
	        "fake-1");
	json_decref(m);
	char *one = slurp(out), *two = slurp(again);
	assert_string_equal(one, two);

	struct history_entry *h;
	char *state_dir = file_join(dir, "state");
	size_t n = history_load(state_dir, &h, NULL);
	assert_int_equal(n, 2);
	assert_string_equal(history_last(h, n, "q")->query_id, "fake-1");
	history_free(h, n);
	mem_free(state_dir);
	mem_free(one);
	mem_free(two);
	mem_free(again);
	mem_free(spooled);
	recipe_unref(r);
	mem_free(out);
}

/* By pages: same rows, same spool bytes. */
static void expect_pages(struct fake_script *s, enum job_fetch fetch, bool note)
{
	size_t len;
	char *text = csv_rows(2500, &len);
	s->csv = text;
	s->csv_len = len;
	start(s);
	struct job_spec spec = {.sql = "SELECT body FROM t", .fetch = fetch};
	struct job_event *ev = run(&spec);
	if (ev->kind != EV_DONE)
		print_message("# %s\n", ev->err.text);
	assert_int_equal(ev->kind, EV_DONE);
	assert_true(ev->progress.by_pages);
	assert_int_equal(ev->progress.rows, 2500);
	assert_int_equal(ev->progress.batches, 3);
	assert_int_equal(fake_count(server, "GetQueryResults"), 3);
	assert_int_equal(strchr(seen, 'N') != NULL, note);
	char *spooled = slurp(ev->spool_path);
	assert_string_equal(spooled, text);
	mem_free(spooled);
}

static void result_pages_when_asked_for(void **state)
{
	(void)state;
	struct fake_script s = {.output_rows = -1};
	expect_pages(&s, FETCH_PAGES, false);
	assert_int_equal(fake_count(server, "GET"), 0);
}

static void result_pages_where_there_is_no_object(void **state)
{
	(void)state;
	struct fake_script s = {.managed = true, .output_rows = -1};
	expect_pages(&s, FETCH_AUTO, false);
}

static void result_pages_where_the_object_is_denied(void **state)
{
	(void)state;
	struct fake_script s = {.object_status = 403, .output_rows = -1};
	expect_pages(&s, FETCH_AUTO, true);
	assert_non_null(strstr(last_note, "pages"));
}

static void a_broken_download_goes_on_where_it_stopped(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(3000, &len);
	struct fake_script s = {text, len, .cut_at = 50000, .output_rows = -1};
	start(&s);
	struct job_spec spec = {.sql = "SELECT body FROM t"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	assert_int_equal(ev->progress.rows, 3000);
	char *spooled = slurp(ev->spool_path);
	assert_string_equal(spooled, text);
	assert_true(fake_count(server, "GET") >= 2);
	assert_true(ev->progress.retries >= 1);
	mem_free(spooled);
}

static void a_count_that_differs_is_noted(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(10, &len);
	struct fake_script s = {text, len, .output_rows = 11};
	start(&s);
	struct job_spec spec = {.sql = "SELECT body FROM t"};
	uint64_t job = engine_submit(engine, &spec, NULL);
	assert_int_equal(end_of(job)->kind, EV_DONE);
	struct stagetree *t = strchr(seen, 'G') ? NULL : stages_of(job);
	stagetree_unref(t);
	assert_non_null(strstr(last_note, "11 rows, but 10"));
}

/* Statistics that are made late delay neither the job nor the next one. */
static void stages_come_when_they_come(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(10, &len);
	struct fake_script s = {text, len, .output_rows = 10, .late = 2};
	start(&s);
	struct job_spec spec = {.sql = "SELECT body FROM t"};
	uint64_t a = engine_submit(engine, &spec, NULL);
	assert_int_equal(end_of(a)->kind, EV_DONE);
	assert_null(strchr(seen, 'G'));
	uint64_t b = engine_submit(engine, &spec, NULL);
	assert_int_not_equal(b, 0);
	struct stagetree *t = stages_of(a);
	assert_non_null(t);
	assert_int_equal(t->output_rows, 10);
	assert_int_equal(t->n, 1);
	assert_string_equal(t->stage[0].state, "FINISHED");
	assert_int_equal(t->stage[0].execution_ms, -1);
	assert_string_equal(last_note, "");
	stagetree_unref(t);
}

/* An execution that is there already is followed: nothing is started, no token, one history entry.
 */
static void an_execution_is_adopted(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(10, &len), *state_dir = file_join(dir, "state");
	struct fake_script s = {
	        text, len, .polls_running = 2, .scanned = 1000000, .output_rows = 10};
	start(&s);
	struct job_spec spec = {.adopt_id = "fake-1", .sql = "SELECT 1", .price_per_tb = 5000000};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	assert_true(ev->progress.adopted);
	assert_int_equal(ev->progress.rows, 10);
	assert_int_equal(ev->progress.cost, 50);
	assert_true(file_exists(ev->spool_path));
	assert_int_equal(fake_count(server, "StartQueryExecution"), 0);
	assert_int_equal(fake_tokens(server), 0);
	struct history_entry *h;
	size_t n = history_load(state_dir, &h, NULL);
	assert_int_equal(n, 1);
	assert_string_equal(h[0].query_id, "fake-1");
	assert_string_equal(h[0].sql, "SELECT 1");
	assert_true(file_exists(h[0].spool_path));
	history_free(h, n);
	ev = run(&spec); /* again: still one entry */
	assert_int_equal(ev->kind, EV_DONE);
	n = history_load(state_dir, &h, NULL);
	assert_int_equal(n, 1);
	history_free(h, n);
	char *journal = file_join(state_dir, "journal.jsonl"), *lines = slurp(journal);
	assert_null(strstr(lines, "begin"));
	struct engine_credentials c;
	engine_credentials(engine, &c);
	assert_true(c.keys);
	assert_false(c.local);
	assert_string_equal(c.region, "us-east-1");
	assert_int_equal(c.expires_ms, 0);
	mem_free(lines);
	mem_free(journal);
	mem_free(state_dir);
}

static void an_adopted_query_that_failed_says_so(void **state)
{
	(void)state;
	struct fake_script s = {.fail = "NO_SUCH_COLUMN: x", .output_rows = -1};
	start(&s);
	struct job_spec spec = {.adopt_id = "fake-1"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_non_null(strstr(ev->err.text, "NO_SUCH_COLUMN"));
}

static void sign_in(const char *key)
{
	char *aws = file_join(dir, ".aws"), *path = file_join(aws, "credentials");
	char *text = mem_printf("[default]\naws_access_key_id = %s\n"
	                        "aws_secret_access_key = S\naws_session_token = T\n"
	                        "expiration = 2030-01-01T00:00:00Z\n",
	        key);
	assert_int_equal(file_mkdir_p(aws, 0700, NULL), 0);
	assert_int_equal(file_write(path, slice_str(text), 0600, NULL), 0);
	mem_free(text);
	mem_free(path);
	mem_free(aws);
}

/* Who signs in again in another window need not start anew. */
static void new_keys_are_found_when_the_old_have_expired(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(10, &len), *old_home = mem_strdup(getenv("HOME"));
	struct fake_script s = {text, len, .output_rows = 10, .only_key = "AKIDNEW"};
	char *state_dir = file_join(dir, "state"), *cache = file_join(dir, "cache");
	setenv("HOME", dir, 1);
	sign_in("AKIDOLD");
	server = fake_start(&s);
	const struct aws_options o = {NULL, "us-east-1", fake_url(server)};
	struct engine_config c = {.state_dir = state_dir,
	        .cache_dir = cache,
	        .identity = aws_identity_resolve(&o, NULL)};
	engine = engine_new(&c, NULL);
	struct job_spec spec = {.sql = "SELECT body FROM t"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_EXPIRED);
	sign_in("AKIDNEW");
	ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	struct engine_credentials cred;
	engine_credentials(engine, &cred);
	assert_true(cred.temporary);
	assert_int_equal(cred.expires_ms, 1893456000000);
	setenv("HOME", old_home ? old_home : "/", 1);
	mem_free(old_home);
	mem_free(cache);
	mem_free(state_dir);
}

static void a_result_from_disk_has_no_stages(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(10, &len), *csv = file_join(dir, "r.csv");
	struct fake_script s = {text, len, .output_rows = 10};
	assert_int_equal(file_write(csv, slice_of(text, len), 0600, NULL), 0);
	start(&s);
	struct job_spec spec = {.from_csv = csv};
	assert_int_equal(run(&spec)->kind, EV_DONE);
	usleep(50000);
	assert_int_equal(fake_count(server, "GetQueryRuntimeStatistics"), 0);
	mem_free(csv);
}

static void a_refused_query_has_line_and_column(void **state)
{
	(void)state;
	struct fake_script s = {.refuse = "line 3:14: mismatched input 'FORM'"};
	start(&s);
	char *out = file_join(dir, "o.jsonl");
	struct recipe *r = plain();
	struct job_spec spec = {.sql = "SELECT", .recipe = r, .out_path = out};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_SYNTAX);
	assert_int_equal(ev->err.line, 3);
	assert_int_equal(ev->err.col, 14);
	assert_int_equal(scratch_files(dir), 0);
	recipe_unref(r);
	mem_free(out);
}

static void a_failed_query_says_why_and_costs_nothing(void **state)
{
	(void)state;
	struct fake_script s = {.fail = "TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist",
	        .scanned = 100000000,
	        .output_rows = -1};
	start(&s);
	struct job_spec spec = {.sql = "SELECT body FROM x", .price_per_tb = 5000000};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_non_null(strstr(ev->err.text, "TABLE_NOT_FOUND"));
	assert_int_equal(ev->err.line, 1);
	assert_int_equal(ev->err.col, 15);
	assert_int_equal(ev->progress.cost, 0);
}

static void a_hotels_page_is_not_taken_for_an_answer(void **state)
{
	(void)state;
	struct fake_script s = {.garbage = true};
	start(&s);
	struct job_spec spec = {.sql = "SELECT 1"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_PROTOCOL);
	assert_int_equal(fake_tokens(server), 1); /* retries never make a new one */
}

static void nobody_there_is_a_network_error(void **state)
{
	(void)state;
	struct fake_script s = {0};
	start(&s);
	fake_stop(server);
	server = NULL;
	struct job_spec spec = {.sql = "SELECT 1"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_NETWORK);
	assert_int_equal(ev->progress.retries, 2); /* three attempts */
}

static void wait_for(enum job_event_kind kind)
{
	struct job_event ev;
	int64_t until = clock_mono_ms() + 10000;
	while (clock_mono_ms() < until) {
		engine_wait(engine, 100);
		while (engine_next_event(engine, &ev))
			if (ev.kind == kind)
				return;
	}
	fail_msg("no event of kind %d", (int)kind);
}

static void cancel_stops_the_query_and_says_what_it_cost(void **state)
{
	(void)state;
	struct fake_script s = {.polls_running = -1, .scanned = 30000000, .output_rows = -1};
	start(&s);
	struct job_spec spec = {.sql = "SELECT 1", .price_per_tb = 5000000};
	uint64_t job = engine_submit(engine, &spec, NULL);
	wait_for(EV_STATE);
	int64_t t0 = clock_mono_ms();
	engine_cancel(engine, 0);
	struct job_event *ev = end_of(job);
	assert_int_equal(ev->kind, EV_CANCELLED);
	assert_true(clock_mono_ms() - t0 < 2000);
	assert_int_equal(fake_count(server, "StopQueryExecution"), 1);
	assert_true(ev->progress.cost > 0);
	assert_non_null(strstr(ev->text, "billed"));
	assert_non_null(strstr(ev->text, "bytes"));
}

/* The service goes dumb: nobody knows what the query does, so no sum of money may be named. */
static void a_cancel_without_an_answer_does_not_say_what_is_billed(void **state)
{
	(void)state;
	struct fake_script s = {.mute = true};
	start(&s);
	struct job_spec spec = {.sql = "SELECT 1"};
	uint64_t job = engine_submit(engine, &spec, NULL);
	wait_for(EV_SUBMITTED);
	engine_cancel(engine, job);
	struct job_event *ev = end_of(job);
	assert_int_equal(ev->kind, EV_CANCELLED);
	assert_non_null(strstr(ev->text, "may still run"));
	assert_null(strchr(ev->text, '$'));
}

static void a_journal_that_cannot_be_written_stops_the_run(void **state)
{
	(void)state;
	struct fake_script s = {.output_rows = -1};
	start(&s);
	char *path = file_join(dir, "state/journal.jsonl");
	assert_int_equal(mkdir(path, 0700), 0);
	struct job_spec spec = {.sql = "SELECT 1"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_non_null(strstr(ev->err.text, "nothing was begun"));
	assert_non_null(strstr(ev->err.text, path));
	assert_int_equal(fake_count(server, "StartQueryExecution"), 0);
	mem_free(path);
}

static void a_timeout_stops_the_query(void **state)
{
	(void)state;
	struct fake_script s = {.polls_running = -1, .output_rows = -1};
	start(&s);
	struct job_spec spec = {.sql = "SELECT 1", .timeout_ms = 300};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_TIMEOUT);
	assert_int_equal(fake_count(server, "StopQueryExecution"), 1);
}

static void a_budget_stops_the_query(void **state)
{
	(void)state;
	struct fake_script s = {.polls_running = -1, .scanned = 1000000000, .output_rows = -1};
	start(&s);
	struct job_spec spec = {.sql = "SELECT 1", .price_per_tb = 5000000, .max_cost = 7000};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_BUDGET);
	assert_int_equal(fake_count(server, "StopQueryExecution"), 1);
}

static void what_is_paid_is_downloaded_although_over_budget(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(10, &len);
	struct fake_script s = {text, len, .scanned = 500000000, .output_rows = -1};
	start(&s);
	/* 500 MB while it is queued, 1 GB at its end: $0.0025, then $0.005. */
	struct job_spec spec = {
	        .sql = "SELECT body FROM t", .price_per_tb = 5000000, .max_cost = 3000};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	assert_int_equal(ev->progress.rows, 10);
	assert_non_null(strstr(last_note, "had ended already"));
}

static void text_results_are_not_taken_for_csv(void **state)
{
	(void)state;
	size_t len;
	char *text = csv_rows(3, &len);
	struct fake_script s = {
	        text, len, .object = "s3://bucket/results/fake-1.txt", .output_rows = -1};
	start(&s);
	struct job_spec spec = {.sql = "EXPLAIN SELECT 1", .fetch = FETCH_OBJECT};
	assert_int_equal(run(&spec)->err.code, ERR_CONFIG);
	spec.fetch = FETCH_AUTO;
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	assert_true(ev->progress.by_pages);
}

static void the_engine_ends_in_time_whatever_the_network_does(void **state)
{
	(void)state;
	struct fake_script s = {.mute = true};
	start(&s);
	struct job_spec spec = {.sql = "SELECT 1"};
	engine_submit(engine, &spec, NULL);
	wait_for(EV_SUBMITTED);
	int64_t t0 = clock_mono_ms();
	engine_free(engine);
	engine = NULL;
	assert_true(clock_mono_ms() - t0 < 5000);
}

static void a_slow_reader_pauses_the_transfer(void **state)
{
	(void)state;
	/* Far more bytes than the queue holds: they all arrive, and memory stays flat. */
	size_t len;
	char *text = csv_rows(400000, &len);
	struct recipe *r = plain();
	struct fake_script s = {text, len, .output_rows = -1};
	start(&s);
	struct job_spec spec = {.sql = "SELECT body FROM t", .recipe = r};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_DONE);
	assert_int_equal(ev->progress.rows, 400000);
	assert_int_equal(ev->progress.got_bytes, len);
	recipe_unref(r);
}

/* ---- catalog calls ---- */

struct answer {
	int n;
	char text[128];
	enum err_code code;
};

static void on_reply(void *arg, const char *json, const struct err *err)
{
	struct answer *a = arg;
	a->n++;
	snprintf(a->text, sizeof a->text, "%s", json ? json : "");
	a->code = err ? err->code : ERR_NONE;
}

static void await(struct answer *a, int n)
{
	struct job_event ev;
	int64_t until = clock_mono_ms() + 10000;
	while (a->n < n && clock_mono_ms() < until) {
		engine_wait(engine, 100);
		while (engine_next_event(engine, &ev))
			;
	}
	assert_int_equal(a->n, n);
}

static void catalog_calls_are_answered_idle_and_beside_a_query(void **state)
{
	(void)state;
	struct fake_script s = {.polls_running = -1, .output_rows = -1};
	struct answer a = {0};
	start(&s);
	assert_int_equal(engine_call(engine, "ListDatabases", "{}", on_reply, &a, NULL), 0);
	assert_int_equal(engine_call(engine, "ListTables", NULL, on_reply, &a, NULL), 0);
	await(&a, 2);
	assert_string_equal(a.text, "{\"Echo\":\"ListTables\"}");
	struct job_spec spec = {.sql = "SELECT 1"};
	uint64_t job = engine_submit(engine, &spec, NULL);
	wait_for(EV_STATE);
	assert_int_equal(engine_call(engine, "GetTableMetadata", "{}", on_reply, &a, NULL), 0);
	await(&a, 3); /* although the query runs on */
	assert_string_equal(a.text, "{\"Echo\":\"GetTableMetadata\"}");
	engine_cancel(engine, job);
	assert_int_equal(end_of(job)->kind, EV_CANCELLED);
}

static void catalog_calls_without_a_connection_fail(void **state)
{
	(void)state;
	struct answer a = {0};
	start(NULL);
	assert_int_equal(engine_call(engine, "ListDatabases", "{}", on_reply, &a, NULL), 0);
	await(&a, 1);
	assert_int_equal(a.code, ERR_CREDENTIALS);
}

/* Threads' processor time: a loop that tries for ever would show. */
static int64_t cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void a_call_that_cannot_be_sent_fails_once_and_an_idle_engine_rests(void **state)
{
	(void)state;
	struct answer a = {0};
	char *state_dir = file_join(dir, "state"), *cache = file_join(dir, "cache");
	struct engine_config c = {
	        .identity = aws_identity_fixed("http://192.0.2.1 oops", "us-east-1", "K", "secret"),
	        .state_dir = state_dir,
	        .cache_dir = cache,
	};
	engine = engine_new(&c, NULL);
	assert_non_null(engine);
	assert_int_equal(engine_call(engine, "ListDatabases", "{}", on_reply, &a, NULL), 0);
	await(&a, 1);
	assert_int_equal(a.code, ERR_CONFIG);
	int64_t before = cpu_ms();
	clock_sleep_ms(500);
	assert_true(cpu_ms() - before < 50);
	assert_int_equal(a.n, 1);
	mem_free(state_dir);
	mem_free(cache);
}

/* ---- the local server as a child ---- */

static char *script(const char *text)
{
	char *path = file_join(dir, "duck");
	assert_int_equal(file_write(path, slice_str(text), 0600, NULL), 0);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static struct localduck *duck(const char *text, struct localduck_info *info, struct err *err)
{
	char *path = script(text), *log = file_join(dir, "duck.log");
	char *argv[] = {path, NULL};
	struct localduck *d = localduck_start(argv, log, false, never, NULL, info, err);
	mem_free(log);
	mem_free(path);
	return d;
}

static void a_child_tells_its_endpoint_and_ends_with_us(void **state)
{
	(void)state;
	struct localduck_info info = {0};
	struct err err = ERR_INIT;
	struct localduck *d = duck(
	        "#!/bin/sh\n[ \"$1\" = --exit-on-stdin-eof ] || exit 3\n"
	        "echo '{\"endpoint\":\"http://127.0.0.1:1\",\"access_key\":\"AK\",\"secret_key\":"
	        "\"SECRETSECRET\",\"output\":\"s3://b/\"}'\ncat >/dev/null\n",
	        &info, &err);
	assert_non_null(d);
	assert_string_equal(info.endpoint, "http://127.0.0.1:1");
	assert_string_equal(info.output, "s3://b/");
	assert_true(localduck_alive(d));
	localduck_info_release(&info);
	int64_t t0 = clock_mono_ms();
	localduck_stop(d);
	assert_true(clock_mono_ms() - t0 < 1500);
}

static void a_child_that_does_not_listen_is_killed(void **state)
{
	(void)state;
	struct localduck_info info = {0};
	struct localduck *d =
	        duck("#!/bin/sh\ntrap '' TERM\n"
	             "echo '{\"endpoint\":\"u\",\"access_key\":\"a\",\"secret_key\":\"s\"}'\n"
	             "while :; do sleep 0.2; done\n",
	                &info, NULL);
	assert_non_null(d);
	localduck_info_release(&info);
	int64_t t0 = clock_mono_ms();
	localduck_stop(d);
	assert_true(clock_mono_ms() - t0 < 4000);
}

static void a_child_that_dies_under_a_query_is_named(void **state)
{
	(void)state;
	char *path = script(
	        "#!/bin/sh\necho '{\"endpoint\":\"http://127.0.0.1:1\",\"access_key\":\"AK\","
	        "\"secret_key\":\"SECRETSECRET\",\"output\":\"s3://b/\"}'\nkill -9 $$\n");
	const char *argv[] = {path, NULL};
	struct engine_config c = {.local_argv = argv, .state_dir = dir, .cache_dir = dir};
	engine = engine_new(&c, NULL);
	assert_non_null(engine);
	struct job_spec spec = {.sql = "SELECT 1"};
	struct job_event *ev = run(&spec);
	assert_int_equal(ev->kind, EV_FAILED);
	assert_int_equal(ev->err.code, ERR_NETWORK);
	assert_non_null(strstr(ev->err.text, "ended while it was needed"));
	assert_non_null(strstr(ev->err.text, path));
	mem_free(path);
}

static void a_child_that_fails_says_why(void **state)
{
	(void)state;
	struct localduck_info info = {0};
	struct err err = ERR_INIT;
	assert_null(duck(
	        "#!/bin/sh\necho one >&2\necho 'no such folder: x' >&2\nexit 2\n", &info, &err));
	assert_non_null(strstr(err.text, "no such folder: x"));
	err_clear(&err);
	assert_null(duck("#!/bin/sh\necho hello\nsleep 5\n", &info, &err));
	assert_int_equal(err.code, ERR_PROTOCOL);
	err_clear(&err);
	char *log = file_join(dir, "duck.log"), missing[] = "/proc/nonexistent/duck";
	char *argv[] = {missing, NULL};
	assert_null(localduck_start(argv, log, false, never, NULL, &info, &err));
	if (strstr(err.text, "cannot be started") == NULL)
		fail_msg("%s", err.text);
	mem_free(log);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        T(a_file_becomes_jsonl_with_a_manifest),
	        T(batches_are_counted_as_the_seed_does),
	        T(bad_files_fail_clearly_and_leave_nothing),
	        T(what_cannot_run_is_refused),
	        T(jobs_queue_in_order_and_can_be_dropped),
	        T(a_job_that_waits_knows_its_place),
	        T(a_fifo_that_never_ends_can_be_cancelled),
	        T(a_query_runs_to_jsonl),
	        T(result_pages_when_asked_for),
	        T(result_pages_where_there_is_no_object),
	        T(result_pages_where_the_object_is_denied),
	        T(a_broken_download_goes_on_where_it_stopped),
	        T(a_count_that_differs_is_noted),
	        T(stages_come_when_they_come),
	        T(a_result_from_disk_has_no_stages),
	        T(new_keys_are_found_when_the_old_have_expired),
	        T(an_execution_is_adopted),
	        T(an_adopted_query_that_failed_says_so),
	        T(a_refused_query_has_line_and_column),
	        T(a_failed_query_says_why_and_costs_nothing),
	        T(a_hotels_page_is_not_taken_for_an_answer),
	        T(nobody_there_is_a_network_error),
	        T(cancel_stops_the_query_and_says_what_it_cost),
	        T(a_timeout_stops_the_query),
	        T(a_budget_stops_the_query),
	        T(what_is_paid_is_downloaded_although_over_budget),
	        T(text_results_are_not_taken_for_csv),
	        T(the_engine_ends_in_time_whatever_the_network_does),
	        T(a_slow_reader_pauses_the_transfer),
	        T(catalog_calls_are_answered_idle_and_beside_a_query),
	        T(catalog_calls_without_a_connection_fail),
	        T(a_call_that_cannot_be_sent_fails_once_and_an_idle_engine_rests),
	        T(a_child_tells_its_endpoint_and_ends_with_us),
	        T(a_child_that_dies_under_a_query_is_named),
	        T(a_cancel_without_an_answer_does_not_say_what_is_billed),
	        T(a_journal_that_cannot_be_written_stops_the_run),
	        T(a_child_that_does_not_listen_is_killed),
	        T(a_child_that_fails_says_why),
	};
	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
