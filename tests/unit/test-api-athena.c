/* Athena's API over an engine of our own: operations, errors, paging, tokens, stops, parallel load.
 */
#include "tests/unit/serve-test.h"

#include "base/file.h"
#include "local/api_athena_ops.h"
#include "local/coltypes.h"

#include <pthread.h>

static struct bench bench;

static int setup(void **state)
{
	(void)state;
	bench_open(&bench, 2);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static json_t *call_any(const char *operation, const char *body, int *status)
{
	struct reply rp;
	reply_init(&rp);
	athena_handle(&bench.route.athena, operation, slice_str(body), &rp);
	json_t *j = json_loadb(rp.body.ptr, rp.body.len, 0, NULL);
	assert_non_null(j);
	assert_non_null(http_headers_get(&rp.headers, "x-amzn-RequestId"));
	*status = rp.status;
	reply_release(&rp);
	return j;
}

__attribute__((format(printf, 2, 3))) static json_t *ok(const char *operation, const char *fmt, ...)
{
	int status;
	char body[2048];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(body, sizeof(body), fmt, ap);
	va_end(ap);
	json_t *j = call_any(operation, body, &status);
	if (status != 200)
		fail_msg("%s %s: %d %s", operation, body, status,
		        json_string_value(json_object_get(j, "Message")));
	return j;
}

/* The error's type, code and a part of its message (NULL: any). */
static void refused(const char *operation, const char *body, const char *type, const char *code,
        const char *message)
{
	int status;
	json_t *j = call_any(operation, body, &status);
	const char *got = json_string_value(json_object_get(j, "Message"));
	if (status == 200)
		fail_msg("%s %s was accepted", operation, body);
	assert_string_equal(json_string_value(json_object_get(j, "__type")), type);
	if (code)
		assert_string_equal(json_string_value(json_object_get(j, "AthenaErrorCode")), code);
	if (message && !strstr(got, message))
		fail_msg("'%s' lacks '%s'", got, message);
	json_decref(j);
}

static void start(char id[37], const char *sql)
{
	static int n;
	json_t *j = ok("StartQueryExecution",
	        "{\"QueryString\":\"%s\",\"ClientRequestToken\":\"token-%026d\"}", sql, n++);
	snprintf(id, 37, "%s", json_string_value(json_object_get(j, "QueryExecutionId")));
	json_decref(j);
}

static json_t *execution(const char *id)
{
	json_t *j = ok("GetQueryExecution", "{\"QueryExecutionId\":\"%s\"}", id);
	json_t *x = json_incref(json_object_get(j, "QueryExecution"));
	json_decref(j);
	return x;
}

static const char *text_at(json_t *x, const char *a, const char *b)
{
	const char *s = json_string_value(json_object_get(json_object_get(x, a), b));
	return s ? s : "";
}

/* Waits for the end and returns the execution. */
static json_t *finish(const char *id)
{
	for (;;) {
		json_t *x = execution(id);
		const char *s = text_at(x, "Status", "State");
		if (strcmp(s, "QUEUED") != 0 && strcmp(s, "RUNNING") != 0)
			return x;
		json_decref(x);
		clock_sleep_ms(1);
	}
}

static json_t *run(char id[37], const char *sql, const char *state)
{
	start(id, sql);
	json_t *x = finish(id);
	assert_string_equal(text_at(x, "Status", "State"), state);
	return x;
}

static void pages_of_a_result(void **state)
{
	(void)state;
	char id[37];
	json_t *x = run(id, "SELECT rows 2998", "SUCCEEDED");
	json_decref(x);
	json_t *page = ok("GetQueryResults", "{\"QueryExecutionId\":\"%s\"}", id);
	size_t seen = 0, pages = 0;
	for (;;) {
		json_t *rows = json_object_get(json_object_get(page, "ResultSet"), "Rows");
		for (size_t i = 0; i < json_array_size(rows); i++, seen++) {
			json_t *data = json_object_get(json_array_get(rows, i), "Data");
			const char *first = json_string_value(
			        json_object_get(json_array_get(data, 0), "VarCharValue"));
			json_t *second = json_object_get(json_array_get(data, 1), "VarCharValue");
			char want[24];
			snprintf(want, sizeof(want), "%zu", seen - 1);
			assert_string_equal(first, seen ? want : "id");
			if (seen)
				assert_int_equal(second == NULL, (seen - 1) % 3 == 1);
			if (seen && (seen - 1) % 3 == 2)
				assert_string_equal(
				        json_string_value(second), "say \"hi\"\nand, go");
		}
		const char *token = json_string_value(json_object_get(page, "NextToken"));
		pages++;
		if (!token)
			break;
		json_t *next = ok("GetQueryResults",
		        "{\"QueryExecutionId\":\"%s\",\"NextToken\":\"%s\",\"MaxResults\":%d}", id,
		        token, pages == 2 ? 7 : 1000);
		json_decref(page);
		page = next;
	}
	assert_int_equal(seen, 2999);
	assert_int_equal(pages, 4);
	json_decref(page);
}

/* 999 rows and a header fill a page: it has a NextToken, and the next page is empty. */
static void full_last_page(void **state)
{
	(void)state;
	char id[37];
	json_decref(run(id, "SELECT rows 999", "SUCCEEDED"));
	json_t *page = ok("GetQueryResults", "{\"QueryExecutionId\":\"%s\"}", id);
	const char *token = json_string_value(json_object_get(page, "NextToken"));
	assert_non_null(token);
	json_t *last = ok(
	        "GetQueryResults", "{\"QueryExecutionId\":\"%s\",\"NextToken\":\"%s\"}", id, token);
	assert_int_equal(
	        json_array_size(json_object_get(json_object_get(last, "ResultSet"), "Rows")), 0);
	assert_null(json_object_get(last, "NextToken"));
	json_decref(last);
	json_decref(page);
}

static void result_files(void **state)
{
	(void)state;
	static const struct {
		const char *sql, *ext, *bytes;
	} cases[] = {
	        {"SELECT rows 3", "csv",
	                "\"id\",\"text\"\n\"0\",\"\"\n\"1\",\n\"2\",\"say \"\"hi\"\"\nand, go\"\n"},
	        {"SELECT rows 0", "csv", "\"id\",\"text\"\n"},
	        {"SHOW x", "txt", "0\t\n1\t\n2\tsay \"hi\"\nand, go"},
	        {"EXPLAIN x", "txt", "Query Plan\none\n two\nthree"}};
	for (size_t i = 0; i < 4; i++) {
		char id[37], text[512];
		json_t *x = run(id, cases[i].sql, "SUCCEEDED");
		char *target = mem_printf("/results/%s.%s", id, cases[i].ext);
		char *address = mem_printf("s3:/%s", target);
		assert_string_equal(text_at(x, "ResultConfiguration", "OutputLocation"), address);
		struct reply rp;
		bench_call(&bench, "s3", "GET", target, NULL, "", &rp);
		assert_int_equal(rp.status, 200);
		reply_text(&rp, text, sizeof(text));
		assert_string_equal(text, cases[i].bytes);
		reply_release(&rp);
		mem_free(target);
		mem_free(address);
		json_decref(x);
	}
}

static void text_results_page_too(void **state)
{
	(void)state;
	char id[37];
	json_decref(run(id, "SHOW x", "SUCCEEDED"));
	json_t *page = ok("GetQueryResults", "{\"QueryExecutionId\":\"%s\",\"MaxResults\":2}", id);
	json_t *rows = json_object_get(json_object_get(page, "ResultSet"), "Rows");
	assert_int_equal(json_array_size(rows), 2);
	json_t *data = json_object_get(json_array_get(rows, 0), "Data");
	assert_string_equal(
	        json_string_value(json_object_get(json_array_get(data, 0), "VarCharValue")), "0");
	json_decref(page);
}

static void refusals(void **state)
{
	(void)state;
#define TOKEN "\"ClientRequestToken\":\"0123456789abcdef0123456789abcdef\""
	const char *op = "StartQueryExecution", *bad = "InvalidRequestException";
	refused(op, "{\"QueryString\":\"SELECT 1\"}", bad, "INVALID_INPUT",
	        "clientRequestToken is null or empty");
	refused(op, "{\"QueryString\":\"SELECT 1\",\"ClientRequestToken\":\"short\"}", bad,
	        "INVALID_INPUT", "32");
	refused(op, "{" TOKEN "}", bad, "INVALID_INPUT", "queryString");
	refused(op, "{\"QueryString\":\"SELECT syntax\"," TOKEN "}", bad, "MALFORMED_QUERY",
	        "line 1:8: ");
	refused(op, "{\"QueryString\":\"SELECT ?\"," TOKEN "}", bad, "MALFORMED_QUERY",
	        "parameters");
	refused(op,
	        "{\"QueryString\":\"SELECT "
	        "syntax\",\"ResultConfiguration\":{\"OutputLocation\":\"x\"}," TOKEN "}",
	        bad, "INVALID_INPUT", "outputLocation is not a valid S3 path.");
	refused(op, "{\"QueryString\":\"SELECT 1\",\"WorkGroup\":\"other\"," TOKEN "}", bad,
	        "INVALID_INPUT", "WorkGroup is not found.");
	refused(op, "{\"QueryString\":1}", "SerializationException", NULL, NULL);
	refused(op, "[]", "SerializationException", NULL, NULL);
	refused(op, "null", "SerializationException", NULL, NULL);
	refused(op, "", "SerializationException", NULL, NULL);
	refused(op, "{} x", "SerializationException", NULL, NULL);
	refused(op, "{\"QueryString\":\"a\\u0000b\"}", "SerializationException", NULL, NULL);
	refused(op, "{\"QueryString\":\"\\ud800\"}", "SerializationException", NULL, NULL);
	refused(op, "{\"QueryString\":\"\xff\"}", "SerializationException", NULL, NULL);
	refused("GetQueryExecution", "{\"QueryExecutionId\":\"no\"}", bad,
	        "QUERY_EXECUTION_NOT_FOUND", NULL);
	refused("GetQueryResults", "{\"QueryExecutionId\":\"no\"}", bad,
	        "QUERY_EXECUTION_NOT_FOUND", NULL);
	refused("GetQueryResults", "{\"QueryExecutionId\":\"no\",\"MaxResults\":1001}", bad, NULL,
	        "MaxResults is more than maximum allowed length 1000");
	refused("StopQueryExecution", "{\"QueryExecutionId\":\"no\"}", bad,
	        "QUERY_EXECUTION_NOT_FOUND", NULL);
	refused("GetWorkGroup", "{\"WorkGroup\":\"no\"}", bad, NULL, "WorkGroup is not found.");
	refused("ListDatabases", "{\"CatalogName\":\"other\"}", bad, NULL, "other");
	refused("ListTableMetadata", "{\"CatalogName\":\"AwsDataCatalog\",\"DatabaseName\":\"no\"}",
	        "MetadataException", NULL, "no");
}

static void sql_length_limit(void **state)
{
	(void)state;
	for (size_t n = 262144; n <= 262145; n++) {
		char *sql = mem_alloc(n + 1);
		memset(sql, 'x', n);
		memcpy(sql, "SELECT ", 7);
		sql[n] = 0;
		char *body = mem_printf("{\"QueryString\":\"%s\",\"ClientRequestToken\":\"limit-"
		                        "0123456789abcdef0123456789ab%d\"}",
		        sql, (int)(n & 1));
		int status;
		json_decref(call_any("StartQueryExecution", body, &status));
		assert_int_equal(status, n == 262144 ? 200 : 400);
		mem_free(body);
		mem_free(sql);
	}
}

static void bent_page_tokens(void **state)
{
	(void)state;
	char id[37], body[256];
	json_decref(run(id, "SELECT rows 5", "SUCCEEDED"));
	static const char *const bad[] = {
	        "x", "", "5-00000000000000000000000000000000", "99999999999999999999-0", "-1-ab"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(body, sizeof(body), "{\"QueryExecutionId\":\"%s\",\"NextToken\":\"%s\"}",
		        id, bad[i]);
		refused("GetQueryResults", body, "InvalidRequestException", NULL,
		        "Malformed nextPageToken");
	}
}

static void same_token_same_query(void **state)
{
	(void)state;
	static const char body[] = "{\"QueryString\":\"%s\",\"ClientRequestToken\":\"idempotent-"
	                           "0123456789abcdef0123456\","
	                           "\"QueryExecutionContext\":{\"Database\":\"%s\"}}";
	json_t *one = ok("StartQueryExecution", body, "SELECT rows 1", "reddit");
	json_t *two = ok("StartQueryExecution", body, "SELECT rows 1", "reddit");
	assert_true(json_equal(one, two));
	json_decref(finish(json_string_value(json_object_get(one, "QueryExecutionId"))));
	json_t *three = ok("StartQueryExecution", body, "SELECT rows 1", "reddit");
	assert_true(json_equal(one, three));
	char other[512];
	snprintf(other, sizeof(other),
	        "{\"QueryString\":\"SELECT rows "
	        "2\",\"ClientRequestToken\":\"idempotent-0123456789abcdef0123456\"}");
	refused("StartQueryExecution", other, "InvalidRequestException",
	        "IDEMPOTENT_PARAMETER_MISMATCH", NULL);
	json_decref(one);
	json_decref(two);
	json_decref(three);
}

static void failed_query(void **state)
{
	(void)state;
	char id[37], body[128];
	json_t *x = run(id, "SELECT fail", "FAILED");
	assert_non_null(
	        strstr(text_at(x, "Status", "StateChangeReason"), "TABLE_NOT_FOUND: line 1:15"));
	json_t *e = json_object_get(json_object_get(x, "Status"), "AthenaError");
	assert_int_equal(json_integer_value(json_object_get(e, "ErrorCategory")), 2);
	snprintf(body, sizeof(body), "{\"QueryExecutionId\":\"%s\"}", id);
	refused("GetQueryResults", body, "InvalidRequestException", NULL,
	        "Final query state: FAILED");
	struct reply rp;
	char *target = mem_printf("/results/%s.csv", id);
	bench_call(&bench, "s3", "GET", target, NULL, "", &rp);
	assert_int_equal(rp.status, 404);
	reply_release(&rp);
	mem_free(target);
	json_decref(x);
}

static void wait_running(const char *id)
{
	for (;;) {
		json_t *x = execution(id);
		bool moved = json_integer_value(json_object_get(
		                     json_object_get(x, "Statistics"), "DataScannedInBytes")) > 0;
		json_decref(x);
		if (moved)
			return;
		clock_sleep_ms(1);
	}
}

static void stop_running_and_waiting(void **state)
{
	(void)state;
	char id[3][37], body[128];
	for (int i = 0; i < 3; i++)
		start(id[i], "SELECT slow");
	wait_running(id[0]);
	wait_running(id[1]);
	json_t *x = execution(id[2]);
	assert_string_equal(text_at(x, "Status", "State"), "QUEUED");
	json_decref(x);
	snprintf(body, sizeof(body), "{\"QueryExecutionId\":\"%s\"}", id[0]);
	refused("GetQueryResults", body, "InvalidRequestException", "INVALID_QUERY_EXECUTION_STATE",
	        "Query has not yet finished. Current state: RUNNING");
	for (int i = 2; i >= 0; i--)
		json_decref(ok("StopQueryExecution", "{\"QueryExecutionId\":\"%s\"}", id[i]));
	for (int i = 0; i < 3; i++) {
		x = finish(id[i]);
		assert_string_equal(text_at(x, "Status", "State"), "CANCELLED");
		assert_string_equal(
		        text_at(x, "Status", "StateChangeReason"), "Query cancelled by user");
		json_decref(x);
	}
	refused("GetQueryResults", body, "InvalidRequestException", "RESULT_NOT_FOUND",
	        "Could not find results");
	json_decref(ok("StopQueryExecution", "{\"QueryExecutionId\":\"%s\"}", id[0]));
}

/* Two run, five wait: one more is refused, and its token is not used up. */
static void too_many(void **state)
{
	(void)state;
	char id[7][37], body[256];
	for (int i = 0; i < 2; i++)
		start(id[i], "SELECT slow");
	wait_running(id[0]);
	wait_running(id[1]);
	for (int i = 2; i < 7; i++)
		start(id[i], "SELECT slow");
	snprintf(body, sizeof(body), "{\"QueryString\":\"SELECT 1\"," TOKEN "}");
	refused("StartQueryExecution", body, "TooManyRequestsException", NULL, NULL);
	for (int i = 6; i >= 0; i--)
		json_decref(ok("StopQueryExecution", "{\"QueryExecutionId\":\"%s\"}", id[i]));
	for (int i = 0; i < 7; i++)
		json_decref(finish(id[i]));
	json_decref(ok("StartQueryExecution", "%s", body));
}

static void catalog(void **state)
{
	(void)state;
	json_t *j = ok("ListDatabases", "{\"CatalogName\":\"AwsDataCatalog\"}");
	json_t *first = json_array_get(json_object_get(j, "DatabaseList"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "Name")), "reddit");
	json_decref(j);
	size_t tables = 0;
	char token[64] = "";
	do {
		j = ok("ListTableMetadata",
		        "{\"CatalogName\":\"awsdatacatalog\",\"DatabaseName\":\"reddit\"%s%s%s}",
		        *token ? ",\"NextToken\":\"" : "", token, *token ? "\"" : "");
		tables += json_array_size(json_object_get(j, "TableMetadataList"));
		const char *next = json_string_value(json_object_get(j, "NextToken"));
		snprintf(token, sizeof(token), "%s", next ? next : "");
		json_decref(j);
	} while (*token);
	assert_int_equal(tables, 120);
	j = ok("ListTableMetadata", "{\"CatalogName\":\"AwsDataCatalog\",\"DatabaseName\":"
	                            "\"reddit\",\"Expression\":\"t00*|*7\"}");
	assert_int_equal(json_array_size(json_object_get(j, "TableMetadataList")), 10 + 12 - 1);
	json_decref(j);
	j = ok("GetTableMetadata", "{\"CatalogName\":\"AwsDataCatalog\",\"DatabaseName\":"
	                           "\"reddit\",\"TableName\":\"t1\"}");
	json_t *t = json_object_get(j, "TableMetadata");
	json_t *c = json_array_get(json_object_get(t, "Columns"), 0);
	assert_string_equal(json_string_value(json_object_get(c, "Type")),
	        "array<struct<x:string,y z:map<bigint,timestamp>>>");
	assert_int_equal(json_array_size(json_object_get(t, "PartitionKeys")), 1);
	json_decref(j);
	refused("GetTableMetadata",
	        "{\"CatalogName\":\"AwsDataCatalog\",\"DatabaseName\":\"reddit\",\"TableName\":"
	        "\"x\"}",
	        "MetadataException", NULL, "Table x not found");
}

