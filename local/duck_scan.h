/* Private to the DuckDB door: how many bytes a statement will read (the method: duck_scan.c). */
#ifndef LOCAL_DUCK_SCAN_H
#define LOCAL_DUCK_SCAN_H

#include "local/duck_internal.h"

/* The tables that a statement names. */
struct duck_refs {
	struct duck_ref {
		char *database, *table;
		bool used;
	} * ref;
	size_t n;
};
void duck_refs_add(struct duck_refs *r, const char *database, const char *table);
void duck_refs_release(struct duck_refs *r);
/* On an idle connection whose search path is set. 0 when nothing is known. */
int64_t duck_scan_bytes(
        struct duck *d, duckdb_connection con, struct duck_refs *refs, const char *sql);

#endif
