/* Functions in C: what SQL macros cannot do, or not fast enough. The regular expressions have their
 * own file. */
#include "local/duck_functions.h"

#include "base/utf8.h"
#include "local/duck_internal.h"
#include "local/values.h"

#include <stdint.h>

#include "base/ban.h"

bool duck_valid(duckdb_vector v, idx_t i)
{
	uint64_t *validity = duckdb_vector_get_validity(v);
	return !validity || duckdb_validity_row_is_valid(validity, i);
}

void duck_set_null(duckdb_vector out, idx_t i)
{
	duckdb_vector_ensure_validity_writable(out);
	duckdb_validity_set_row_invalid(duckdb_vector_get_validity(out), i);
}

bool duck_args_valid(duckdb_data_chunk in, idx_t i)
{
	for (idx_t c = 0; c < duckdb_data_chunk_get_column_count(in); c++) {
		if (!duck_valid(duckdb_data_chunk_get_vector(in, c), i))
			return false;
	}
	return true;
}

struct slice duck_string(duckdb_vector v, idx_t i)
{
	duckdb_string_t *s = (duckdb_string_t *)duckdb_vector_get_data(v) + i;
	return slice_of(duckdb_string_t_data(s), duckdb_string_t_length(*s));
}

int duck_register(duckdb_connection con, const struct duck_function *f, struct err *err)
{
	duckdb_scalar_function s = duckdb_create_scalar_function();
	duckdb_scalar_function_set_name(s, f->name);
	for (size_t i = 0; i < 4 && f->arg[i]; i++) {
		duckdb_logical_type t = duckdb_create_logical_type(f->arg[i]);
		duckdb_scalar_function_add_parameter(s, t);
		duckdb_destroy_logical_type(&t);
	}
	duckdb_logical_type item = duckdb_create_logical_type(f->result);
	duckdb_logical_type list = duckdb_create_list_type(item);
	duckdb_scalar_function_set_return_type(s, f->list ? list : item);
	duckdb_scalar_function_set_function(s, f->run);
	if (f->bind)
		duckdb_scalar_function_set_bind(s, f->bind);
	duckdb_state rc = duckdb_register_scalar_function(con, s);
	duckdb_destroy_logical_type(&item);
	duckdb_destroy_logical_type(&list);
	duckdb_destroy_scalar_function(&s);
	return rc == DuckDBSuccess
	               ? 0
	               : err_set(err, ERR_INTERNAL, "DuckDB refused function %s", f->name);
}

/* --- integer / and %: truncating, and an error for zero ------------------------------------------
 */

#define INTEGER_OPS(NAME, TYPE)                                                                    \
	static void divide_##NAME(                                                                 \
	        duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)                \
	{                                                                                          \
		const TYPE *a = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 0));       \
		const TYPE *b = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 1));       \
		TYPE *r = duckdb_vector_get_data(out);                                             \
		for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {                       \
			if (!duck_args_valid(in, i)) {                                             \
				duck_set_null(out, i);                                             \
			} else if (b[i] == 0) {                                                    \
				duckdb_scalar_function_set_error(                                  \
				        info, "DIVISION_BY_ZERO: Division by zero");               \
				return;                                                            \
			} else if (b[i] == -1) {                                                   \
				r[i] = (TYPE)(0 - (uint64_t)a[i]);                                 \
			} else {                                                                   \
				r[i] = (TYPE)(a[i] / b[i]);                                        \
			}                                                                          \
		}                                                                                  \
	}                                                                                          \
	static void modulo_##NAME(                                                                 \
	        duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)                \
	{                                                                                          \
		const TYPE *a = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 0));       \
		const TYPE *b = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 1));       \
		TYPE *r = duckdb_vector_get_data(out);                                             \
		for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {                       \
			if (!duck_args_valid(in, i)) {                                             \
				duck_set_null(out, i);                                             \
			} else if (b[i] == 0) {                                                    \
				duckdb_scalar_function_set_error(                                  \
				        info, "DIVISION_BY_ZERO: Division by zero");               \
				return;                                                            \
			} else {                                                                   \
				r[i] = b[i] == -1 ? 0 : (TYPE)(a[i] % b[i]);                       \
			}                                                                          \
		}                                                                                  \
	}

