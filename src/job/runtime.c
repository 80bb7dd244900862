/*
 * Runtime statistics of a query: asked for when it has ended, while its result is still being
 * read, and again for a while, since Athena makes them after the query. The job never waits.
 */
#include "job/engine_int.h"
#include "job/js.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

enum {
	TRIES = 6,
	FIRST_WAIT_MS = 200, /* doubled each time: 6.2 s in all */
};

static void give(struct engine *e, struct call *c)
{
	pthread_mutex_lock(&e->lock);
	struct call **at = &e->calls;
	while (*at)
		at = &(*at)->next;
	c->next = NULL;
	*at = c;
	pthread_mutex_unlock(&e->lock);
}

void runtime_begin(struct engine *e, struct job *j)
{
	if (j->asked || j->athena.id[0] == '\0')
		return;
	j->asked = true;
	struct call *c = MEM_NEW(struct call);
	struct runtime_ask *a = c->ask = j->ask = MEM_NEW(struct runtime_ask);
	a->job = j;
	a->id = j->id;
	a->dml = strcmp(j->athena.statement_type, "DML") == 0;
	a->rows = -1;
	c->operation = mem_strdup("GetQueryRuntimeStatistics");
	json_t *params = json_object();
	js_str(params, "QueryExecutionId", j->athena.id);
	struct buf text;
	buf_init(&text, BUF_NO_LIMIT);
	js_dump(&text, params, JSON_COMPACT);
	c->params = buf_take(&text);
	buf_init(&c->reply, (size_t)16 << 20);
	give(e, c);
}

static void check_rows(struct engine *e, uint64_t job, int64_t athena_says, int64_t rows_read)
{
	struct job stub = {.id = job};
	if (athena_says < 0 || rows_read < 0 || athena_says == rows_read)
		return;
	engine_emit(e, &stub, EV_NOTE, NULL,
	        "Athena says that the query gave %" PRId64 " rows, but %" PRId64 " were read",
	        athena_says, rows_read);
}

void runtime_job_ends(struct engine *e, struct job *j, int64_t rows)
{
	if (j->ask) {
		j->ask->rows = rows;
		j->ask->job = NULL;
		j->ask = NULL;
	}
	check_rows(e, j->id, j->output_rows, rows);
}

static void take_rows(struct engine *e, struct runtime_ask *a, int64_t output_rows)
{
	if (!a->dml || a->counted || output_rows < 0)
		return;
	a->counted = true;
	if (a->job)
		a->job->output_rows = output_rows;
	else
		check_rows(e, a->id, output_rows, a->rows);
}

/* Takes t and c. */
static void tell(struct engine *e, struct call *c, struct stagetree *t)
{
	struct event_node *n = MEM_NEW(struct event_node);
	n->ev.kind = EV_STAGES;
	n->ev.job = c->ask->id;
	board_copy(&e->board, &n->ev.progress);
	if (n->ev.progress.job != c->ask->id) /* the board is the next job's already */
		board_blank(&n->ev.progress);
	n->ev.stages = t;
	if (t == NULL)
		snprintf(n->ev.text, sizeof n->ev.text, "%.255s", c->err.text);
	if (c->ask->job)
		c->ask->job->ask = NULL;
	engine_push_event(e, n);
	call_free(c);
}

void runtime_landed(struct engine *e, struct call *c)
{
	struct runtime_ask *a = c->ask;
	struct stagetree *t = c->err.code ? NULL : stagetree_parse(buf_slice(&c->reply), &c->err);
	if (t)
		take_rows(e, a, t->output_rows);
	else
		log_debug("job", "no runtime statistics: %s", c->err.text);
	/* Without stages, for a statement that has some: not made yet. */
	if (t == NULL || t->n > 0 || !a->dml || ++a->tries >= TRIES) {
		tell(e, c, t);
		return;
	}
	stagetree_unref(t);
	buf_clear(&c->reply);
	c->not_before = clock_mono_ms() + ((int64_t)FIRST_WAIT_MS << (a->tries - 1));
	give(e, c);
}
