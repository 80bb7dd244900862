#include "job/transform.h"

#include "job/report.h"
#include "job/spool.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "rows/csv.h"
#include "rows/resultpage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

enum {
	BATCH_ROWS = 1000, /* as the seed counts: the header is one of the first thousand */
	BATCH_EVERY = 5,   /* a line for every fifth batch, for the first and for the last */
	SAMPLE_HEAD = 500,
	SAMPLE_REST = 1500,
	SAMPLE_FIRST_MS = 100,
	SAMPLE_MOST_MS = 2000,
};
#define SAMPLE_BYTES ((size_t)8 << 20)
#define DRAIN_BYTES  ((int64_t)64 << 20)

struct transform {
	struct engine *e;
	struct job *j;
	pthread_t thread;
	struct queue *q;
	atomic_bool failed;
	struct err err;

	struct csv *csv;
	struct columns columns;
	bool bound; /* the header was seen */
	struct pipeline *pipe;
	struct sample *sample;
	struct spool *spool;
	struct sink *sink;
	struct funnel funnel;
	struct buf line; /* spool text of a result page's row */
	bool complete;   /* CHUNK_END came */
	bool draining;   /* failed, but the rest is worth keeping on disk */

	uint64_t rows, batches, batch_rows, told;
	int64_t begin_ms, busy_us, write_us, published_ms;
	int64_t sample_ms, sample_step;
	uint64_t sampled;
};

static bool spooled(const struct transform *t)
{
	return t->j->spec.from_csv == NULL;
}

/* ---- batches ---- */

static void tell_batch(struct transform *t)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	report_batch(&b, t->batches, t->batch_rows, t->rows);
	engine_emit(t->e, t->j, EV_BATCH, NULL, "%s", buf_str(&b));
	buf_release(&b);
	t->told = t->batches;
}

static void publish(struct transform *t, bool urgent);

static void end_batch(struct transform *t, bool last)
{
	t->batches++;
	if (t->batches == 1 || t->batches % BATCH_EVERY == 0 || last) {
		publish(t, true);
		tell_batch(t);
	} else {
		log_debug("job", "batch %" PRIu64 ": %" PRIu64 " rows, %" PRIu64 " in all",
		        t->batches, t->batch_rows, t->rows);
	}
	if (!last)
		t->batch_rows = 0;
}

/* The last line is told even when it fell between two fifths. */
static void end_batches(struct transform *t)
{
	if (t->batch_rows > 0 || t->batches == 0) {
		end_batch(t, true);
	} else if (t->told != t->batches) {
		t->batch_rows = t->batches == 1 ? BATCH_ROWS - 1 : BATCH_ROWS;
		publish(t, true);
		tell_batch(t);
	}
}

/* ---- what the screens see ---- */

static void publish_sample(struct transform *t, bool last)
{
	int64_t now = clock_mono_ms();
	if (t->sample == NULL || t->sampled == t->rows || (!last && now < t->sample_ms))
		return;
	board_set_sample(&t->e->board, sample_view_new(t->sample));
	t->sampled = t->rows;
	t->sample_ms = now + t->sample_step;
	if (t->sample_step < SAMPLE_MOST_MS)
		t->sample_step *= 2;
}

static void publish(struct transform *t, bool urgent)
{
	int64_t now;
	struct job_progress *p = board_edit(&t->e->board, &now);
	p->rows = t->rows;
	p->batches = t->batches;
	p->funnel = t->funnel;
	struct job_span *s = &p->stage[STAGE_TRANSFORM], *w = &p->stage[STAGE_WRITE];
	if (t->sink)
		t->write_us = sink_busy_us(t->sink);
	s->begin_ms = t->begin_ms;
	s->busy_ms = (t->busy_us - t->write_us) / 1000;
	if (t->sink) {
		p->out_bytes = sink_bytes(t->sink);
		p->out_rows = sink_rows(t->sink);
		w->busy_ms = t->write_us / 1000;
		if (w->begin_ms < 0 && p->out_rows > 0)
			w->begin_ms = now;
	}
	t->published_ms = now;
	board_done(&t->e->board, urgent);
}

/* ---- rows ---- */

static int bind_columns(struct transform *t, struct err *err)
{
	t->bound = true;
	t->sample = sample_new(&t->columns, SAMPLE_HEAD, SAMPLE_REST, SAMPLE_BYTES);
	if (t->j->spec.recipe == NULL)
		return 0;
	t->pipe = pipeline_new(t->j->spec.recipe, &t->columns, err);
	if (t->pipe == NULL)
		return -1;
	return t->sink ? sink_bind(t->sink, &t->columns, err) : 0;
}

static int header(struct transform *t, const struct cell *cells, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		columns_add(&t->columns, cell_slice(cells[i]), slice_str(""));
	return bind_columns(t, err);
}

static const char *reason_of(const struct transform *t, const struct verdict *v)
{
	if (v->kind == VERDICT_REJECTED)
		return recipe_step(t->j->spec.recipe, (size_t)v->step)->name;
	return v->kind == VERDICT_GAVE_UP ? "gave_up" : "bad";
}

