#include "local/executions.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

struct execution {
	struct execution *newer, *older; /* by submission */
	struct execution *next_waiting;
	char id[37], *token;
	char *sql, *run_sql, *catalog, *database, *workgroup, *location, *bucket, *key, *output,
	        *reason, *plan;
	struct duck_statement statement;
	enum exec_state state;
	bool stop_asked;
	int error_type;
	int64_t submitted_wall, completed_wall, pre_ms;
	int64_t submitted, started, written, completed; /* mono; written: the engine has ended */
	struct duck_live live;
	struct result result;
};

struct executions {
	struct exec_config cfg;
	pthread_mutex_t lock;
	pthread_cond_t work;
	pthread_t *thread;
	bool closing;
	struct execution *newest, *oldest;
	struct execution *first_waiting, *last_waiting;
	size_t n_waiting, n_kept;
};

const char *exec_state_name(enum exec_state s)
{
	static const char *const names[] = {
	        "QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"};
	return names[s];
}

static bool finished(const struct execution *x)
{
	return x->state >= EXEC_SUCCEEDED;
}

static void execution_free(struct execution *x)
{
	result_release(&x->result);
	mem_free(x->token);
	mem_free(x->sql);
	mem_free(x->run_sql);
	mem_free(x->catalog);
	mem_free(x->database);
	mem_free(x->workgroup);
	mem_free(x->location);
	mem_free(x->bucket);
	mem_free(x->key);
	mem_free(x->output);
	mem_free(x->reason);
	mem_free(x->plan);
	mem_free(x);
}

static enum result_kind kind_of(const struct duck_statement *st)
{
	if (st->kind == DUCK_EXPLAIN)
		return RESULT_PLAN;
	if (st->kind == DUCK_SELECT || strcmp(st->substatement_type, "SHOW_FUNCTIONS") == 0)
		return RESULT_CSV;
	return RESULT_TEXT;
}

/* Athena writes straight under the location, whether or not it ends in '/'. */
static void place_output(struct execution *x)
{
	struct slice bucket, prefix;
	s3_address(slice_str(x->location), &bucket, &prefix);
	const char *slash = prefix.len && prefix.ptr[prefix.len - 1] != '/' ? "/" : "";
	const char *ext = kind_of(&x->statement) == RESULT_CSV ? "csv" : "txt";
	x->bucket = mem_strndup(bucket.ptr, bucket.len);
	x->key = mem_printf(
	        "%.*s%s%s.%s", (int)prefix.len, prefix.len ? prefix.ptr : "", slash, x->id, ext);
	x->output = mem_printf("s3://%s/%s", x->bucket, x->key);
}

static struct execution *execution_new(const struct exec_request *rq)
{
	struct execution *x = MEM_NEW(struct execution);
	crypto_uuid(x->id);
	x->token = mem_strdup(rq->token);
	x->sql = mem_strdup(rq->sql);
	x->run_sql = mem_strdup(rq->run_sql);
	x->catalog = mem_strdup(rq->catalog);
	x->database = mem_strdup(rq->database);
	x->workgroup = mem_strdup(rq->workgroup);
	x->location = mem_strdup(rq->output);
	x->statement = rq->statement;
	x->pre_ms = rq->pre_ms;
	x->submitted = clock_mono_ms();
	x->submitted_wall = clock_wall_ms();
	duck_live_init(&x->live);
	place_output(x);
	return x;
}

/* The engine's side of one run: rows go from DuckDB's thread straight to the file. */
struct run {
	struct executions *ex;
	struct execution *x;
	struct result_writer *w;
};

static int run_columns(void *arg, const struct columns *c, struct err *err)
{
	struct run *r = arg;
	return result_columns(r->w, c, err);
}

static int run_row(void *arg, const struct cell *cells, struct err *err)
{
	struct run *r = arg;
	return result_row(r->w, cells, err);
}

static void run_plan(void *arg, char *json)
{
	struct run *r = arg;
	pthread_mutex_lock(&r->ex->lock);
	mem_free(r->x->plan);
	r->x->plan = json;
	pthread_mutex_unlock(&r->ex->lock);
}

