/* The functions that Trino brings along, for completion and help. */
#ifndef SQL_FUNCTIONS_H
#define SQL_FUNCTIONS_H

#include "base/slice.h"

struct sql_function {
	const char *name, *args, *help; /* "abs", "(x) -> number", "Absolute value" */
};
/* Sorted by name without regard to case. */
const struct sql_function *sql_functions(size_t *n);
/* By name, any case; NULL when there is none. */
const struct sql_function *sql_function(struct slice name);

#endif
