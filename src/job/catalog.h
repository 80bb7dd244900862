/*
 * What the account has: data catalogs, databases, tables, columns, as far as somebody wanted to
 * know. A tree that is filled by asynchronous calls of the engine; reading it never waits. One
 * thread, the caller's of engine_next_event, where the replies come in. Bounded.
 *
 * Nodes live until the catalog is freed or their parent is read again without them: whoever keeps a
 * pointer looks at catalog_generation first and then finds the node again by its id.
 */
#ifndef JOB_CATALOG_H
#define JOB_CATALOG_H

#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CATALOG_MAX_CHILDREN 20000  /* of one node; more are cut */
#define CATALOG_MAX_COLUMNS  4000   /* of one table */
#define CATALOG_MAX_NODES    400000 /* in all */

enum catalog_kind { CATALOG_ROOT, CATALOG_SOURCE, CATALOG_DATABASE, CATALOG_TABLE, CATALOG_COLUMN };
enum catalog_state {
	CATALOG_UNKNOWN, /* nobody has asked for its children */
	CATALOG_LOADING, /* what has come so far is there already */
	CATALOG_HERE,
	CATALOG_FAILED, /* err says why; what was there before is kept */
};

struct catalog_node {
	enum catalog_kind kind;
	enum catalog_state state; /* of the children */
	uint64_t id;              /* for ever the same, never used twice */
	/* Never NULL: "" where there is nothing. */
	const char *name;    /* as it came: not quoted; "" for the root */
	const char *type;    /* column: "varchar"; table: "EXTERNAL_TABLE"; source: "GLUE" */
	const char *comment; /* description of a database, comment of a column */
	const char *format, *location; /* table: "parquet", "s3://..." */
	bool partition;                /* column: a partition key */
	bool view;                     /* table */
	bool cut;                      /* it has more children than are kept */
	/* FAILED; also of a table that the service could not read; else NULL */
	const struct err *err;
	struct catalog_node *parent, **child; /* by name; columns in their order, keys last */
	size_t n;
	/* private */
	bool seen;
	size_t n_sorted;
};

struct catalog;
struct engine;
/* NULL: no engine; questions wait for catalog_feed. */
struct catalog *catalog_new(struct engine *e);
/* No reply may come in afterwards: no engine_next_event after this. NULL allowed. */
void catalog_free(struct catalog *c);

const struct catalog_node *catalog_root(const struct catalog *c);
/* Grows with everything that changes. */
uint64_t catalog_generation(const struct catalog *c);
/* Some question is without its answer. */
bool catalog_busy(const struct catalog *c);

/* Starts loading the children unless they are here, on their way, or could not be had. */
void catalog_want(struct catalog *c, const struct catalog_node *n);
/* Loads them again, and after a failure. Nodes that are still there keep their ids. */
void catalog_reload(struct catalog *c, const struct catalog_node *n);

const struct catalog_node *catalog_by_id(const struct catalog *c, uint64_t id); /* NULL: gone */
/* A child by name, without regard to case; NULL when it is not there (yet). */
const struct catalog_node *catalog_child(const struct catalog_node *n, struct slice name);
/* The source that queries use when they name none ("AwsDataCatalog"), else the first; or NULL. */
const struct catalog_node *catalog_default(const struct catalog *c);
/* For completion: wants what is missing on the way to a database's tables; NULL until it is there.
 * database NULL or "": the default source itself. */
const struct catalog_node *catalog_reach(struct catalog *c, struct slice database);

/* Tests: the reply to the oldest question of that operation ("ListDatabases"); json NULL: it fails
 * with err. False when nobody asked. */
bool catalog_feed(
        struct catalog *c, const char *operation, const char *json, const struct err *err);

#endif
