#include "local/duck_values.h"

#include "base/mem.h"
#include "local/values.h"

#include "base/ban.h"

/* A type, taken apart once per result. */
struct vtype {
	duckdb_type id, internal;
	int scale;
	size_t array_size, n; /* n children */
	struct vtype *child;
	char **name; /* fields of a row; entries of an enum */
};

struct vcolumn {
	struct vtype type;
	struct cell *cell; /* one per row of the chunk */
	struct buf text;   /* backs the cells that are not strings */
};
struct duck_values {
	size_t n;
	struct vcolumn *col;
	struct columns columns;
	struct cell *row;
};

static const char *simple_name(duckdb_type id)
{
	switch (id) {
	case DUCKDB_TYPE_BOOLEAN: return "boolean";
	case DUCKDB_TYPE_TINYINT: return "tinyint";
	case DUCKDB_TYPE_SMALLINT:
	case DUCKDB_TYPE_UTINYINT: return "smallint";
	case DUCKDB_TYPE_INTEGER:
	case DUCKDB_TYPE_USMALLINT: return "integer";
	/* DuckDB sums integers to 128 bits, Trino to 64. */
	case DUCKDB_TYPE_BIGINT:
	case DUCKDB_TYPE_UINTEGER:
	case DUCKDB_TYPE_UBIGINT:
	case DUCKDB_TYPE_HUGEINT:
	case DUCKDB_TYPE_UHUGEINT: return "bigint";
	case DUCKDB_TYPE_DOUBLE: return "double";
	case DUCKDB_TYPE_DATE: return "date";
	case DUCKDB_TYPE_TIME:
	case DUCKDB_TYPE_TIME_NS: return "time";
	case DUCKDB_TYPE_TIMESTAMP:
	case DUCKDB_TYPE_TIMESTAMP_S:
	case DUCKDB_TYPE_TIMESTAMP_MS:
	case DUCKDB_TYPE_TIMESTAMP_NS: return "timestamp";
	case DUCKDB_TYPE_TIMESTAMP_TZ: return "timestamp with time zone";
	case DUCKDB_TYPE_INTERVAL: return "interval day to second";
	case DUCKDB_TYPE_BLOB: return "varbinary";
	case DUCKDB_TYPE_UUID: return "uuid";
	case DUCKDB_TYPE_SQLNULL: return "unknown";
	case DUCKDB_TYPE_LIST:
	case DUCKDB_TYPE_ARRAY: return "array";
	case DUCKDB_TYPE_MAP: return "map";
	case DUCKDB_TYPE_STRUCT: return "row";
	case DUCKDB_TYPE_DECIMAL: return "decimal";
	default: return "varchar";
	}
}

static void child_text(struct buf *out, duckdb_logical_type child)
{
	duck_type_text(out, child, false);
	duckdb_destroy_logical_type(&child);
}

static void row_text(struct buf *out, duckdb_logical_type type)
{
	for (idx_t i = 0; i < duckdb_struct_type_child_count(type); i++) {
		char *name = duckdb_struct_type_child_name(type, i);
		buf_add_str(out, i ? ", " : "");
		if (name && *name)
			buf_printf(out, "%s ", name);
		duckdb_free(name);
		child_text(out, duckdb_struct_type_child_type(type, i));
	}
}

static bool is_json(duckdb_logical_type type)
{
	char *alias = duckdb_logical_type_get_alias(type);
	bool yes = alias && strcmp(alias, "JSON") == 0;
	duckdb_free(alias);
	return yes;
}

void duck_type_text(struct buf *out, duckdb_logical_type type, bool base)
{
	duckdb_type id = duckdb_get_type_id(type);
	if (id == DUCKDB_TYPE_FLOAT) {
		buf_add_str(out, base ? "float" : "real");
		return;
	}
	buf_add_str(out, id == DUCKDB_TYPE_VARCHAR && is_json(type) ? "json" : simple_name(id));
	if (base)
		return;
	if (id == DUCKDB_TYPE_DECIMAL) {
		buf_printf(out, "(%d,%d)", duckdb_decimal_width(type), duckdb_decimal_scale(type));
		return;
	}
	if (id != DUCKDB_TYPE_LIST && id != DUCKDB_TYPE_ARRAY && id != DUCKDB_TYPE_MAP &&
	        id != DUCKDB_TYPE_STRUCT)
		return;
	buf_add_char(out, '(');
	if (id == DUCKDB_TYPE_LIST)
		child_text(out, duckdb_list_type_child_type(type));
	else if (id == DUCKDB_TYPE_ARRAY)
		child_text(out, duckdb_array_type_child_type(type));
	else if (id == DUCKDB_TYPE_STRUCT)
		row_text(out, type);
	else {
		child_text(out, duckdb_map_type_key_type(type));
		buf_add_str(out, ", ");
		child_text(out, duckdb_map_type_value_type(type));
	}
	buf_add_char(out, ')');
}

