/* What is done to the recipe in Tune: turned, added to, accepted, saved. */
#include "ui/tuner.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

#define MERGE_MS 1500

void tuner_change(struct model *m, struct recipe *taken, const struct err *err, bool merge)
{
	struct tune *t = m->tune;
	size_t step = tuner_step(t);
	if (!taken) {
		model_toast(m, FG_BAD, "%s", err->text);
		return;
	}
	merge = merge && t->turned == step + 1 && m->now_ms < t->turned_until && t->d->past.at > 0;
	if (merge)
		tune_past_step(&t->d->past, -1);
	tune_past_push(&t->d->past, taken);
	tuner_moved(m);
}

static const struct recipe_step *bound_here(struct tune *t)
{
	const struct recipe_step *s = t->d ? recipe_step(tuner_recipe(t), tuner_step(t)) : NULL;
	return s && s->measure != MEASURE_NONE ? s : NULL;
}

void tuner_set_value(struct model *m, int64_t value)
{
	struct tune *t = m->tune;
	struct err err = ERR_INIT;
	const struct recipe_step *s = bound_here(t);
	if (!s || (s->value == value && s->active))
		return;
	/* a bound that is turned is meant to count */
	struct recipe *r = s->active
	                           ? recipe_with_value(tuner_recipe(t), tuner_step(t), value, &err)
	                           : recipe_with_rule(tuner_recipe(t), s->name, value, &err);
	tuner_change(m, r, &err, true);
	t->turned = tuner_step(t) + 1;
	t->turned_until = m->now_ms + MERGE_MS;
}

static void turn_choice(struct model *m, const struct recipe_step *s, int by)
{
	size_t n = 0, i = 0;
	while (s->choices[n])
		n++;
	while (i < n && strcmp(s->choices[i], s->text) != 0)
		i++;
	tuner_set_text(m, s->choices[(i + (by > 0 ? 1 : n - 1)) % n]);
}

void tuner_turn(struct model *m, int by)
{
	struct tune *t = m->tune;
	const struct recipe_step *s = recipe_step(tuner_recipe(t), tuner_step(t));
	if (s->measure != MEASURE_NONE)
		tuner_set_value(m, tune_turn(s->value, s->measure, by));
	else if (s->takes == TAKES_CHOICE)
		turn_choice(m, s, by);
	else
		model_toast(m, FG_DIM, "This rule has no number to turn: Space switches it");
}

static bool read_value(const char *text, int64_t *out)
{
	char digits[32], *end;
	size_t n = 0;
	for (; *text && n + 1 < sizeof digits; text++)
		if (*text != ',' && *text != ' ') /* as we show them: 8,000 */
			digits[n++] = *text;
	digits[n] = '\0';
	errno = 0;
	*out = strtoll(digits, &end, 10);
	return n > 0 && !*end && !errno && !*text;
}

void tuner_set_text(struct model *m, const char *text)
{
	struct tune *t = m->tune;
	struct err err = ERR_INIT;
	int64_t value;
	t->turned = 0;
	if (!t->d)
		return;
	if (!bound_here(t))
		tuner_change(m, recipe_with_text(tuner_recipe(t), tuner_step(t), text, &err), &err,
		        false);
	else if (read_value(text, &value))
		tuner_set_value(m, value);
	else
		model_toast(m, FG_WARN, "\"%s\" is not a whole number", text);
	t->turned = 0;
}

static bool find_rule(const char *name, struct recipe_step *out)
{
	for (size_t i = 0; recipe_rule(i, out); i++)
		if (strcmp(out->name, name) == 0)
			return true;
	return false;
}

