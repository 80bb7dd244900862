/* The query list's data: files, filter, parameter values. */
#include "ui/parts.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

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

static char *favourites_path(const struct model *m)
{
	return m->cfg->state_dir ? file_join(m->cfg->state_dir, "favourites") : NULL;
}

static struct query_item *item_named(struct model *m, struct slice name)
{
	for (size_t i = 0; i < m->queries.n; i++)
		if (slice_eq(name, slice_str(m->queries.item[i].file->name)))
			return &m->queries.item[i];
	return NULL;
}

#define FAVOURITES_MAX (1u << 20)

/* The file's lines, one name each. */
static void read_favourites(const struct model *m, struct buf *out)
{
	char *path = favourites_path(m);
	buf_init(out, FAVOURITES_MAX);
	if (path && file_exists(path) && file_read(path, out, NULL) != 0)
		buf_clear(out);
	mem_free(path);
}

static void load_favourites(struct model *m)
{
	struct buf b;
	read_favourites(m, &b);
	for (struct slice rest = buf_slice(&b), line; rest.len > 0;) {
		rest = slice_cut(rest, '\n', &line);
		struct query_item *it = item_named(m, line);
		if (it)
			it->favourite = true;
	}
	buf_release(&b);
}

/* Those of other folders stay. */
static void save_favourites(struct model *m)
{
	char *path = favourites_path(m);
	struct err err = ERR_INIT;
	struct buf old, b;
	read_favourites(m, &old);
	buf_init(&b, FAVOURITES_MAX);
	for (size_t i = 0; i < m->queries.n; i++)
		if (m->queries.item[i].favourite)
			buf_printf(&b, "%s\n", m->queries.item[i].file->name);
	for (struct slice rest = buf_slice(&old), line; rest.len > 0;) {
		rest = slice_cut(rest, '\n', &line);
		if (line.len && !item_named(m, line))
			buf_printf(&b, "%.*s\n", (int)line.len, line.ptr);
	}
	if (path && file_keep(path, buf_slice(&b), 0600, &err) != 0)
		model_toast(m, FG_BAD, "%s", err.text);
	buf_release(&b);
	buf_release(&old);
	mem_free(path);
}

/* The editor's query may stand elsewhere in the list now, or be another text. */
static void follow_editor(struct model *m)
{
	struct editor *e = &m->editor;
	if (e->query < 0)
		return;
	e->query = -1;
	for (size_t i = 0; e->path && i < m->queries.n; i++) {
		const struct query_item *it = &m->queries.item[i];
		bool other =
		        !textedit_modified(&e->text) && !file_stamp_same(&it->stamp, &e->stamp);
		if (strcmp(it->file->path, e->path) == 0 && !other)
			e->query = (int)i;
	}
}

static void select_name(struct model *m, const char *name)
{
	struct queries *q = &m->queries;
	for (size_t i = 0; name && i < q->n_shown; i++)
		if (strcmp(q->item[q->shown[i]].file->name, name) == 0)
			q->table.at = (int)i;
}

void queries_load(struct model *m)
{
	struct queryfile **file = NULL;
	struct err err = ERR_INIT;
	const struct query_item *at = queries_selected(m);
	char *name = at ? mem_strdup(at->file->name) : NULL;
	struct queries fresh = {.table = m->queries.table,
	        .filter = mem_strdup(m->queries.filter),
	        .sort = m->queries.sort,
	        .sql_focus = m->queries.sql_focus};
	if (m->cfg->queries_dir)
		fresh.n = queryfile_list(m->cfg->queries_dir, &file, &err);
	fresh.item = mem_calloc(fresh.n + 1, sizeof *fresh.item);
	fresh.shown = mem_calloc(fresh.n + 1, sizeof *fresh.shown);
	for (size_t i = 0; i < fresh.n; i++) {
		fresh.item[i].file = file[i];
		fresh.item[i].stamp = file_stamp_of(file[i]->path);
		keep_values(&m->queries, &fresh.item[i]);
	}
	mem_free(file);
	queries_release(&m->queries);
	m->queries = fresh;
	m->queries.stamp = file_stamp_of(m->cfg->queries_dir);
	if (err.code)
		snprintf(m->queries.fault, sizeof m->queries.fault, "%s", err.text);
	load_favourites(m);
	queries_history(m);
	select_name(m, name);
	follow_editor(m);
	mem_free(name);
}

void queries_refresh(struct model *m)
{
	const struct queries *q = &m->queries;
	struct file_stamp now = file_stamp_of(m->cfg->queries_dir);
	bool changed = !file_stamp_same(&now, &q->stamp);
	for (size_t i = 0; i < q->n && !changed; i++) {
		now = file_stamp_of(q->item[i].file->path);
		changed = !file_stamp_same(&now, &q->item[i].stamp);
	}
	if (changed)
		queries_load(m);
}