static int run_query(
        struct executions *ex, struct execution *x, struct result *out, struct err *err)
{
	struct run r = {ex, x, NULL};
	struct duck_sink sink = {run_columns, run_row, run_plan, &r};
	const char *sql = x->run_sql ? x->run_sql : x->sql;
	r.w = result_open(ex->cfg.store, kind_of(&x->statement), x->id, x->bucket, x->key, err);
	if (!r.w)
		return -1;
	int rc = duck_run(ex->cfg.duck, slice_str(sql), x->database, &sink, &x->live, err);
	int64_t now = clock_mono_ms();
	pthread_mutex_lock(&ex->lock);
	x->written = now;
	bool stop = x->stop_asked;
	pthread_mutex_unlock(&ex->lock);
	if (rc == 0 && stop)
		rc = err_set(err, ERR_CANCELLED, "cancelled");
	if (rc < 0)
		result_abort(r.w);
	else
		rc = result_commit(r.w, out, err);
	return rc;
}

static bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* ErrorType of Athena's error catalogue. */
static int error_type_of(const struct err *err)
{
	if (text_starts(err->text, "TABLE_NOT_FOUND") || text_starts(err->text, "SCHEMA_NOT_FOUND"))
		return 1301;
	if (err->code == ERR_SYNTAX || text_starts(err->text, "SYNTAX_ERROR"))
		return 1006;
	if (err->code == ERR_MEMORY)
		return 1;
	if (err->code == ERR_IO || err->code == ERR_DISK_FULL)
		return 401;
	return err->code == ERR_INTERNAL ? 100 : 1000;
}

/* Under the lock. */
static void conclude(struct execution *x, enum exec_state state, const struct err *err)
{
	x->state = state;
	x->completed = clock_mono_ms();
	x->completed_wall = clock_wall_ms();
	if (!x->written)
		x->written = x->completed;
	if (state == EXEC_CANCELLED) {
		x->reason = mem_strdup("Query cancelled by user");
	} else if (state == EXEC_FAILED) {
		x->reason = mem_strdup(err->text);
		x->error_type = error_type_of(err);
	}
	mem_free(x->run_sql);
	x->run_sql = NULL;
}

static void run_one(struct executions *ex, struct execution *x)
{
	struct err err = ERR_INIT;
	struct result result = {0};
	int rc = run_query(ex, x, &result, &err);
	pthread_mutex_lock(&ex->lock);
	if (rc == 0)
		x->result = result;
	if (rc == 0)
		conclude(x, EXEC_SUCCEEDED, NULL);
	else if (err.code == ERR_CANCELLED || x->stop_asked)
		conclude(x, EXEC_CANCELLED, NULL);
	else
		conclude(x, EXEC_FAILED, &err);
	int64_t ms = x->completed - x->started;
	enum exec_state state = x->state;
	pthread_mutex_unlock(&ex->lock);
	log_info("query", "%s %s in %lld ms%s%s", x->id, exec_state_name(state), (long long)ms,
	        state == EXEC_FAILED ? ": " : "", state == EXEC_FAILED ? err.text : "");
}

static struct execution *take_waiting(struct executions *ex)
{
	struct execution *x = ex->first_waiting;
	ex->first_waiting = x->next_waiting;
	if (!ex->first_waiting)
		ex->last_waiting = NULL;
	ex->n_waiting--;
	x->next_waiting = NULL;
	return x;
}

static void *worker(void *arg)
{
	struct executions *ex = arg;
	pthread_mutex_lock(&ex->lock);
	for (;;) {
		while (!ex->closing && !ex->first_waiting)
			pthread_cond_wait(&ex->work, &ex->lock);
		if (ex->closing)
			break;
		struct execution *x = take_waiting(ex);
		x->state = EXEC_RUNNING;
		x->started = clock_mono_ms();
		pthread_mutex_unlock(&ex->lock);
		run_one(ex, x);
		pthread_mutex_lock(&ex->lock);
	}
	pthread_mutex_unlock(&ex->lock);
	return NULL;
}