static void vtype_init(struct vtype *t, duckdb_logical_type type);

static void vtype_child(struct vtype *t, size_t i, duckdb_logical_type child)
{
	vtype_init(&t->child[i], child);
	duckdb_destroy_logical_type(&child);
}

static void vtype_row(struct vtype *t, duckdb_logical_type type)
{
	t->n = duckdb_struct_type_child_count(type);
	t->child = mem_calloc(t->n, sizeof(*t->child));
	t->name = mem_calloc(t->n, sizeof(*t->name));
	for (size_t i = 0; i < t->n; i++) {
		char *name = duckdb_struct_type_child_name(type, i);
		t->name[i] = name && *name ? mem_strdup(name) : mem_printf("field%zu", i);
		duckdb_free(name);
		vtype_child(t, i, duckdb_struct_type_child_type(type, i));
	}
}

static void vtype_enum(struct vtype *t, duckdb_logical_type type)
{
	t->internal = duckdb_enum_internal_type(type);
	t->n = duckdb_enum_dictionary_size(type);
	t->name = mem_calloc(t->n, sizeof(*t->name));
	for (size_t i = 0; i < t->n; i++) {
		char *name = duckdb_enum_dictionary_value(type, i);
		t->name[i] = mem_strdup(name);
		duckdb_free(name);
	}
}

static void vtype_init(struct vtype *t, duckdb_logical_type type)
{
	*t = (struct vtype){.id = duckdb_get_type_id(type)};
	switch (t->id) {
	case DUCKDB_TYPE_DECIMAL:
		t->scale = duckdb_decimal_scale(type);
		t->internal = duckdb_decimal_internal_type(type);
		break;
	case DUCKDB_TYPE_ENUM: vtype_enum(t, type); break;
	case DUCKDB_TYPE_STRUCT: vtype_row(t, type); break;
	case DUCKDB_TYPE_LIST:
	case DUCKDB_TYPE_ARRAY:
		t->n = 1;
		t->child = mem_calloc(1, sizeof(*t->child));
		if (t->id == DUCKDB_TYPE_ARRAY)
			t->array_size = duckdb_array_type_array_size(type);
		vtype_child(t, 0,
		        t->id == DUCKDB_TYPE_LIST ? duckdb_list_type_child_type(type)
		                                  : duckdb_array_type_child_type(type));
		break;
	case DUCKDB_TYPE_MAP:
		t->n = 2;
		t->child = mem_calloc(2, sizeof(*t->child));
		vtype_child(t, 0, duckdb_map_type_key_type(type));
		vtype_child(t, 1, duckdb_map_type_value_type(type));
		break;
	default: break;
	}
}

static void vtype_release(struct vtype *t)
{
	for (size_t i = 0; t->child && i < t->n; i++)
		vtype_release(&t->child[i]);
	for (size_t i = 0; t->name && i < t->n; i++)
		mem_free(t->name[i]);
	mem_free(t->child);
	mem_free(t->name);
}

static bool is_valid(duckdb_vector vec, idx_t i)
{
	uint64_t *validity = duckdb_vector_get_validity(vec);
	return !validity || duckdb_validity_row_is_valid(validity, i);
}

static size_t put_decimal(char *out, const struct vtype *t, const void *data, idx_t i)
{
	duckdb_hugeint h;
	int64_t v;
	switch (t->internal) {
	case DUCKDB_TYPE_SMALLINT: v = ((const int16_t *)data)[i]; break;
	case DUCKDB_TYPE_INTEGER: v = ((const int32_t *)data)[i]; break;
	case DUCKDB_TYPE_BIGINT: v = ((const int64_t *)data)[i]; break;
	default:
		h = ((const duckdb_hugeint *)data)[i];
		return values_decimal(out, h.upper, h.lower, t->scale);
	}
	return values_decimal(out, v < 0 ? -1 : 0, (uint64_t)v, t->scale);
}