static void lists(void **state)
{
	(void)state;
	char id[37];
	json_decref(run(id, "SELECT rows 1", "SUCCEEDED"));
	json_t *j = ok("ListQueryExecutions", "{\"MaxResults\":1}");
	assert_string_equal(
	        json_string_value(json_array_get(json_object_get(j, "QueryExecutionIds"), 0)), id);
	json_decref(j);
	j = ok("BatchGetQueryExecution", "{\"QueryExecutionIds\":[\"%s\",\"no\"]}", id);
	assert_int_equal(json_array_size(json_object_get(j, "QueryExecutions")), 1);
	assert_int_equal(json_array_size(json_object_get(j, "UnprocessedQueryExecutionIds")), 1);
	json_decref(j);
	j = ok("GetQueryRuntimeStatistics", "{\"QueryExecutionId\":\"%s\"}", id);
	json_t *s = json_object_get(j, "QueryRuntimeStatistics");
	assert_int_equal(
	        json_integer_value(json_object_get(json_object_get(s, "Rows"), "OutputRows")), 1);
	assert_non_null(json_object_get(s, "Timeline"));
	json_decref(j);
	json_decref(ok("ListWorkGroups", "{}"));
	json_decref(ok("GetWorkGroup", "{\"WorkGroup\":\"primary\"}"));
	json_decref(ok("ListDataCatalogs", "{}"));
}

