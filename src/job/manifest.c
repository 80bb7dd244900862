#include "job/manifest.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "job/record.h"
#include "job/spool.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

/* A result read from disk again still knows the query that it came from, by its sidecar. */
static void add_query(json_t *o, const struct manifest *m)
{
	const struct job_spec *spec = m->spec;
	json_t *from = spec->from_csv ? spool_origin(spec->from_csv) : NULL;
	json_t *q = json_object();
	js_str(q, "name", spec->query_name);
	js_str(q, "sql", spec->sql);
	js_str(q, "database", spec->database);
	js_str(q, "execution_id", m->progress->athena.id[0] ? m->progress->athena.id : NULL);
	if (from)
		json_object_update(q, json_object_get(from, "query"));
	json_object_set_new(o, "query", q);
	json_t *athena = from ? json_object_get(from, "athena") : NULL;
	if (athena)
		json_object_set(o, "athena", athena);
	else
		json_object_set_new(o, "athena", record_athena(&m->progress->athena));
	json_decref(from);
	if (spec->from_csv)
		js_str(o, "from_csv", file_base(spec->from_csv));
}

static void add_file(json_t *o, const struct output_file *f)
{
	js_str(o, "file", file_base(f->path));
	js_int(o, "rows", (int64_t)f->rows);
	js_int(o, "bytes", f->bytes);
	js_str(o, "sha256", f->sha256);
}

static json_t *split(const struct job_output *o)
{
	json_t *s = json_object();
	json_object_set_new(s, "validation", json_real((double)o->validation_ppm / OUTPUT_WHOLE));
	js_str(s, "by", o->split_by);
	js_int(s, "seed", (int64_t)o->seed);
	return s;
}

static json_t *members(const struct manifest *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->n; i++) {
		json_t *f = json_object();
		add_file(f, &m->files[i]);
		if (m->files[i].side != SIDE_ALL)
			js_str(f, "split", side_name(m->files[i].side));
		json_array_append_new(list, f);
	}
	return list;
}

static void add_output(json_t *o, const struct manifest *m)
{
	const struct job_output *how = m->output;
	if (!output_is_set(how)) {
		add_file(o, &m->files[0]);
	} else {
		js_int(o, "rows", (int64_t)m->rows);
		js_int(o, "bytes", m->bytes);
		json_object_set_new(o, "files", members(m));
	}
	if (how->compress)
		js_str(o, "compression", compress_name(how->compress));
	if (how->shard_rows)
		js_int(o, "shard_rows", (int64_t)how->shard_rows);
	if (how->validation_ppm)
		json_object_set_new(o, "split", split(how));
	if (m->rejects) {
		json_t *r = json_object();
		add_file(r, m->rejects);
		json_object_set_new(o, "rejects", r);
	}
}

void manifest_write(struct buf *out, const struct manifest *m)
{
	char now[21];
	clock_iso8601(clock_wall_ms(), now);
	json_t *o = json_object();
	js_int(o, "version", MANIFEST_VERSION);
	add_output(o, m);
	js_str(o, "format", m->spec->recipe ? recipe_format(m->spec->recipe) : NULL);
	json_object_set_new(o, "recipe", record_recipe(m->spec->recipe));
	add_query(o, m);
	js_money(o, "cost_usd", m->progress->cost);
	json_object_set_new(o, "funnel", record_funnel(&m->progress->funnel, m->spec->recipe));
	js_str(o, "created", now);
	js_str(o, "program", PACKAGE_STRING);
	js_dump(out, o, JSON_INDENT(2));
	buf_add_char(out, '\n');
}

/* ---- reading ---- */

void output_files_free(struct output_file *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(f[i].path);
	mem_free(f);
}

/* A name with a folder in it is none that we wrote. */
static bool take_file(const json_t *o, const char *dir, struct output_file *f)
{
	const char *name = js_get_str(o, "file"), *split_name = js_get_str(o, "split");
	if (*name == '\0' || strchr(name, '/'))
		return false;
	*f = (struct output_file){.rows = (uint64_t)js_get_int(o, "rows"),
	        .bytes = js_get_int(o, "bytes"),
	        .path = strcmp(dir, ".") == 0 ? mem_strdup(name) : file_join(dir, name)};
	snprintf(f->sha256, SHA256_HEX, "%s", js_get_str(o, "sha256"));
	for (enum output_side i = SIDE_TRAIN; i < SIDES; i++)
		if (strcmp(split_name, side_name(i)) == 0)
			f->side = i;
	return true;
}

int manifest_files(const char *path, struct output_file **files, size_t *n, struct err *err)
{
	char *dir = file_dir(path);
	json_t *o = json_load_file(path, 0, NULL), *list = json_object_get(o, "files");
	size_t most = list ? json_array_size(list) : 1;
	struct output_file *f = mem_calloc(most + 1, sizeof *f);
	*n = 0;
	for (size_t i = 0; o && i < most; i++)
		*n += take_file(list ? json_array_get(list, i) : o, dir, &f[*n]);
	json_decref(o);
	mem_free(dir);
	*files = f;
	if (*n > 0)
		return 0;
	mem_free(f);
	*files = NULL;
	return err_set(err, ERR_DATA, "%s is no manifest", path);
}