struct executions *executions_new(const struct exec_config *cfg)
{
	struct executions *ex = MEM_NEW(struct executions);
	ex->cfg = *cfg;
	pthread_mutex_init(&ex->lock, NULL);
	pthread_cond_init(&ex->work, NULL);
	ex->thread = mem_calloc((size_t)cfg->workers, sizeof(pthread_t));
	for (int i = 0; i < cfg->workers; i++)
		if (pthread_create(&ex->thread[i], NULL, worker, ex) != 0) {
			ex->cfg.workers = i;
			log_error("query", "only %d of %d worker threads could be started", i,
			        cfg->workers);
			break;
		}
	return ex;
}

static void stop_everything(struct executions *ex)
{
	pthread_mutex_lock(&ex->lock);
	ex->closing = true;
	for (struct execution *x = ex->newest; x; x = x->older)
		if (x->state == EXEC_RUNNING) {
			x->stop_asked = true;
			duck_stop(&x->live);
		}
	pthread_cond_broadcast(&ex->work);
	pthread_mutex_unlock(&ex->lock);
}

void executions_free(struct executions *ex)
{
	if (!ex)
		return;
	stop_everything(ex);
	for (int i = 0; i < ex->cfg.workers; i++)
		pthread_join(ex->thread[i], NULL);
	while (ex->newest) {
		struct execution *x = ex->newest;
		ex->newest = x->older;
		execution_free(x);
	}
	pthread_cond_destroy(&ex->work);
	pthread_mutex_destroy(&ex->lock);
	mem_free(ex->thread);
	mem_free(ex);
}