static void parameters(void **state)
{
	(void)state;
	static const struct {
		const char *sql, *values, *want;
	} cases[] = {{"SELECT ?", "[\"1\"]", "SELECT (1)"},
	        {"SELECT ?", "[\"it's\"]", "SELECT 'it''s'"},
	        {"SELECT ?", "[\"'a'\"]", "SELECT ('a')"},
	        {"SELECT ?", "[\"hello\"]", "SELECT 'hello'"},
	        {"SELECT ?", "[\"1) , (2\"]", "SELECT '1) , (2'"},
	        {"SELECT ?", "[\"1 -- x\"]", "SELECT '1 -- x'"},
	        {"SELECT ?", "[\"1; DROP\"]", "SELECT '1; DROP'"},
	        {"SELECT ?", "[\"\"]", "SELECT ''"},
	        {"SELECT '?', ? -- ?", "[\"NULL\"]", "SELECT '?', (NULL) -- ?"},
	        {"SELECT ?", "[\"DATE '2020-01-01'\"]", "SELECT (DATE '2020-01-01')"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out;
		struct err err = ERR_INIT;
		json_t *values = json_loads(cases[i].values, 0, NULL);
		buf_init(&out, 1000);
		assert_int_equal(
		        parameters_apply(&out, slice_str(cases[i].sql), values, bench.duck, &err),
		        0);
		assert_string_equal(buf_str(&out), cases[i].want);
		buf_release(&out);
		json_decref(values);
	}
}

static void column_types(void **state)
{
	(void)state;
	struct coltype t;
	coltype_of(&t, "decimal(12,3)");
	assert_string_equal(t.name, "decimal");
	assert_int_equal(t.precision, 12);
	assert_int_equal(t.scale, 3);
	coltype_of(&t, "real");
	assert_string_equal(t.name, "float");
	coltype_of(&t, "");
	assert_string_equal(t.name, "");
	/* must end, whatever is nested */
	struct buf deep, out;
	buf_init(&deep, 1 << 20);
	buf_init(&out, 1 << 22);
	for (int i = 0; i < 10000; i++)
		buf_add_str(&deep, "array(");
	coltype_hive(&out, buf_str(&deep));
	assert_true(out.len > 0);
	buf_release(&deep);
	buf_release(&out);
}

/* Through auth and route, with the client's own signature. */
static void signed_call(void **state)
{
	(void)state;
	struct reply rp;
	bench_call(&bench, "athena", "POST", "/", "X-Amz-Target: AmazonAthena.ListWorkGroups", "{}",
	        &rp);
	assert_int_equal(rp.status, 200);
	assert_non_null(strstr(buf_str(&rp.body), "primary"));
	reply_release(&rp);
	bench_call(&bench, "athena", "POST", "/", "X-Amz-Target: AmazonAthena.Nothing", "{}", &rp);
	assert_int_equal(rp.status, 400);
	assert_non_null(strstr(buf_str(&rp.body), "UnknownOperationException"));
	reply_release(&rp);
	bench_call(&bench, "s3", "POST", "/", "Origin: https://evil.example", "{}", &rp);
	assert_int_equal(rp.status, 403);
	reply_release(&rp);
}

static void *load(void *arg)
{
	int me = *(int *)arg;
	for (int i = 0; i < 12; i++) {
		struct reply rp;
		char body[200];
		reply_init(&rp);
		snprintf(body, sizeof(body),
		        "{\"QueryString\":\"SELECT "
		        "%s\",\"ClientRequestToken\":\"parallel-load-%020d-%03d\"}",
		        i % 3 ? "rows 1500" : "slow", me, i);
		athena_handle(&bench.route.athena, "StartQueryExecution", slice_str(body), &rp);
		json_t *j = json_loadb(rp.body.ptr, rp.body.len, 0, NULL);
		const char *id = json_string_value(json_object_get(j, "QueryExecutionId"));
		for (int k = 0; id && k < 8; k++) {
			static const char *const ops[] = {"GetQueryExecution", "GetQueryResults",
			        "GetQueryRuntimeStatistics", "StopQueryExecution"};
			snprintf(body, sizeof(body), "{\"QueryExecutionId\":\"%s\"}", id);
			reply_release(&rp);
			reply_init(&rp);
			athena_handle(&bench.route.athena, ops[k % (k < 5 ? 3 : 4)],
			        slice_str(body), &rp);
			clock_sleep_ms(1);
		}
		json_decref(j);
		reply_release(&rp);
	}
	return NULL;
}

/* For the thread sanitizer: starts, polls, pages, stops and forgetting, all at once. */
static void parallel(void **state)
{
	(void)state;
	pthread_t t[4];
	int number[4];
	for (int i = 0; i < 4; i++) {
		number[i] = i;
		assert_int_equal(pthread_create(&t[i], NULL, load, &number[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	json_t *j = ok("ListQueryExecutions", "{}");
	json_t *ids = json_object_get(j, "QueryExecutionIds");
	assert_true(json_array_size(ids) > 0);
	for (size_t i = 0; i < json_array_size(ids); i++) {
		const char *id = json_string_value(json_array_get(ids, i));
		json_decref(ok("StopQueryExecution", "{\"QueryExecutionId\":\"%s\"}", id));
		json_decref(finish(id));
	}
	json_decref(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pages_of_a_result),
	        cmocka_unit_test(full_last_page), cmocka_unit_test(result_files),
	        cmocka_unit_test(text_results_page_too), cmocka_unit_test(refusals),
	        cmocka_unit_test(sql_length_limit), cmocka_unit_test(bent_page_tokens),
	        cmocka_unit_test(same_token_same_query), cmocka_unit_test(failed_query),
	        cmocka_unit_test(stop_running_and_waiting), cmocka_unit_test(too_many),
	        cmocka_unit_test(catalog), cmocka_unit_test(lists), cmocka_unit_test(parameters),
	        cmocka_unit_test(column_types), cmocka_unit_test(signed_call),
	        cmocka_unit_test(parallel)};
	return cmocka_run_group_tests_name("api-athena", tests, setup, teardown);
}
