/* athena-jsonl run: one job without a terminal. */
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/narrate.h"
#include "cli/signals.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "job/report.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

enum { WAIT_MS = 100, COUNT_MS = 1500 };

static void say_connection(struct engine *e, const struct session *s, const struct run_input *in)
{
	char where[128];
	engine_where(e, where);
	if (s->args->quiet || in->spec.from_csv)
		return;
	if (s->local_by_default)
		say("no AWS account is configured: using the embedded engine (--local); nothing is "
		    "charged");
	else if (s->settings->local)
		say("using the embedded engine; nothing is charged");
	else
		say("connecting: %s", where);
}

/* Athena's own count of the rows comes late; a moment for it, since it may say that rows are lost.
 */
static void await_count(struct engine *e, struct narrator *n, uint64_t job)
{
	struct job_event *ev = mem_zalloc(sizeof *ev);
	int64_t until = clock_mono_ms() + COUNT_MS;
	bool told = false;
	while (!told && !signals_caught() && clock_mono_ms() < until) {
		engine_wait(e, WAIT_MS);
		while (engine_next_event(e, ev)) {
			narrator_event(n, ev);
			job_event_release(ev);
			told = told || (ev->kind == EV_STAGES && ev->job == job);
		}
	}
	mem_free(ev);
}

/* Runs the job to its end; *end is its last event. */
static void follow(struct engine *e, struct narrator *n, uint64_t job, struct job_event *end)
{
	bool asked = false, counted = false;
	for (;;) {
		engine_wait(e, WAIT_MS);
		if (signals_caught() && !asked) {
			asked = true;
			narrator_clear(n);
			if (!n->quiet)
				say("stopping (once more ends at once)");
			engine_cancel(e, job);
		}
		while (engine_next_event(e, end)) {
			narrator_event(n, end);
			job_event_release(end);
			if (end->job == job && end->kind == EV_STAGES)
				counted = true;
			if (end->job != job || end->kind < EV_DONE)
				continue;
			if (!counted && end->kind == EV_DONE &&
			        end->progress.athena.state == ATHENA_SUCCEEDED)
				await_count(e, n, job);
			return;
		}
		struct job_progress p;
		engine_progress(e, &p);
		narrator_live(n, &p);
	}
}

/* A reader such as head that has seen enough is no error worth words. */
static bool reader_left(const struct run_input *in)
{
	struct pollfd p = {1, POLLOUT, 0};
	return in->out && strcmp(in->out, "-") == 0 && poll(&p, 1, 0) > 0 && (p.revents & POLLERR);
}

static void say_failure(
        const struct run_input *in, const struct session *s, const struct job_event *end)
{
	struct buf place, safe;
	say_error(&end->err);
	buf_init(&place, 8192);
	buf_init(&safe, BUF_NO_LIMIT);
	run_input_place(in, s, &end->err, &place);
	struct slice rest = buf_slice(&place), line;
	while (rest.len > 0) {
		rest = slice_cut(rest, '\n', &line);
		buf_clear(&safe);
		utf8_sanitize(&safe, line);
		fprintf(stderr, "%s\n", buf_str(&safe));
	}
	if (end->spool_path[0] && in->spec.from_csv == NULL)
		say("the result is kept; athena-jsonl run --from-csv %s --recipe R reads it again",
		        end->spool_path);
	buf_release(&safe);
	buf_release(&place);
}

static void print_json(const struct job_event *end, const struct run_input *in)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	report_json(&b, end, &in->spec);
	FILE *f = in->out && strcmp(in->out, "-") == 0 ? stderr : stdout;
	fprintf(f, "%s\n", buf_str(&b));
	fflush(f);
	buf_release(&b);
}

static int status_of(const struct run_input *in, const struct job_event *end)
{
	int sig = signals_caught();
	if (end->kind == EV_DONE)
		return EXIT_OK;
	if (sig && end->kind == EV_CANCELLED)
		return EXIT_SIGNAL + sig;
	if (end->err.code == ERR_NOT_FOUND && in->spec.from_csv)
		return EXIT_LOCAL;
	return exit_status(&end->err);
}

static int conclude(
        struct session *s, struct run_input *in, struct narrator *n, struct job_event *end)
{
	narrator_clear(n);
	if (end->kind != EV_DONE && reader_left(in))
		return EXIT_OK;
	narrator_report(n, end, &in->spec);
	if (end->kind == EV_FAILED)
		say_failure(in, s, end);
	else if (end->kind == EV_CANCELLED)
		say("%s", end->text);
	else if (!s->args->quiet && in->recipe == NULL && end->spool_path[0])
		say("no recipe: the rows are in %s", end->spool_path);
	if (s->args->json)
		print_json(end, in);
	return status_of(in, end);
}

static int run_job(struct session *s, struct run_input *in)
{
	struct err err = ERR_INIT;
	struct narrator n;
	struct engine *e = session_engine(s, in->spec.from_csv == NULL, &err);
	uint64_t job = e ? engine_submit(e, &in->spec, &err) : 0;
	if (job == 0) {
		engine_free(e);
		say_error(&err);
		return exit_status(&err);
	}
	narrator_init(&n, s->args->quiet);
	say_connection(e, s, in);
	struct job_event *end = mem_zalloc(sizeof *end);
	follow(e, &n, job, end);
	int status = conclude(s, in, &n, end);
	engine_free(e);
	mem_free(end);
	return status;
}

int cmd_run(struct session *s)
{
	struct err err = ERR_INIT;
	struct run_input in;
	int status;
	signals_install();
	if (run_input_load(&in, s, &err) == 0) {
		status = run_job(s, &in);
	} else {
		say_error(&err);
		status = err.code == ERR_NOT_FOUND ? EXIT_USAGE : exit_status(&err);
	}
	run_input_release(&in);
	return status;
}
