/*
 * Records real runs over the sample with the local engine, as words of the script language:
 *
 *     record ATHENA_DUCK DATA DIR      in tests/screens/recorded, DIR is .
 *
 * For every query of DIR/queries: NAME.run (progress, events, sample; `mark` lines where the phase
 * changes), NAME.csv (its rows) and NAME.stages.json; for the catalog the replies. too-long.sql is
 * cancelled after a second. Scripts replay them with `play NAME.run [MARK]`.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "job/engine.h"
#include "rows/sample.h"
#include "sql/queryfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

#define EVERY_MS 60 /* between two snapshots of one phase */

struct recorder {
	struct engine *engine;
	const char *dir, *name;
	struct buf out;
	struct job_progress last;
	int64_t begun_ms, said_ms;
	const struct recipe *recipe;
};

static void save(const char *dir, const char *name, const char *end, struct slice text)
{
	struct err err = ERR_INIT;
	char *path = mem_printf("%s/%s%s", dir, name, end);
	if (file_write(path, text, 0644, &err) != 0)
		fprintf(stderr, "%s\n", err.text);
	mem_free(path);
}

static void say_now(struct recorder *r)
{
	buf_printf(&r->out, "now %lld\n", (long long)(100000 + clock_mono_ms() - r->begun_ms));
}

static void say_progress(struct recorder *r, const struct job_progress *p)
{
	const struct athena_stats *s = &p->athena.stats;
	say_now(r);
	buf_printf(&r->out,
	        "progress phase=%s elapsed=%lld cost=%lld result=%lld got=%lld rate=%.0f rows=%llu "
	        "batches=%llu judged=%llu kept=%llu",
	        job_phase_name(p->phase), (long long)p->elapsed_ms, (long long)p->cost,
	        (long long)p->result_bytes, (long long)p->got_bytes, p->rate,
	        (unsigned long long)p->rows, (unsigned long long)p->batches,
	        (unsigned long long)p->funnel.rows, (unsigned long long)p->funnel.kept);
	if (p->athena.id[0])
		buf_printf(&r->out, " id=%s", p->athena.id);
	buf_printf(&r->out,
	        " scanned=%lld engine_ms=%lld total_ms=%lld queue_ms=%lld service_ms=%lld",
	        (long long)s->scanned_bytes, (long long)s->engine_ms, (long long)s->total_ms,
	        (long long)s->queue_ms, (long long)s->service_ms);
	for (size_t i = 0; r->recipe && i < recipe_steps(r->recipe); i++)
		if (p->funnel.rejected[i])
			buf_printf(&r->out, " drop.%s=%llu", recipe_step(r->recipe, i)->name,
			        (unsigned long long)p->funnel.rejected[i]);
	for (int i = 0; i < STAGE_COUNT; i++)
		if (p->stage[i].begin_ms >= 0) {
			buf_printf(&r->out, " %s=%lld", job_stage_name((enum job_stage)i),
			        (long long)p->stage[i].begin_ms);
			if (p->stage[i].end_ms >= 0)
				buf_printf(&r->out, ":%lld", (long long)p->stage[i].end_ms);
		}
	buf_add_char(&r->out, '\n');
	if (p->phase != r->last.phase)
		buf_printf(&r->out, "mark %s\n", job_phase_name(p->phase));
	r->last = *p;
	r->said_ms = clock_mono_ms();
}

static void look(struct recorder *r)
{
	struct job_progress p;
	engine_progress(r->engine, &p);
	if (p.phase == PHASE_NONE || p.phase == PHASE_QUEUED_HERE)
		return;
	if (p.phase != r->last.phase || clock_mono_ms() - r->said_ms >= EVERY_MS)
		say_progress(r, &p);
}

static void on_json(void *arg, const char *json, const struct err *err)
{
	struct buf *out = arg;
	if (json)
		buf_add_str(out, json);
	else
		fprintf(stderr, "%s\n", err->text);
	buf_add_char(out, '\n');
}

/* One call of the catalog or about a query, to its end; the reply goes to a file. */
static void ask(struct recorder *r, const char *op, const char *params, const char *file)
{
	struct err err = ERR_INIT;
	struct buf reply;
	struct job_event *ev = MEM_NEW(struct job_event);
	buf_init(&reply, BUF_NO_LIMIT);
	if (engine_call(r->engine, op, params, on_json, &reply, &err) != 0)
		fprintf(stderr, "%s: %s\n", op, err.text);
	for (int64_t end = clock_mono_ms() + 20000; !reply.len && clock_mono_ms() < end;) {
		engine_wait(r->engine, 20);
		engine_wake_clear(r->engine);
		while (engine_next_event(r->engine, ev))
			job_event_release(ev);
	}
	save(r->dir, file, ".json", buf_slice(&reply));
	buf_release(&reply);
	mem_free(ev);
}

