#include "local/api_athena_ops.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

static const struct {
	const char *name;
	void (*run)(struct op *o);
} operations[] = {{"StartQueryExecution", op_start_query_execution},
        {"GetQueryExecution", op_get_query_execution}, {"GetQueryResults", op_get_query_results},
        {"StopQueryExecution", op_stop_query_execution},
        {"GetQueryRuntimeStatistics", op_get_query_runtime_statistics},
        {"BatchGetQueryExecution", op_batch_get_query_execution},
        {"ListQueryExecutions", op_list_query_executions},
        {"ListDataCatalogs", op_list_data_catalogs}, {"GetDataCatalog", op_get_data_catalog},
        {"ListDatabases", op_list_databases}, {"GetDatabase", op_get_database},
        {"ListTableMetadata", op_list_table_metadata}, {"GetTableMetadata", op_get_table_metadata},
        {"GetWorkGroup", op_get_work_group}, {"ListWorkGroups", op_list_work_groups},
        {"ListEngineVersions", op_list_engine_versions},
        {"ListNamedQueries", op_list_named_queries},
        {"ListPreparedStatements", op_list_prepared_statements}};

const char *athena_operation(const struct request *rq)
{
	const char *target = request_header(rq, "x-amz-target");
	if (!target || strncmp(target, "AmazonAthena.", 13) != 0 || strcmp(rq->path, "/") != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(target + 13, operations[i].name) == 0)
			return operations[i].name;
	return NULL;
}

/* The first error is the answer. */
static void refuse(struct op *o, int status, const char *type, const char *code, const char *fmt,
        va_list ap) __attribute__((format(printf, 5, 0)));
static void refuse(
        struct op *o, int status, const char *type, const char *code, const char *fmt, va_list ap)
{
	char text[1024];
	vsnprintf(text, sizeof(text), fmt, ap);
	if (!o->failed)
		reply_json_error(o->rp, status, type, code, "%s", text);
	o->failed = true;
}

void op_fail(struct op *o, int status, const char *type, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	refuse(o, status, type, NULL, fmt, ap);
	va_end(ap);
}

void op_invalid(struct op *o, const char *code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	refuse(o, 400, "InvalidRequestException", code, fmt, ap);
	va_end(ap);
}

static json_t *member(struct op *o, const json_t *obj, const char *name, json_type type)
{
	json_t *v = json_object_get(obj, name);
	if (!v || json_is_null(v))
		return NULL;
	if (json_typeof(v) == type)
		return v;
	op_fail(o, 400, "SerializationException", "%s has the wrong type", name);
	return NULL;
}

const char *op_string(struct op *o, const json_t *obj, const char *name)
{
	return json_string_value(member(o, obj, name, JSON_STRING));
}

json_t *op_object(struct op *o, const json_t *obj, const char *name)
{
	return member(o, obj, name, JSON_OBJECT);
}

json_t *op_array(struct op *o, const json_t *obj, const char *name)
{
	return member(o, obj, name, JSON_ARRAY);
}

int64_t op_number(struct op *o, const json_t *obj, const char *name, int64_t dflt)
{
	json_t *v = member(o, obj, name, JSON_INTEGER);
	return v ? json_integer_value(v) : dflt;
}

const char *op_required(struct op *o, const char *name)
{
	const char *s = op_string(o, o->in, name);
	if (!s || !*s)
		op_invalid(o, "INVALID_INPUT", "%s must be given", name);
	return s;
}

void op_reply(struct op *o, json_t *out)
{
	if (o->failed)
		json_decref(out);
	else
		reply_json(o->rp, 200, out);
}

bool op_our_catalog(struct op *o, const char *name)
{
	if (o->failed || !name || strcasecmp(name, "AwsDataCatalog") == 0)
		return !o->failed;
	op_invalid(o, "INVALID_INPUT", "Catalog %.200s was not found: there is AwsDataCatalog only",
	        name);
	return false;
}

json_t *text_json(struct slice s)
{
	struct buf fixed;
	if (utf8_valid(s))
		return json_stringn(s.len ? s.ptr : "", s.len);
	buf_init(&fixed, BUF_NO_LIMIT);
	utf8_repair(&fixed, s);
	json_t *j = json_stringn(buf_str(&fixed), fixed.len);
	buf_release(&fixed);
	return j;
}

void athena_handle(
        const struct athena_api *api, const char *operation, struct slice body, struct reply *rp)
{
	json_error_t why;
	struct op o = {.api = api, .rp = rp};
	o.in = body.len ? json_loadb(body.ptr, body.len, 0, &why) : NULL;
	if (!json_is_object(o.in)) {
		op_fail(&o, 400, "SerializationException", "the body is not a JSON object");
		json_decref(o.in);
		return;
	}
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(operation, operations[i].name) == 0)
			operations[i].run(&o);
	log_debug("athena", "%s -> %d", operation, rp->status);
	json_decref(o.in);
}
