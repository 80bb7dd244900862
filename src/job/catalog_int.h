/* Inside of the catalog: the tree (catalog.c) and the replies that fill it (catalog_read.c). */
#ifndef JOB_CATALOG_INT_H
#define JOB_CATALOG_INT_H

#include "job/catalog.h"

/* One question on its way. */
struct catalog_ask {
	struct catalog_ask *next;
	struct catalog *c;
	uint64_t node;
	const char *operation;
	char *token; /* NextToken that was sent; NULL: the first page */
	int pages;
};
struct catalog {
	struct engine *engine;
	struct catalog_node *root;
	struct catalog_ask *asks; /* oldest first */
	uint64_t last_id, generation;
	size_t n_nodes;
};

/* The child of that name, new when there is none; NULL when there is no room. */
struct catalog_node *catalog_add(
        struct catalog *c, struct catalog_node *parent, enum catalog_kind kind, const char *name);
void catalog_drop_children(struct catalog *c, struct catalog_node *n);
void catalog_set(const char **field, const char *value);             /* NULL: "" */
void catalog_set_err(struct catalog_node *n, const struct err *err); /* NULL: none */

/* Takes one page of children of n; *token gets the next page's token (mem_free) or NULL. */
int catalog_read(struct catalog *c, struct catalog_node *n, const char *operation, const char *json,
        char **token, struct err *err);

#endif
