/*
 * Trino's SQL to DuckDB's, token by token: what differs in spelling is rewritten, what Trino's
 * grammar does not have is refused with Trino's wording and place, and names are quoted, so that no
 * word that only DuckDB knows keeps a meaning. Pure text; what the words mean (tables, functions,
 * types) is judged on the engine's own tree (local/duck_gate.h).
 */
#ifndef LOCAL_DIALECT_H
#define LOCAL_DIALECT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>

#define DIALECT_MAX_SQL 262144 /* bytes; Athena's limit on QueryString */

enum dialect_kind {
	DIALECT_QUERY,
	DIALECT_EXPLAIN, /* sql is the explained query */
	DIALECT_SHOW_DATABASES,
	DIALECT_SHOW_TABLES,
	DIALECT_SHOW_COLUMNS,
	DIALECT_SHOW_PARTITIONS,
	DIALECT_SHOW_CREATE,
	DIALECT_DESCRIBE,
};

struct dialect {
	enum dialect_kind kind;
	bool analyze, validate;       /* EXPLAIN ANALYZE; EXPLAIN (TYPE VALIDATE) */
	char *database, *table;       /* of SHOW and DESCRIBE; NULL: not named */
	size_t database_at, table_at; /* their places in the text */
	char *pattern;                /* SHOW TABLES 'x*' or LIKE 'x%'; NULL: all */
	bool like;                    /* pattern has % and _, not * and | */
	struct buf sql;               /* DuckDB's text of a query */
	struct dialect_mark {
		size_t out, src;
	} * mark;
	size_t n_marks;
	struct slice text; /* the source, borrowed */
};

/* ERR_SYNTAX with err->line, col and "line L:C: ..."; d needs dialect_release in any case. */
int dialect_translate(struct dialect *d, struct slice sql, struct err *err);
void dialect_release(struct dialect *d);
/* The byte of the source that a byte of d->sql came from. */
size_t dialect_source(const struct dialect *d, size_t out);
/* Fills err with "line L:C: " and the text, at a byte of the source. Returns -1. */
int dialect_error(struct err *err, enum err_code code, struct slice sql, size_t at, const char *fmt,
        ...) __attribute__((format(printf, 5, 6)));
/*
 * Puts literals (Athena's ExecutionParameters) in the places of the ?s. ERR_QUERY with
 * INVALID_PARAMETER_USAGE when the counts differ or a parameter is not one literal or expression.
 */
int dialect_bind(
        struct slice sql, const char *const *params, size_t n, struct buf *out, struct err *err);

#endif