static size_t put_hugeint(char *out, const struct vtype *t, const void *data, idx_t i)
{
	duckdb_hugeint h = ((const duckdb_hugeint *)data)[i];
	if (t->id == DUCKDB_TYPE_UUID) /* stored with its top bit flipped, so that it sorts */
		return values_uuid(out, (uint64_t)h.upper ^ (1ULL << 63), h.lower);
	return values_decimal(out, h.upper, h.lower, 0);
}

static size_t put_integer(char *out, const struct vtype *t, const void *data, idx_t i)
{
	switch (t->id) {
	case DUCKDB_TYPE_TINYINT: return values_bigint(out, ((const int8_t *)data)[i]);
	case DUCKDB_TYPE_SMALLINT: return values_bigint(out, ((const int16_t *)data)[i]);
	case DUCKDB_TYPE_INTEGER: return values_bigint(out, ((const int32_t *)data)[i]);
	case DUCKDB_TYPE_UTINYINT: return values_bigint(out, ((const uint8_t *)data)[i]);
	case DUCKDB_TYPE_USMALLINT: return values_bigint(out, ((const uint16_t *)data)[i]);
	case DUCKDB_TYPE_UINTEGER: return values_bigint(out, ((const uint32_t *)data)[i]);
	case DUCKDB_TYPE_UBIGINT: return values_decimal(out, 0, ((const uint64_t *)data)[i], 0);
	default: return values_bigint(out, ((const int64_t *)data)[i]);
	}
}

static size_t put_bool(char *out, bool b)
{
	memcpy(out, b ? "true" : "false", b ? 4 : 5);
	return b ? 4 : 5;
}

static size_t put_interval(char *out, const void *data, idx_t i)
{
	duckdb_interval v = ((const duckdb_interval *)data)[i];
	return values_interval(out, v.months, v.days, v.micros);
}

/* Values of bounded text: 0 for types that are not. */
static size_t put_fixed(char *out, const struct vtype *t, const void *data, idx_t i)
{
	switch (t->id) {
	case DUCKDB_TYPE_BOOLEAN: return put_bool(out, ((const bool *)data)[i]);
	case DUCKDB_TYPE_FLOAT: return values_real(out, ((const float *)data)[i]);
	case DUCKDB_TYPE_DOUBLE: return values_double(out, ((const double *)data)[i]);
	case DUCKDB_TYPE_DATE: return values_date(out, ((const int32_t *)data)[i]);
	case DUCKDB_TYPE_TIME: return values_time(out, ((const int64_t *)data)[i]);
	case DUCKDB_TYPE_TIME_NS: return values_time(out, ((const int64_t *)data)[i] / 1000);
	case DUCKDB_TYPE_TIMESTAMP_S:
		return values_timestamp(out, ((const int64_t *)data)[i] * 1000000);
	case DUCKDB_TYPE_TIMESTAMP_MS:
		return values_timestamp(out, ((const int64_t *)data)[i] * 1000);
	case DUCKDB_TYPE_TIMESTAMP_NS:
		return values_timestamp(out, ((const int64_t *)data)[i] / 1000);
	case DUCKDB_TYPE_TIMESTAMP: return values_timestamp(out, ((const int64_t *)data)[i]);
	case DUCKDB_TYPE_TIMESTAMP_TZ: {
		size_t n = values_timestamp(out, ((const int64_t *)data)[i]);
		memcpy(out + n, " UTC", 4);
		return n + 4;
	}
	case DUCKDB_TYPE_INTERVAL: return put_interval(out, data, i);
	case DUCKDB_TYPE_DECIMAL: return put_decimal(out, t, data, i);
	case DUCKDB_TYPE_HUGEINT:
	case DUCKDB_TYPE_UHUGEINT:
	case DUCKDB_TYPE_UUID: return put_hugeint(out, t, data, i);
	case DUCKDB_TYPE_TINYINT:
	case DUCKDB_TYPE_SMALLINT:
	case DUCKDB_TYPE_INTEGER:
	case DUCKDB_TYPE_BIGINT:
	case DUCKDB_TYPE_UTINYINT:
	case DUCKDB_TYPE_USMALLINT:
	case DUCKDB_TYPE_UINTEGER:
	case DUCKDB_TYPE_UBIGINT: return put_integer(out, t, data, i);
	default: return 0;
	}
}

static struct slice string_at(const void *data, idx_t i)
{
	duckdb_string_t *s = (duckdb_string_t *)data + i;
	return slice_of(duckdb_string_t_data(s), duckdb_string_t_length(*s));
}

