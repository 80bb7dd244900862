#include "job/catalog.h"
#include "job/catalog_int.h"
#include "job/engine.h"
#include "job/js.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

#define PAGE      50   /* more is refused by ListTableMetadata */
#define PAGES_MAX 1000 /* a token that never ends */

/* ---- nodes ---- */

/* Most nodes have no comment: nothing is allocated for it. */
static const char nothing[] = "";

static void text_free(const char *s)
{
	if (s != nothing)
		mem_free((void *)(uintptr_t)s);
}

void catalog_set(const char **field, const char *value)
{
	if (*field && value && strcmp(*field, value) == 0)
		return;
	text_free(*field);
	*field = value && *value ? mem_strdup(value) : nothing;
}

void catalog_set_err(struct catalog_node *n, const struct err *err)
{
	mem_free((void *)(uintptr_t)n->err);
	n->err = NULL;
	if (err == NULL)
		return;
	struct err *copy = MEM_NEW(struct err);
	*copy = *err;
	n->err = copy;
}

static struct catalog_node *node_new(
        struct catalog *c, struct catalog_node *parent, enum catalog_kind kind, const char *name)
{
	struct catalog_node *n = MEM_NEW(struct catalog_node);
	n->kind = kind;
	n->id = ++c->last_id;
	n->parent = parent;
	n->name = n->type = n->comment = n->format = n->location = nothing;
	catalog_set(&n->name, name);
	c->n_nodes++;
	return n;
}

static void node_free(struct catalog *c, struct catalog_node *n)
{
	catalog_drop_children(c, n);
	catalog_set_err(n, NULL);
	mem_free(n->child);
	text_free(n->name);
	text_free(n->type);
	text_free(n->comment);
	text_free(n->format);
	text_free(n->location);
	mem_free(n);
	c->n_nodes--;
}

void catalog_drop_children(struct catalog *c, struct catalog_node *n)
{
	for (size_t i = 0; i < n->n; i++)
		node_free(c, n->child[i]);
	n->n = n->n_sorted = 0;
}

