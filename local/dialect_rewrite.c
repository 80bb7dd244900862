#include "local/dialect_tokens.h"

#include "base/mem.h"

#include <string.h>

#include "base/ban.h"

/* --- types, in CAST(x AS type) ------------------------------------------------------------------
 */

static int row_type(struct dtoks *k, size_t open, struct err *err)
{
	size_t close = k->t[open].match, start = open + 1;
	for (size_t i = start; i <= close; i++) {
		if (i < close && dtok_punct(k, i, '(')) {
			i = k->t[i].match;
			continue;
		}
		if (i < close && !dtok_punct(k, i, ','))
			continue;
		bool named = i > start + 1 && !dtok_punct(k, start + 1, '(');
		if (named && k->t[start].kind != SQL_QUOTED)
			dtok_repl(k, start,
			        mem_printf("\"%.*s\"", (int)dtok_text(k, start).len,
			                dtok_text(k, start).ptr));
		if (!named)
			return dialect_error(err, ERR_SYNTAX, k->sql, k->t[start].start,
			        "row types need field names here: ROW(name type, ...)");
		if (dialect_type(k, start + 1, i, err) < 0)
			return -1;
		start = i + 1;
	}
	return 0;
}

static size_t top_comma(const struct dtoks *k, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (dtok_punct(k, i, '(') || dtok_punct(k, i, '['))
			i = k->t[i].match;
		else if (dtok_punct(k, i, ','))
			return i;
	}
	return to;
}

static int nested_type(struct dtoks *k, size_t from, size_t to, struct err *err)
{
	size_t open = from + 1, close = k->t[open].match;
	if (close + 1 != to)
		return dtok_mismatch(k, close + 1, err);
	if (dtok_is(k, from, "array")) {
		dtok_drop(k, from, open + 1);
		dtok_repl(k, close, mem_strdup("[]"));
		return dialect_type(k, open + 1, close, err);
	}
	if (dtok_is(k, from, "row")) {
		dtok_repl(k, from, mem_strdup("STRUCT"));
		return row_type(k, open, err);
	}
	size_t comma = top_comma(k, open + 1, close);
	if (dialect_type(k, open + 1, comma, err) < 0)
		return -1;
	return comma < close ? dialect_type(k, comma + 1, close, err)
	                     : dtok_mismatch(k, close, err);
}

int dialect_type(struct dtoks *k, size_t from, size_t to, struct err *err)
{
	static const char *const renamed[][2] = {{"varbinary", "BLOB"}, {"ipaddress", "VARCHAR"},
	        {"char", "VARCHAR"}, {"varchar", "VARCHAR"}, {"string", "VARCHAR"},
	        {"real", "FLOAT"}};
	static const char *const same[] = {"boolean", "tinyint", "smallint", "integer", "int",
	        "bigint", "double", "decimal", "date", "time", "timestamp", "uuid", "json"};
	if (from >= to)
		return dtok_mismatch(k, to, err);
	bool open = from + 1 < to && dtok_punct(k, from + 1, '(');
	if (open &&
	        (dtok_is(k, from, "array") || dtok_is(k, from, "row") || dtok_is(k, from, "map")))
		return nested_type(k, from, to, err);
	for (size_t j = 0; j < sizeof(renamed) / sizeof(renamed[0]); j++) {
		if (dtok_is(k, from, renamed[j][0])) {
			dtok_repl(k, from, mem_strdup(renamed[j][1]));
			dtok_drop(k, from + 1, to);
			return 0;
		}
	}
	if (dtok_is(k, from, "decimal") && !open) {
		dtok_repl(k, from, mem_strdup("DECIMAL(38,0)"));
		return 0;
	}
	if (open && (dtok_is(k, from, "timestamp") || dtok_is(k, from, "time")))
		dtok_drop(k, from + 1, k->t[from + 1].match + 1);
	for (size_t j = 0; j < sizeof(same) / sizeof(same[0]); j++) {
		if (dtok_is(k, from, same[j])) {
			dtok_repl(k, from,
			        mem_strndup(dtok_text(k, from).ptr, dtok_text(k, from).len));
			return 0;
		}
	}
	struct slice s = dtok_text(k, from);
	dialect_error(err, ERR_QUERY, k->sql, k->t[from].start, "Unknown type: %.*s",
	        (int)(s.len > 80 ? 80 : s.len), s.ptr);
	return err_prefix(err, "TYPE_NOT_FOUND");
}