void queries_reload(struct model *m)
{
	queries_load(m);
	if (m->queries.fault[0])
		model_toast(m, FG_BAD, "%s", m->queries.fault);
	else
		model_toast(m, FG_DIM, "%zu %s read again", m->queries.n,
		        m->queries.n == 1 ? "query" : "queries");
}

static bool has_word(const char *text, struct slice word)
{
	return text && slice_find_nocase(slice_str(text), word) >= 0;
}

/* Every word of the filter is in the name, the title, the description or the SQL. */
static bool passes(struct query_item *it, const char *filter)
{
	const struct queryfile *f = it->file;
	it->far = false;
	while (filter && *(filter += strspn(filter, " "))) {
		struct slice word = slice_of(filter, strcspn(filter, " "));
		bool near = has_word(f->name, word) || has_word(f->title, word);
		if (!near && !has_word(f->description, word) && !has_word(f->text, word))
			return false;
		it->far |= !near;
		filter += word.len;
	}
	return true;
}

static int64_t sort_key(const struct query_item *it, enum query_sort by)
{
	if (!it->last)
		return -1;
	return by == SORT_RECENT ? it->last->wall_ms
	       : by == SORT_COST ? it->last->cost
	                         : it->last->total_ms;
}

static const char *title_of(const struct query_item *it)
{
	return *it->file->title ? it->file->title : it->file->name;
}

/* Favourites first; then what has the filter's words in its name; then the largest, the newest;
 * what was not run, and ties, by title. */
static int compare(const void *a, const void *b, void *arg)
{
	const struct queries *q = arg;
	const struct query_item *x = &q->item[*(const size_t *)a],
	                        *y = &q->item[*(const size_t *)b];
	if (x->favourite != y->favourite)
		return x->favourite ? -1 : 1;
	if (x->far != y->far)
		return x->far ? 1 : -1;
	if (q->sort != SORT_NAME) {
		int64_t kx = sort_key(x, q->sort), ky = sort_key(y, q->sort);
		if (kx != ky)
			return kx > ky ? -1 : 1;
	}
	int by_title = strcasecmp(title_of(x), title_of(y));
	return by_title ? by_title : strcmp(x->file->name, y->file->name);
}

/* Lists anew; the selection stays on its query. */
static void list_again(struct model *m)
{
	struct queries *q = &m->queries;
	const struct query_item *was = queries_selected(m);
	q->n_shown = 0;
	for (size_t i = 0; i < q->n; i++)
		if (passes(&q->item[i], q->filter))
			q->shown[q->n_shown++] = i;
	if (q->n_shown)
		qsort_r(q->shown, q->n_shown, sizeof *q->shown, compare, q);
	for (size_t i = 0; was && i < q->n_shown; i++)
		if (&q->item[q->shown[i]] == was)
			q->table.at = (int)i;
	if (q->table.at >= (int)q->n_shown)
		q->table.at = 0;
}

void queries_filter(struct model *m, const char *words)
{
	char *copy = words && words[strspn(words, " ")] ? mem_strdup(words) : NULL;
	mem_free(m->queries.filter);
	m->queries.filter = copy;
	list_again(m);
}

void queries_history(struct model *m)
{
	struct queries *q = &m->queries;
	for (size_t i = 0; i < q->n; i++) {
		struct query_item *it = &q->item[i];
		it->last = history_last(m->history, m->n_history, it->file->name);
		it->n_runs = 0;
		it->spent = 0;
		for (size_t k = 0; k < m->n_history; k++)
			if (m->history[k].query_id[0] &&
			        strcmp(m->history[k].query_name, it->file->name) == 0) {
				it->n_runs++;
				it->spent += m->history[k].cost;
			}
	}
	list_again(m);
}

const char *queries_sort_name(enum query_sort by)
{
	static const char *const name[SORT_COUNT] = {"name", "recency", "cost", "time"};
	return name[by];
}

void queries_sort(struct model *m, enum query_sort by)
{
	m->queries.sort = by;
	list_again(m);
	model_toast(m, FG_TEXT, "Sorted by %s%s", queries_sort_name(by),
	        by == SORT_NAME ? "" : " of the last run");
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

void queries_favourite(struct model *m)
{
	struct query_item *it = queries_selected(m);
	if (!it) {
		model_toast(m, FG_DIM, "There is no query to keep on top");
		return;
	}
	it->favourite = !it->favourite;
	model_toast(m, FG_GOOD, it->favourite ? "%s stays on top" : "%s is no longer a favourite",
	        it->file->name);
	save_favourites(m);
	list_again(m);
}
