#include "recipe/recipe.h"

#include "base/file.h"
#include "base/mem.h"
#include "recipe/plan.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define MAX_RECIPE_BYTES (1u << 20)

static struct recipe_step step_shown(const struct step *s, bool active)
{
	struct recipe_step shown = {step_kind_of(s), s->name, s->rule ? s->rule->title : s->name,
	        active, op_measure(s->op), op_is_upper(s->op), s->number, TAKES_PATTERN, s->pattern,
	        NULL};

	if (s->rule) {
		shown.takes = rule_takes(s->rule);
		shown.text = s->text;
		shown.choices = rule_choices(s->rule);
	}
	return shown;
}

static struct recipe *recipe_make(struct plan *plan, const bool *active)
{
	static const struct tweak none = TWEAK_NONE;
	struct recipe *r = MEM_NEW(struct recipe);

	atomic_init(&r->refs, 1);
	r->plan = plan;
	for (size_t i = 0; i < plan->n_steps; i++)
		r->step[i] = step_shown(&plan->step[i], active[i]);
	buf_init(&r->text, BUF_NO_LIMIT);
	plan_write(plan, r->step, &none, &r->text);
	return r;
}

struct recipe *recipe_parse(struct slice yaml, const char *name, struct err *err)
{
	bool active[RECIPE_MAX_STEPS];
	struct plan *plan = plan_parse(yaml, name, active, err);

	return plan ? recipe_make(plan, active) : NULL;
}

static struct recipe *load_file(const char *path, struct err *err)
{
	struct recipe *r = NULL;
	struct buf text;

	buf_init(&text, MAX_RECIPE_BYTES);
	if (file_read(path, &text, err) == 0)
		r = recipe_parse(buf_slice(&text), path, err);
	buf_release(&text);
	return r;
}

static bool looks_like_path(const char *ref)
{
	return strchr(ref, '/') || slice_ends(slice_str(ref), ".yaml") ||
	       slice_ends(slice_str(ref), ".yml");
}

/* An existing file goes before a name; a name is looked up in each folder in turn. */
struct recipe *recipe_load(const char *ref, const char *const *dirs, struct err *err)
{
	bool path = looks_like_path(ref);

	if (path && file_exists(ref))
		return load_file(ref, err);
	for (; dirs && *dirs && ref[0] != '/'; dirs++) {
		char *file = mem_printf("%s/%s%s", *dirs, ref, path ? "" : ".yaml");
		struct recipe *r;

		if (!file_exists(file)) {
			mem_free(file);
			continue;
		}
		r = load_file(file, err);
		mem_free(file);
		return r;
	}
	err_set(err, ERR_RECIPE,
	        path ? "recipe %s: no such file"
	             : "recipe '%s' not found: give a file, or the name of a shipped recipe "
	               "(reference, reddit-sft, reddit-plain)",
	        ref);
	return NULL;
}

static bool is_listed(char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t recipe_list(const char *const *dirs, char ***names)
{
	char **v = NULL;
	size_t n = 0;

	for (; dirs && *dirs; dirs++) {
		DIR *d = opendir(*dirs);

		for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
			struct slice s = slice_str(e->d_name);
			char *name;

			if (s.ptr[0] == '.' || !slice_ends(s, ".yaml"))
				continue;
			name = mem_strndup(s.ptr, s.len - strlen(".yaml"));
			if (is_listed(v, n, name)) {
				mem_free(name);
				continue;
			}
			v = mem_realloc(v, n + 1, sizeof *v);
			v[n++] = name;
		}
		if (d)
			closedir(d);
	}
	if (n)
		qsort(v, n, sizeof *v, by_name);
	*names = v;
	return n;
}

struct recipe *recipe_ref(const struct recipe *r)
{
	struct recipe *m = (struct recipe *)(uintptr_t)r;

	atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
	return m;
}

void recipe_unref(struct recipe *r)
{
	if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return;
	plan_free(r->plan);
	buf_release(&r->text);
	mem_free(r);
}

const char *recipe_name(const struct recipe *r)
{
	return r->plan->name;
}

const char *recipe_description(const struct recipe *r)
{
	return r->plan->description;
}

const char *recipe_query(const struct recipe *r)
{
	return r->plan->query;
}

const char *recipe_format(const struct recipe *r)
{
	return r->plan->format;
}

const char *recipe_text(const struct recipe *r)
{
	return buf_str(&r->text);
}

size_t recipe_steps(const struct recipe *r)
{
	return r->plan->n_steps;
}

const struct recipe_step *recipe_step(const struct recipe *r, size_t i)
{
	return i < r->plan->n_steps ? &r->step[i] : NULL;
}

ptrdiff_t recipe_find(const struct recipe *r, const char *name)
{
	for (size_t i = 0; i < r->plan->n_steps; i++)
		if (strcmp(r->step[i].name, name) == 0)
			return (ptrdiff_t)i;
	return -1;
}

struct recipe *recipe_with_step(const struct recipe *r, size_t i, bool active)
{
	bool on[RECIPE_MAX_STEPS];

	for (size_t k = 0; k < r->plan->n_steps; k++)
		on[k] = k == i ? active : r->step[k].active;
	atomic_fetch_add_explicit(&r->plan->refs, 1, memory_order_relaxed);
	return recipe_make(r->plan, on);
}