static struct execution *find(struct executions *ex, const char *id)
{
	struct execution *x = ex->newest;
	while (x && strcmp(x->id, id) != 0)
		x = x->older;
	return x;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static enum exec_token token_means(
        struct executions *ex, const struct exec_request *rq, char id[37])
{
	struct execution *x = ex->newest;
	if (!rq->token)
		return TOKEN_NEW;
	while (x && !same(x->token, rq->token))
		x = x->older;
	if (!x)
		return TOKEN_NEW;
	memcpy(id, x->id, sizeof(x->id));
	return same(x->sql, rq->sql) && same(x->catalog, rq->catalog) &&
	                       same(x->database, rq->database) && same(x->location, rq->output)
	               ? TOKEN_SAME
	               : TOKEN_MISMATCH;
}

enum exec_token executions_token(struct executions *ex, const struct exec_request *rq, char id[37])
{
	pthread_mutex_lock(&ex->lock);
	enum exec_token t = token_means(ex, rq, id);
	pthread_mutex_unlock(&ex->lock);
	return t;
}

/* Under the lock. Only finished ones can go: a running one belongs to its worker. */
static void forget_oldest(struct executions *ex)
{
	struct execution *x = ex->oldest;
	while (ex->n_kept > ex->cfg.max_kept && x) {
		struct execution *newer = x->newer;
		if (finished(x)) {
			*(x->newer ? &x->newer->older : &ex->newest) = x->older;
			*(x->older ? &x->older->newer : &ex->oldest) = x->newer;
			ex->n_kept--;
			execution_free(x);
		}
		x = newer;
	}
}

static void enqueue(struct executions *ex, struct execution *x)
{
	x->older = ex->newest;
	if (ex->newest)
		ex->newest->newer = x;
	else
		ex->oldest = x;
	ex->newest = x;
	ex->n_kept++;
	*(ex->last_waiting ? &ex->last_waiting->next_waiting : &ex->first_waiting) = x;
	ex->last_waiting = x;
	ex->n_waiting++;
	forget_oldest(ex);
	pthread_cond_signal(&ex->work);
}

int executions_start(
        struct executions *ex, const struct exec_request *rq, char id[37], struct err *err)
{
	struct execution *x = execution_new(rq);
	pthread_mutex_lock(&ex->lock);
	int rc = (int)token_means(ex, rq, id);
	if (rc == TOKEN_NEW && (ex->closing || ex->n_waiting >= ex->cfg.max_waiting)) {
		rc = err_set(err, ERR_THROTTLED, "Query queue full: too many queries are waiting.");
	} else if (rc == TOKEN_NEW) {
		memcpy(id, x->id, sizeof(x->id));
		enqueue(ex, x);
		x = NULL;
	}
	pthread_mutex_unlock(&ex->lock);
	if (x)
		execution_free(x);
	return rc;
}

static void drop_waiting(struct executions *ex, struct execution *x)
{
	struct execution **p = &ex->first_waiting, *before = NULL;
	while (*p && *p != x) {
		before = *p;
		p = &(*p)->next_waiting;
	}
	if (!*p)
		return;
	*p = x->next_waiting;
	if (ex->last_waiting == x)
		ex->last_waiting = before;
	ex->n_waiting--;
	x->next_waiting = NULL;
}

bool executions_stop(struct executions *ex, const char *id)
{
	pthread_mutex_lock(&ex->lock);
	struct execution *x = find(ex, id);
	if (x && x->state == EXEC_QUEUED) {
		drop_waiting(ex, x);
		conclude(x, EXEC_CANCELLED, NULL);
	} else if (x && x->state == EXEC_RUNNING) {
		x->stop_asked = true;
		duck_stop(&x->live);
	}
	pthread_mutex_unlock(&ex->lock);
	return x != NULL;
}

/* Times so far: a state that goes on counts to now. */
static void view_times(const struct execution *x, struct exec_view *v)
{
	int64_t now = x->completed ? x->completed : clock_mono_ms();
	int64_t started = x->started ? x->started : now;
	int64_t written = x->written ? x->written : now;
	v->submitted_wall = x->submitted_wall;
	v->completed_wall = x->completed_wall;
	v->pre_ms = x->pre_ms;
	v->queue_ms = started - x->submitted;
	v->engine_ms = x->started ? written - started : 0;
	v->service_ms = x->started ? now - written : 0;
	v->total_ms = now - x->submitted + x->pre_ms;
	v->planning_ms = atomic_load(&x->live.planning_ms);
	v->scanned_bytes = atomic_load(&x->live.scanned_bytes);
	v->output_rows = atomic_load(&x->live.output_rows);
	v->output_bytes = atomic_load(&x->live.output_bytes);
}

static void view_result(const struct execution *x, uint64_t first_row, struct exec_view *v)
{
	v->has_result = true;
	columns_copy(&v->columns, &x->result.columns);
	v->bucket = mem_strdup(x->result.bucket);
	v->key = mem_strdup(x->result.key);
	v->pages = mem_strdup(x->result.pages);
	memcpy(v->etag, x->result.etag, sizeof(v->etag));
	v->offset = result_seek(&x->result, first_row, &v->row_there);
	v->output_bytes = x->result.bytes;
}

bool executions_get(struct executions *ex, const char *id, uint64_t first_row, struct exec_view *v)
{
	*v = (struct exec_view){0};
	columns_init(&v->columns);
	pthread_mutex_lock(&ex->lock);
	struct execution *x = find(ex, id);
	if (x) {
		memcpy(v->id, x->id, sizeof(v->id));
		v->state = x->state;
		v->sql = mem_strdup(x->sql);
		v->catalog = mem_strdup(x->catalog);
		v->database = mem_strdup(x->database);
		v->workgroup = mem_strdup(x->workgroup);
		v->output = mem_strdup(x->output);
		v->reason = mem_strdup(x->reason);
		v->plan = mem_strdup(x->plan);
		v->statement = x->statement;
		v->error_type = x->error_type;
		view_times(x, v);
		if (x->state == EXEC_SUCCEEDED)
			view_result(x, first_row, v);
	}
	pthread_mutex_unlock(&ex->lock);
	return x != NULL;
}

void exec_view_release(struct exec_view *v)
{
	mem_free(v->sql);
	mem_free(v->catalog);
	mem_free(v->database);
	mem_free(v->workgroup);
	mem_free(v->output);
	mem_free(v->reason);
	mem_free(v->plan);
	mem_free(v->bucket);
	mem_free(v->key);
	mem_free(v->pages);
	columns_release(&v->columns);
	*v = (struct exec_view){0};
}

bool executions_list(struct executions *ex, const char *after, size_t max, char (*ids)[37],
        size_t *n, bool *more)
{
	*n = 0;
	pthread_mutex_lock(&ex->lock);
	struct execution *x = after ? find(ex, after) : ex->newest;
	bool known = !after || x;
	if (after && x)
		x = x->older;
	for (; x && *n < max; x = x->older)
		memcpy(ids[(*n)++], x->id, sizeof(x->id));
	*more = x != NULL;
	pthread_mutex_unlock(&ex->lock);
	return known;
}
