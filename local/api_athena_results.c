#include "local/api_athena_ops.h"

#include "base/crypto.h"
#include "base/mem.h"
#include "local/coltypes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define PAGE_MAX   1000
#define PAGE_BYTES ((size_t)16 << 20) /* rows of megabytes: fewer of them on a page */
#define TOKEN_SIZE 64

/* "row-mac": the mac binds the row to this query and this server. */
static void make_token(char out[TOKEN_SIZE], const char *key, const char *id, uint64_t row)
{
	uint8_t mac[SHA256_SIZE];
	char text[128], hex[2 * SHA256_SIZE + 1];
	int n = snprintf(text, sizeof(text), "%s/%llu", id, (unsigned long long)row);
	crypto_hmac_sha256(slice_str(key), slice_of(text, (size_t)n), mac);
	crypto_hex(mac, sizeof(mac), hex);
	snprintf(out, TOKEN_SIZE, "%llu-%.32s", (unsigned long long)row, hex);
}

/* The first row that a token asks for; -1 when we never made it. */
static int64_t read_token(const char *key, const char *id, const char *token)
{
	char want[TOKEN_SIZE];
	struct slice number;
	slice_cut(slice_str(token), '-', &number);
	int64_t row = parse_number(number);
	if (row < 0)
		return -1;
	make_token(want, key, id, (uint64_t)row);
	size_t n = strlen(want);
	return strlen(token) == n && crypto_equal(want, token, n) ? row : -1;
}

static json_t *column_info(const struct column *c)
{
	struct coltype t;
	coltype_of(&t, c->type);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:i, s:i, s:s, s:b}", "CatalogName",
	        "hive", "SchemaName", "", "TableName", "", "Name", text_json(slice_str(c->name)),
	        "Label", text_json(slice_str(c->name)), "Type", t.name, "Precision",
	        (int)t.precision, "Scale", (int)t.scale, "Nullable", "UNKNOWN", "CaseSensitive",
	        t.case_sensitive);
}

struct page {
	json_t *rows;
	size_t columns, bytes;
	bool cut;
};

/* NULL is a Datum without VarCharValue. */
static int page_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct page *p = arg;
	json_t *data = json_array();
	if (n != p->columns) {
		json_decref(data);
		return err_set(err, ERR_DATA, "a row of the result has %zu fields, not %zu", n,
		        p->columns);
	}
	for (size_t i = 0; i < n; i++) {
		json_t *datum = json_object();
		if (!cell_is_null(cells[i]))
			json_object_set_new(datum, "VarCharValue", text_json(cell_slice(cells[i])));
		json_array_append_new(data, datum);
		p->bytes += cells[i].len;
	}
	json_array_append_new(p->rows, json_pack("{s:o}", "Data", data));
	p->cut = p->bytes >= PAGE_BYTES;
	return p->cut ? 1 : 0;
}

/* Why there is nothing to read yet, or at all. */
static bool check_state(struct op *o, const struct exec_view *v)
{
	if (v->state == EXEC_QUEUED || v->state == EXEC_RUNNING)
		op_invalid(o, "INVALID_QUERY_EXECUTION_STATE",
		        "Query has not yet finished. Current state: %s", exec_state_name(v->state));
	else if (v->state == EXEC_FAILED)
		op_invalid(o, "INVALID_QUERY_EXECUTION_STATE",
		        "Query did not finish successfully. Final query state: FAILED");
	else if (v->state == EXEC_CANCELLED)
		op_invalid(o, "RESULT_NOT_FOUND", "Could not find results");
	return !o->failed;
}

static json_t *result_set(struct page *p, const struct exec_view *v)
{
	json_t *info = json_array();
	for (size_t i = 0; i < v->columns.n; i++)
		json_array_append_new(info, column_info(&v->columns.col[i]));
	return json_pack("{s:o, s:{s:o}}", "Rows", json_incref(p->rows), "ResultSetMetadata",
	        "ColumnInfo", info);
}

static void reply_page(struct op *o, const struct exec_view *v, uint64_t first, size_t max)
{
	struct page p = {json_array(), v->columns.n, 0, false};
	struct result_page at = {
	        v->bucket, v->key, v->pages, v->etag, v->offset, v->row_there, first, max};
	struct err err = ERR_INIT;
	int64_t n = v->columns.n ? result_read(o->api->store, &at, page_row, &p, &err) : 0;
	if (n < 0 && err.code == ERR_NOT_FOUND) {
		op_invalid(o, "RESULT_NOT_FOUND", "Could not find results");
	} else if (n < 0) {
		op_fail(o, 500, "InternalServerException", "%s", err.text);
	} else {
		json_t *out =
		        json_pack("{s:i, s:o}", "UpdateCount", 0, "ResultSet", result_set(&p, v));
		char token[TOKEN_SIZE];
		make_token(token, o->api->token_key, v->id, first + (uint64_t)n);
		if (p.cut || (size_t)n == max)
			json_object_set_new(out, "NextToken", json_string(token));
		op_reply(o, out);
	}
	json_decref(p.rows);
}

void op_get_query_results(struct op *o)
{
	struct exec_view v;
	const char *id = op_required(o, "QueryExecutionId");
	const char *token = op_string(o, o->in, "NextToken");
	int64_t max = op_number(o, o->in, "MaxResults", PAGE_MAX);
	int64_t first = token && id ? read_token(o->api->token_key, id, token) : 0;
	if (max > PAGE_MAX)
		op_invalid(o, "INVALID_INPUT", "MaxResults is more than maximum allowed length %d",
		        PAGE_MAX);
	else if (max < 1)
		op_invalid(o, "INVALID_INPUT", "MaxResults is less than minimum allowed length 1");
	else if (first < 0)
		op_invalid(o, "INVALID_INPUT", "Malformed nextPageToken");
	if (o->failed)
		return;
	if (!executions_get(o->api->ex, id, (uint64_t)first, &v)) {
		op_invalid(
		        o, "QUERY_EXECUTION_NOT_FOUND", "QueryExecution %.100s was not found", id);
		return;
	}
	if (check_state(o, &v))
		reply_page(o, &v, (uint64_t)first, (size_t)max);
	exec_view_release(&v);
}
