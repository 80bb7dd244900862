#include "local/duck_internal.h"

#include "base/ban.h"

/*
 * Trino's functions in DuckDB's SQL, as macros of schema main, which come before DuckDB's own. In
 * them a function of DuckDB's that a macro hides is named through system.main.
 */

/* What Trino's trim takes away: Java's white space, which has no no-break spaces. */
#define BLANKS                                                                                     \
	"' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(28) || chr(29) || "      \
	"chr(30) || "                                                                              \
	"chr(31) || chr(5760) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) "   \
	"|| "                                                                                      \
	"chr(8197) || chr(8198) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) " \
	"|| "                                                                                      \
	"chr(8287) || chr(12288)"

#define URL "'^[A-Za-z][A-Za-z0-9+.-]*:"

static const char *const macros[] = {
        "trino_if(c, a) AS CASE WHEN c THEN a END, (c, a, b) AS CASE WHEN c THEN a ELSE b END",
        "greatest(a) AS a, (a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN "
        "system.main.greatest(a, b) END, (a, b, c) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL "
        "AND c IS "
        "NOT NULL THEN system.main.greatest(a, b, c) END, (a, b, c, d) AS CASE WHEN a IS NOT NULL "
        "AND b "
        "IS NOT NULL AND c IS NOT NULL AND d IS NOT NULL THEN system.main.greatest(a, b, c, d) END",
        "least(a) AS a, (a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN "
        "system.main.least(a, b) "
        "END, (a, b, c) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL THEN "
        "system.main.least(a, b, c) END, (a, b, c, d) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL "
        "AND c "
        "IS NOT NULL AND d IS NOT NULL THEN system.main.least(a, b, c, d) END",
        /* strings */
        "concat(a, b) AS a || b, (a, b, c) AS a || b || c, (a, b, c, d) AS a || b || c || d, "
        "(a, b, c, d, e) AS a || b || c || d || e, (a, b, c, d, e, f) AS a || b || c || d || e || "
        "f, "
        "(a, b, c, d, e, f, g) AS a || b || c || d || e || f || g",
        "trim(s) AS system.main.trim(s, " BLANKS "), (s, c) AS system.main.trim(s, c)",
        "ltrim(s) AS system.main.ltrim(s, " BLANKS "), (s, c) AS system.main.ltrim(s, c)",
        "rtrim(s) AS system.main.rtrim(s, " BLANKS "), (s, c) AS system.main.rtrim(s, c)",
        "substr(s, p) AS CASE WHEN p = 0 OR -p > length(s) THEN s[0:0] ELSE system.main.substr(s, "
        "p) END, "
        "(s, p, n) AS CASE WHEN p = 0 OR -p > length(s) OR n <= 0 THEN s[0:0] ELSE "
        "system.main.substr(s, p, n) END",
        "substring(s, p) AS CASE WHEN p = 0 OR -p > length(s) THEN s[0:0] ELSE "
        "system.main.substr(s, p) "
        "END, (s, p, n) AS CASE WHEN p = 0 OR -p > length(s) OR n <= 0 THEN s[0:0] ELSE "
        "system.main.substr(s, p, n) END",
        "trino_split(s, d) AS string_split(s, d), (s, d, n) AS CASE WHEN len(string_split(s, d)) "
        "<= n THEN "
        "string_split(s, d) ELSE list_append(string_split(s, d)[1:n - 1], "
        "array_to_string(string_split(s, d)[n:], d)) END",
        "split_part(s, d, n) AS CASE WHEN n <= 0 THEN error('INVALID_FUNCTION_ARGUMENT: Index must "
        "be "
        "greater than zero') ELSE string_split(s, d)[n] END",
        "split_to_map(s, d, e) AS map_from_entries(list_transform(string_split(s, d), x -> "
        "(string_split(x, e)[1], array_to_string(string_split(x, e)[2:], e))))",
        "replace(s, a) AS system.main.replace(s, a, ''), (s, a, b) AS CASE WHEN a = '' THEN b || "
        "array_to_string(string_split(s, ''), b) || b ELSE system.main.replace(s, a, b) END",
        "lpad(s, n, p) AS CASE WHEN n < 0 OR n > 16777216 THEN error('INVALID_FUNCTION_ARGUMENT: "
        "Target "
        "length must be in the range [0..16777216]') ELSE system.main.lpad(s, n::INTEGER, p) END",
        "rpad(s, n, p) AS CASE WHEN n < 0 OR n > 16777216 THEN error('INVALID_FUNCTION_ARGUMENT: "
        "Target "
        "length must be in the range [0..16777216]') ELSE system.main.rpad(s, n::INTEGER, p) END",
        "codepoint(s) AS unicode(s)",
        "chr(n) AS CASE WHEN n < 0 OR n > 1114111 THEN error('INVALID_FUNCTION_ARGUMENT: Not a "
        "valid "
        "Unicode code point') ELSE system.main.chr(n::INTEGER) END",
        "levenshtein_distance(a, b) AS levenshtein(a, b)",
        "hamming_distance(a, b) AS hamming(a, b)",
        "to_utf8(s) AS encode(s)",
        "md5(b) AS unhex(system.main.md5(b))",
        "sha1(b) AS unhex(system.main.sha1(b))",
        "sha256(b) AS unhex(system.main.sha256(b))",
        "normalize(s) AS nfc_normalize(s)",
        "from_base64(s) AS CASE WHEN system.main.regexp_matches(s, '^[A-Za-z0-9+/]*={0,2}$') THEN "
        "system.main.from_base64(s) WHEN s IS NOT NULL THEN error('INVALID_FUNCTION_ARGUMENT: "
        "Illegal "
        "base64 character') END",
        "url_extract_protocol(u) AS nullif(system.main.regexp_extract(u, "
        "'^([A-Za-z][A-Za-z0-9+.-]*):', 1), "
        "'')",
        "url_extract_host(u) AS nullif(system.main.regexp_extract(u, " URL
        "//(?:[^/?#@]*@)?([^/?#:]*)', 1), "
        "'')",
        "url_extract_path(u) AS CASE WHEN system.main.regexp_matches(u, " URL
        "//') THEN url_decode("
        "system.main.regexp_extract(u, " URL "//[^/?#]*([^?#]*)', 1)) END",
        "url_extract_query(u) AS CASE WHEN system.main.regexp_matches(u, " URL
        "//') THEN url_decode("
        "system.main.regexp_extract(u, '\\?([^#]*)', 1)) END",
        "url_extract_fragment(u) AS CASE WHEN system.main.regexp_matches(u, " URL
        "//') THEN url_decode("
        "system.main.regexp_extract(u, '#(.*)', 1)) END",
        "url_extract_port(u) AS TRY_CAST(system.main.regexp_extract(u, " URL
        "//[^/?#]*:([0-9]+)', 1) AS "
        "BIGINT)",
        "trino_query_items(u) AS string_split(system.main.regexp_extract(u, '\\?([^#]*)', 1), '&')",
        "url_extract_parameter(u, n) AS url_decode(array_to_string(string_split(list_filter("
        "trino_query_items(u), p -> string_split(p, '=')[1] = n)[1], '=')[2:], '='))",
        "fail(s) AS error('GENERIC_USER_ERROR: ' || s), (c, s) AS error('GENERIC_USER_ERROR: ' || "
        "s)",
        /* numbers */
        "nan() AS 'nan'::DOUBLE",
        "infinity() AS 'inf'::DOUBLE",
        "is_nan(x) AS isnan(x)",
        "is_finite(x) AS isfinite(x)",
        "is_infinite(x) AS isinf(x)",
        "e() AS exp(1::DOUBLE)",
        "truncate(x) AS trunc(x)",
        "mod(a, b) AS a % b",
        "rand() AS system.main.random(), (n) AS floor(system.main.random() * n)::BIGINT",
        "random() AS system.main.random(), (n) AS floor(system.main.random() * n)::BIGINT",
        "bitwise_and(a, b) AS a::BIGINT & b::BIGINT",
        "bitwise_or(a, b) AS a::BIGINT | b::BIGINT",
        "bitwise_xor(a, b) AS xor(a::BIGINT, b::BIGINT)",
        "bitwise_not(a) AS ~(a::BIGINT)",
        "bit_count(a, n) AS system.main.bit_count(a::BIGINT)::BIGINT",
        "bitwise_left_shift(a, n) AS a::BIGINT << n::BIGINT",
        "bitwise_and_agg(x) AS bit_and(x)",
        "bitwise_or_agg(x) AS bit_or(x)",
        /* dates */
        "from_unixtime(x) AS to_timestamp(x::DOUBLE), (x, z) AS to_timestamp(x::DOUBLE)",
        "to_unixtime(t) AS epoch(t)",
        "date(x) AS CAST(x AS DATE)",
        "day_of_week(t) AS isodow(t)",
        "dow(t) AS isodow(t)",
        "day_of_month(t) AS system.main.day(t)",
        "day_of_year(t) AS dayofyear(t)",
        "doy(t) AS dayofyear(t)",
        "week_of_year(t) AS weekofyear(t)",
        "week(t) AS weekofyear(t)",
        "year_of_week(t) AS isoyear(t)",
        "yow(t) AS isoyear(t)",
        "millisecond(t) AS system.main.millisecond(t) % 1000",
        "last_day_of_month(t) AS last_day(t)",
        "trino_interval(u, n) AS CASE lower(u) WHEN 'millisecond' THEN "
        "system.main.to_milliseconds(n) WHEN "
        "'second' THEN "
        "to_seconds(n) WHEN 'minute' THEN to_minutes(n) WHEN 'hour' THEN to_hours(n) WHEN 'day' "
        "THEN "
        "to_days(n::INTEGER) WHEN 'week' THEN to_days(7 * n::INTEGER) WHEN 'month' THEN "
        "to_months(n::INTEGER) WHEN 'quarter' THEN to_months(3 * n::INTEGER) WHEN 'year' THEN "
        "to_months(12 * n::INTEGER) ELSE error('INVALID_FUNCTION_ARGUMENT: ''' || u || ''' is not "
        "a valid "
        "unit') END",
        "trino_unit(u) AS CASE WHEN lower(u) IN ('millisecond', 'second', 'minute', 'hour', 'day', "
        "'week', "
        "'month', 'quarter', 'year') THEN lower(u) ELSE error('INVALID_FUNCTION_ARGUMENT: ''' || u "
        "|| ''' "
        "is not a valid unit') END",
        "date_add(u VARCHAR, n BIGINT, t DATE) AS CAST(t + trino_interval(u, n) AS DATE), "
        "(u VARCHAR, n BIGINT, t TIMESTAMP) AS t + trino_interval(u, n), "
        "(u VARCHAR, n BIGINT, t TIMESTAMPTZ) AS t + trino_interval(u, n)",
        "date_diff(u, a, b) AS datesub(trino_unit(u), a, b)",
        "date_trunc(u VARCHAR, t DATE) AS CAST(system.main.date_trunc(trino_unit(u), t) AS DATE), "
        "(u VARCHAR, t TIMESTAMP) AS system.main.date_trunc(trino_unit(u), t), "
        "(u VARCHAR, t TIMESTAMPTZ) AS system.main.date_trunc(trino_unit(u), t)",
        "from_iso8601_timestamp(s) AS CASE WHEN TRY_CAST(s AS TIMESTAMPTZ) IS NULL AND s IS NOT "
        "NULL THEN "
        "error('INVALID_FUNCTION_ARGUMENT: Invalid format: ' || s) ELSE TRY_CAST(s AS TIMESTAMPTZ) "
        "END",
        "from_iso8601_date(s) AS CAST(s AS DATE)",
        "to_iso8601(t DATE) AS strftime(t, '%Y-%m-%d'), (t TIMESTAMP) AS strftime(t, "
        "'%Y-%m-%dT%H:%M:%S.%g'), (t TIMESTAMPTZ) AS strftime(t::TIMESTAMP, "
        "'%Y-%m-%dT%H:%M:%S.%gZ')",
        "to_milliseconds(i) AS CAST(epoch(i) * 1000 AS BIGINT)",
        "current_timezone() AS 'UTC'",
        "trino_sequence(a BIGINT, b BIGINT) AS CASE WHEN abs(b - a) >= 10000 THEN error("
        "'INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 "
        "entries') "
        "ELSE generate_series(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END) END, "
        "(a BIGINT, b BIGINT, s BIGINT) AS CASE WHEN s = 0 OR abs((b - a) / s) >= 10000 THEN "
        "error('INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than "
        "10000 entries') "
        "ELSE generate_series(a, b, s) END, "
        "(a DATE, b DATE) AS CASE WHEN abs(b - a) >= 10000 THEN error('INVALID_FUNCTION_ARGUMENT: "
        "result of sequence function must not have more than "
        "10000 entries') ELSE "
        "CAST(generate_series(a, b, to_days(1)) AS DATE[]) END, "
        "(a DATE, b DATE, s INTERVAL) AS CASE WHEN abs((epoch(b) - epoch(a)) / epoch(s)) >= 10000 "
        "THEN error('INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more "
        "than "
        "10000 entries') "
        "ELSE CAST(generate_series(a, b, s) AS DATE[]) END, "
        "(a TIMESTAMP, b TIMESTAMP, s INTERVAL) AS CASE WHEN abs((epoch(b) - epoch(a)) / epoch(s)) "
        ">= 10000 THEN error('INVALID_FUNCTION_ARGUMENT: result of sequence function must not have "
        "more than "
        "10000 entries') "
        "ELSE generate_series(a, b, s) END",
        /* aggregates */
        "approx_distinct(x) AS approx_count_distinct(x), (x, e) AS approx_count_distinct(x)",
        "approx_percentile(x, p) AS approx_quantile(x, p)",
        "every(x) AS bool_and(x)",
        /* of the population, where DuckDB's is of a sample */
        "skewness(x) AS system.main.skewness(x) * (count(x) - 2) / sqrt(count(x) * (count(x) - "
        "1)::DOUBLE)",
        "geometric_mean(x) AS exp(avg(ln(x::DOUBLE)))",
        "map_agg(k, v) AS map(list(k), list(v))",
        /* arrays and maps */
        "element_at(x, k) AS x[k]",
        "contains(a, x) AS CASE WHEN a IS NULL THEN NULL WHEN list_contains(a, x) THEN true WHEN x "
        "IS NULL OR list_count(a) "
        "< len(a) "
        "THEN NULL ELSE false END",
        "array_position(a, x) AS CASE WHEN a IS NOT NULL AND x IS NOT NULL THEN "
        "COALESCE(list_position(a, x), 0)::BIGINT END",
        "array_sort(a) AS list_sort(a, 'ASC', 'NULLS LAST')",
        "array_distinct(a) AS list_filter(a, (x, i) -> COALESCE(list_position(a, x), i) = i AND (x "
        "IS NOT "
        "NULL OR list_count(a[1:i]) = i - 1))",
        "array_union(a, b) AS array_distinct(list_concat(a, b))",
        "array_intersect(a, b) AS array_distinct(list_filter(a, x -> list_contains(b, x)))",
        "array_except(a, b) AS array_distinct(list_filter(a, x -> NOT list_contains(b, x)))",
        "arrays_overlap(a, b) AS list_has_any(a, b)",
        "array_max(a) AS CASE WHEN list_count(a) = len(a) THEN list_max(a) END",
        "array_min(a) AS CASE WHEN list_count(a) = len(a) THEN list_min(a) END",
        "array_remove(a, y) AS list_filter(a, x -> x <> y)",
        "array_join(a, d) AS array_to_string(list_filter(CAST(a AS VARCHAR[]), x -> x IS NOT "
        "NULL), d), "
        "(a, d, n) AS array_to_string(list_transform(CAST(a AS VARCHAR[]), x -> COALESCE(x, n)), "
        "d)",
        "array_first(a) AS a[1]",
        "array_last(a) AS a[-1]",
        "trino_any(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, true) THEN true WHEN "
        "list_count(l) < len(l) THEN NULL ELSE false END",
        "trino_all(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, false) THEN false "
        "WHEN "
        "list_count(l) < len(l) THEN NULL ELSE true END",
        "trino_none(l) AS NOT trino_any(l)",
        "trino_prepended(a, x) AS list_prepend(x, a)",
        "slice(a, s, n) AS list_slice(a, CASE WHEN s < 0 THEN len(a) + s + 1 ELSE s END, CASE WHEN "
        "s < 0 "
        "THEN len(a) + s + n ELSE s + n - 1 END)",
        "repeat(x, n) AS CASE WHEN n < 0 THEN error('INVALID_FUNCTION_ARGUMENT: count argument of "
        "repeat "
        "function must be greater than or equal to 0') WHEN n > 10000 THEN "
        "error('INVALID_FUNCTION_ARGUMENT: count "
        "argument of repeat function must be less than or equal to 10000') ELSE "
        "list_transform(range(n), i -> x) END",
        "zip(a, b) AS list_zip(a, b), (a, b, c) AS list_zip(a, b, c)",
        /* JSON */
        "json_extract_scalar(j, p) AS CASE WHEN json_valid(j) THEN CASE WHEN "
        "json_type(system.main.json_extract(j, p)) NOT IN ('ARRAY', 'OBJECT') THEN "
        "json_extract_string(j, p) END END",
        "json_extract(j, p) AS CASE WHEN json_valid(j) THEN system.main.json_extract(j, p) END",
        "json_parse(s) AS CASE WHEN json_valid(s) THEN json(s) WHEN s IS NOT NULL THEN "
        "error('INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON') END",
        "json_format(j) AS CAST(j AS VARCHAR)",
        "json_size(j, p) AS CASE WHEN json_valid(j) THEN COALESCE(json_array_length(j, p), "
        "0)::BIGINT END",
        "json_array_get(j, i) AS system.main.json_extract(j, '$[' || i || ']')",
};

int duck_prelude(duckdb_connection con, struct err *err)
{
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		if (duck_exec(con, err, "CREATE MACRO %s", macros[i]) < 0)
			return -1;
	}
	return 0;
}
