#include "rows/resultpage.h"

#include "base/mem.h"

#include <jansson.h>

#include "base/ban.h"

#define MAX_CELL ((size_t)1 << 30)

static int wrong(struct err *err, const char *what)
{
	return err_set(err, ERR_PROTOCOL,
	        "the page of results is not as Athena writes it: %s; read the page again", what);
}

static struct slice text_of(const json_t *v)
{
	return json_is_string(v) ? slice_of(json_string_value(v), json_string_length(v))
	                         : slice_of("", 0);
}

static int read_columns(struct columns *out, const json_t *set, struct err *err)
{
	const json_t *info =
	        json_object_get(json_object_get(set, "ResultSetMetadata"), "ColumnInfo");
	size_t i;

	if (info && !json_is_array(info))
		return wrong(err, "ColumnInfo is not a list");
	for (i = 0; i < json_array_size(info); i++) {
		const json_t *one = json_array_get(info, i);
		const json_t *name = json_object_get(one, "Name");

		if (!json_is_string(name))
			return wrong(err, "a column has no Name");
		columns_add(out, text_of(name), text_of(json_object_get(one, "Type")));
	}
	return 0;
}

static int read_cell(struct cell *out, const json_t *datum, struct err *err)
{
	const json_t *v = json_object_get(datum, "VarCharValue");

	if (!json_is_object(datum))
		return wrong(err, "a Datum is not an object");
	*out = (struct cell){NULL, 0};
	if (!v || json_is_null(v))
		return 0;
	if (!json_is_string(v) || json_string_length(v) > MAX_CELL)
		return wrong(err, "a VarCharValue is not a string of at most 1 GiB");
	*out = (struct cell){json_string_value(v), (uint32_t)json_string_length(v)};
	return 0;
}

static int read_row(struct rows *to, const json_t *row, struct cell *cells, struct err *err)
{
	const json_t *data = json_object_get(row, "Data");
	size_t i, n = rows_columns(to);

	if (!json_is_array(data))
		return wrong(err, "a row has no Data list");
	if (json_array_size(data) != n)
		return wrong(err, "a row has not as many values as there are columns");
	for (i = 0; i < n; i++)
		if (read_cell(&cells[i], json_array_get(data, i), err) != 0)
			return -1;
	return rows_append(to, cells, err);
}

static int read_rows(struct resultpage *out, const json_t *set, bool skip_header, struct err *err)
{
	const json_t *list = json_object_get(set, "Rows");
	struct cell *cells;
	size_t i;
	int rc = 0;

	if (list && !json_is_array(list))
		return wrong(err, "Rows is not a list");
	out->rows = rows_new(out->columns.n);
	out->raw_rows = json_array_size(list);
	cells = mem_calloc(out->columns.n + 1, sizeof *cells);
	for (i = skip_header ? 1 : 0; rc == 0 && i < out->raw_rows; i++)
		rc = read_row(out->rows, json_array_get(list, i), cells, err);
	mem_free(cells);
	return rc;
}

static int read_page(struct resultpage *out, const json_t *root, bool skip_header, struct err *err)
{
	const json_t *set = json_object_get(root, "ResultSet");
	const json_t *token = json_object_get(root, "NextToken");

	if (!json_is_object(set))
		return wrong(err, "there is no ResultSet");
	if (token && !json_is_null(token) && !json_is_string(token))
		return wrong(err, "NextToken is not a string");
	if (read_columns(&out->columns, set, err) != 0 ||
	        read_rows(out, set, skip_header, err) != 0)
		return -1;
	if (json_is_string(token) && json_string_length(token))
		out->next_token = mem_strdup(json_string_value(token));
	return 0;
}

int resultpage_parse(struct resultpage *out, struct slice json, bool skip_header, struct err *err)
{
	json_error_t je;
	json_t *root;
	int rc;

	*out = (struct resultpage){0};
	columns_init(&out->columns);
	root = json_loadb(json.ptr ? json.ptr : "", json.len, JSON_ALLOW_NUL, &je);
	if (!root)
		return err_set(err, ERR_PROTOCOL,
		        "the page of results is not JSON (byte %d: %.120s); read the page again",
		        je.position, je.text);
	rc = read_page(out, root, skip_header, err);
	json_decref(root);
	if (rc != 0)
		resultpage_release(out);
	return rc;
}

void resultpage_release(struct resultpage *p)
{
	columns_release(&p->columns);
	rows_free(p->rows);
	mem_free(p->next_token);
	*p = (struct resultpage){0};
}
