/* The Export screen's settings, and the job that writes the rows on disk as they say. */
#include "ui/export.h"

#include "base/file.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "job/desk.h"
#include "ui/prompt.h"
#include "ui/tuner.h"
#include "ui/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

static void free_names(struct write *w)
{
	for (size_t i = 0; i < w->n_recipes; i++)
		mem_free(w->recipes[i]);
	mem_free(w->recipes);
	w->recipes = NULL;
	w->n_recipes = 0;
}

static void forget_end(struct write *w)
{
	output_files_free(w->files, w->n_files);
	w->files = NULL;
	w->n_files = 0;
	w->state = RUN_NONE;
	w->job = 0;
	w->pane = w->pane == EXPORT_FILES ? EXPORT_FORM : w->pane;
	w->manifest[0] = '\0';
	memset(&w->p, 0, sizeof w->p);
	w->err = (struct err)ERR_INIT;
}

static void forget_recipes(struct write *w)
{
	recipe_unref(w->base);
	recipe_unref(w->shaped);
	recipe_unref(w->counted);
	w->base = w->shaped = w->counted = NULL;
	lines_reset(w);
}

void write_forget(struct write *w)
{
	free_names(w);
	forget_end(w);
	forget_recipes(w);
	recipe_unref(w->loaded);
	mem_free(w->path);
	mem_free(w->recipe);
	mem_free(w->target);
	w->loaded = NULL;
	w->path = w->recipe = w->target = NULL;
	w->place_err = w->shape_err = (struct err)ERR_INIT;
	w->field = FIELD_PATH;
	w->pane = EXPORT_FORM;
	w->pretty = false;
	w->at = w->scroll = w->list = (struct table){0};
}

void write_release(struct write *w)
{
	write_forget(w);
	output_release(&w->output);
	memset(w, 0, sizeof *w);
}

/* ---- what follows from the settings ---- */

const struct columns *export_columns(struct model *m)
{
	struct result *r = run_result(m);
	const struct columns *c = r ? result_columns(r) : NULL;
	return c ? c : m->run->sample ? sample_view_columns(m->run->sample) : NULL;
}

static void check_place(struct write *w)
{
	err_clear(&w->place_err);
	char *dir = file_dir(w->path);
	if (!file_is_dir(dir))
		err_set(&w->place_err, ERR_IO, "there is no folder %s", dir);
	else
		output_check(w->path, &w->output, &w->place_err);
	mem_free(dir);
}

/* The recipe in the chosen format, and with it the first lines, anew. */
static void shape(struct model *m)
{
	struct write *w = &m->write;
	recipe_unref(w->shaped);
	err_clear(&w->shape_err);
	w->shaped = NULL;
	if (w->base && w->format)
		w->shaped = recipe_with_format(w->base, w->format, &w->shape_err);
	else if (w->base)
		w->shaped = recipe_ref(w->base);
	lines_reset(w);
	lines_work(m, 64);
}

/* A setting has changed: what was written before is no longer what is shown. */
static void changed(struct model *m)
{
	struct write *w = &m->write;
	if (w->state != RUN_LIVE && w->state != RUN_ASKED)
		forget_end(w);
	w->at = w->scroll = (struct table){0};
	check_place(w);
	shape(m);
}

void export_sync(struct model *m)
{
	struct write *w = &m->write;
	struct run *r = m->run;
	if (!run_has_rows(r) || w->state == RUN_LIVE || w->state == RUN_ASKED)
		return;
	if (w->of_job != r->job || !w->path) {
		write_forget(w);
		w->of_job = r->job;
		w->path = run_file(r, ".jsonl");
		w->field = FIELD_WRITE;
		w->n_recipes = recipe_list(m->cfg->recipe_dirs, &w->recipes);
		if (!r->chosen && w->n_recipes)
			run_set_recipe(m, w->recipes[0]);
	}
	if (w->base == r->chosen)
		return;
	recipe_unref(w->base);
	w->base = r->chosen ? recipe_ref(r->chosen) : NULL;
	mem_free(w->recipe);
	w->recipe = mem_strdup(w->base ? recipe_name(w->base) : NULL);
	changed(m);
}

static bool too_many(struct model *m, struct err *why)
{
	size_t n = export_files(m);
	if (n <= OUTPUT_MAX_FILES)
		return false;
	char a[FMT_SIZE];
	err_set(why, ERR_USAGE, "about %s files: at most %d; take more rows per file",
	        fmt_thousands(a, (int64_t)n), OUTPUT_MAX_FILES);
	return true;
}