static int judge(struct transform *t, const struct cell *cells, struct err *err)
{
	struct example ex;
	struct verdict v = pipeline_row(t->pipe, cells, &ex);
	funnel_count(&t->funnel, &v);
	if (t->sink == NULL)
		return 0;
	if (v.kind == VERDICT_KEPT)
		return sink_line(t->sink, cells, ex.line, err);
	if (!sink_wants_rejects(t->sink))
		return 0;
	return sink_reject(t->sink, t->rows - 1, cells, reason_of(t, &v), v.note, err);
}

static int data_row(struct transform *t, const struct cell *cells, struct err *err)
{
	if (atomic_load_explicit(&t->j->cancel, memory_order_relaxed))
		return err_set(err, ERR_CANCELLED, "cancelled while the rows were processed");
	sample_add(t->sample, cells, t->rows);
	t->rows++;
	t->batch_rows++;
	if (t->pipe && judge(t, cells, err) != 0)
		return -1;
	if (t->batch_rows == (t->batches == 0 ? BATCH_ROWS - 1 : BATCH_ROWS))
		end_batch(t, false);
	return 0;
}

static int csv_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct transform *t = arg;
	return t->bound ? data_row(t, cells, err) : header(t, cells, n, err);
}

/* ---- chunks ---- */

/* A spool that fails is told and forgotten. */
static void spool_problem(struct transform *t, const struct err *err)
{
	engine_emit(
	        t->e, t->j, EV_NOTE, NULL, "The raw result is not kept on disk: %.200s", err->text);
}

static void spool_bytes(struct transform *t, struct slice s)
{
	struct err err = ERR_INIT;
	if (t->spool && spool_write(t->spool, s, &err) != 0)
		spool_problem(t, &err);
}

static void spool_row(struct transform *t, const struct cell *cells, size_t n)
{
	buf_clear(&t->line);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_char(&t->line, ',');
		csv_write_cell(&t->line, cells[i]);
	}
	buf_add_char(&t->line, '\n');
	spool_bytes(t, buf_slice(&t->line));
}

static int page_header(struct transform *t, const struct columns *c, struct err *err)
{
	columns_copy(&t->columns, c);
	struct cell *cells = mem_calloc(c->n + 1, sizeof *cells);
	for (size_t i = 0; i < c->n; i++)
		cells[i] = (struct cell){c->col[i].name, (uint32_t)strlen(c->col[i].name)};
	spool_row(t, cells, c->n);
	mem_free(cells);
	return bind_columns(t, err);
}

static int page(struct transform *t, const struct chunk *c, struct err *err)
{
	struct resultpage pg;
	if (resultpage_parse(&pg, slice_of(c->bytes, c->len), c->header, err) != 0)
		return -1;
	int rc = t->bound ? 0 : page_header(t, &pg.columns, err);
	for (size_t i = 0; rc == 0 && i < rows_count(pg.rows); i++) {
		const struct cell *cells = rows_get(pg.rows, i);
		spool_row(t, cells, rows_columns(pg.rows));
		rc = data_row(t, cells, err);
	}
	resultpage_release(&pg);
	return rc;
}

static int take_chunk(struct transform *t, const struct chunk *c, struct err *err)
{
	struct slice s = slice_of(c->bytes, c->len);
	switch (c->kind) {
	case CHUNK_BYTES:
		spool_bytes(t, s);
		return t->draining ? 0 : csv_feed(t->csv, s, csv_row, t, err);
	case CHUNK_PAGE: return page(t, c, err);
	case CHUNK_END: t->complete = true; return 0;
	}
	return 0;
}

/* ---- the end ---- */

static int check_counts(struct transform *t, struct err *err)
{
	const struct funnel *f = &t->funnel;
	uint64_t sum = f->kept + f->gave_up + f->bad;
	for (int i = 0; i < RECIPE_MAX_STEPS; i++)
		sum += f->rejected[i];
	if (t->pipe && (f->rows != t->rows || sum != t->rows))
		return err_set(err, ERR_INTERNAL,
		        "%" PRIu64 " rows were read but %" PRIu64 " judged; nothing was saved",
		        t->rows, sum);
	return 0;
}

static int write_out(struct transform *t, struct err *err)
{
	struct job_progress p;
	struct sink *s = t->sink;
	if (s == NULL)
		return 0;
	board_set_phase(&t->e->board, PHASE_WRITE);
	int64_t t0 = clock_mono_us(), before = sink_busy_us(s);
	if (sink_finish(s, err) != 0)
		return -1;
	t->busy_us += sink_busy_us(s) - before;
	publish(t, true); /* the bytes of compressed files are known only now */
	board_copy(&t->e->board, &p);
	t->sink = NULL;
	int rc = sink_commit(s, &t->j->spec, &p, t->j->manifest_path, err);
	int64_t now;
	struct job_span *w = &board_edit(&t->e->board, &now)->stage[STAGE_WRITE];
	w->busy_ms = (before + clock_mono_us() - t0) / 1000;
	w->begin_ms = w->begin_ms < 0 ? now : w->begin_ms;
	w->end_ms = now;
	board_done(&t->e->board, true);
	return rc;
}