INTEGER_OPS(i8, int8_t)
INTEGER_OPS(i16, int16_t)
INTEGER_OPS(i32, int32_t)
INTEGER_OPS(i64, int64_t)

/* 128 bits: DuckDB's sums of integers. */
__extension__ typedef __int128 i128;

static i128 wide(const duckdb_hugeint *h)
{
	__extension__ typedef unsigned __int128 u128;
	return (i128)(((u128)(uint64_t)h->upper << 64) | h->lower);
}

static void huge_op(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out, bool modulo)
{
	const duckdb_hugeint *a = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 0));
	const duckdb_hugeint *b = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 1));
	duckdb_hugeint *r = duckdb_vector_get_data(out);
	for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {
		if (!duck_args_valid(in, i)) {
			duck_set_null(out, i);
			continue;
		}
		i128 x = wide(&a[i]), y = wide(&b[i]);
		if (y == 0) {
			duckdb_scalar_function_set_error(
			        info, "DIVISION_BY_ZERO: Division by zero");
			return;
		}
		i128 v = modulo ? (y == -1 ? 0 : x % y) : y == -1 ? -x : x / y;
		r[i] = (duckdb_hugeint){.lower = (uint64_t)v, .upper = (int64_t)(v >> 64)};
	}
}

static void divide_huge(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	huge_op(info, in, out, false);
}

static void modulo_huge(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	huge_op(info, in, out, true);
}

/* --- others -------------------------------------------------------------------------------------
 */

static void from_utf8(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	duckdb_vector v = duckdb_data_chunk_get_vector(in, 0);
	struct buf b;
	(void)info;
	buf_init(&b, (size_t)1 << 30);
	for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {
		if (!duck_valid(v, i)) {
			duck_set_null(out, i);
			continue;
		}
		buf_clear(&b);
		utf8_repair(&b, duck_string(v, i));
		duckdb_vector_assign_string_element_len(out, i, buf_str(&b), b.len);
	}
	buf_release(&b);
}

static void byte_length(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	duckdb_vector v = duckdb_data_chunk_get_vector(in, 0);
	int64_t *r = duckdb_vector_get_data(out);
	(void)info;
	for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {
		if (duck_valid(v, i))
			r[i] = (int64_t)duck_string(v, i).len;
		else
			duck_set_null(out, i);
	}
}

static void cardinality(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	duckdb_vector v = duckdb_data_chunk_get_vector(in, 0);
	const duckdb_list_entry *e = duckdb_vector_get_data(v);
	int64_t *r = duckdb_vector_get_data(out);
	(void)info;
	for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {
		if (duck_valid(v, i))
			r[i] = (int64_t)e[i].length;
		else
			duck_set_null(out, i);
	}
}

/* An overload for arrays beside DuckDB's own for maps. */
static int register_cardinality(duckdb_connection con, struct err *err)
{
	duckdb_scalar_function s = duckdb_create_scalar_function();
	duckdb_logical_type any = duckdb_create_logical_type(DUCKDB_TYPE_ANY);
	duckdb_logical_type list = duckdb_create_list_type(any);
	duckdb_logical_type big = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
	duckdb_scalar_function_set_name(s, "cardinality");
	duckdb_scalar_function_add_parameter(s, list);
	duckdb_scalar_function_set_return_type(s, big);
	duckdb_scalar_function_set_function(s, cardinality);
	duckdb_state rc = duckdb_register_scalar_function(con, s);
	duckdb_destroy_logical_type(&any);
	duckdb_destroy_logical_type(&list);
	duckdb_destroy_logical_type(&big);
	duckdb_destroy_scalar_function(&s);
	return rc == DuckDBSuccess
	               ? 0
	               : err_set(err, ERR_INTERNAL, "DuckDB refused function cardinality");
}

/* --- CAST(double AS varchar) --------------------------------------------------------------------
 */

