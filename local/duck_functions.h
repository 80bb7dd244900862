/* Private to the DuckDB door: scalar functions written in C. */
#ifndef LOCAL_DUCK_FUNCTIONS_H
#define LOCAL_DUCK_FUNCTIONS_H

#include "base/err.h"
#include "base/slice.h"

#include <duckdb.h>

struct duck_function {
	const char *name;
	duckdb_type arg[4]; /* 0: no more */
	duckdb_type result;
	bool list; /* returns an array of `result` */
	duckdb_scalar_function_t run;
	duckdb_scalar_function_bind_t bind; /* NULL: none */
};
int duck_register(duckdb_connection con, const struct duck_function *f, struct err *err);
int duck_dates_register(duckdb_connection con, struct err *err); /* duck_dates.c */
int duck_regex_register(duckdb_connection con, struct err *err); /* duck_regex.c */

/* Inputs come flat: plain arrays with a validity mask. */
bool duck_valid(duckdb_vector v, idx_t i);
bool duck_args_valid(duckdb_data_chunk in, idx_t i); /* no argument of row i is NULL */
void duck_set_null(duckdb_vector out, idx_t i);
struct slice duck_string(duckdb_vector v, idx_t i);

#endif
