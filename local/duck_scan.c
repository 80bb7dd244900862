#include "local/duck_internal.h"

#include "base/ban.h"

int64_t duck_scan_bytes(
        struct duck *d, duckdb_connection con, const char *database, const char *sql)
{
	(void)d;
	(void)con;
	(void)database;
	(void)sql;
	return 0;
}

void duck_scan_release(struct duck *d)
{
	(void)d;
}
