#include "local/duck.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "local/duck_errors.h"
#include "local/duck_gate.h"
#include "local/duck_internal.h"
#include "local/duck_scan.h"
#include "local/duck_values.h"

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ban.h"

#define SPILL_LIMIT "20GB"

int duck_exec(duckdb_connection con, struct err *err, const char *fmt, ...)
{
	struct buf sql;
	duckdb_result r;
	va_list ap;
	int rc = 0;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	buf_init(&sql, (size_t)1 << 30);
	char *p = n < 0 ? NULL : buf_reserve(&sql, (size_t)n + 1);
	if (!p)
		return err_set(err, ERR_MEMORY, "no memory for a statement of %d bytes", n);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	if (duckdb_query(con, p, &r) == DuckDBError)
		rc = err_set(err, ERR_INTERNAL, "DuckDB refused \"%.60s...\": %.300s", p,
		        duckdb_result_error(&r));
	duckdb_destroy_result(&r);
	buf_release(&sql);
	return rc;
}

void duck_quote(struct buf *out, const char *s, char quote)
{
	buf_add_char(out, quote);
	for (; *s; s++) {
		if (*s == quote)
			buf_add_char(out, quote);
		buf_add_char(out, *s);
	}
	buf_add_char(out, quote);
}

/* --- open ---------------------------------------------------------------------------------------
 */

/* What a run that was killed left behind. */
static void sweep(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, "duckdb_temp", 11) != 0)
			continue;
		char *path = file_join(dir, e->d_name);
		unlink(path);
		mem_free(path);
	}
	if (d)
		closedir(d);
}

static int64_t quarter_of_memory(void)
{
	int64_t pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	int64_t bytes = pages > 0 && size > 0 ? pages / 4 * size : 0;
	return bytes > ((int64_t)256 << 20) ? bytes : (int64_t)256 << 20;
}

static int resources(struct duck *d, const struct duck_config *cfg, struct err *err)
{
	struct buf temp;
	int64_t memory = cfg->memory_bytes > 0 ? cfg->memory_bytes : quarter_of_memory();
	buf_init(&temp, 2 * PATH_MAX);
	duck_quote(&temp, d->temp_dir, '\'');
	int rc = duck_exec(d->admin, err, "SET GLOBAL memory_limit = '%lld B'", (long long)memory);
	if (rc == 0)
		rc = duck_exec(d->admin, err, "SET GLOBAL temp_directory = %s", buf_str(&temp));
	if (rc == 0)
		rc = duck_exec(
		        d->admin, err, "SET GLOBAL max_temp_directory_size = '" SPILL_LIMIT "'");
	if (rc == 0 && cfg->threads > 0)
		rc = duck_exec(d->admin, err, "SET GLOBAL threads = %d", cfg->threads);
	buf_release(&temp);
	return rc;
}

/* How DuckDB has to behave to be like Trino. */
static int behaviour(struct duck *d, struct err *err)
{
	static const char *const settings[] = {"errors_as_json = true", "integer_division = true",
	        "default_null_order = 'nulls_last'", "TimeZone = 'UTC'",
	        "lambda_syntax = 'ENABLE_SINGLE_ARROW'", "preserve_insertion_order = true"};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (duck_exec(d->admin, err, "SET GLOBAL %s", settings[i]) < 0)
			return -1;
	}
	return 0;
}