static void say_done(struct recorder *r, const struct job_event *ev)
{
	struct err err = ERR_INIT;
	struct buf rows;
	buf_init(&rows, BUF_NO_LIMIT);
	if (file_read(ev->spool_path, &rows, &err) != 0)
		fprintf(stderr, "%s\n", err.text);
	save(r->dir, r->name, ".csv", buf_slice(&rows));
	buf_printf(&r->out, "sample %s.csv\nevent done %s.csv\n", r->name, r->name);
	buf_release(&rows);
}

/* True at the end of the run. */
static bool say_event(struct recorder *r, const struct job_event *ev)
{
	static const char *const kinds[] = {"started", "submitted", "state", "batch", "note",
	        "stages", "done", "failed", "cancelled"};
	bool over = ev->kind >= EV_DONE;
	if (ev->kind == EV_STAGES)
		return false;
	if (over && ev->progress.phase != r->last.phase)
		say_progress(r, &ev->progress);
	if (ev->kind == EV_FAILED)
		buf_printf(&r->out, "error %s %d %d %s\n", err_code_name(ev->err.code),
		        ev->err.line, ev->err.col, ev->err.text);
	if (ev->kind == EV_DONE)
		say_done(r, ev);
	else
		buf_printf(
		        &r->out, "event %s%s%s\n", kinds[ev->kind], *ev->text ? " " : "", ev->text);
	return over;
}

static void run(struct recorder *r, const struct queryfile *f, struct recipe *recipe)
{
	static const char *const none[] = {NULL};
	struct err err = ERR_INIT;
	struct buf sql;
	struct job_event *ev = MEM_NEW(struct job_event);
	bool over = false, cancelled = false;
	buf_init(&sql, BUF_NO_LIMIT);
	buf_init(&r->out, BUF_NO_LIMIT);
	memset(&r->last, 0, sizeof r->last);
	r->name = f->name;
	r->recipe = recipe;
	if (queryfile_render(f, none, &sql, &err) != 0)
		fprintf(stderr, "%s\n", err.text);
	struct job_spec spec = {.sql = buf_str(&sql),
	        .query_name = f->name,
	        .database = "reddit",
	        .recipe = recipe,
	        .timeout_ms = 300000,
	        .price_per_tb = 5000000};
	buf_printf(&r->out, "# recorded by record.c\n");
	r->begun_ms = clock_mono_ms();
	over = engine_submit(r->engine, &spec, &err) == 0;
	while (!over) {
		engine_wait(r->engine, 5);
		engine_wake_clear(r->engine);
		look(r);
		while (!over && engine_next_event(r->engine, ev)) {
			over = say_event(r, ev);
			job_event_release(ev);
		}
		if (strcmp(f->name, "too-long") == 0 && !cancelled &&
		        clock_mono_ms() - r->begun_ms > 1000) {
			engine_cancel(r->engine, 0);
			cancelled = true;
		}
	}
	save(r->dir, f->name, ".run", buf_slice(&r->out));
	char *id = mem_printf("{\"QueryExecutionId\":\"%s\"}", r->last.athena.id);
	char *name = mem_printf("%s.stages", f->name);
	if (r->last.phase == PHASE_DONE)
		ask(r, "GetQueryRuntimeStatistics", id, name);
	mem_free(id);
	mem_free(name);
	buf_release(&sql);
	buf_release(&r->out);
	mem_free(ev);
}

int main(int argc, char **argv)
{
	static const char *const recipes[] = {"../recipes", NULL};
	char state[] = "/tmp/aj-record-XXXXXX";
	struct err err = ERR_INIT;
	struct queryfile **file = NULL;
	if (argc != 4 || chdir(argv[3]) != 0 || !mkdtemp(state)) {
		fprintf(stderr, "Usage: record ATHENA_DUCK DATA DIR\n");
		return 2;
	}
	const char *local[] = {
	        argv[1], "--data", argv[2], "--port", "0", "--exit-on-stdin-eof", NULL};
	struct engine_config c = {
	        .local_argv = local, .region = "us-east-1", .state_dir = state, .cache_dir = state};
	struct recorder r = {.dir = ".", .engine = engine_new(&c, &err)};
	if (!r.engine) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	ask(&r, "ListDataCatalogs", "{}", "sources");
	ask(&r, "ListDatabases", "{\"CatalogName\":\"AwsDataCatalog\"}", "databases");
	ask(&r, "ListTableMetadata",
	        "{\"CatalogName\":\"AwsDataCatalog\",\"DatabaseName\":\"reddit\"}", "tables");
	size_t n = queryfile_list("queries", &file, &err);
	for (size_t i = 0; i < n; i++) {
		struct recipe *recipe =
		        file[i]->recipe ? recipe_load(file[i]->recipe, recipes, &err) : NULL;
		run(&r, file[i], recipe);
		recipe_unref(recipe);
		queryfile_free(file[i]);
	}
	mem_free(file);
	engine_free(r.engine);
	fprintf(stderr, "recorded; %s can go\n", state);
	return 0;
}
