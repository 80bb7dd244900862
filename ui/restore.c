/* The last session: what is kept of it, and how a new one begins where it ended. */
#include "ui/parts.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "job/desk.h"
#include "recipe/recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/ban.h"

static char *copy(const char *s)
{
	return s && *s ? mem_strdup(s) : NULL;
}

/* Screens that need no run; the others would come up empty. */
static bool comes_back(enum screen_id s)
{
	return s == SCREEN_QUERIES || s == SCREEN_EDITOR || s == SCREEN_RUNS || s == SCREEN_SCHEMA;
}

static void take_params(const struct model *m, struct desk *d)
{
	for (size_t i = 0; i < m->queries.n; i++)
		for (size_t k = 0; k < m->queries.item[i].n_values; k++)
			desk_add_param(
			        d, m->queries.item[i].file->name, m->queries.item[i].values[k]);
}

static void put_run(struct desk *d, const char *name, const char *id, const char *database,
        const char *sql, bool local)
{
	d->run_name = copy(name);
	d->run_id = copy(id);
	d->run_database = copy(database);
	d->run_sql = copy(sql);
	d->run_local = local;
}

void restore_text(struct model *m, bool at_end, struct buf *out)
{
	struct desk d = {0};
	const struct query_item *it = queries_selected(m);
	const struct run *live = model_live(m);
	d.screen = mem_strdup(screen_name(comes_back(m->screen) ? m->screen : SCREEN_QUERIES));
	d.query = it ? copy(it->file->name) : NULL;
	d.sort = copy(queries_sort_name(m->queries.sort));
	d.filter = copy(m->queries.filter);
	if (m->database && m->cfg->database && strcmp(m->database, m->cfg->database) != 0)
		d.database = copy(m->database);
	d.recipe = m->run->chosen ? copy(recipe_name(m->run->chosen)) : NULL;
	if (m->editor.path) {
		char *full = realpath(m->editor.path, NULL);
		d.editor_path = copy(full);
		free(full);
		d.editor_cursor = (int64_t)m->editor.text.cursor;
	}
	d.light = m->light;
	take_params(m, &d);
	export_keep(m, &d.export);
	if (!at_end && live && live->p.athena.id[0])
		put_run(&d, live->name, live->p.athena.id, live->database, live->sql,
		        model_is_local(m));
	else if (m->left.run_id) /* not answered yet */
		put_run(&d, m->left.run_name, m->left.run_id, m->left.run_database, m->left.run_sql,
		        false);
	desk_text(&d, out);
	desk_release(&d);
}

static void give_params(struct model *m, const struct desk *d)
{
	for (size_t i = 0; i < d->n_params; i++)
		for (size_t k = 0; k < m->queries.n; k++)
			if (strcmp(m->queries.item[k].file->name, d->param[i].query) == 0)
				queries_set(m, &m->queries.item[k], d->param[i].assignment);
}

static void give_query(struct model *m, const struct desk *d)
{
	struct queries *q = &m->queries;
	for (int s = 0; d->sort && s < SORT_COUNT; s++)
		if (strcmp(queries_sort_name((enum query_sort)s), d->sort) == 0)
			q->sort = (enum query_sort)s;
	queries_filter(m, d->filter);
	for (size_t i = 0; d->query && i < q->n_shown; i++)
		if (strcmp(q->item[q->shown[i]].file->name, d->query) == 0)
			q->table.at = (int)i;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* A file that went away, or text that is there already, leaves the editor as it is. */
static void give_editor(struct model *m, const struct desk *d)
{
	struct editor *e = &m->editor;
	if (!d->editor_path || e->text.len > 0 || !file_exists(d->editor_path) ||
	        editor_open_file(m, d->editor_path) != 0)
		return;
	for (size_t i = 0; i < m->queries.n; i++)
		if (m->queries.item[i].file->path &&
		        same_file(m->queries.item[i].file->path, e->path))
			e->query = (int)i;
	if (d->editor_cursor > 0 && (size_t)d->editor_cursor <= e->text.len)
		textedit_goto(&e->text, (size_t)d->editor_cursor, false);
}

static void give_screen(struct model *m, const struct desk *d)
{
	m->screen = SCREEN_QUERIES;
	for (int s = 0; d->screen && s < SCREEN_COUNT; s++)
		if (comes_back((enum screen_id)s) &&
		        strcmp(screen_name((enum screen_id)s), d->screen) == 0)
			model_go(m, (enum screen_id)s);
}

static void give(struct model *m, struct desk *d)
{
	struct recipe *r = d->recipe ? recipe_load(d->recipe, m->cfg->recipe_dirs, NULL) : NULL;
	give_params(m, d);
	export_restore(m, &d->export);
	give_query(m, d);
	give_editor(m, d);
	if (r)
		run_choose(m, r);
	if (d->database) {
		mem_free(m->database);
		m->database = mem_strdup(d->database);
	}
	give_screen(m, d);
	m->toast[0] = '\0';
	if (d->run_id && d->run_local)
		model_toast(m, FG_WARN,
		        "%s was running when the program ended; its engine ended too", d->run_name);
	else if (d->run_id && model_is_local(m))
		model_toast(m, FG_WARN, "%s was running on Athena when the program ended",
		        d->run_name ? d->run_name : "A query");
	else if (d->run_id) {
		m->left = *d; /* moved */
		*d = (struct desk){0};
		model_ask_yes(m, ACT_FOLLOW,
		        "%s was running when the program ended. Follow it, for nothing?",
		        m->left.run_name ? m->left.run_name : "A query");
	}
}

void restore_follow(struct model *m)
{
	const struct desk *d = &m->left;
	struct run_source s = {
	        d->run_name, d->run_sql, d->run_database, d->recipe, NULL, d->run_id};
	if (!d->run_id) {
		model_toast(m, FG_DIM, "No run was left behind by the last session");
		return;
	}
	run_open(m, &s);
	desk_release(&m->left);
}

void restore_begin(struct model *m)
{
	struct desk d;
	struct err err = ERR_INIT;
	bool found = false;
	if (!m->cfg->state_dir)
		return;
	if (desk_load(m->cfg->state_dir, &d, &found, &err) != 0) {
		log_info("ui", "%s", err.text);
		if (m->cfg->restore)
			model_toast(m, FG_WARN, "The last session is left out: the log says why");
	} else {
		m->light = d.light;
		if (found && m->cfg->restore)
			give(m, &d);
	}
	m->first_start = !found;
	if (m->first_start && m->cfg->tour)
		tour_begin(m);
	desk_release(&d);
}
