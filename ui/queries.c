/* The query list's data: files, filter, parameter values. */
#include "ui/parts.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <strings.h>

#include "base/ban.h"

static void free_values(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(v[i]);
	mem_free(v);
}

void queries_release(struct queries *q)
{
	for (size_t i = 0; i < q->n; i++) {
		queryfile_free(q->item[i].file);
		free_values(q->item[i].values, q->item[i].n_values);
	}
	mem_free(q->item);
	mem_free(q->shown);
	mem_free(q->filter);
	memset(q, 0, sizeof *q);
}

/* Values set here survive a reload of the folder. */
static void keep_values(struct queries *old, struct query_item *it)
{
	for (size_t i = 0; i < old->n; i++)
		if (strcmp(old->item[i].file->name, it->file->name) == 0) {
			it->values = old->item[i].values;
			it->n_values = old->item[i].n_values;
			old->item[i].values = NULL;
			old->item[i].n_values = 0;
			return;
		}
}

void queries_load(struct model *m)
{
	struct queryfile **file = NULL;
	struct err err = ERR_INIT;
	struct queries fresh = {.table = m->queries.table, .filter = mem_strdup(m->queries.filter)};
	if (m->cfg->queries_dir)
		fresh.n = queryfile_list(m->cfg->queries_dir, &file, &err);
	fresh.item = mem_calloc(fresh.n + 1, sizeof *fresh.item);
	fresh.shown = mem_calloc(fresh.n + 1, sizeof *fresh.shown);
	for (size_t i = 0; i < fresh.n; i++) {
		fresh.item[i].file = file[i];
		keep_values(&m->queries, &fresh.item[i]);
	}
	mem_free(file);
	queries_release(&m->queries);
	m->queries = fresh;
	if (err.code)
		model_toast(m, FG_BAD, "%s", err.text);
	char *word = mem_strdup(m->queries.filter);
	queries_filter(m, word);
	mem_free(word);
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	for (; text && *text; text++)
		if (strncasecmp(text, word, n) == 0)
			return true;
	return false;
}

void queries_filter(struct model *m, const char *word)
{
	struct queries *q = &m->queries;
	char *copy = word && *word ? mem_strdup(word) : NULL;
	mem_free(q->filter);
	q->filter = copy;
	q->n_shown = 0;
	for (size_t i = 0; i < q->n; i++) {
		const struct queryfile *f = q->item[i].file;
		if (!copy || has_word(f->name, copy) || has_word(f->title, copy) ||
		        has_word(f->description, copy) || has_word(f->text, copy))
			q->shown[q->n_shown++] = i;
	}
	if (q->table.at >= (int)q->n_shown)
		q->table.at = 0;
}

struct query_item *queries_selected(struct model *m)
{
	struct queries *q = &m->queries;
	if (q->table.at < 0 || (size_t)q->table.at >= q->n_shown)
		return NULL;
	return &q->item[q->shown[q->table.at]];
}

const char *queries_value(const struct query_item *it, const struct query_param *p, bool *changed)
{
	size_t n = strlen(p->name);
	for (size_t i = 0; i < it->n_values; i++)
		if (strncmp(it->values[i], p->name, n) == 0 && it->values[i][n] == '=') {
			*changed = true;
			return it->values[i] + n + 1;
		}
	*changed = false;
	return p->value ? p->value : "";
}

static void put_value(struct query_item *it, const char *assignment)
{
	size_t n = strcspn(assignment, "=") + 1;
	for (size_t i = 0; i < it->n_values; i++)
		if (strncmp(it->values[i], assignment, n) == 0) {
			mem_free(it->values[i]);
			it->values[i] = mem_strdup(assignment);
			return;
		}
	it->values = mem_realloc(it->values, it->n_values + 2, sizeof *it->values);
	it->values[it->n_values++] = mem_strdup(assignment);
	it->values[it->n_values] = NULL;
}

int queries_set(struct model *m, struct query_item *it, const char *assignment)
{
	const char *const values[] = {assignment, NULL};
	struct err err = ERR_INIT;
	struct buf sql;
	if (!strchr(assignment, '=')) {
		model_toast(m, FG_BAD, "Write it as NAME=VALUE, for example :set min_score=5");
		return -1;
	}
	buf_init(&sql, BUF_NO_LIMIT);
	int rc = queryfile_render(it->file, values, &sql, &err);
	buf_release(&sql);
	if (rc != 0) {
		model_toast(m, FG_BAD, "%s", err.text);
		return -1;
	}
	put_value(it, assignment);
	model_toast(m, FG_GOOD, "%s", assignment);
	return 0;
}
