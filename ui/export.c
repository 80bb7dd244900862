/* Writing JSONL from the rows on disk: path, recipe, the job, its end. */
#include "ui/parts.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
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

void write_release(struct write *w)
{
	free_names(w);
	recipe_unref(w->loaded);
	mem_free(w->path);
	mem_free(w->recipe);
	memset(w, 0, sizeof *w);
}

static bool known(const struct write *w, const char *name, size_t len)
{
	for (size_t i = 0; i < w->n_recipes; i++)
		if (strlen(w->recipes[i]) == len && strncmp(w->recipes[i], name, len) == 0)
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_recipes(struct model *m)
{
	struct write *w = &m->write;
	free_names(w);
	for (const char *const *dir = m->cfg->recipe_dirs; dir && *dir; dir++) {
		DIR *d = opendir(*dir);
		struct dirent *e;
		while (d && (e = readdir(d)) != NULL) {
			size_t n = strlen(e->d_name);
			if (n <= 5 || strcmp(e->d_name + n - 5, ".yaml") != 0 ||
			        e->d_name[0] == '.' || known(w, e->d_name, n - 5))
				continue;
			w->recipes = mem_realloc(w->recipes, w->n_recipes + 1, sizeof *w->recipes);
			w->recipes[w->n_recipes++] = mem_strndup(e->d_name, n - 5);
		}
		if (d)
			closedir(d);
	}
	if (w->n_recipes)
		qsort(w->recipes, w->n_recipes, sizeof *w->recipes, by_name);
}

void write_open(struct model *m, const char *path)
{
	struct write *w = &m->write;
	model_go(m, SCREEN_EXPORT);
	if (!run_has_rows(m->run))
		return; /* the screen says what is missing */
	if (!w->path)
		w->path = mem_printf("./%s.jsonl", m->run->name);
	if (path && *path) {
		mem_free(w->path);
		w->path = mem_strdup(path);
	}
	if (!w->recipes)
		list_recipes(m);
	if (!w->recipe && m->run->chosen)
		w->recipe = mem_strdup(recipe_name(m->run->chosen));
	if (!w->recipe && w->n_recipes)
		w->recipe = mem_strdup(w->recipes[0]);
	if (!m->run->chosen && w->recipe)
		run_set_recipe(m, w->recipe);
	if (w->state != RUN_LIVE && w->state != RUN_ASKED && (w->state != RUN_DONE || path))
		w->field = 2;
}

void write_start(struct model *m, bool overwrite)
{
	struct write *w = &m->write;
	if (w->state == RUN_LIVE || w->state == RUN_ASKED)
		return;
	if (!m->run->chosen) {
		model_toast(
		        m, FG_WARN, "Choose a recipe first: it says how a row becomes an example");
		return;
	}
	if (!overwrite && file_exists(w->path)) {
		model_ask_yes(m, ACT_WRITE, "%s exists. Write over it?", w->path);
		return;
	}
	recipe_unref(w->loaded);
	w->loaded = recipe_ref(m->run->chosen);
	w->state = RUN_ASKED;
	w->job = 0;
	memset(&w->p, 0, sizeof w->p);
	w->err = (struct err)ERR_INIT;
	w->manifest[0] = '\0';
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
		if (m->screen != SCREEN_EXPORT)
			model_toast(m, FG_GOOD, "Wrote %s", w->path);
		break;
	case EV_CANCELLED: w->state = RUN_CANCELLED; break;
	case EV_FAILED:
		w->state = RUN_FAILED;
		w->err = ev->err;
		break;
	default: w->state = RUN_LIVE;
	}
}
