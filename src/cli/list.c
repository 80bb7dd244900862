/* athena-jsonl queries, athena-jsonl history, athena-jsonl settings. */
#include "cli/commands.h"
#include "cli/lookup.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "job/journal.h"
#include "recipe/json.h"
#include "sql/queryfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/ban.h"

struct list {
	struct buf out;
	bool json;
};

/* Prints as made for people (safe for a terminal), or as it is (JSON). */
static void flush(struct list *l)
{
	struct buf safe;
	buf_init(&safe, BUF_NO_LIMIT);
	struct slice rest = buf_slice(&l->out), one;
	while (rest.len > 0) {
		rest = slice_cut(rest, '\n', &one);
		buf_clear(&safe);
		if (l->json)
			buf_add_slice(&safe, one);
		else
			utf8_sanitize(&safe, one);
		printf("%s\n", buf_str(&safe));
	}
	buf_release(&safe);
	buf_release(&l->out);
}

static void key(struct list *l, const char *name, const char *value)
{
	char last = l->out.len ? l->out.ptr[l->out.len - 1] : '{';
	buf_printf(&l->out, "%s\"%s\":", last == '{' ? "" : ",", name);
	json_write_string(&l->out, slice_str(value ? value : ""));
}

static void number(struct list *l, const char *name, int64_t n)
{
	buf_printf(&l->out, ",\"%s\":%" PRId64, name, n);
}

/* ---- queries ---- */

static void query_json(struct list *l, const struct queryfile *q, const struct history_entry *last)
{
	buf_add_char(&l->out, '{');
	key(l, "name", q->name);
	key(l, "title", q->title);
	key(l, "description", q->description);
	key(l, "recipe", q->recipe);
	key(l, "path", q->path);
	if (last) {
		number(l, "last_ms", last->total_ms);
		number(l, "last_cost_micro_usd", last->cost);
		number(l, "last_rows", (int64_t)last->rows);
	}
	buf_add_str(&l->out, "}\n");
}

static void query_text(struct list *l, const struct queryfile *q, const struct history_entry *last)
{
	char t[FMT_SIZE], c[FMT_SIZE], r[FMT_SIZE];
	buf_printf(&l->out, "%-22s %s\n", q->name, q->title ? q->title : "");
	for (size_t i = 0; i < q->n_params; i++)
		buf_printf(&l->out, "%-22s   --param %s=%s  %s\n", "", q->param[i].name,
		        q->param[i].value ? q->param[i].value : "",
		        q->param[i].help ? q->param[i].help : "");
	if (last)
		buf_printf(&l->out, "%-22s   last run: %s, %s, %s rows\n", "",
		        fmt_duration(t, last->total_ms), fmt_money(c, last->cost),
		        fmt_thousands(r, (int64_t)last->rows));
}

static void list_queries(struct session *s, const char *dir, struct list *l, struct err *err)
{
	struct queryfile **q = NULL;
	struct history_entry *h;
	size_t nh = history_load(s->state_dir, &h, NULL);
	size_t n = queryfile_list(dir, &q, err);
	for (size_t i = 0; i < n; i++) {
		const struct history_entry *last = history_last(h, nh, q[i]->name);
		if (q[i]->fault)
			say("%s", q[i]->fault);
		else if (l->json)
			query_json(l, q[i], last);
		else
			query_text(l, q[i], last);
		queryfile_free(q[i]);
	}
	mem_free(q);
	history_free(h, nh);
}

int cmd_queries(struct session *s)
{
	struct err err = ERR_INIT;
	struct list l = {.json = s->args->json};
	buf_init(&l.out, BUF_NO_LIMIT);
	char *dir = lookup_queries_dir(s->settings);
	if (dir == NULL)
		err_set(&err, ERR_CONFIG,
		        "there is no folder of queries: make ./queries, or give --queries DIR");
	else
		list_queries(s, dir, &l, &err);
	if (err.code == ERR_NONE && l.out.len == 0 && !l.json)
		say("no *.sql in %s", dir);
	flush(&l);
	mem_free(dir);
	if (err.code != ERR_NONE)
		say_error(&err);
	return exit_status(&err);
}

/* ---- history ---- */

static void entry_json(struct list *l, const struct history_entry *h)
{
	char when[21];
	clock_iso8601(h->wall_ms, when);
	buf_add_char(&l->out, '{');
	key(l, "time", when);
	key(l, "query", h->query_name);
	key(l, "execution_id", h->query_id);
	key(l, "state", h->state);
	key(l, "out", h->out_path);
	key(l, "database", h->database);
	key(l, "recipe", h->recipe);
	key(l, "error", h->error);
	key(l, "rows_on_disk", file_exists(h->spool_path) ? h->spool_path : "");
	buf_printf(&l->out, ",\"free\":%s", h->local ? "true" : "false");
	number(l, "total_ms", h->total_ms);
	number(l, "scanned_bytes", h->scanned_bytes);
	number(l, "cost_micro_usd", h->cost);
	number(l, "rows", (int64_t)h->rows);
	number(l, "kept", (int64_t)h->kept);
	buf_add_str(&l->out, "}\n");
}

static void entry_text(struct list *l, const struct history_entry *h)
{
	char when[21], t[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE], r[FMT_SIZE], k[FMT_SIZE];
	clock_iso8601(h->wall_ms, when);
	buf_printf(&l->out, "%s  %-9s  %-22s %8s %10s %9s %9s rows %9s kept  %s\n", when, h->state,
	        h->query_name, fmt_duration(t, h->total_ms),
	        h->scanned_bytes < 0 ? "-" : fmt_bytes(b, h->scanned_bytes),
	        h->local ? "free" : fmt_money(c, h->cost), fmt_thousands(r, (int64_t)h->rows),
	        fmt_thousands(k, (int64_t)h->kept), h->out_path);
}

int cmd_history(struct session *s)
{
	struct err err = ERR_INIT;
	struct history_entry *h;
	struct list l = {.json = s->args->json};
	buf_init(&l.out, BUF_NO_LIMIT);
	size_t n = history_load(s->state_dir, &h, &err);
	for (size_t i = 0; i < n; i++)
		if (l.json)
			entry_json(&l, &h[i]);
		else
			entry_text(&l, &h[i]);
	if (n == 0 && err.code == ERR_NONE && !l.json)
		say("no runs yet");
	history_free(h, n);
	flush(&l);
	if (err.code != ERR_NONE)
		say_error(&err);
	return exit_status(&err);
}

/* ---- settings ---- */

int cmd_settings(struct session *s)
{
	struct list l = {.json = s->args->json || s->args->example};
	buf_init(&l.out, BUF_NO_LIMIT);
	if (s->args->example)
		settings_example(&l.out);
	else if (l.json)
		settings_print_json(s->settings, &l.out);
	else
		settings_print(s->settings, &l.out);
	flush(&l);
	return EXIT_OK;
}
