#include "local/duck_internal.h"

#include "base/ban.h"

/* Trino's functions in DuckDB's SQL. In them, names are DuckDB's own through system.main. */
static const char *const macros[] = {
        "trino_if(c, a) AS CASE WHEN c THEN a END, (c, a, b) AS CASE WHEN c THEN a ELSE b END",
};

int duck_prelude(duckdb_connection con, struct err *err)
{
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		if (duck_exec(con, err, "CREATE MACRO %s", macros[i]) < 0)
			return -1;
	}
	return 0;
}