static void keep_spool(struct transform *t)
{
	struct err err = ERR_INIT;
	struct spool *s = t->spool;
	t->spool = NULL;
	if (s && spool_commit(s, &t->j->spec, &t->j->athena, t->j->spool_path, &err) != 0)
		spool_problem(t, &err);
}

static int finish(struct transform *t, struct err *err)
{
	if (t->csv && csv_finish(t->csv, csv_row, t, err) != 0)
		return -1;
	if (!t->bound && t->j->spec.recipe)
		return err_set(err, ERR_DATA, "the result has no header row: nothing to work on");
	end_batches(t);
	publish_sample(t, true);
	publish(t, true);
	if (check_counts(t, err) != 0)
		return -1;
	int64_t now;
	struct job_progress *p = board_edit(&t->e->board, &now);
	p->stage[STAGE_TRANSFORM].end_ms = now;
	board_done(&t->e->board, true);
	return write_out(t, err);
}

/*
 * A recipe or a split that does not fit the result, or no room where the output goes: what is left
 * of it is still worth having on disk, since it has been paid.
 */
static bool worth_draining(struct transform *t)
{
	struct job_progress p;
	board_copy(&t->e->board, &p);
	bool ours = t->err.code == ERR_RECIPE || t->err.code == ERR_USAGE ||
	            t->err.code == ERR_DISK_FULL;
	return t->spool && ours && p.result_bytes >= 0 && !p.by_pages &&
	       p.result_bytes - p.got_bytes <= DRAIN_BYTES;
}

static void fail(struct transform *t, const struct err *err)
{
	if (t->err.code == ERR_NONE)
		t->err = *err;
	t->draining = !t->draining && worth_draining(t);
	if (t->draining)
		return;
	atomic_store(&t->failed, true);
	queue_close(t->q);
	http_client_wake(t->e->http);
}

static void work(struct transform *t, const struct chunk *c)
{
	struct err err = ERR_INIT;
	int64_t t0 = clock_mono_us();
	if (t->begin_ms < 0) {
		board_edit(&t->e->board, &t->begin_ms);
		board_done(&t->e->board, false);
	}
	int rc = take_chunk(t, c, &err);
	t->busy_us += clock_mono_us() - t0;
	if (rc != 0)
		fail(t, &err);
	publish_sample(t, false);
	if (clock_mono_ms() - t->e->board.start_ms - t->published_ms >= BOARD_WAKE_MS)
		publish(t, false);
}

static void *transform_main(void *arg)
{
	struct transform *t = arg;
	struct err err = ERR_INIT;
	struct chunk *c;
	if (t->e->keys_first)
		thread_background();
	while (!t->complete && !transform_failed(t) && (c = queue_pop(t->q, -1)) != NULL) {
		work(t, c);
		mem_free(c);
	}
	if (t->complete && t->err.code == ERR_NONE && finish(t, &err) != 0)
		fail(t, &err);
	publish(t, true);
	if (t->complete)
		keep_spool(t);
	return NULL;
}

static void open_spool(struct transform *t)
{
	struct err err = ERR_INIT;
	spool_sweep(t->e->cache_dir, SPOOL_ALL_BYTES);
	t->spool = spool_open(t->e->cache_dir, t->j->athena.id, &err);
	if (t->spool == NULL)
		spool_problem(t, &err);
}

static void room(void *arg)
{
	struct engine *e = arg;
	http_client_wake(e->http);
}

static void transform_free(struct transform *t)
{
	queue_free(t->q, mem_free);
	csv_free(t->csv);
	pipeline_free(t->pipe);
	sample_free(t->sample);
	spool_abort(t->spool);
	sink_abort(t->sink);
	columns_release(&t->columns);
	buf_release(&t->line);
	mem_free(t);
}

struct transform *transform_start(struct engine *e, struct job *j, struct err *err)
{
	struct transform *t = MEM_NEW(struct transform);
	t->e = e;
	t->j = j;
	t->begin_ms = -1;
	t->sample_step = SAMPLE_FIRST_MS;
	columns_init(&t->columns);
	buf_init(&t->line, (size_t)256 << 20);
	t->csv = csv_new(0);
	t->q = queue_new(CHUNK_QUEUE);
	queue_on_room(t->q, room, e);
	t->sink = j->sink;
	j->sink = NULL;
	if (spooled(t))
		open_spool(t);
	int rc = pthread_create(&t->thread, NULL, transform_main, t);
	if (rc == 0)
		return t;
	err_set_errno(err, ERR_MEMORY, rc, "cannot start a thread");
	transform_free(t);
	return NULL;
}

struct queue *transform_queue(struct transform *t)
{
	return t->q;
}

bool transform_failed(struct transform *t)
{
	return atomic_load(&t->failed);
}

int transform_join(struct transform *t, bool complete, struct err *err)
{
	if (!complete)
		queue_close(t->q);
	pthread_join(t->thread, NULL);
	int rc = t->err.code == ERR_NONE ? 0 : -1;
	if (rc != 0 && err)
		*err = t->err;
	transform_free(t);
	return rc;
}