static void put_blob(struct buf *out, struct slice s)
{
	static const char hex[] = "0123456789abcdef";
	char *p = s.len ? buf_reserve(out, 3 * s.len) : NULL;
	if (!p)
		return;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
		*p++ = ' ';
	}
	buf_added(out, 3 * s.len - 1);
}

static const char *enum_name(const struct vtype *t, const void *data, idx_t i)
{
	size_t k = t->internal == DUCKDB_TYPE_UTINYINT    ? ((const uint8_t *)data)[i]
	           : t->internal == DUCKDB_TYPE_USMALLINT ? ((const uint16_t *)data)[i]
	                                                  : ((const uint32_t *)data)[i];
	return k < t->n ? t->name[k] : "";
}

static void put_value(struct buf *out, const struct vtype *t, duckdb_vector vec, idx_t i);

static void put_items(
        struct buf *out, const struct vtype *t, duckdb_vector child, idx_t from, idx_t n)
{
	buf_add_char(out, '[');
	for (idx_t k = 0; k < n; k++) {
		buf_add(out, ", ", k ? 2 : 0);
		put_value(out, &t->child[0], child, from + k);
	}
	buf_add_char(out, ']');
}

static void put_map(struct buf *out, const struct vtype *t, duckdb_vector vec, idx_t i)
{
	duckdb_list_entry e = ((duckdb_list_entry *)duckdb_vector_get_data(vec))[i];
	duckdb_vector entries = duckdb_list_vector_get_child(vec);
	duckdb_vector keys = duckdb_struct_vector_get_child(entries, 0);
	duckdb_vector vals = duckdb_struct_vector_get_child(entries, 1);
	buf_add_char(out, '{');
	for (idx_t k = 0; k < e.length; k++) {
		buf_add(out, ", ", k ? 2 : 0);
		put_value(out, &t->child[0], keys, e.offset + k);
		buf_add_char(out, '=');
		put_value(out, &t->child[1], vals, e.offset + k);
	}
	buf_add_char(out, '}');
}

static void put_row(struct buf *out, const struct vtype *t, duckdb_vector vec, idx_t i)
{
	buf_add_char(out, '{');
	for (size_t k = 0; k < t->n; k++) {
		buf_add(out, ", ", k ? 2 : 0);
		buf_add_str(out, t->name[k]);
		buf_add_char(out, '=');
		put_value(out, &t->child[k], duckdb_struct_vector_get_child(vec, k), i);
	}
	buf_add_char(out, '}');
}

static void put_nested(struct buf *out, const struct vtype *t, duckdb_vector vec, idx_t i)
{
	if (t->id == DUCKDB_TYPE_LIST) {
		duckdb_list_entry e = ((duckdb_list_entry *)duckdb_vector_get_data(vec))[i];
		put_items(out, t, duckdb_list_vector_get_child(vec), e.offset, e.length);
	} else if (t->id == DUCKDB_TYPE_ARRAY) {
		put_items(out, t, duckdb_array_vector_get_child(vec), i * t->array_size,
		        t->array_size);
	} else if (t->id == DUCKDB_TYPE_MAP) {
		put_map(out, t, vec, i);
	} else {
		put_row(out, t, vec, i);
	}
}

static bool is_nested(duckdb_type id)
{
	return id == DUCKDB_TYPE_LIST || id == DUCKDB_TYPE_ARRAY || id == DUCKDB_TYPE_MAP ||
	       id == DUCKDB_TYPE_STRUCT;
}

static void put_value(struct buf *out, const struct vtype *t, duckdb_vector vec, idx_t i)
{
	if (t->id == DUCKDB_TYPE_SQLNULL || !is_valid(vec, i)) {
		buf_add_str(out, "null");
		return;
	}
	if (is_nested(t->id)) {
		put_nested(out, t, vec, i);
		return;
	}
	const void *data = duckdb_vector_get_data(vec);
	if (t->id == DUCKDB_TYPE_VARCHAR) {
		buf_add_slice(out, string_at(data, i));
	} else if (t->id == DUCKDB_TYPE_BLOB) {
		put_blob(out, string_at(data, i));
	} else if (t->id == DUCKDB_TYPE_ENUM) {
		buf_add_str(out, enum_name(t, data, i));
	} else {
		char *p = buf_reserve(out, VALUES_SIZE);
		if (p)
			buf_added(out, put_fixed(p, t, data, i));
	}
}