static int by_name(const void *a, const void *b)
{
	const struct catalog_node *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

/* Among those that were there before this reading: they are in order. */
static struct catalog_node *find_old(const struct catalog_node *parent, const char *name)
{
	size_t from = 0, to = parent->n_sorted;
	while (from < to) {
		size_t mid = (from + to) / 2;
		int d = strcmp(parent->child[mid]->name, name);
		if (d == 0)
			return parent->child[mid];
		if (d < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

struct catalog_node *catalog_add(
        struct catalog *c, struct catalog_node *parent, enum catalog_kind kind, const char *name)
{
	size_t max = kind == CATALOG_COLUMN ? CATALOG_MAX_COLUMNS : CATALOG_MAX_CHILDREN;
	struct catalog_node *n = find_old(parent, name);
	if (n == NULL && (parent->n >= max || c->n_nodes >= CATALOG_MAX_NODES)) {
		parent->cut = true;
		return NULL;
	}
	if (n == NULL) {
		n = node_new(c, parent, kind, name);
		if ((parent->n & (parent->n - 1)) == 0) /* grows by doubling */
			parent->child = mem_realloc(parent->child, parent->n ? parent->n * 2 : 1,
			        sizeof *parent->child);
		parent->child[parent->n++] = n;
	}
	n->seen = true;
	return n;
}

/* ---- asking ---- */

static void got(void *arg, const char *json, const struct err *err);

static const char *operation_of(const struct catalog_node *n)
{
	static const char *const names[] = {
	        "ListDataCatalogs", "ListDatabases", "ListTableMetadata"};
	return n->kind <= CATALOG_DATABASE ? names[n->kind] : NULL;
}

static char *params_of(const struct catalog_node *n, const char *token)
{
	json_t *o = json_object();
	struct buf text;
	js_int(o, "MaxResults", PAGE);
	if (n->kind == CATALOG_SOURCE)
		js_str(o, "CatalogName", n->name);
	if (n->kind == CATALOG_DATABASE) {
		js_str(o, "CatalogName", n->parent->name);
		js_str(o, "DatabaseName", n->name);
	}
	if (token)
		js_str(o, "NextToken", token);
	buf_init(&text, BUF_NO_LIMIT);
	js_dump(&text, o, JSON_COMPACT);
	return buf_take(&text);
}

static void ask_free(struct catalog_ask *a)
{
	mem_free(a->token);
	mem_free(a);
}

static void ask_forget(struct catalog_ask *a)
{
	for (struct catalog_ask **at = &a->c->asks; *at; at = &(*at)->next)
		if (*at == a) {
			*at = a->next;
			break;
		}
	ask_free(a);
}

static void fail(struct catalog *c, struct catalog_node *n, const struct err *err)
{
	n->state = CATALOG_FAILED;
	catalog_set_err(n, err);
	c->generation++;
	/* Who may not list the catalogs may well look into the usual one. */
	if (n == c->root && n->n == 0 && err->code == ERR_DENIED)
		catalog_add(c, n, CATALOG_SOURCE, "AwsDataCatalog");
}

/* Takes token. */
static void ask(struct catalog *c, struct catalog_node *n, char *token, int pages)
{
	struct err err = ERR_INIT;
	struct catalog_ask *a = MEM_NEW(struct catalog_ask), **at = &c->asks;
	a->c = c;
	a->node = n->id;
	a->operation = operation_of(n);
	a->token = token;
	a->pages = pages;
	while (*at)
		at = &(*at)->next;
	*at = a;
	n->state = CATALOG_LOADING;
	c->generation++;
	if (c->engine == NULL)
		return;
	char *params = params_of(n, token);
	if (engine_call(c->engine, a->operation, params, got, a, &err) != 0) {
		ask_forget(a);
		fail(c, n, &err);
	}
	mem_free(params);
}

static void start(struct catalog *c, struct catalog_node *n)
{
	for (size_t i = 0; i < n->n; i++)
		n->child[i]->seen = false;
	n->n_sorted = n->n;
	n->cut = false;
	catalog_set_err(n, NULL);
	ask(c, n, NULL, 1);
}

/* All pages are here: what was not in them is gone. */
static void finish(struct catalog *c, struct catalog_node *n)
{
	size_t kept = 0, room = 1;
	if (n->n)
		qsort(n->child, n->n, sizeof *n->child, by_name);
	for (size_t i = 0; i < n->n; i++) {
		struct catalog_node *one = n->child[i];
		bool twice = kept && strcmp(n->child[kept - 1]->name, one->name) == 0;
		if (one->seen && !twice)
			n->child[kept++] = one;
		else
			node_free(c, one);
	}
	while (room < kept) /* as catalog_add would have made it */
		room *= 2;
	n->child = mem_realloc(n->child, room, sizeof *n->child);
	n->n = n->n_sorted = kept;
	n->state = CATALOG_HERE;
	c->generation++;
}

static void got(void *arg, const char *json, const struct err *err)
{
	struct catalog_ask *a = arg;
	struct catalog *c = a->c;
	struct catalog_node *n = (struct catalog_node *)(uintptr_t)catalog_by_id(c, a->node);
	struct err mine = ERR_INIT;
	char *token = NULL;
	if (n == NULL) { /* it has gone meanwhile */
		ask_forget(a);
		return;
	}
	c->generation++;
	if (json && catalog_read(c, n, a->operation, json, &token, &mine) != 0)
		err = &mine;
	if (token && ((a->token && strcmp(token, a->token) == 0) || a->pages >= PAGES_MAX)) {
		n->cut = true; /* else for ever the same page */
		mem_free(token);
		token = NULL;
	}
	int pages = a->pages;
	ask_forget(a);
	if (err)
		fail(c, n, err);
	else if (token)
		ask(c, n, token, pages + 1);
	else
		finish(c, n);
}

/* ---- the handle ---- */

struct catalog *catalog_new(struct engine *e)
{
	struct catalog *c = MEM_NEW(struct catalog);
	c->engine = e;
	c->root = node_new(c, NULL, CATALOG_ROOT, "");
	return c;
}

void catalog_free(struct catalog *c)
{
	if (c == NULL)
		return;
	while (c->asks)
		ask_forget(c->asks);
	node_free(c, c->root);
	mem_free(c);
}

const struct catalog_node *catalog_root(const struct catalog *c)
{
	return c->root;
}

uint64_t catalog_generation(const struct catalog *c)
{
	return c->generation;
}

bool catalog_busy(const struct catalog *c)
{
	return c->asks != NULL;
}

static struct catalog_node *ours(const struct catalog_node *n)
{
	return (struct catalog_node *)(uintptr_t)n;
}

void catalog_want(struct catalog *c, const struct catalog_node *n)
{
	if (n->state == CATALOG_UNKNOWN && n->kind <= CATALOG_DATABASE)
		start(c, ours(n));
}

void catalog_reload(struct catalog *c, const struct catalog_node *n)
{
	while (n->kind > CATALOG_DATABASE) /* a table comes with its database */
		n = n->parent;
	if (n->state != CATALOG_LOADING)
		start(c, ours(n));
}

static const struct catalog_node *find_id(const struct catalog_node *n, uint64_t id)
{
	if (n->id == id)
		return n;
	for (size_t i = 0; i < n->n; i++) {
		const struct catalog_node *found = find_id(n->child[i], id);
		if (found)
			return found;
	}
	return NULL;
}

const struct catalog_node *catalog_by_id(const struct catalog *c, uint64_t id)
{
	return id == 0 ? NULL : find_id(c->root, id);
}

const struct catalog_node *catalog_child(const struct catalog_node *n, struct slice name)
{
	for (size_t i = 0; i < n->n; i++)
		if (slice_eq_nocase(slice_str(n->child[i]->name), name))
			return n->child[i];
	return NULL;
}

const struct catalog_node *catalog_default(const struct catalog *c)
{
	const struct catalog_node *d = catalog_child(c->root, slice_str("AwsDataCatalog"));
	return d ? d : c->root->n ? c->root->child[0] : NULL;
}

const struct catalog_node *catalog_reach(struct catalog *c, struct slice database)
{
	catalog_want(c, c->root);
	const struct catalog_node *source = catalog_default(c);
	if (source == NULL)
		return NULL;
	catalog_want(c, source);
	if (database.len == 0)
		return source;
	const struct catalog_node *db = catalog_child(source, database);
	if (db)
		catalog_want(c, db);
	return db;
}

bool catalog_feed(struct catalog *c, const char *operation, const char *json, const struct err *err)
{
	for (struct catalog_ask *a = c->asks; a; a = a->next)
		if (strcmp(a->operation, operation) == 0) {
			got(a, json, err);
			return true;
		}
	return false;
}