bool export_refusal(struct model *m, struct err *why)
{
	const struct write *w = &m->write;
	err_clear(why);
	if (!w->base)
		err_set(why, ERR_RECIPE,
		        "no recipe: it says how a row becomes an example; :recipe NAME");
	else if (w->shape_err.code)
		*why = w->shape_err;
	else if (w->place_err.code)
		*why = w->place_err;
	else if (w->output.rejects && strcmp(w->output.rejects, w->path) == 0)
		err_set(why, ERR_USAGE, "examples and rejects have the same name");
	else if (w->lines && w->lines->err.code)
		*why = w->lines->err;
	else
		too_many(m, why);
	return why->code != ERR_NONE;
}

/* ---- settings ---- */

/* The path is kept without the suffix of its compression: output_file adds it. */
static void cut_suffix(struct write *w)
{
	size_t n = strlen(w->path), s = strlen(compress_suffix(w->output.compress));
	if (s && n > s && slice_ends(slice_str(w->path), compress_suffix(w->output.compress)))
		w->path[n - s] = '\0';
}

static void set_path(struct model *m, const char *path)
{
	struct write *w = &m->write;
	mem_free(w->path);
	w->path = mem_strdup(path);
	if (compress_by_name(path) != COMPRESS_NONE)
		w->output.compress = compress_by_name(path);
	cut_suffix(w);
}

static void set_text(const char **at, const char *text)
{
	mem_free((void *)(uintptr_t)*at);
	*at = mem_strdup(text);
}

static bool bad(struct model *m, const char *what, const char *arg)
{
	model_toast(m, FG_BAD, "%s, not '%.60s'", what, arg);
	return false;
}

static bool set_format(struct model *m, const char *name)
{
	for (size_t i = 0; i < recipe_format_count(); i++)
		if (strcmp(recipe_format_name(i), name) == 0) {
			const struct recipe *own = m->write.base;
			bool is_own = own && strcmp(recipe_format(own), name) == 0;
			m->write.format = is_own ? NULL : recipe_format_name(i);
			return true;
		}
	if (strcmp(name, "recipe") == 0) {
		m->write.format = NULL;
		return true;
	}
	return bad(m, "A format is messages, alpaca ... (Tab lists them)", name);
}

/* As it can be typed again: "0.05". */
static void share_text(char out[16], uint32_t ppm)
{
	snprintf(out, 16, "%.6f", (double)ppm / OUTPUT_WHOLE);
	for (char *end = out + strlen(out) - 1; *end == '0' && end[-1] != '.'; end--)
		*end = '\0';
}

/* "0.05", "0.05 link_id", "0.05 row". */
static bool set_split(struct model *m, const char *arg)
{
	struct job_output *o = &m->write.output;
	char share[32];
	size_t n = strcspn(arg, " ");
	const char *column = arg + n + strspn(arg + n, " ");
	snprintf(share, sizeof share, "%.*s", (int)n, arg);
	if (!output_parse_share(share, &o->validation_ppm))
		return bad(m, "The share for validation is 0.05 or 5%, below 1", share);
	if (*column)
		set_text(&o->split_by, strcmp(column, "row") == 0 ? NULL : column);
	return true;
}

static bool take(struct model *m, enum action a, const char *arg)
{
	struct job_output *o = &m->write.output;
	switch (a) {
	case ACT_WRITE:
	case ACT_GO_EXPORT: set_path(m, arg); return true;
	case ACT_FORMAT: return set_format(m, arg);
	case ACT_COMPRESS:
		return compress_parse(arg, &o->compress) || bad(m, "none, gzip or zstd", arg);
	case ACT_SHARDS:
		return output_parse_rows(arg, &o->shard_rows) ||
		       bad(m, "Rows per file is a number; 0 writes one file", arg);
	case ACT_SPLIT: return set_split(m, arg);
	case ACT_SEED:
		return output_parse_seed(arg, &o->seed) || bad(m, "A seed is a whole number", arg);
	case ACT_REJECTS: set_text(&o->rejects, strcmp(arg, "none") == 0 ? NULL : arg); return true;
	default: return false;
	}
}

bool export_command(struct model *m, enum action a, const char *arg)
{
	struct write *w = &m->write;
	if (w->state == RUN_LIVE || w->state == RUN_ASKED) {
		model_toast(m, FG_WARN, "%s is being written: x cancels", w->target);
		return true;
	}
	model_go(m, SCREEN_EXPORT);
	if (!run_has_rows(m->run) && (a == ACT_WRITE || a == ACT_GO_EXPORT))
		return true; /* the screen says what is missing */
	if (take(m, a, arg) && run_has_rows(m->run))
		changed(m);
	return true;
}

void export_keep(const struct model *m, struct desk_export *out)
{
	const struct job_output *o = &m->write.output;
	char share[16];
	*out = (struct desk_export){.format = mem_strdup(m->write.format)};
	if (o->compress)
		out->compress = mem_strdup(compress_name(o->compress));
	if (o->shard_rows)
		out->shards = mem_printf("%" PRIu64, o->shard_rows);
	share_text(share, o->validation_ppm);
	if (o->validation_ppm)
		out->split = mem_printf("%s %s", share, o->split_by ? o->split_by : "row");
	if (o->seed)
		out->seed = mem_printf("%" PRIu64, o->seed);
}

