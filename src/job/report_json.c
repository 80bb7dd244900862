/* The machine report; docs/report.md describes every key. */
#include "job/manifest.h"
#include "job/record.h"
#include "job/report.h"
#include "job/spec.h"

#include "base/crypto.h"

#include "base/ban.h"

json_t *record_times(const struct athena_stats *st)
{
	json_t *o = json_object();
	js_known(o, "queue_ms", st->queue_ms);
	js_known(o, "pre_processing_ms", st->pre_ms);
	js_known(o, "planning_ms", st->planning_ms);
	js_known(o, "engine_ms", st->engine_ms);
	js_known(o, "service_ms", st->service_ms);
	js_known(o, "total_ms", st->total_ms);
	return o;
}

json_t *record_athena(const struct athena_status *st)
{
	if (st->state == ATHENA_NONE)
		return json_null();
	json_t *o = json_object();
	js_str(o, "state", athena_state_name(st->state));
	js_str(o, "execution_id", st->id);
	js_str(o, "workgroup", st->workgroup);
	js_str(o, "statement_type", st->statement_type);
	js_str(o, "substatement_type", st->substatement_type);
	js_str(o, "output", st->output);
	if (st->reason[0])
		js_str(o, "reason", st->reason);
	js_known(o, "scanned_bytes", st->stats.scanned_bytes);
	json_object_set_new(o, "reused", json_boolean(st->stats.reused));
	json_object_set_new(o, "times", record_times(&st->stats));
	return o;
}

json_t *record_recipe(const struct recipe *r)
{
	if (r == NULL)
		return json_null();
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX];
	crypto_sha256(slice_str(recipe_text(r)), sum);
	crypto_hex(sum, sizeof sum, hex);
	json_t *o = json_object();
	js_str(o, "name", recipe_name(r));
	js_str(o, "sha256", hex);
	return o;
}

json_t *record_funnel(const struct funnel *f, const struct recipe *r)
{
	json_t *o = json_object(), *rejected = json_object();
	js_int(o, "rows", (int64_t)f->rows);
	js_int(o, "kept", (int64_t)f->kept);
	for (size_t i = 0; r && i < recipe_steps(r) && i < RECIPE_MAX_STEPS; i++) {
		const char *name = recipe_step(r, i)->name;
		if (f->rejected[i]) /* two steps may share a name: their rows are added up */
			js_int(rejected, name,
			        js_get_int(rejected, name) + (int64_t)f->rejected[i]);
	}
	json_object_set_new(o, "rejected", rejected);
	js_int(o, "gave_up", (int64_t)f->gave_up);
	js_int(o, "bad", (int64_t)f->bad);
	return o;
}

static json_t *stages(const struct job_progress *p)
{
	json_t *o = json_object();
	for (enum job_stage i = 0; i < STAGE_COUNT; i++) {
		const struct job_span *s = &p->stage[i];
		if (s->begin_ms < 0)
			continue;
		json_t *one = json_object();
		js_int(one, "begin_ms", s->begin_ms);
		js_known(one, "end_ms", s->end_ms);
		js_int(one, "busy_ms", s->busy_ms);
		json_object_set_new(o, job_stage_name(i), one);
	}
	return o;
}

static json_t *download(const struct job_progress *p, const struct job_spec *spec)
{
	json_t *o = json_object();
	js_str(o, "by", spec->from_csv ? "file" : p->by_pages ? "pages" : "object");
	js_int(o, "bytes", p->got_bytes);
	js_known(o, "size", p->result_bytes);
	js_int(o, "rows", (int64_t)p->rows);
	js_int(o, "batches", (int64_t)p->batches);
	js_int(o, "retries", (int64_t)p->retries);
	return o;
}

static json_t *error(const struct err *e)
{
	if (e->code == ERR_NONE)
		return json_null();
	json_t *o = json_object();
	js_str(o, "code", err_code_name(e->code));
	js_str(o, "text", e->text);
	if (e->line > 0) {
		js_int(o, "line", e->line);
		js_int(o, "column", e->col);
	}
	return o;
}

static json_t *files(const char *manifest)
{
	struct output_file *f = NULL;
	size_t n = 0;
	manifest_files(manifest, &f, &n, NULL);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *one = json_object();
		js_str(one, "file", f[i].path);
		js_int(one, "rows", (int64_t)f[i].rows);
		js_int(one, "bytes", f[i].bytes);
		if (f[i].side != SIDE_ALL)
			js_str(one, "split", side_name(f[i].side));
		json_array_append_new(list, one);
	}
	output_files_free(f, n);
	return list;
}

static json_t *output(const struct job_event *end, const struct job_spec *spec)
{
	if (spec->out_path == NULL || end->kind != EV_DONE)
		return json_null();
	json_t *o = json_object();
	js_str(o, "file", spec->out_path);
	js_int(o, "rows", (int64_t)end->progress.out_rows);
	js_int(o, "bytes", end->progress.out_bytes);
	js_str(o, "manifest", end->manifest_path[0] ? end->manifest_path : NULL);
	if (output_is_set(&spec->output))
		json_object_set_new(o, "files", files(end->manifest_path));
	return o;
}

void report_json(struct buf *out, const struct job_event *end, const struct job_spec *spec)
{
	const struct job_progress *p = &end->progress;
	json_t *o = json_object();
	js_int(o, "version", 1);
	js_str(o, "result",
	        end->kind == EV_DONE        ? "done"
	        : end->kind == EV_CANCELLED ? "cancelled"
	                                    : "failed");
	json_object_set_new(o, "error", error(&end->err));
	js_str(o, "query", spec->query_name);
	js_str(o, "database", spec->database);
	js_str(o, "from_csv", spec->from_csv);
	json_object_set_new(o, "athena", record_athena(&p->athena));
	js_money(o, "cost_usd", p->cost);
	json_object_set_new(o, "download", download(p, spec));
	json_object_set_new(o, "recipe", record_recipe(spec->recipe));
	json_object_set_new(o, "funnel", record_funnel(&p->funnel, spec->recipe));
	json_object_set_new(o, "output", output(end, spec));
	js_str(o, "spool", end->spool_path[0] ? end->spool_path : NULL);
	json_object_set_new(o, "stages", stages(p));
	js_int(o, "elapsed_ms", p->elapsed_ms);
	js_dump(out, o, JSON_COMPACT);
}