static int casts(struct dtoks *k, size_t from, struct err *err)
{
	for (size_t i = from; i < k->n; i++) {
		if (!(dtok_is(k, i, "cast") || dtok_is(k, i, "try_cast")) ||
		        !dtok_punct(k, i + 1, '('))
			continue;
		size_t close = k->t[i + 1].match, as = 0;
		for (size_t j = i + 2; j < close; j++) {
			if (dtok_punct(k, j, '(') || dtok_punct(k, j, '['))
				j = k->t[j].match;
			else if (dtok_is(k, j, "as"))
				as = j;
		}
		if (as == 0)
			return dtok_mismatch(k, close, err);
		dtok_repl(k, i, mem_strdup(dtok_is(k, i, "cast") ? "CAST" : "TRY_CAST"));
		if (dialect_type(k, as + 1, close, err) < 0)
			return -1;
	}
	return 0;
}

/* --- names --------------------------------------------------------------------------------------
 */

static bool names(const struct dtoks *k, size_t i, const char *name)
{
	if (!dtok_name(k, i))
		return false;
	char *s = dtok_unquoted(k, i);
	bool yes = slice_eq_nocase(slice_str(s), slice_str(name));
	mem_free(s);
	return yes;
}

static void catalogs(struct dtoks *k, size_t from)
{
	for (size_t i = from; i + 1 < k->n; i++) {
		if (!dtok_punct(k, i + 1, '.') || (i > 0 && dtok_punct(k, i - 1, '.')))
			continue;
		if (names(k, i, "awsdatacatalog"))
			dtok_drop(k, i, i + 2);
	}
	for (size_t i = from; i + 1 < k->n; i++) {
		if (dtok_punct(k, i + 1, '.') && names(k, i, "information_schema"))
			dtok_repl(k, i, mem_strdup("\"$information_schema\""));
	}
}

/*
 * Every name is quoted. Names stay case-blind in DuckDB, but lose what its own grammar sees in them
 * (QUALIFY, ILIKE, PIVOT, GLOB ...).
 */
static void quote_names(struct dtoks *k, size_t from)
{
	for (size_t i = from; i < k->n; i++) {
		enum sql_token kind = k->t[i].kind;
		if ((kind != SQL_IDENT && kind != SQL_FUNCTION) || k->t[i].repl)
			continue;
		struct slice s = dtok_text(k, i);
		dtok_repl(k, i, mem_printf("\"%.*s\"", (int)s.len, s.ptr));
	}
}

/* --- VALUES 1, 2 --------------------------------------------------------------------------------
 */

static bool ends_values(const struct dtoks *k, size_t i)
{
	static const char *const words[] = {
	        "order", "limit", "offset", "fetch", "union", "intersect", "except"};
	if (i >= k->n || dtok_punct(k, i, ')') || dtok_punct(k, i, ']'))
		return true;
	for (size_t j = 0; j < sizeof(words) / sizeof(words[0]); j++) {
		if (dtok_is(k, i, words[j]))
			return true;
	}
	return false;
}

static void values_item(struct dtoks *k, size_t from, size_t to)
{
	if (from >= to || (dtok_punct(k, from, '(') && k->t[from].match + 1 == to))
		return;
	if (dtok_is(k, from, "row") && dtok_punct(k, from + 1, '(') &&
	        k->t[from + 1].match + 1 == to) {
		dtok_drop(k, from, from + 1);
		return;
	}
	dtok_pre(k, from, "(");
	dtok_post(k, to - 1, ")");
}

static void values_lists(struct dtoks *k, size_t from)
{
	for (size_t i = from; i < k->n; i++) {
		if (!dtok_is(k, i, "values"))
			continue;
		size_t start = i + 1, j = i + 1;
		for (;; j++) {
			if (ends_values(k, j) || dtok_punct(k, j, ',')) {
				values_item(k, start, j);
				start = j + 1;
				if (ends_values(k, j))
					break;
			} else if (dtok_punct(k, j, '(') || dtok_punct(k, j, '[')) {
				j = k->t[j].match;
			}
		}
	}
}

/* --- functions whose spelling differs -----------------------------------------------------------
 */

static const struct {
	const char *from, *to;
} renamed[] = {
        {"if", "trino_if"},
        {"array", "ARRAY"},
        {"split", "trino_split"},
        {"sequence", "trino_sequence"},
        {"transform", "list_transform"},
        {"filter", "list_filter"},
        {"any_match", "trino_any(list_transform"},
        {"all_match", "trino_all(list_transform"},
        {"none_match", "trino_none(list_transform"},
        {"regexp_like", "trino_regexp_like"},
        {"regexp_count", "trino_regexp_count"},
        {"regexp_position", "trino_regexp_position"},
        {"regexp_extract", "trino_regexp_extract"},
        {"regexp_extract_all", "trino_regexp_extract_all"},
        {"regexp_replace", "trino_regexp_replace"},
        {"regexp_split", "trino_regexp_split"},
};

