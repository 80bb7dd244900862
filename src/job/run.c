/* One job from begin to end, on the net thread: submit, poll, fetch, and how it ended. */
#include "job/cost.h"
#include "job/js.h"
#include "job/run.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

enum {
	TICK_MS = 100,
	CANCEL_MS = 10000, /* the query is stopped and seen to stop, or we go without knowing */
	STOP_MS = 3000,    /* the same when the program ends */
};

/* ---- the query ---- */

static void update_board(struct run *r, bool urgent)
{
	struct job *j = r->j;
	int64_t now;
	struct job_progress *p = board_edit(&r->e->board, &now);
	p->athena = j->athena;
	p->cost = cost_micro_usd(
	        j->athena.stats.scanned_bytes, j->spec.price_per_tb, job_is_free(&j->athena));
	if (j->athena.state < ATHENA_SUCCEEDED && j->athena.stats.scanned_bytes == 0)
		p->cost = 0; /* the minimum is not owed before anything was read */
	if (p->phase < PHASE_DOWNLOAD && j->athena.state == ATHENA_QUEUED)
		p->phase = PHASE_WAITING;
	if (p->phase < PHASE_DOWNLOAD && j->athena.state >= ATHENA_RUNNING)
		p->phase = PHASE_RUNNING;
	if (j->submitted) {
		p->stage[STAGE_SUBMIT].end_ms = j->submit_ms;
		p->stage[STAGE_SUBMIT].busy_ms = j->submit_ms - p->stage[STAGE_SUBMIT].begin_ms;
		stages_from_athena(p, j->submit_ms, now);
	}
	/* What has ended is paid: stopping the download would only lose it. */
	if (j->spec.max_cost > 0 && p->cost > j->spec.max_cost &&
	        j->athena.state < ATHENA_SUCCEEDED)
		atomic_store(&j->over_budget, true);
	board_done(&r->e->board, urgent);
}

static void submitted(struct run *r)
{
	struct job *j = r->j;
	struct err err = ERR_INIT;
	board_edit(&r->e->board, &j->submit_ms);
	board_done(&r->e->board, false);
	j->submitted = j->journalled = true;
	if (!j->spec.adopt_id &&
	        journal_submitted(r->e->journal, j->token, j->athena.id, &err) != 0)
		engine_emit(
		        r->e, j, EV_NOTE, NULL, "The journal cannot be written: %.200s", err.text);
}

static void on_status(void *arg, const struct athena_status *st)
{
	struct run *r = arg;
	enum athena_state before = r->j->athena.state;
	r->j->athena = *st;
	bool first = !r->j->submitted && st->id[0];
	if (first)
		submitted(r);
	if (st->workgroup[0])
		engine_know_workgroup(r->e, st->workgroup);
	update_board(r, first || st->state != before);
	if (first)
		engine_emit(r->e, r->j, EV_SUBMITTED, NULL, "Query ID: %s", st->id);
	if (st->state != before)
		engine_emit(r->e, r->j, EV_STATE, NULL, "Query state: %s",
		        athena_state_name(st->state));
	if (st->state == ATHENA_SUCCEEDED || st->state == ATHENA_FAILED)
		runtime_begin(r->e, r->j);
}

/* Asked again at every tick: when the engine ends too, less time is left. */
void run_give_up(struct run *r)
{
	int ms = engine_stopping(r->e) ? STOP_MS : CANCEL_MS;
	ride_deadline(r->ride, clock_mono_ms() + ms);
}

bool run_keep_going(struct run *r)
{
	bool stop = job_stopped(r->e, r->j);
	if (stop)
		atomic_store(&r->j->cancel, true); /* the transform looks there */
	if (!stop && !atomic_load(&r->j->over_budget))
		return true;
	run_give_up(r);
	return false;
}

static bool tick_query(void *arg)
{
	struct run *r = arg;
	update_board(r, false);
	return run_keep_going(r);
}

int run_drive(struct run *r, struct exchange *x, bool (*tick)(void *), struct err *err)
{
	r->ride = ride_new(r->e, x);
	int rc = driver_run(r->e->driver, r->ride, tick, r, TICK_MS, err);
	r->ride->ops->free(r->ride);
	r->ride = NULL;
	return rc;
}

