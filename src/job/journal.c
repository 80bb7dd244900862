#include "job/journal.h"
#include "job/js.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

struct journal {
	char *path;
};

struct journal *journal_open(const char *state_dir, struct err *err)
{
	if (file_mkdir_p(state_dir, 0700, err) != 0)
		return NULL;
	struct journal *j = MEM_NEW(struct journal);
	j->path = file_join(state_dir, "journal.jsonl");
	return j;
}

void journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	mem_free(j->path);
	mem_free(j);
}

static json_t *entry(const char *event, const char *token)
{
	char now[21];
	clock_iso8601(clock_wall_ms(), now);
	json_t *o = json_object();
	js_str(o, "event", event);
	js_str(o, "time", now);
	js_str(o, "token", token);
	return o;
}

static int append(struct journal *j, json_t *o, struct err *err)
{
	struct buf line;
	buf_init(&line, BUF_NO_LIMIT);
	js_dump(&line, o, JSON_COMPACT);
	int rc = file_append_line(j->path, buf_slice(&line), err);
	buf_release(&line);
	return rc;
}

int journal_begin(struct journal *j, const struct job_spec *spec, char token[40], struct err *err)
{
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX], uuid[37];
	crypto_uuid(uuid);
	snprintf(token, 40, "%s", uuid);
	json_t *o = entry("begin", token);
	js_str(o, "query", spec->query_name);
	if (spec->sql) {
		crypto_sha256(slice_str(spec->sql), sum);
		crypto_hex(sum, sizeof sum, hex);
		js_str(o, "sql_sha256", hex);
	}
	js_str(o, "database", spec->database);
	js_str(o, "from_csv", spec->from_csv);
	js_str(o, "out", spec->out_path);
	return append(j, o, err);
}

int journal_submitted(struct journal *j, const char *token, const char *query_id, struct err *err)
{
	json_t *o = entry("submitted", token);
	js_str(o, "query_id", query_id);
	return append(j, o, err);
}

static const char *end_state(enum job_event_kind k)
{
	return k == EV_DONE ? "done" : k == EV_CANCELLED ? "cancelled" : "failed";
}

/* What would not be whole is left out: half a query is none to run again. */
static void add_sql(json_t *o, const char *sql)
{
	if (sql && strlen(sql) <= HISTORY_SQL_MAX)
		js_str(o, "sql", sql);
}

int journal_end(struct journal *j, const char *token, const struct job_spec *spec,
        const struct job_event *end, bool local, struct err *err)
{
	const struct job_progress *p = &end->progress;
	json_t *o = entry("end", token);
	js_str(o, "query", spec->query_name);
	js_str(o, "query_id", p->athena.id);
	js_str(o, "state", end_state(end->kind));
	js_int(o, "wall_ms", clock_wall_ms());
	js_int(o, "total_ms", p->elapsed_ms);
	js_known(o, "scanned_bytes", p->athena.stats.scanned_bytes);
	js_int(o, "cost", p->cost);
	js_int(o, "rows", (int64_t)p->rows);
	js_int(o, "kept", (int64_t)p->funnel.kept);
	js_str(o, "out", end->kind == EV_DONE ? spec->out_path : NULL);
	js_str(o, "from_csv", spec->from_csv);
	js_str(o, "database", spec->database);
	js_str(o, "recipe", spec->recipe ? recipe_name(spec->recipe) : NULL);
	add_sql(o, spec->sql);
	js_str(o, "spool", end->spool_path);
	if (local)
		json_object_set_new(o, "local", json_true());
	if (p->adopted)
		json_object_set_new(o, "adopted", json_true());
	if (end->kind != EV_DONE)
		js_str(o, "error", end->err.text);
	return append(j, o, err);
}
