#include "job/desk.h"

#include "base/file.h"
#include "base/mem.h"
#include "job/js.h"

#include <string.h>

#include "base/ban.h"

#define DESK_VERSION 1
#define SQL_MAX      65536
#define PARAMS_MAX   1000

static char *path_of(const char *state_dir)
{
	return file_join(state_dir, "session.json");
}

void desk_add_param(struct desk *d, const char *query, const char *assignment)
{
	if (d->n_params >= PARAMS_MAX)
		return;
	d->param = mem_realloc(d->param, d->n_params + 1, sizeof *d->param);
	d->param[d->n_params++] = (struct desk_param){mem_strdup(query), mem_strdup(assignment)};
}

static void put(json_t *o, const char *key, const char *value)
{
	if (value)
		js_str(o, key, value);
}

static json_t *export_text(const struct desk_export *e)
{
	json_t *o = json_object();
	put(o, "format", e->format);
	put(o, "compress", e->compress);
	put(o, "shards", e->shards);
	put(o, "split", e->split);
	put(o, "seed", e->seed);
	return o;
}

static json_t *params_list(const struct desk *d)
{
	json_t *params = json_array();
	for (size_t i = 0; i < d->n_params; i++) {
		json_t *p = json_object();
		js_str(p, "query", d->param[i].query);
		js_str(p, "value", d->param[i].assignment);
		json_array_append_new(params, p);
	}
	return params;
}

/* all: with what may be long, parameters and SQL. */
static json_t *to_json(const struct desk *d, bool all)
{
	json_t *o = json_object();
	js_int(o, "version", DESK_VERSION);
	put(o, "screen", d->screen);
	put(o, "query", d->query);
	put(o, "sort", d->sort);
	put(o, "filter", d->filter);
	put(o, "database", d->database);
	put(o, "recipe", d->recipe);
	put(o, "editor_path", d->editor_path);
	js_int(o, "editor_cursor", d->editor_cursor);
	json_object_set_new(o, "light", json_boolean(d->light));
	if (all)
		json_object_set_new(o, "params", params_list(d));
	json_object_set_new(o, "export", export_text(&d->export));
	if (d->run_id) {
		json_t *r = json_object();
		put(r, "name", d->run_name);
		put(r, "id", d->run_id);
		put(r, "database", d->run_database);
		if (all && d->run_sql && strlen(d->run_sql) <= SQL_MAX)
			put(r, "sql", d->run_sql);
		json_object_set_new(r, "local", json_boolean(d->run_local));
		json_object_set_new(o, "run", r);
	}
	return o;
}

void desk_text(const struct desk *d, struct buf *out)
{
	struct buf text;
	buf_init(&text, BUF_NO_LIMIT);
	js_dump(&text, to_json(d, true), JSON_INDENT(1));
	if (text.len >= DESK_MAX) { /* would not be read back: rather places alone than nothing */
		buf_clear(&text);
		js_dump(&text, to_json(d, false), JSON_INDENT(1));
	}
	buf_add_char(&text, '\n');
	buf_add_slice(out, buf_slice(&text));
	buf_release(&text);
}

static char *get(const json_t *o, const char *key)
{
	const char *s = js_get_str(o, key);
	return *s ? mem_strdup(s) : NULL;
}

static void read_object(const json_t *o, struct desk *d)
{
	const json_t *run = json_object_get(o, "run"), *params = json_object_get(o, "params");
	d->screen = get(o, "screen");
	d->query = get(o, "query");
	d->sort = get(o, "sort");
	d->filter = get(o, "filter");
	d->database = get(o, "database");
	d->recipe = get(o, "recipe");
	d->editor_path = get(o, "editor_path");
	d->editor_cursor = js_get_int(o, "editor_cursor");
	d->light = json_is_true(json_object_get(o, "light"));
	for (size_t i = 0; i < json_array_size(params); i++) {
		const json_t *p = json_array_get(params, i);
		if (*js_get_str(p, "query") && strchr(js_get_str(p, "value"), '='))
			desk_add_param(d, js_get_str(p, "query"), js_get_str(p, "value"));
	}
	const json_t *e = json_object_get(o, "export");
	d->export = (struct desk_export){get(e, "format"), get(e, "compress"), get(e, "shards"),
	        get(e, "split"), get(e, "seed")};
	d->run_name = get(run, "name");
	d->run_id = get(run, "id");
	d->run_database = get(run, "database");
	d->run_sql = get(run, "sql");
	d->run_local = json_is_true(json_object_get(run, "local"));
}

int desk_load(const char *state_dir, struct desk *out, bool *found, struct err *err)
{
	char *path = path_of(state_dir);
	struct buf text;
	*out = (struct desk){0};
	*found = file_exists(path);
	buf_init(&text, DESK_MAX);
	int rc = *found ? file_read(path, &text, err) : 0;
	if (*found && rc == 0) {
		json_t *o = json_loadb(text.ptr ? text.ptr : "", text.len, 0, NULL);
		if (json_is_object(o) && js_get_int(o, "version") == DESK_VERSION)
			read_object(o, out);
		else
			rc = err_set(err, ERR_DATA, "%s is not a session of this version", path);
		json_decref(o);
	}
	buf_release(&text);
	mem_free(path);
	return rc;
}

int desk_save(const char *state_dir, struct slice text, struct err *err)
{
	char *path = path_of(state_dir);
	int rc = file_keep(path, text, 0600, err);
	mem_free(path);
	return rc;
}

void desk_release(struct desk *d)
{
	char *all[] = {d->screen, d->query, d->sort, d->filter, d->database, d->recipe,
	        d->editor_path, d->run_name, d->run_id, d->run_database, d->run_sql,
	        d->export.format, d->export.compress, d->export.shards, d->export.split,
	        d->export.seed};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		mem_free(all[i]);
	for (size_t i = 0; i < d->n_params; i++) {
		mem_free(d->param[i].query);
		mem_free(d->param[i].assignment);
	}
	mem_free(d->param);
	*d = (struct desk){0};
}