static int over_budget(struct run *r, struct err *err)
{
	char max[FMT_SIZE], cost[FMT_SIZE];
	struct job_progress p;
	board_copy(&r->e->board, &p);
	return err_set(err, ERR_BUDGET,
	        "the query was stopped: it has cost about %s, more than the limit of %s; narrow "
	        "it, "
	        "or raise --max-cost",
	        fmt_money(cost, p.cost), fmt_money(max, r->j->spec.max_cost));
}

/* It ended before the poll that would have stopped it. */
static void note_cost(struct run *r)
{
	char max[FMT_SIZE], cost[FMT_SIZE];
	struct job_progress p;
	board_copy(&r->e->board, &p);
	if (r->j->spec.max_cost > 0 && p.cost > r->j->spec.max_cost)
		engine_emit(r->e, r->j, EV_NOTE, NULL,
		        "The query cost about %s, more than the limit of %s, but had ended already",
		        fmt_money(cost, p.cost), fmt_money(max, r->j->spec.max_cost));
}

static int run_query(struct run *r, struct err *err)
{
	struct job *j = r->j;
	const char *out = j->spec.output_location;
	if (out == NULL && r->e->local_output && *r->e->local_output)
		out = r->e->local_output;
	struct athena_request rq = {
	        .sql = j->spec.sql,
	        .database = j->spec.database,
	        .workgroup = j->spec.workgroup,
	        .output_location = out,
	        .token = j->token,
	        .adopt_id = j->spec.adopt_id,
	        .timeout_ms = j->spec.timeout_ms,
	};
	int64_t now;
	struct job_progress *p = board_edit(&r->e->board, &now);
	p->stage[STAGE_SUBMIT].begin_ms = now;
	p->adopted = j->spec.adopt_id != NULL;
	board_done(&r->e->board, true);
	struct exchange *x = athena_run_new(r->e->identity, &rq, &r->e->bucket, on_status, r);
	int rc = run_drive(r, x, tick_query, err);
	if (rc != 0 && atomic_load(&j->over_budget) && !job_stopped(r->e, j))
		return over_budget(r, err);
	if (rc == 0 && !j->spec.adopt_id)
		note_cost(r);
	if (rc != 0 && j->spec.adopt_id && !j->submitted)
		err_prefix(err, "the run %.64s cannot be fetched again", j->spec.adopt_id);
	return rc;
}

/* ---- the job ---- */

static int feed_result(struct run *r, struct err *err)
{
	const char *path = r->j->spec.from_csv;
	int rc = path ? feed_file(r->feed, path, err) : run_fetch(r, err);
	if (rc == 0) {
		feed_publish(r->feed, true);
		rc = feed_end(r->feed) ? 0 : -1;
	}
	return rc;
}

/* The transform's error is the cause when both sides failed; ours then only says "stopped". */
static int process(struct run *r, struct err *err)
{
	struct err mine = ERR_INIT, theirs = ERR_INIT;
	struct transform *t = transform_start(r->e, r->j, err);
	if (t == NULL)
		return -1;
	struct feed f;
	feed_init(&f, r->e, r->j, t);
	r->feed = &f;
	int rc = feed_result(r, &mine);
	r->feed = NULL;
	feed_release(&f);
	if (transform_join(t, rc == 0, &theirs) != 0) {
		bool cause = !(mine.code != ERR_NONE && theirs.code == ERR_CANCELLED);
		*err = cause ? theirs : mine;
		return -1;
	}
	if (rc != 0)
		*err = mine;
	return rc;
}

static int prepare(struct run *r, struct err *err)
{
	struct job *j = r->j;
	if (j->spec.out_path) {
		j->sink = sink_open(j->spec.out_path, &j->spec.output, err);
		if (j->sink == NULL)
			return -1;
	}
	if (j->spec.from_csv && !file_exists(j->spec.from_csv))
		return err_set(err, ERR_NOT_FOUND, "there is no file %s", j->spec.from_csv);
	if (!j->spec.from_csv && engine_connect(r->e, err) != 0)
		return -1;
	bool recorded = !j->spec.adopt_id && !(j->spec.from_csv && j->spec.unrecorded);
	if (recorded && journal_begin(r->e->journal, &j->spec, j->token, err) != 0)
		return err_prefix(err, "nothing was begun, since the journal cannot be written");
	j->journalled = recorded;
	engine_emit(r->e, j, EV_STARTED, NULL, "%s", "");
	return 0;
}