static int lock_down(struct duck *d, struct err *err)
{
	static const char *const settings[] = {"autoinstall_known_extensions = false",
	        "autoload_known_extensions = false", "allow_community_extensions = false",
	        "allow_persistent_secrets = false", "enable_external_access = false",
	        "lock_configuration = true"};
	struct buf paths;
	int rc;
	buf_init(&paths, 1 << 24);
	buf_add_str(&paths, "SET GLOBAL allowed_directories = [");
	duck_quote(&paths, d->data_dir, '\'');
	buf_add_str(&paths, ", ");
	duck_quote(&paths, d->temp_dir, '\'');
	buf_add_str(&paths, "]");
	rc = duck_exec(d->admin, err, "%s", buf_str(&paths));
	buf_clear(&paths);
	for (size_t i = 0; i < d->catalog->n_linked; i++) {
		buf_add_str(&paths, i ? ", " : "");
		duck_quote(&paths, d->catalog->linked[i], '\'');
	}
	if (rc == 0 && d->catalog->n_linked > 0)
		rc = duck_exec(d->admin, err, "SET GLOBAL allowed_paths = [%s]", buf_str(&paths));
	for (size_t i = 0; rc == 0 && i < sizeof(settings) / sizeof(settings[0]); i++)
		rc = duck_exec(d->admin, err, "SET GLOBAL %s", settings[i]);
	buf_release(&paths);
	return rc;
}

static int open_engine(struct duck *d, const struct duck_config *cfg, struct err *err)
{
	char *why = NULL;
	if (duckdb_open_ext(NULL, &d->db, NULL, &why) == DuckDBError) {
		err_set(err, ERR_INTERNAL, "DuckDB cannot be opened: %s",
		        why ? why : "no reason given");
		duckdb_free(why);
		return -1;
	}
	if (duckdb_connect(d->db, &d->admin) == DuckDBError)
		return err_set(err, ERR_INTERNAL, "DuckDB takes no connection");
	if (resources(d, cfg, err) < 0 || behaviour(d, err) < 0 ||
	        duck_functions_register(d->admin, err) < 0 || duck_prelude(d->admin, err) < 0)
		return -1;
	if (duck_catalog_refresh(d, err) < 0)
		return -1;
	return duck_pool_fill(d, err) < 0 ? -1 : lock_down(d, err);
}

struct duck *duck_open(const struct duck_config *cfg, struct err *err)
{
	char data[PATH_MAX], temp[PATH_MAX];
	if (!realpath(cfg->data_dir, data) || !file_is_dir(data)) {
		err_set(err, ERR_NOT_FOUND, "data directory %s does not exist", cfg->data_dir);
		return NULL;
	}
	if (file_mkdir_p(cfg->temp_dir, 0700, err) < 0)
		return NULL;
	struct duck *d = MEM_NEW(struct duck);
	pthread_mutex_init(&d->lock, NULL);
	d->data_dir = mem_strdup(data);
	d->temp_dir = mem_strdup(realpath(cfg->temp_dir, temp) ? temp : cfg->temp_dir);
	sweep(d->temp_dir);
	if (open_engine(d, cfg, err) < 0) {
		duck_close(d);
		return NULL;
	}
	return d;
}

void duck_close(struct duck *d)
{
	if (!d)
		return;
	duck_pool_release(d);
	if (d->admin)
		duckdb_disconnect(&d->admin);
	if (d->db)
		duckdb_close(&d->db);
	duck_catalog_release(d);
	duck_scan_release(d);
	sweep(d->temp_dir);
	pthread_mutex_destroy(&d->lock);
	mem_free(d->data_dir);
	mem_free(d->temp_dir);
	mem_free(d);
}

/* --- check --------------------------------------------------------------------------------------
 */

static void set_kind(
        struct duck_statement *out, enum duck_kind kind, const char *type, const char *sub)
{
	out->kind = kind;
	snprintf(out->statement_type, sizeof(out->statement_type), "%s", type);
	snprintf(out->substatement_type, sizeof(out->substatement_type), "%s", sub);
}

