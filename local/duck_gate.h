/*
 * The gate before the engine (part of the DuckDB door): a statement is let through only when the
 * engine's own parser reads it as one query whose every function is one of Trino's and whose every
 * table is one of the catalog's. What is not known to be harmless is refused.
 */
#ifndef LOCAL_DUCK_GATE_H
#define LOCAL_DUCK_GATE_H

#include "local/dialect.h"

#include <duckdb.h>
#include <jansson.h>

/* The engine's syntax tree of d->sql; the caller json_decrefs. ERR_SYNTAX with a place. */
json_t *duck_gate_parse(duckdb_connection con, const struct dialect *d, struct err *err);

struct duck_gate {
	const struct dialect *d;
	const char *database;
	/* 0: a table that may be read, ready in the engine; -1 with err (no place yet). */
	int (*table)(void *arg, const char *database, const char *table, struct err *err);
	bool (*has_database)(void *arg, const char *database);
	void *arg;
};
/* ERR_QUERY with Trino's error name and place. */
int duck_gate_check(const struct duck_gate *g, json_t *tree, struct err *err);
/* Trino's names of the result's n columns; NULL where DuckDB's own is right. The caller frees. */
char **duck_gate_names(json_t *tree, size_t n);
bool duck_function_allowed(const char *name); /* local/duck_allowed.c */

#endif
