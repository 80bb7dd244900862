#include "cli/input.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/lookup.h"

#include <string.h>

#include "base/ban.h"

static char *base_name(const char *path)
{
	const char *base = file_base(path), *dot = strrchr(base, '.');
	return dot && dot != base ? mem_strndup(base, (size_t)(dot - base)) : mem_strdup(base);
}

/* ---- which query ---- */

/* A file beside the recipe, or NULL. */
static char *beside(const char *recipe, const char *query)
{
	char *dir = file_dir(recipe), *path = file_join(dir, query);
	mem_free(dir);
	if (query[0] != '/' && file_exists(path) && !file_is_dir(path))
		return path;
	mem_free(path);
	return NULL;
}

static bool is_recipe_file(const char *path)
{
	struct slice s = slice_str(path);
	return slice_ends(s, ".yaml") || slice_ends(s, ".yml");
}

/* The query of the recipe that was given in place of a query. */
static char *path_from_recipe(struct run_input *in, struct session *s, struct err *err)
{
	const char *file = s->args->file, *named = recipe_query(in->recipe);
	if (named == NULL) {
		err_set(err, ERR_USAGE,
		        "the recipe %s names no query: give --query FILE.sql, or run the query "
		        "file "
		        "with --recipe",
		        file);
		return NULL;
	}
	char *path = beside(file, named);
	return path ? path : lookup_query(s->settings, named, err);
}

static char *query_path(struct run_input *in, struct session *s, struct err *err)
{
	const struct args *a = s->args;
	if (a->query)
		return lookup_query(s->settings, a->query, err);
	if (in->recipe)
		return path_from_recipe(in, s, err);
	return lookup_query(s->settings, a->file, err);
}

static int load_query(struct run_input *in, struct session *s, struct err *err)
{
	char *path = query_path(in, s, err);
	if (path == NULL)
		return -1;
	in->query = queryfile_load(path, err);
	mem_free(path);
	if (in->query == NULL)
		return -1;
	if (queryfile_render(in->query, s->args->param, &in->sql, err) != 0)
		return -1;
	in->spec.sql = buf_str(&in->sql);
	in->spec.query_name = in->query->name;
	in->spec.database = s->settings->database;
	if (s->args->database == NULL && in->query->database && in->query->database[0])
		in->spec.database = in->query->database;
	return 0;
}

/* ---- which recipe ---- */

static int load_named_recipe(
        struct run_input *in, struct session *s, const char *ref, struct err *err)
{
	char **dirs = lookup_recipe_dirs(s->settings, in->query ? in->query->path : NULL);
	recipe_unref(in->recipe);
	in->recipe = recipe_load(ref, (const char *const *)dirs, err);
	lookup_dirs_free(dirs);
	return in->recipe ? 0 : -1;
}

static const char *output_option(const struct args *a)
{
	return a->format       ? "format"
	       : a->compress   ? "compress"
	       : a->shard_rows ? "shard-rows"
	       : a->split      ? "split"
	       : a->rejects    ? "rejects"
	                       : NULL;
}

static int load_format(struct run_input *in, const struct args *a, struct err *err)
{
	if (a->format == NULL || in->recipe == NULL)
		return 0;
	struct recipe *r = recipe_with_format(in->recipe, a->format, err);
	if (r == NULL)
		return -1;
	recipe_unref(in->recipe);
	in->spec.recipe = in->recipe = r;
	return 0;
}

static int load_recipe(struct run_input *in, struct session *s, struct err *err)
{
	const struct args *a = s->args;
	const char *ref = a->recipe;
	if (ref == NULL && in->recipe == NULL && in->query && in->query->recipe &&
	        in->query->recipe[0])
		ref = in->query->recipe;
	if (ref && load_named_recipe(in, s, ref, err) != 0)
		return -1;
	if (in->recipe == NULL && (a->out || a->from_csv || output_option(a)))
		return err_set(err, ERR_USAGE,
		        "no recipe says what an example looks like: give --recipe FILE or NAME");
	in->spec.recipe = in->recipe;
	return load_format(in, a, err);
}

static int check_args(const struct args *a, struct err *err)
{
	if (a->from_csv && a->file && !is_recipe_file(a->file))
		return err_set(err, ERR_USAGE,
		        "give either a query or --from-csv, not both: %s would not be run",
		        a->file);
	if (a->from_csv && (a->query || a->n_params))
		return err_set(err, ERR_USAGE, "--from-csv runs no query: --%s has no meaning",
		        a->query ? "query" : "param");
	if (a->from_csv == NULL && slice_ends(slice_str(a->file), ".csv"))
		return err_set(err, ERR_USAGE,
		        "%s is a result, not a query: give it with --from-csv", a->file);
	if (a->from_csv == NULL && a->file == NULL && a->query == NULL)
		return err_set(err, ERR_USAGE,
		        "which query? athena-jsonl run QUERY.sql, or a name that athena-jsonl "
		        "queries lists");
	return 0;
}