static void statement_of(const struct dialect *q, struct duck_statement *out)
{
	switch (q->kind) {
	case DIALECT_QUERY: set_kind(out, DUCK_SELECT, "DML", "SELECT"); break;
	case DIALECT_EXPLAIN: set_kind(out, DUCK_EXPLAIN, "UTILITY", "EXPLAIN"); break;
	case DIALECT_SHOW_DATABASES: set_kind(out, DUCK_SHOW, "UTILITY", "SHOW_DATABASES"); break;
	case DIALECT_SHOW_TABLES: set_kind(out, DUCK_SHOW, "UTILITY", "SHOW_TABLES"); break;
	case DIALECT_SHOW_COLUMNS: set_kind(out, DUCK_SHOW, "UTILITY", "SHOW_COLUMNS"); break;
	case DIALECT_SHOW_PARTITIONS: set_kind(out, DUCK_SHOW, "UTILITY", "SHOW_PARTITIONS"); break;
	case DIALECT_SHOW_CREATE: set_kind(out, DUCK_SHOW, "UTILITY", "SHOW_CREATE_TABLE"); break;
	case DIALECT_DESCRIBE: set_kind(out, DUCK_SHOW, "UTILITY", "DESCRIBE_TABLE"); break;
	}
}

static bool has_query(const struct dialect *q)
{
	return q->kind == DIALECT_QUERY || q->kind == DIALECT_EXPLAIN;
}

int duck_check(struct duck *d, struct slice sql, struct duck_statement *out, struct err *err)
{
	struct dialect q;
	struct err why = ERR_INIT;
	int rc = dialect_translate(&q, sql, &why);
	statement_of(&q, out);
	if (rc < 0 && why.code == ERR_QUERY)
		rc = 0; /* a meaning, not a form: duck_run will say it, as Athena does */
	else if (rc == 0 && has_query(&q)) {
		duckdb_connection con;
		duckdb_connect(d->db, &con);
		json_t *tree = duck_gate_parse(con, &q, &why);
		rc = tree ? 0 : -1;
		json_decref(tree);
		duckdb_disconnect(&con);
	}
	dialect_release(&q);
	if (rc < 0 && err)
		*err = why;
	return rc;
}

/* --- run ----------------------------------------------------------------------------------------
 */

void duck_live_init(struct duck_live *l)
{
	memset(l, 0, sizeof(*l));
	atomic_init(&l->scanned_bytes, 0);
	atomic_init(&l->output_rows, 0);
	atomic_init(&l->output_bytes, 0);
	atomic_init(&l->planning_ms, 0);
	atomic_init(&l->stop, false);
	atomic_init(&l->handle, NULL);
}

/* The connection is borrowed by taking it out and put back: the runner waits until it is there. */
void duck_stop(struct duck_live *l)
{
	atomic_store(&l->stop, true);
	void *con = atomic_exchange(&l->handle, NULL);
	if (!con)
		return;
	duckdb_interrupt(con);
	atomic_store(&l->handle, con);
}

static void give_back(struct duck *d, struct duck_live *l, duckdb_connection con)
{
	for (;;) {
		void *expected = con;
		if (atomic_compare_exchange_strong(&l->handle, &expected, NULL))
			break;
		clock_sleep_ms(1);
	}
	duck_pool_give(d, con);
}

static int cancelled(struct err *err)
{
	return err_set(err, ERR_CANCELLED, "Query cancelled by user");
}

struct run {
	struct duck *d;
	const struct dialect *q;
	const char *database;
	const struct duck_sink *sink;
	struct duck_live *live;
	duckdb_connection con;
	json_t *tree;
	struct duck_refs refs;
	int64_t scan_total;
};

static int failed(struct run *r, const char *message, struct err *err)
{
	if (atomic_load(&r->live->stop))
		return cancelled(err);
	return duck_error(err, r->q, r->database, message ? message : "");
}

static void note_progress(struct run *r)
{
	duckdb_query_progress_type p = duckdb_query_progress(r->con);
	if (p.percentage < 0)
		return;
	long long bytes = (long long)((double)r->scan_total * p.percentage / 100);
	if (bytes > atomic_load(&r->live->scanned_bytes))
		atomic_store(&r->live->scanned_bytes, bytes);
}

