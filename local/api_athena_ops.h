/* Between the files of the Athena API: one function per operation, and what they share. */
#ifndef LOCAL_API_ATHENA_OPS_H
#define LOCAL_API_ATHENA_OPS_H

#include "local/api_athena.h"

#include <jansson.h>

/* One call. Once `failed` is set the reply holds the error; later calls change nothing. */
struct op {
	const struct athena_api *api;
	json_t *in;
	struct reply *rp;
	bool failed;
};
/* InvalidRequestException with an AthenaErrorCode. */
void op_invalid(struct op *o, const char *code, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
void op_fail(struct op *o, int status, const char *type, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
/* Members of a JSON object. NULL or dflt when absent or null; another type fails the call. */
const char *op_string(struct op *o, const json_t *obj, const char *name);
json_t *op_object(struct op *o, const json_t *obj, const char *name);
json_t *op_array(struct op *o, const json_t *obj, const char *name);
int64_t op_number(struct op *o, const json_t *obj, const char *name, int64_t dflt);
/* Like op_string, for what must be there. */
const char *op_required(struct op *o, const char *name);
/* Takes over `out`; nothing when the call has failed. */
void op_reply(struct op *o, json_t *out);
/* CatalogName: ours or absent; anything else fails the call. */
bool op_our_catalog(struct op *o, const char *name);
/* JSON string of any bytes: ill-formed UTF-8 is replaced. */
json_t *text_json(struct slice s);

void op_start_query_execution(struct op *o);
void op_get_query_execution(struct op *o);
void op_batch_get_query_execution(struct op *o);
void op_list_query_executions(struct op *o);
void op_stop_query_execution(struct op *o);
void op_get_query_results(struct op *o);
void op_get_query_runtime_statistics(struct op *o);
void op_list_data_catalogs(struct op *o);
void op_get_data_catalog(struct op *o);
void op_list_databases(struct op *o);
void op_get_database(struct op *o);
void op_list_table_metadata(struct op *o);
void op_get_table_metadata(struct op *o);
void op_get_work_group(struct op *o);
void op_list_work_groups(struct op *o);
void op_list_engine_versions(struct op *o);
void op_list_named_queries(struct op *o);
void op_list_prepared_statements(struct op *o);

/* Puts ExecutionParameters in place of '?'. -1 with err when their number differs. */
int parameters_apply(struct buf *out, struct slice sql, const json_t *values, struct duck *duck,
        struct err *err);

#endif