void export_restore(struct model *m, const struct desk_export *e)
{
	const struct {
		enum action a;
		const char *value;
	} all[] = {{ACT_FORMAT, e->format}, {ACT_COMPRESS, e->compress}, {ACT_SHARDS, e->shards},
	        {ACT_SPLIT, e->split}, {ACT_SEED, e->seed}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].value)
			take(m, all[i].a, all[i].value);
}

/* ---- steps ---- */

static const uint64_t shard_steps[] = {
        0, 100, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000};
static const uint32_t share_steps[] = {0, 10000, 20000, 50000, 100000, 150000, 200000, 300000};

/* The next of rising values: what was typed may lie between two of them. */
static uint64_t step_in(const uint64_t *v, size_t n, uint64_t now, int by)
{
	size_t i = 0;
	while (i < n && v[i] < now)
		i++;
	if (by < 0)
		return i > 0 ? v[i - 1] : v[0];
	if (i < n && v[i] == now)
		i++;
	return i < n ? v[i] : now;
}

static void step_share(struct job_output *o, int by)
{
	uint64_t v[sizeof share_steps / sizeof *share_steps];
	for (size_t i = 0; i < sizeof share_steps / sizeof *share_steps; i++)
		v[i] = share_steps[i];
	o->validation_ppm = (uint32_t)step_in(v, sizeof v / sizeof *v, o->validation_ppm, by);
}

static void step_recipe(struct model *m, int by)
{
	struct write *w = &m->write;
	size_t at = by > 0 ? w->n_recipes - 1 : 0;
	if (w->n_recipes == 0)
		return;
	for (size_t i = 0; i < w->n_recipes; i++)
		if (w->recipe && strcmp(w->recipes[i], w->recipe) == 0)
			at = i;
	run_set_recipe(m, w->recipes[(at + w->n_recipes + (size_t)by) % w->n_recipes]);
	m->toast[0] = '\0'; /* it stands in the field */
}

static void step_format(struct model *m, int by)
{
	struct write *w = &m->write;
	const char *now = w->format ? w->format : w->base ? recipe_format(w->base) : "";
	size_t n = recipe_format_count(), at = 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(recipe_format_name(i), now) == 0)
			at = i;
	set_format(m, recipe_format_name((at + n + (size_t)by) % n));
}

/* The whole row, then the columns. */
static void step_column(struct model *m, int by)
{
	struct job_output *o = &m->write.output;
	const struct columns *c = export_columns(m);
	int at = o->split_by && c ? columns_find(c, o->split_by) + 1 : 0;
	int n = c ? (int)c->n + 1 : 1;
	at = (at + n + by) % n;
	set_text(&o->split_by, at ? c->col[at - 1].name : NULL);
}

static void step_rejects(struct write *w)
{
	if (w->output.rejects) {
		set_text(&w->output.rejects, NULL);
		return;
	}
	const char *base = file_base(w->path), *dot = strrchr(base, '.');
	size_t n = dot && dot > base ? (size_t)(dot - w->path) : strlen(w->path);
	w->output.rejects = mem_printf("%.*s.rejects.jsonl", (int)n, w->path);
}

bool export_step(struct model *m, enum export_field f, int by)
{
	struct write *w = &m->write;
	struct job_output *o = &w->output;
	if (w->state == RUN_LIVE || w->state == RUN_ASKED)
		return false;
	switch (f) {
	case FIELD_RECIPE: step_recipe(m, by); break;
	case FIELD_FORMAT: step_format(m, by); break;
	case FIELD_COMPRESS:
		o->compress = (enum job_compress)(
		        ((int)o->compress + COMPRESS_KINDS + by) % COMPRESS_KINDS);
		break;
	case FIELD_SHARDS:
		o->shard_rows = step_in(
		        shard_steps, sizeof shard_steps / sizeof *shard_steps, o->shard_rows, by);
		break;
	case FIELD_SPLIT: step_share(o, by); break;
	case FIELD_SPLIT_BY: step_column(m, by); break;
	case FIELD_SEED: o->seed += by > 0 ? 1 : o->seed ? (uint64_t)-1 : 0; break;
	case FIELD_REJECTS: step_rejects(w); break;
	default: return false;
	}
	export_sync(m);
	changed(m);
	return true;
}