/* Work in slices, so that stop and progress are looked at, until the first rows can be fetched. */
static int pend(struct run *r, duckdb_pending_result p, struct err *err)
{
	int64_t last = clock_mono_ms();
	for (;;) {
		if (atomic_load(&r->live->stop))
			return cancelled(err);
		duckdb_pending_state s = duckdb_pending_execute_task(p);
		if (s == DUCKDB_PENDING_ERROR)
			return failed(r, duckdb_pending_error(p), err);
		if (duckdb_pending_execution_is_finished(s))
			return 0;
		if (s == DUCKDB_PENDING_NO_TASKS_AVAILABLE)
			clock_sleep_ms(1);
		if (clock_mono_ms() - last >= 50) {
			note_progress(r);
			last = clock_mono_ms();
		}
	}
}

static int fetch(struct run *r, duckdb_result *res, struct duck_values *v, struct err *err)
{
	for (;;) {
		if (atomic_load(&r->live->stop))
			return cancelled(err);
		duckdb_data_chunk chunk = duckdb_fetch_chunk(*res);
		if (!chunk) {
			const char *msg = duckdb_result_error(res);
			return msg && *msg ? failed(r, msg, err) : 0;
		}
		int rc = duck_values_chunk(v, chunk, r->sink, r->live, err);
		duckdb_destroy_data_chunk(&chunk);
		if (rc < 0)
			return rc;
		note_progress(r);
	}
}

static int stream(struct run *r, duckdb_result *res, struct err *err)
{
	size_t n = duckdb_column_count(res);
	char **names = duck_gate_names(r->tree, n);
	struct duck_values *v = duck_values_new(res, names, n, err);
	int rc = v ? r->sink->columns(r->sink->arg, duck_values_columns(v), err) : -1;
	if (rc == 0)
		rc = fetch(r, res, v, err);
	duck_values_free(v);
	duck_names_free(names, n);
	return rc;
}

static int execute(struct run *r, duckdb_prepared_statement st, struct err *err)
{
	duckdb_pending_result p = NULL;
	duckdb_result res;
	if (duckdb_pending_prepared_streaming(st, &p) == DuckDBError) {
		int rc = failed(r, duckdb_pending_error(p), err);
		duckdb_destroy_pending(&p);
		return rc;
	}
	int rc = pend(r, p, err);
	if (rc == 0) {
		if (duckdb_execute_pending(p, &res) == DuckDBError)
			rc = failed(r, duckdb_result_error(&res), err);
		else
			rc = stream(r, &res, err);
		duckdb_destroy_result(&res);
	}
	duckdb_destroy_pending(&p);
	return rc;
}

/* EXPLAIN: the engine's plan, a row per line. */
static int explain(struct run *r, struct err *err)
{
	duckdb_result res;
	char *sql =
	        mem_printf("EXPLAIN %s%s", r->q->analyze ? "ANALYZE " : "", buf_str(&r->q->sql));
	const char *title = "Query Plan";
	int rc = 0;
	if (duckdb_query(r->con, sql, &res) == DuckDBError) {
		rc = failed(r, duckdb_result_error(&res), err);
	} else {
		char *text = duckdb_value_varchar(&res, 1, 0), *line = text;
		rc = duck_emit_columns(r->sink, &title, &(const char *){"varchar"}, 1, err);
		while (rc == 0 && line && *line) {
			char *next = strchr(line, '\n');
			if (next)
				*next++ = '\0';
			rc = duck_emit_row(r->sink, r->live, &(const char *){line}, 1, err);
			line = next;
		}
		duckdb_free(text);
	}
	duckdb_destroy_result(&res);
	mem_free(sql);
	return rc;
}

static int validated(struct run *r, struct err *err)
{
	int rc = duck_emit_columns(
	        r->sink, &(const char *){"Valid"}, &(const char *){"boolean"}, 1, err);
	return rc < 0 ? rc : duck_emit_row(r->sink, r->live, &(const char *){"true"}, 1, err);
}