static int run_all(struct run *r, struct err *err)
{
	struct job *j = r->j;
	if (prepare(r, err) != 0)
		return -1;
	if (j->spec.from_csv)
		return process(r, err);
	return run_query(r, err) == 0 ? process(r, err) : -1;
}

/* What is billed is only said of a query that was never sent, or was seen to end. */
static void cancelled_text(const struct run *r, const struct job_progress *p, const struct err *err,
        char *out, size_t size)
{
	const struct job *j = r->j;
	char n[FMT_SIZE], cost[FMT_SIZE];
	int64_t scanned = p->athena.stats.scanned_bytes;
	if (j->spec.from_csv)
		snprintf(out, size, "Cancelled; nothing was written");
	else if (!j->submitted) /* "cancelled before ...", or "cancelled; no answer came ..." */
		snprintf(out, size, "C%.250s", err->text[0] ? err->text + 1 : "ancelled");
	else if (p->athena.state < ATHENA_SUCCEEDED)
		snprintf(out, size,
		        "Cancelled, but nothing says that query %s has stopped: it may still run "
		        "and be billed; look at it in the console",
		        j->athena.id);
	else if (r->e->local_argv)
		snprintf(out, size, "Cancelled; the local engine charges nothing");
	else if (scanned < 0)
		snprintf(out, size, "Cancelled query %s; what it scanned was not reported",
		        j->athena.id);
	else
		snprintf(out, size, "Cancelled; %s bytes were scanned, about %s is billed",
		        fmt_thousands(n, scanned), fmt_money(cost, p->cost));
}

static void fill_end(struct run *r, struct job_event *ev, int rc, const struct err *err)
{
	struct job *j = r->j;
	bool cancelled = rc != 0 && err->code == ERR_CANCELLED && atomic_load(&j->cancel);
	ev->job = j->id;
	ev->kind = rc == 0 ? EV_DONE : cancelled ? EV_CANCELLED : EV_FAILED;
	board_set_phase(&r->e->board, rc == 0     ? PHASE_DONE
	                              : cancelled ? PHASE_CANCELLED
	                                          : PHASE_FAILED);
	board_copy(&r->e->board, &ev->progress);
	if (rc != 0)
		ev->err = *err;
	if (cancelled)
		cancelled_text(r, &ev->progress, err, ev->text, sizeof ev->text);
	else
		snprintf(ev->text, sizeof ev->text, "%.255s", rc == 0 ? "Done" : err->text);
	ev->sample = board_sample(&r->e->board);
	snprintf(ev->manifest_path, sizeof ev->manifest_path, "%s", j->manifest_path);
	snprintf(ev->spool_path, sizeof ev->spool_path, "%.1023s",
	        j->spec.from_csv ? j->spec.from_csv : j->spool_path);
}

static void end_job(struct run *r, int rc, const struct err *err)
{
	struct event_node *n = MEM_NEW(struct event_node);
	struct job *j = r->j;
	fill_end(r, &n->ev, rc, err);
	log_at(n->ev.kind == EV_FAILED ? LOG_ERROR : LOG_INFO, "job", "%s", n->ev.text);
	struct err jerr = ERR_INIT;
	if (j->journalled && journal_end(r->e->journal, j->token, &j->spec, &n->ev,
	                             r->e->local_argv != NULL, &jerr) != 0)
		engine_emit(
		        r->e, j, EV_NOTE, NULL, "The journal cannot be written: %.200s", jerr.text);
	runtime_job_ends(r->e, j, rc == 0 ? (int64_t)n->ev.progress.rows : -1);
	pthread_mutex_lock(&r->e->lock);
	r->e->running = NULL; /* before the event: who has seen the end finds the engine idle */
	pthread_mutex_unlock(&r->e->lock);
	engine_push_event(r->e, n);
}

void engine_run_job(struct engine *e, struct job *j)
{
	struct run r = {.e = e, .j = j};
	struct err err = ERR_INIT;
	j->athena.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	j->output_rows = -1;
	board_begin(&e->board, j->id);
	int rc = run_all(&r, &err);
	if (rc != 0 && !j->spec.from_csv)
		engine_explain(e, &err);
	sink_abort(j->sink);
	j->sink = NULL;
	engine_know_identity(e, e->identity); /* new keys may have been found */
	end_job(&r, rc, &err);
	job_free(j);
}