void export_ask(struct model *m, enum export_field f)
{
	const struct write *w = &m->write;
	const struct job_output *o = &w->output;
	char s[200], share[16];
	switch (f) {
	case FIELD_PATH: model_ask_text(m, ACT_WRITE, "write to: ", w->path); break;
	case FIELD_RECIPE: model_ask_text(m, ACT_RECIPE, "recipe: ", w->recipe); break;
	case FIELD_FORMAT:
		model_ask_text(m, ACT_FORMAT, "format: ",
		        w->format ? w->format
		        : w->base ? recipe_format(w->base)
		                  : "");
		break;
	case FIELD_COMPRESS:
		model_ask_text(m, ACT_COMPRESS, "compression: ", compress_name(o->compress));
		break;
	case FIELD_SHARDS:
		snprintf(s, sizeof s, "%" PRIu64, o->shard_rows);
		model_ask_text(m, ACT_SHARDS, "rows per file (0: all in one): ", s);
		break;
	case FIELD_SPLIT:
	case FIELD_SPLIT_BY:
		share_text(share, o->validation_ppm ? o->validation_ppm : 50000);
		snprintf(s, sizeof s, "%s %s", share, o->split_by ? o->split_by : "row");
		model_ask_text(m, ACT_SPLIT, "validation share and column: ", s);
		break;
	case FIELD_SEED:
		snprintf(s, sizeof s, "%" PRIu64, o->seed);
		model_ask_text(m, ACT_SEED, "seed of the split: ", s);
		break;
	case FIELD_REJECTS:
		model_ask_text(m, ACT_REJECTS,
		        "rejected rows to (none: nowhere): ", o->rejects ? o->rejects : "none");
		break;
	default: write_start(m, false);
	}
}

void export_words(struct model *m, enum action a, const char *before, const char *word,
        struct prompt_words *out)
{
	const struct columns *c = export_columns(m);
	if (a == ACT_FORMAT)
		for (size_t i = 0; i < recipe_format_count(); i++)
			prompt_words_offer(out, recipe_format_name(i), word);
	else if (a == ACT_COMPRESS)
		for (int i = 0; i < COMPRESS_KINDS; i++)
			prompt_words_offer(out, compress_name((enum job_compress)i), word);
	else if (a == ACT_SPLIT && strpbrk(before, "0123456789")) {
		prompt_words_offer(out, "row", word);
		for (size_t i = 0; c && i < c->n; i++)
			prompt_words_offer(out, c->col[i].name, word);
	}
}

/* ---- the job ---- */

void write_open(struct model *m, const char *path)
{
	if (path && *path)
		export_command(m, ACT_WRITE, path);
	else
		model_go(m, SCREEN_EXPORT);
	if (tuner_pending(m))
		model_toast(
		        m, FG_WARN, "Tune has changes that are not accepted: 4, a accepts them");
}

void write_start(struct model *m, bool overwrite)
{
	struct write *w = &m->write;
	struct err why;
	if (w->state == RUN_LIVE || w->state == RUN_ASKED || !run_has_rows(m->run))
		return;
	check_place(w);
	if (export_refusal(m, &why)) {
		model_toast(m, FG_WARN, "Not written: %s", why.text);
		return;
	}
	char *there = overwrite ? NULL : output_standing(w->path, &w->output);
	if (there) {
		model_ask_yes(m, ACT_WRITE,
		        output_is_set(&w->output) ? "%s exists. Overwrite the whole set?"
		                                  : "%s exists. Overwrite it?",
		        there);
		mem_free(there);
		return;
	}
	forget_end(w);
	recipe_unref(w->loaded);
	w->loaded = recipe_ref(w->shaped);
	mem_free(w->target);
	w->target = output_is_set(&w->output) ? mem_strdup(w->path)
	                                      : output_file(w->path, &w->output, SIDE_ALL, 0, 0);
	w->state = RUN_ASKED;
	w->at = w->scroll = w->list = (struct table){0};
	w->pane = EXPORT_FORM;
	w->pretty = false;
	m->wants.submit = SUBMIT_WRITE;
}

void write_event(struct model *m, const struct job_event *ev)
{
	struct write *w = &m->write;
	w->p = ev->progress;
	switch (ev->kind) {
	case EV_DONE:
		w->state = RUN_DONE;
		snprintf(w->manifest, sizeof w->manifest, "%s", ev->manifest_path);
		if (w->manifest[0])
			manifest_files(w->manifest, &w->files, &w->n_files, NULL);
		if (m->screen != SCREEN_EXPORT)
			model_toast(m, FG_GOOD, "Wrote %s", w->target);
		break;
	case EV_CANCELLED: w->state = RUN_CANCELLED; break;
	case EV_FAILED:
		w->state = RUN_FAILED;
		w->err = ev->err;
		if (m->screen != SCREEN_EXPORT)
			model_toast(m, FG_BAD, "Not written: %s", ev->err.text);
		break;
	default: w->state = RUN_LIVE;
	}
}