/* The texts go into one buffer that may move, so cells hold lengths first and get pointers after.
 */
static int column_texts(struct vcolumn *c, duckdb_vector vec, idx_t n, struct err *err)
{
	for (idx_t i = 0; i < n; i++) {
		size_t before = c->text.len;
		bool null = c->type.id == DUCKDB_TYPE_SQLNULL || !is_valid(vec, i);
		if (!null)
			put_value(&c->text, &c->type, vec, i);
		c->cell[i] = (struct cell){null ? NULL : "", (uint32_t)(c->text.len - before)};
	}
	if (c->text.failed)
		return err_set(err, ERR_MEMORY, "a chunk of the result needs more than 1 GiB");
	const char *p = buf_str(&c->text);
	for (idx_t i = 0; i < n; i++) {
		if (c->cell[i].ptr)
			c->cell[i].ptr = p;
		p += c->cell[i].len;
	}
	return 0;
}

static void column_strings(struct vcolumn *c, duckdb_vector vec, idx_t n)
{
	const void *data = duckdb_vector_get_data(vec);
	uint64_t *validity = duckdb_vector_get_validity(vec);
	for (idx_t i = 0; i < n; i++) {
		if (validity && !duckdb_validity_row_is_valid(validity, i)) {
			c->cell[i] = (struct cell){NULL, 0};
			continue;
		}
		struct slice s = string_at(data, i);
		c->cell[i] = (struct cell){s.ptr ? s.ptr : "", (uint32_t)s.len};
	}
}

struct duck_values *duck_values_new(
        duckdb_result *r, char *const *names, size_t n_names, struct err *err)
{
	struct duck_values *v = MEM_NEW(struct duck_values);
	idx_t chunk = duckdb_vector_size();
	struct buf type;
	buf_init(&type, 1 << 20);
	columns_init(&v->columns);
	v->n = duckdb_column_count(r);
	v->col = mem_calloc(v->n + 1, sizeof(*v->col));
	v->row = mem_calloc(v->n + 1, sizeof(*v->row));
	for (size_t i = 0; i < v->n; i++) {
		duckdb_logical_type t = duckdb_column_logical_type(r, i);
		const char *name = i < n_names && names[i] ? names[i] : duckdb_column_name(r, i);
		buf_clear(&type);
		duck_type_text(&type, t, true);
		columns_add(&v->columns, slice_str(name), buf_slice(&type));
		vtype_init(&v->col[i].type, t);
		duckdb_destroy_logical_type(&t);
		v->col[i].cell = mem_calloc(chunk, sizeof(struct cell));
		buf_init(&v->col[i].text, (size_t)1 << 30);
	}
	buf_release(&type);
	if (v->n == 0) {
		err_set(err, ERR_INTERNAL, "the statement has no result columns");
		duck_values_free(v);
		return NULL;
	}
	return v;
}

void duck_values_free(struct duck_values *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->n; i++) {
		vtype_release(&v->col[i].type);
		mem_free(v->col[i].cell);
		buf_release(&v->col[i].text);
	}
	columns_release(&v->columns);
	mem_free(v->col);
	mem_free(v->row);
	mem_free(v);
}

const struct columns *duck_values_columns(const struct duck_values *v)
{
	return &v->columns;
}

static int emit_rows(struct duck_values *v, idx_t n, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	for (idx_t i = 0; i < n; i++) {
		long long bytes = 0;
		for (size_t k = 0; k < v->n; k++) {
			v->row[k] = v->col[k].cell[i];
			bytes += v->row[k].len;
		}
		if (sink->row(sink->arg, v->row, err) < 0)
			return -1;
		atomic_fetch_add(&live->output_bytes, bytes);
	}
	atomic_fetch_add(&live->output_rows, (long long)n);
	return 0;
}

int duck_values_chunk(struct duck_values *v, duckdb_data_chunk chunk, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	idx_t n = duckdb_data_chunk_get_size(chunk);
	for (size_t k = 0; k < v->n; k++) {
		struct vcolumn *c = &v->col[k];
		duckdb_vector vec = duckdb_data_chunk_get_vector(chunk, k);
		buf_clear(&c->text);
		if (c->type.id == DUCKDB_TYPE_VARCHAR)
			column_strings(c, vec, n);
		else if (column_texts(c, vec, n, err) < 0)
			return -1;
	}
	return emit_rows(v, n, sink, live, err);
}
