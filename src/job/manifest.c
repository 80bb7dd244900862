#include "job/manifest.h"

#include "base/clock.h"
#include "base/file.h"
#include "job/record.h"
#include "job/spool.h"

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

void manifest_write(struct buf *out, const struct manifest *m)
{
	char now[21];
	clock_iso8601(clock_wall_ms(), now);
	json_t *o = json_object();
	js_int(o, "version", MANIFEST_VERSION);
	js_str(o, "file", file_base(m->file));
	js_int(o, "rows", (int64_t)m->rows);
	js_int(o, "bytes", m->bytes);
	js_str(o, "sha256", m->sha256);
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