/* Every value's text; value i stands at i * size bytes. */
static bool cast_each(idx_t n, duckdb_vector in, duckdb_vector out, size_t size,
        size_t (*text_of)(char *text, const void *value))
{
	const char *v = duckdb_vector_get_data(in);
	char text[VALUES_SIZE];
	for (idx_t i = 0; i < n; i++) {
		if (duck_valid(in, i))
			duckdb_vector_assign_string_element_len(
			        out, i, text, text_of(text, v + i * size));
		else
			duck_set_null(out, i);
	}
	return true;
}

static size_t double_text(char *text, const void *value)
{
	return values_double_cast(text, *(const double *)value);
}

static bool cast_double(duckdb_function_info info, idx_t n, duckdb_vector in, duckdb_vector out)
{
	(void)info;
	return cast_each(n, in, out, sizeof(double), double_text);
}

static size_t real_text(char *text, const void *value)
{
	return values_real_cast(text, *(const float *)value);
}

static bool cast_real(duckdb_function_info info, idx_t n, duckdb_vector in, duckdb_vector out)
{
	(void)info;
	return cast_each(n, in, out, sizeof(float), real_text);
}

static size_t timestamp_text(char *text, const void *value)
{
	return values_timestamp(text, *(const int64_t *)value);
}

static bool cast_timestamp(duckdb_function_info info, idx_t n, duckdb_vector in, duckdb_vector out)
{
	(void)info;
	return cast_each(n, in, out, sizeof(int64_t), timestamp_text);
}

static int register_cast(
        duckdb_connection con, duckdb_type from, duckdb_cast_function_t run, struct err *err)
{
	duckdb_cast_function f = duckdb_create_cast_function();
	duckdb_logical_type a = duckdb_create_logical_type(from);
	duckdb_logical_type b = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
	duckdb_cast_function_set_source_type(f, a);
	duckdb_cast_function_set_target_type(f, b);
	duckdb_cast_function_set_function(f, run);
	duckdb_state rc = duckdb_register_cast_function(con, f);
	duckdb_destroy_logical_type(&a);
	duckdb_destroy_logical_type(&b);
	duckdb_destroy_cast_function(&f);
	return rc == DuckDBSuccess ? 0 : err_set(err, ERR_INTERNAL, "DuckDB refused a cast");
}

int duck_functions_register(duckdb_connection con, struct err *err)
{
	const duckdb_type i8 = DUCKDB_TYPE_TINYINT, i16 = DUCKDB_TYPE_SMALLINT,
	                  i32 = DUCKDB_TYPE_INTEGER, i64 = DUCKDB_TYPE_BIGINT,
	                  huge = DUCKDB_TYPE_HUGEINT;
	const struct duck_function all[] = {
	        {"//", {i8, i8}, i8, false, divide_i8, NULL},
	        {"//", {i16, i16}, i16, false, divide_i16, NULL},
	        {"//", {i32, i32}, i32, false, divide_i32, NULL},
	        {"//", {i64, i64}, i64, false, divide_i64, NULL},
	        {"//", {huge, huge}, huge, false, divide_huge, NULL},
	        {"%", {i8, i8}, i8, false, modulo_i8, NULL},
	        {"%", {i16, i16}, i16, false, modulo_i16, NULL},
	        {"%", {i32, i32}, i32, false, modulo_i32, NULL},
	        {"%", {i64, i64}, i64, false, modulo_i64, NULL},
	        {"%", {huge, huge}, huge, false, modulo_huge, NULL},
	        {"length", {DUCKDB_TYPE_BLOB}, DUCKDB_TYPE_BIGINT, false, byte_length, NULL},
	        {"from_utf8", {DUCKDB_TYPE_BLOB}, DUCKDB_TYPE_VARCHAR, false, from_utf8, NULL},
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (duck_register(con, &all[i], err) < 0)
			return -1;
	}
	if (register_cardinality(con, err) < 0 ||
	        register_cast(con, DUCKDB_TYPE_DOUBLE, cast_double, err) < 0 ||
	        register_cast(con, DUCKDB_TYPE_FLOAT, cast_real, err) < 0 ||
	        register_cast(con, DUCKDB_TYPE_TIMESTAMP, cast_timestamp, err) < 0)
		return -1;
	if (duck_dates_register(con, err) < 0)
		return -1;
	return duck_regex_register(con, err);
}
