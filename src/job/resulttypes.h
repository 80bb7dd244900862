/*
 * The types of results' columns. The CSV has only names; Athena is asked once for each result's
 * first page, which costs nothing. Caller's thread of engine_next_event, where replies come in.
 */
#ifndef JOB_RESULTTYPES_H
#define JOB_RESULTTYPES_H

#include "job/engine.h"
#include "rows/rows.h"

struct result_types;
/* NULL engine: there will be no types but those of result_types_reply. */
struct result_types *result_types_new(struct engine *e);
/* No reply may come in afterwards: no engine_next_event after this. NULL allowed. */
void result_types_free(struct result_types *t);
/* Names and types; asked for at the first call. NULL: not known yet, or not to be had. Lives as
 * long as t. */
const struct columns *result_types_of(struct result_types *t, const char *query_id);
/* The reply of GetQueryResults for a query that was asked about; for tests, and scripts. */
void result_types_reply(struct result_types *t, const char *query_id, const char *json);

#endif
