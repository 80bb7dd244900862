/* Names for completion out of the catalog; what is missing is asked for and comes later. */
#include "ui/editor.h"
#include "ui/model.h"

#include <stdio.h>

#include "base/ban.h"

static enum sql_names state_of(const struct catalog_node *n)
{
	if (n->state == CATALOG_FAILED)
		return SQL_NAMES_FAILED;
	return n->state == CATALOG_HERE ? SQL_NAMES_READY : SQL_NAMES_LOADING;
}

static enum sql_names databases(void *arg, sql_name_fn fn, void *to)
{
	struct model *m = arg;
	const struct catalog_node *source = catalog_reach(m->catalog, slice_str(""));
	if (!source)
		return state_of(catalog_root(m->catalog));
	for (size_t i = 0; i < source->n; i++)
		fn(to, source->child[i]->name, "");
	return state_of(source);
}

/* NULL: not there (yet); *state says which. */
static const struct catalog_node *database(struct model *m, const char *name, enum sql_names *state)
{
	const struct catalog_node *db = catalog_reach(m->catalog, slice_str(name)), *source;
	if (db) {
		*state = state_of(db);
		return db;
	}
	source = catalog_reach(m->catalog, slice_str(""));
	*state = source ? state_of(source) : state_of(catalog_root(m->catalog));
	return NULL; /* when the databases are here: none of that name, so no names */
}

static enum sql_names tables(void *arg, const char *name, sql_name_fn fn, void *to)
{
	enum sql_names state;
	const struct catalog_node *db = database(arg, name, &state);
	for (size_t i = 0; db && i < db->n; i++)
		fn(to, db->child[i]->name, db->child[i]->view ? "view" : "table");
	return state;
}

static enum sql_names columns(
        void *arg, const char *name, const char *table, sql_name_fn fn, void *to)
{
	struct model *m = arg;
	enum sql_names state;
	const struct catalog_node *db = database(m, name, &state), *t;
	if (!db)
		return state;
	t = catalog_child(db, slice_str(table));
	if (!t)
		return state;
	catalog_want(m->catalog, t);
	for (size_t i = 0; i < t->n; i++) {
		char note[120];
		snprintf(note, sizeof note, "%s%s", t->child[i]->type,
		        t->child[i]->partition ? ", partition key" : "");
		fn(to, t->child[i]->name, note);
	}
	return state_of(t);
}

struct sql_catalog editor_catalog(struct model *m)
{
	const char *own = m->editor.head ? m->editor.head->database : NULL;
	return (struct sql_catalog){m, own && *own ? own : m->database, databases, tables, columns};
}
