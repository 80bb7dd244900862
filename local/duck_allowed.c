#include "local/duck_gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

/*
 * Trino's functions (docs "List of functions by topic"), and the names under which DuckDB's parser
 * writes operators, literals and what the rewriting puts in. Sorted by strcmp. A name that is not
 * here does not exist for a query, whatever DuckDB has under it.
 */
static const char *const allowed[] = {
	"!~~", "%", "*", "+", "-", "/", "//", "abs", "acos", "all_match", "any_match",
	"any_value", "approx_distinct", "approx_most_frequent", "approx_percentile",
	"approx_set", "arbitrary", "array_agg", "array_distinct", "array_except",
	"array_extract", "array_first", "array_histogram", "array_intersect", "array_join",
	"array_last", "array_max", "array_min", "array_position", "array_remove", "array_slice",
	"array_sort", "array_union", "array_value", "arrays_overlap", "asin", "at_timezone",
	"atan", "atan2", "avg", "beta_cdf", "bit_and", "bit_count", "bitwise_and",
	"bitwise_and_agg", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_or_agg",
	"bitwise_right_shift", "bitwise_right_shift_arithmetic", "bitwise_xor",
	"bitwise_xor_agg", "bool_and", "bool_or", "cardinality", "cbrt", "ceil", "ceiling",
	"char2hexint", "checksum", "chr", "coalesce", "codepoint", "combinations", "concat",
	"concat_ws", "constant_or_null", "contains", "contains_sequence", "corr", "cos", "cosh",
	"cosine_distance", "cosine_similarity", "count", "count_if", "count_star", "covar_pop",
	"covar_samp", "crc32", "cume_dist", "current_date", "current_time", "current_timestamp",
	"current_timezone", "date", "date_add", "date_diff", "date_format", "date_parse",
	"date_part", "date_trunc", "day", "day_of_month", "day_of_week", "day_of_year",
	"degrees", "dense_rank", "dot_product", "dow", "doy", "e", "element_at",
	"empty_approx_set", "euclidean_distance", "every", "exclude_columns", "exp", "fail",
	"filter", "first_value", "flatten", "floor", "format", "format_datetime",
	"format_number", "from_base", "from_base32", "from_base64", "from_base64url",
	"from_big_endian_32", "from_big_endian_64", "from_hex", "from_ieee754_32",
	"from_ieee754_64", "from_iso8601_date", "from_iso8601_timestamp",
	"from_iso8601_timestamp_nanos", "from_unixtime", "from_unixtime_nanos", "from_utf8",
	"geometric_mean", "get_current_time", "get_current_timestamp", "greatest", "grouping",
	"hamming_distance", "histogram", "hmac_md5", "hmac_sha1", "hmac_sha256", "hmac_sha512",
	"hour", "human_readable_seconds", "index", "infinity", "intersection_cardinality",
	"inverse_beta_cdf", "inverse_normal_cdf", "is_finite", "is_infinite", "is_json_scalar",
	"is_nan", "is_not_distinct_from", "jaccard_index", "json_array", "json_array_contains",
	"json_array_get", "json_array_length", "json_exists", "json_extract",
	"json_extract_scalar", "json_format", "json_object", "json_parse", "json_query",
	"json_size", "json_value", "kurtosis", "lag", "last_day_of_month", "last_value", "lead",
	"least", "length", "levenshtein_distance", "like_escape", "list_bool_and",
	"list_bool_or", "list_concat", "list_extract", "list_filter", "list_reduce",
	"list_slice", "list_transform", "list_value", "listagg", "ln", "localtime",
	"localtimestamp", "log", "log10", "log2", "lower", "lpad", "ltrim", "luhn_check",
	"make_set_digest", "map", "map_agg", "map_concat", "map_entries", "map_filter",
	"map_from_entries", "map_keys", "map_union", "map_values", "map_zip_with", "max",
	"max_by", "md5", "merge", "merge_set_digest", "millisecond", "min", "min_by", "minute",
	"mod", "month", "multimap_agg", "multimap_from_entries", "murmur3", "nan", "ngrams",
	"none_match", "normal_cdf", "normalize", "not_like_escape", "now", "nth_value", "ntile",
	"nullif", "numeric_histogram", "parse_data_size", "parse_datetime", "parse_duration",
	"parse_presto_data_size", "percent_rank", "pi", "position", "pow", "power",
	"qdigest_agg", "quarter", "radians", "rand", "random", "rank", "reduce", "reduce_agg",
	"regexp_count", "regexp_extract", "regexp_extract_all", "regexp_like", "regexp_position",
	"regexp_replace", "regexp_split", "regr_avgx", "regr_avgy", "regr_count",
	"regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "repeat",
	"replace", "reverse", "round", "row", "row_number", "rpad", "rtrim", "second",
	"sequence", "sha1", "sha256", "sha512", "shuffle", "sign", "sin", "sinh", "skewness",
	"slice", "soundex", "split", "split_part", "split_to_map", "split_to_multimap",
	"spooky_hash_v2_32", "spooky_hash_v2_64", "sqrt", "starts_with", "stddev", "stddev_pop",
	"stddev_samp", "string_agg", "strpos", "struct_extract", "struct_pack", "substr",
	"substring", "substring_index", "sum", "tan", "tanh", "tdigest_agg",
	"theta_sketch_union", "timezone", "timezone_hour", "timezone_minute", "to_base",
	"to_base32", "to_base64", "to_base64url", "to_big_endian_32", "to_big_endian_64",
	"to_days", "to_hex", "to_hours", "to_ieee754_32", "to_ieee754_64", "to_iso8601",
	"to_microseconds", "to_milliseconds", "to_minutes", "to_months", "to_quarters",
	"to_seconds", "to_unixtime", "to_utf8", "to_weeks", "to_years", "transform",
	"transform_keys", "transform_values", "translate", "trim", "trim_array", "trino_if",
	"trino_regexp_count", "trino_regexp_extract", "trino_regexp_extract_all",
	"trino_regexp_like", "trino_regexp_position", "trino_regexp_replace",
	"trino_regexp_split", "trino_sequence", "trino_split", "truncate", "try", "try_cast",
	"typeof", "unnest", "upper", "url_decode", "url_encode", "url_extract_fragment",
	"url_extract_host", "url_extract_parameter", "url_extract_path", "url_extract_port",
	"url_extract_protocol", "url_extract_query", "uuid", "value_at_quantile",
	"values_at_quantiles", "var_pop", "var_samp", "variance", "week", "week_of_year",
	"width_bucket", "wilson_interval_lower", "wilson_interval_upper", "with_timezone",
	"word_stem", "xxhash64", "year", "year_of_week", "yow", "zip", "zip_with", "||", "~",
	"~~", "~~~",
};

static int compare(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

bool duck_function_allowed(const char *name)
{
	char lower[64];
	size_t n = strlen(name);
	if (n == 0 || n >= sizeof(lower))
		return false;
	for (size_t i = 0; i <= n; i++)
		lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
	return bsearch(
	        lower, allowed, sizeof(allowed) / sizeof(allowed[0]), sizeof(allowed[0]), compare);
}