/* Words that DuckDB's grammar must see unquoted. */
static bool is_grammar(const struct dtoks *k, size_t i)
{
	static const char *const words[] = {"coalesce", "nullif", "extract", "substring", "trim",
	        "position", "overlay", "exists", "try", "grouping"};
	for (size_t j = 0; j < sizeof(words) / sizeof(words[0]); j++) {
		if (dtok_is(k, i, words[j]))
			return true;
	}
	return false;
}

/*
 * reduce(array, start, (s, x) -> ..., s -> ...): list_reduce has no last function, and takes its
 * start as the first item.
 */
static void reduce(struct dtoks *k, size_t i)
{
	size_t open = i + 1, close = k->t[open].match;
	size_t a = top_comma(k, open + 1, close);
	size_t b = a < close ? top_comma(k, a + 1, close) : close;
	size_t c = b < close ? top_comma(k, b + 1, close) : close;
	if (c >= close)
		return;
	dtok_repl(k, i, mem_strdup("list_transform([list_reduce(trino_prepended"));
	dtok_post(k, b - 1, ")");
	dtok_post(k, c - 1, ")]");
	dtok_post(k, close, "[1]");
}

/* listagg(x, sep) WITHIN GROUP (ORDER BY y): string_agg(x, sep ORDER BY y). */
static void listagg(struct dtoks *k, size_t i)
{
	size_t close = k->t[i + 1].match, open = close + 3;
	if (!dtok_is(k, close + 1, "within") || !dtok_is(k, close + 2, "group") ||
	        !dtok_punct(k, open, '('))
		return;
	dtok_repl(k, i, mem_strdup("string_agg"));
	dtok_drop(k, close, open + 1);
}

/* EXTRACT's fields that mean another thing, or nothing, to DuckDB. */
static void extract(struct dtoks *k, size_t i)
{
	static const char *const fields[][2] = {{"dow", "ISODOW"}, {"day_of_week", "ISODOW"},
	        {"day_of_month", "DAY"}, {"day_of_year", "DOY"}, {"yow", "ISOYEAR"},
	        {"year_of_week", "ISOYEAR"}};
	for (size_t j = 0; j < sizeof(fields) / sizeof(fields[0]); j++) {
		if (dtok_is(k, i + 2, fields[j][0]) && dtok_is(k, i + 3, "from"))
			dtok_repl(k, i + 2, mem_strdup(fields[j][1]));
	}
}

static void functions(struct dtoks *k, size_t from)
{
	for (size_t i = from; i < k->n; i++) {
		/* not the FILTER clause of an aggregate, nor an alias with columns: ... AS
		 * filter(x) */
		bool called = i == from || !(dtok_punct(k, i - 1, ')') || dtok_is(k, i - 1, "as"));
		if (!called || !dtok_punct(k, i + 1, '(') || k->t[i].kind == SQL_QUOTED)
			continue;
		struct slice s = dtok_text(k, i);
		if (is_grammar(k, i))
			dtok_repl(k, i, mem_strndup(s.ptr, s.len));
		for (size_t j = 0; j < sizeof(renamed) / sizeof(renamed[0]); j++) {
			if (dtok_is(k, i, renamed[j].from))
				dtok_repl(k, i, mem_strdup(renamed[j].to));
		}
		if (dtok_is(k, i, "any_match") || dtok_is(k, i, "all_match") ||
		        dtok_is(k, i, "none_match"))
			dtok_post(k, k->t[i + 1].match, ")");
		if (dtok_is(k, i, "extract"))
			extract(k, i);
		if (dtok_is(k, i, "reduce"))
			reduce(k, i);
		if (dtok_is(k, i, "listagg"))
			listagg(k, i);
		if (dtok_is(k, i, "trim") &&
		        (dtok_is(k, i + 2, "both") || dtok_is(k, i + 2, "leading") ||
		                dtok_is(k, i + 2, "trailing")))
			dtok_repl(k, i + 2,
			        mem_strndup(dtok_text(k, i + 2).ptr, dtok_text(k, i + 2).len));
		if (dtok_is(k, i, "bernoulli") || dtok_is(k, i, "system"))
			dtok_pre(k, k->t[i + 1].match, " PERCENT");
	}
}

static int check_calls(const struct dtoks *k, size_t from, struct err *err)
{
	for (size_t i = from + 1; i + 1 < k->n; i++) {
		/* DuckDB's x.f() and schema.f() */
		if (dtok_punct(k, i + 1, '(') && dtok_name(k, i) && dtok_punct(k, i - 1, '.'))
			return dtok_mismatch(k, i + 1, err);
	}
	return 0;
}

int dialect_rewrite(struct dtoks *k, size_t from, struct err *err)
{
	if (check_calls(k, from, err) < 0 || dialect_literals(k, from, err) < 0 ||
	        casts(k, from, err) < 0)
		return -1;
	catalogs(k, from);
	values_lists(k, from);
	functions(k, from);
	quote_names(k, from);
	return 0;
}