static int fetch_kind(const char *word, enum job_fetch *out, struct err *err)
{
	static const char *const names[] = {
	        [FETCH_AUTO] = "auto", [FETCH_OBJECT] = "object", [FETCH_PAGES] = "pages"};
	*out = FETCH_AUTO;
	if (word == NULL)
		return 0;
	for (int i = 0; i < 3; i++)
		if (strcmp(word, names[i]) == 0) {
			*out = (enum job_fetch)i;
			return 0;
		}
	return err_set(err, ERR_USAGE, "--fetch is object, pages or auto, not '%.40s'", word);
}

/* ---- where to ---- */

static int load_split(struct job_output *o, const struct args *a, struct err *err)
{
	if (a->split && !output_parse_share(a->split, &o->validation_ppm))
		return err_set(err, ERR_USAGE,
		        "--split wants the share for validation, below 1: 0.05 or 5%%, not '%.40s'",
		        a->split);
	if ((a->split_by || a->seed) && o->validation_ppm == 0)
		return err_set(err, ERR_USAGE, "--%s has no meaning without --split",
		        a->split_by ? "split-by" : "seed");
	o->split_by = a->split_by;
	if (a->seed && !output_parse_seed(a->seed, &o->seed))
		return err_set(err, ERR_USAGE, "--seed wants a whole number, not '%.40s'", a->seed);
	return 0;
}

static int load_output(
        struct job_output *o, const char *path, const struct args *a, struct err *err)
{
	o->compress = compress_by_name(path);
	if (a->compress && !compress_parse(a->compress, &o->compress))
		return err_set(
		        err, ERR_USAGE, "--compress is gz, zst or none, not '%.40s'", a->compress);
	if (a->shard_rows && (!output_parse_rows(a->shard_rows, &o->shard_rows) || !o->shard_rows))
		return err_set(err, ERR_USAGE, "--shard-rows wants a number of lines, not '%.40s'",
		        a->shard_rows);
	if (a->rejects && strcmp(a->rejects, path) == 0)
		return err_set(err, ERR_USAGE, "--rejects and --out name the same file %s", path);
	o->rejects = a->rejects;
	return load_split(o, a, err);
}

static int name_output(struct run_input *in, const struct args *a, struct err *err)
{
	in->name = in->query ? mem_strdup(in->query->name) : base_name(a->from_csv);
	in->spec.query_name = in->name;
	if (in->recipe == NULL)
		return 0;
	char *path = a->out ? mem_strdup(a->out) : mem_printf("%s.jsonl", in->name);
	int rc = load_output(&in->spec.output, path, a, err);
	if (output_is_set(&in->spec.output))
		in->out = mem_strdup(path);
	else
		in->out = output_file(path, &in->spec.output, SIDE_ALL, 0, 0);
	in->spec.out_path = in->out;
	mem_free(path);
	return rc;
}

int run_input_load(struct run_input *in, struct session *s, struct err *err)
{
	const struct args *a = s->args;
	*in = (struct run_input){0};
	buf_init(&in->sql, (size_t)1 << 20);
	if (check_args(a, err) != 0 || fetch_kind(a->fetch, &in->spec.fetch, err) != 0)
		return -1;
	if (a->file && is_recipe_file(a->file) && load_named_recipe(in, s, a->file, err) != 0)
		return -1;
	if ((a->from_csv == NULL && load_query(in, s, err) != 0) || load_recipe(in, s, err) != 0)
		return -1;
	if (name_output(in, a, err) != 0)
		return -1;
	in->spec.from_csv = a->from_csv;
	in->spec.workgroup = s->settings->workgroup;
	in->spec.output_location = s->settings->output_location;
	in->spec.timeout_ms = s->settings->timeout_ms;
	in->spec.price_per_tb = s->settings->price_per_tb;
	in->spec.max_cost = s->settings->max_cost;
	return 0;
}

void run_input_release(struct run_input *in)
{
	queryfile_free(in->query);
	buf_release(&in->sql);
	recipe_unref(in->recipe);
	mem_free(in->name);
	mem_free(in->out);
}

/* ---- places of errors ---- */

static struct slice line_of(struct slice text, int line)
{
	struct slice one = {0};
	for (int i = 0; i < line; i++)
		text = slice_cut(text, '\n', &one);
	return one;
}

void run_input_place(
        const struct run_input *in, const struct session *s, const struct err *err, struct buf *out)
{
	int line, col;
	bool in_sql = err->code == ERR_SYNTAX || err->code == ERR_QUERY;
	if (!in_sql || in->query == NULL || err->line <= 0 || in->query->text == NULL)
		return;
	queryfile_map(in->query, s->args->param, err->line, err->col, &line, &col);
	struct slice text = line_of(slice_str(in->query->text), line);
	buf_printf(out, "%s:%d:%d\n", in->query->path ? in->query->path : "query", line, col);
	if (text.len == 0 || text.len > 200)
		return;
	buf_add_str(out, "  ");
	for (size_t i = 0; i < text.len;
	        i++) /* a tab as one blank, so that the caret stands below */
		buf_add_char(out, text.ptr[i] == '\t' ? ' ' : text.ptr[i]);
	buf_printf(out, "\n  %*s^\n", col - 1, "");
}