void tuner_add(struct model *m, const char *words)
{
	struct tune *t = m->tune;
	struct err err = ERR_INIT;
	struct recipe_step rule;
	char name[64];
	int64_t value = 0;
	size_t n = strcspn(words, " ");
	if (!t->d || !*words)
		return;
	snprintf(name, sizeof name, "%.*s", (int)n, words);
	words += n + strspn(words + n, " ");
	if (*words && !read_value(words, &value)) {
		model_toast(m, FG_WARN, "\"%s\" is not a whole number", words);
		return;
	}
	if (!*words && find_rule(name, &rule) && rule.measure != MEASURE_NONE && t->now)
		value = tune_first_value(t->now->v, t->now->done, &rule); /* of the sample */
	t->turned = 0;
	struct recipe *r = recipe_with_rule(tuner_recipe(t), name, value, &err);
	if (r) {
		snprintf(t->under, sizeof t->under, "%s", name);
		t->on_sides = false;
		/* steps move: what is shown belongs to others */
		memset(t->counts, 0, sizeof *t->counts);
	}
	tuner_change(m, r, &err, false);
}

void tuner_accept(struct model *m)
{
	struct tune *t = m->tune;
	t->turned = 0;
	if (!t->d || !tuner_changed(t)) {
		model_toast(m, FG_DIM, "Nothing is changed: this recipe is in use");
		return;
	}
	run_choose(m, recipe_ref(tuner_recipe(t)));
	tuner_sync(m);
	tuner_work(m, TUNE_AT_ONCE);
	model_toast(m, FG_GOOD, "Preview and Export use this recipe now; s saves it as a file");
}

/* A name that another folder than ours has: a shipped recipe, never to be shadowed or lost. */
static bool is_shipped(const struct model *m, const char *name)
{
	for (const char *const *d = m->cfg->recipe_dirs + 1; d[-1] && *d; d++) {
		char *path = mem_printf("%s/%s.yaml", *d, name);
		bool there = strcmp(*d, m->cfg->recipe_dirs[0]) != 0 && file_exists(path);
		mem_free(path);
		if (there)
			return true;
	}
	return false;
}

const char *tuner_new_name(struct model *m)
{
	struct tune *t = m->tune;
	const char *name = recipe_name(tuner_recipe(t));
	mem_free(t->saving);
	t->saving = mem_strdup(name);
	for (int i = 2; m->cfg->recipe_dirs && is_shipped(m, t->saving); i++) {
		mem_free(t->saving);
		t->saving = mem_printf("%s-%d", name, i);
	}
	return t->saving;
}

static void write_recipe(struct model *m, const char *path, const char *name)
{
	struct err err = ERR_INIT;
	char *dir = file_dir(path);
	struct recipe *r = recipe_with_name(tuner_recipe(m->tune), name, &err);
	if (r && file_mkdir_p(dir, 0755, &err) == 0 &&
	        file_write(path, slice_str(recipe_text(r)), 0644, &err) == 0) {
		run_choose(m, r);
		tuner_sync(m);
		tuner_work(m, TUNE_AT_ONCE);
		model_toast(m, FG_GOOD, "Saved %s, and in use for Preview and Export", path);
	} else {
		model_toast(m, FG_BAD, "%s", err.text);
		recipe_unref(r);
	}
	mem_free(dir);
}

void tuner_save(struct model *m, const char *name, bool overwrite)
{
	const char *const *dirs = m->cfg->recipe_dirs;
	struct tune *t = m->tune;
	t->turned = 0;
	if (!t->d || !*name)
		return;
	if (!dirs || !dirs[0]) {
		model_toast(m, FG_WARN, "There is no folder for recipes: set recipes_dir");
		return;
	}
	if (strchr(name, '/') || name[0] == '.') {
		model_toast(m, FG_WARN, "Give a name, not a path: it goes into %s", dirs[0]);
		return;
	}
	if (is_shipped(m, name)) {
		model_toast(m, FG_WARN,
		        "%s is a recipe that came with its queries: choose another "
		        "name",
		        name);
		return;
	}
	char *path = mem_printf("%s/%s.yaml", dirs[0], name);
	if (!overwrite && file_exists(path)) {
		mem_free(t->saving);
		t->saving = mem_strdup(name);
		model_ask_yes(m, ACT_SAVE_RECIPE, "%s exists. Overwrite it?", path);
	} else
		write_recipe(m, path, name);
	mem_free(path);
}