static void tell_plan(struct run *r)
{
	char *plan = r->sink->plan ? duck_profile(r->con) : NULL;
	if (plan)
		r->sink->plan(r->sink->arg, plan);
}

static int run_prepared(struct run *r, duckdb_prepared_statement st, struct err *err)
{
	if (duckdb_prepared_statement_type(st) != DUCKDB_STATEMENT_TYPE_SELECT)
		return err_set(
		        err, ERR_QUERY, "NOT_SUPPORTED: this kind of statement is not served");
	if (r->q->kind == DIALECT_EXPLAIN)
		return r->q->validate ? validated(r, err) : explain(r, err);
	int rc = execute(r, st, err);
	if (rc == 0) {
		atomic_store(&r->live->scanned_bytes, (long long)r->scan_total);
		tell_plan(r);
	}
	return rc;
}

static int plan_and_run(struct run *r, int64_t started, struct err *err)
{
	duckdb_prepared_statement st = NULL;
	int rc;
	if (duckdb_prepare(r->con, buf_str(&r->q->sql), &st) == DuckDBError) {
		rc = failed(r, duckdb_prepare_error(st), err);
	} else {
		if (r->q->kind == DIALECT_QUERY || r->q->analyze)
			r->scan_total =
			        duck_scan_bytes(r->d, r->con, &r->refs, buf_str(&r->q->sql));
		atomic_store(&r->live->planning_ms, clock_mono_ms() - started);
		rc = run_prepared(r, st, err);
	}
	duckdb_destroy_prepare(&st);
	return rc;
}

static int gate_table(void *arg, const char *database, const char *table, struct err *err)
{
	struct run *r = arg;
	if (duck_catalog_ready(r->d, database, table, err) < 0)
		return -1;
	duck_refs_add(&r->refs, database, table);
	return 0;
}

static bool gate_database(void *arg, const char *database)
{
	struct run *r = arg;
	return duck_catalog_has_database(r->d, database);
}

static int search_path(struct run *r, struct err *err)
{
	struct buf name;
	buf_init(&name, 4096);
	duck_quote(&name, r->database, '"');
	struct buf literal;
	buf_init(&literal, 8192);
	duck_quote(&literal, buf_str(&name), '\'');
	/* absent while no table of the database has been named: then nothing needs it */
	duck_exec(r->con, NULL, "SET search_path = %s", buf_str(&literal));
	buf_release(&literal);
	buf_release(&name);
	(void)err;
	return 0;
}

static int run_query(struct run *r, struct err *err)
{
	int64_t started = clock_mono_ms();
	struct duck_gate g = {r->q, r->database, gate_table, gate_database, r};
	r->tree = duck_gate_parse(r->con, r->q, err);
	if (!r->tree)
		return -1;
	int rc = duck_gate_check(&g, r->tree, err);
	if (rc == 0)
		rc = search_path(r, err);
	if (rc == 0)
		rc = plan_and_run(r, started, err);
	json_decref(r->tree);
	duck_refs_release(&r->refs);
	return rc;
}

static int run_translated(struct run *r, struct err *err)
{
	if (duck_catalog_refresh(r->d, err) < 0)
		return -1;
	if (!has_query(r->q))
		return duck_show(r->d, r->q, r->database, r->sink, r->live, err);
	if (duck_pool_take(r->d, &r->con, err) < 0)
		return -1;
	atomic_store(&r->live->handle, r->con);
	int rc = run_query(r, err);
	give_back(r->d, r->live, r->con);
	return rc;
}

int duck_run(struct duck *d, struct slice sql, const char *database, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	struct dialect q;
	struct run r = {.d = d,
	        .q = &q,
	        .database = database && *database ? database : "default",
	        .sink = sink,
	        .live = live};
	int rc = dialect_translate(&q, sql, err);
	if (rc == 0)
		rc = run_translated(&r, err);
	dialect_release(&q);
	return rc;
}
