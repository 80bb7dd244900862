/* DuckDB's errors in Trino's words and at the places of the user's text (part of the DuckDB door).
 */
#ifndef LOCAL_DUCK_ERRORS_H
#define LOCAL_DUCK_ERRORS_H

#include "local/dialect.h"

#include <jansson.h>

/*
 * message: DuckDB's, as JSON (errors_as_json) or plain. d NULL: no places. database: for unknown
 * tables; NULL allowed. Fills err with ERR_QUERY ("NAME: line L:C: text"), ERR_SYNTAX for parser
 * errors or ERR_CANCELLED. Returns -1.
 */
int duck_error(struct err *err, const struct dialect *d, const char *database, const char *message);
int duck_error_json(
        struct err *err, const struct dialect *d, const char *database, const json_t *o);

#endif
