/* Typed literals: TYPE 'text', X'61', INTERVAL '1-6' YEAR TO MONTH. */
#include "local/dialect_tokens.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

static int bad_literal(const struct dtoks *k, size_t i, struct err *err)
{
	struct slice s = dtok_text(k, i + 1);
	dialect_error(err, ERR_QUERY, k->sql, k->t[i].start, "'%.*s' is not a valid %.*s literal",
	        (int)(s.len > 80 ? 80 : s.len), s.ptr, (int)dtok_text(k, i).len,
	        dtok_text(k, i).ptr);
	return err_prefix(err, "INVALID_LITERAL");
}

/* DECIMAL '1.50' has the type of its digits: decimal(3,2). */
static int decimal_literal(struct dtoks *k, size_t i, struct err *err)
{
	char *s = dtok_unquoted(k, i + 1);
	int digits = 0, scale = 0, point = 0;
	for (const char *p = s + strspn(s, "+-"); *p; p++) {
		if (*p == '.' && !point)
			point = 1;
		else if (*p >= '0' && *p <= '9' && ++digits)
			scale += point;
		else
			digits = 99;
	}
	int width = digits > 0 ? digits : 1;
	if (digits == 0 || width > 38) {
		mem_free(s);
		return bad_literal(k, i, err);
	}
	dtok_repl(k, i, mem_printf("CAST('%s' AS DECIMAL(%d,%d))", s, width, scale));
	dtok_drop(k, i + 1, i + 2);
	mem_free(s);
	return 0;
}

/* Behind date and time a zone: "... UTC", "... +05:30", "... America/New_York". */
static bool has_zone(struct slice s)
{
	const char *colon = memchr(s.ptr, ':', s.len);
	if (!colon)
		return false;
	for (const char *p = colon; p < s.ptr + s.len; p++) {
		if (*p == '+' || *p == '-' || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z'))
			return true;
	}
	return false;
}

/* DuckDB wants an offset right behind the time. */
static void timestamp_literal(struct dtoks *k, size_t i)
{
	struct slice s = dtok_text(k, i + 1);
	dtok_repl(k, i, mem_strdup(has_zone(s) ? "TIMESTAMPTZ" : "TIMESTAMP"));
	for (size_t j = 12; j + 1 < s.len; j++) {
		if (s.ptr[j] == ' ' && (s.ptr[j + 1] == '+' || s.ptr[j + 1] == '-')) {
			dtok_repl(k, i + 1,
			        mem_printf("%.*s%.*s", (int)j, s.ptr, (int)(s.len - j - 1),
			                s.ptr + j + 1));
			return;
		}
	}
}

static void hex_literal(struct dtoks *k, size_t i)
{
	struct slice s = dtok_text(k, i);
	dtok_repl(k, i, mem_printf("system.main.unhex('%.*s')", (int)(s.len - 3), s.ptr + 2));
}

/* INTERVAL '1-6' YEAR TO MONTH and '1 02:03:04.567' DAY TO SECOND, as months or microseconds. */
static int composite_interval(struct dtoks *k, size_t i, size_t str, struct err *err)
{
	char *s = dtok_unquoted(k, str), *p = s;
	bool months = dtok_is(k, str + 1, "year");
	int sign = *p == '-' ? -1 : 1;
	p += *p == '-' || *p == '+';
	long long v = 0, part[4] = {0}, frac = 0;
	int n = 0;
	for (; n < 4; n++) {
		char *end;
		part[n] = strtoll(p, &end, 10);
		if (end == p || part[n] < 0 || part[n] > 100000000)
			break;
		p = end;
		if (*p == '.') {
			long scale = 100000;
			for (p++; *p >= '0' && *p <= '9'; p++, scale /= 10)
				frac += (*p - '0') * scale;
		}
		p += strchr("- :", *p) && *p;
	}
	bool ok = *p == '\0' && (months ? n == 2 : dtok_is(k, str + 1, "day") && n == 4);
	v = months ? part[0] * 12 + part[1]
	           : (((part[0] * 24 + part[1]) * 60 + part[2]) * 60 + part[3]) * 1000000 + frac;
	mem_free(s);
	if (!ok)
		return bad_literal(k, i, err);
	dtok_repl(k, i, mem_printf("to_%s(%lld)", months ? "months" : "microseconds", sign * v));
	dtok_drop(k, i + 1, str + 4);
	return 0;
}

static int interval(struct dtoks *k, size_t i, struct err *err)
{
	size_t str = i + 1 + (dtok_punct(k, i + 1, '-') || dtok_punct(k, i + 1, '+'));
	if (str >= k->n || k->t[str].kind != SQL_STRING)
		return 0;
	if (dtok_is(k, str + 2, "to"))
		return composite_interval(k, i, str, err);
	if (str == i + 2 && dtok_punct(k, i + 1, '-')) {
		dtok_pre(k, i, "- ");
		dtok_drop(k, i + 1, i + 2);
	}
	return 0;
}

static int typed(struct dtoks *k, size_t i, struct err *err)
{
	static const char *const plain[] = {"bigint", "integer", "int", "smallint", "tinyint",
	        "double", "real", "boolean", "varchar", "char", "uuid", "ipaddress"};
	struct slice s = dtok_text(k, i + 1);
	if (dtok_is(k, i, "both") || dtok_is(k, i, "leading") || dtok_is(k, i, "trailing"))
		return 0; /* trim(BOTH 'x' FROM y) */
	if (dtok_is(k, i, "decimal"))
		return decimal_literal(k, i, err);
	if (dtok_is(k, i, "interval"))
		return interval(k, i, err);
	if (dtok_is(k, i, "timestamp")) {
		timestamp_literal(k, i);
		return 0;
	}
	if (dtok_is(k, i, "date") || dtok_is(k, i, "time"))
		return 0;
	if (dtok_is(k, i, "json")) {
		dtok_repl(k, i, mem_printf("json_parse(%.*s)", (int)s.len, s.ptr));
		dtok_drop(k, i + 1, i + 2);
		return 0;
	}
	for (size_t j = 0; j < sizeof(plain) / sizeof(plain[0]); j++) {
		if (dtok_is(k, i, plain[j])) {
			bool text = j >= 8 && j != 10;
			dtok_repl(k, i,
			        mem_printf("CAST(%.*s AS %s)", (int)s.len, s.ptr,
			                text ? "VARCHAR" : plain[j]));
			dtok_drop(k, i + 1, i + 2);
			return 0;
		}
	}
	if (k->t[i].kind == SQL_IDENT)
		return dtok_mismatch(k, i + 1, err);
	return 0;
}

/* 0x1F, 0b101, 0o17, which DuckDB would read as 0 and an alias. */
static void based_number(struct dtoks *k, size_t i)
{
	struct slice s = dtok_text(k, i);
	char digits[70];
	size_t n = 0;
	int base = s.len > 2 && s.ptr[0] == '0' ? s.ptr[1] | 32 : 0;
	base = base == 'x' ? 16 : base == 'b' ? 2 : base == 'o' ? 8 : 0;
	for (size_t j = 2; base && j < s.len && n < sizeof(digits) - 1; j++) {
		if (s.ptr[j] != '_')
			digits[n++] = s.ptr[j];
	}
	digits[n] = '\0';
	if (base)
		dtok_repl(k, i, mem_printf("%llu", strtoull(digits, NULL, base)));
}

int dialect_literals(struct dtoks *k, size_t from, struct err *err)
{
	for (size_t i = from; i < k->n; i++) {
		char c = k->sql.ptr[k->t[i].start];
		if (k->t[i].kind == SQL_NUMBER)
			based_number(k, i);
		if (k->t[i].kind == SQL_STRING && (c == 'x' || c == 'X'))
			hex_literal(k, i);
		else if (k->t[i].kind == SQL_STRING && (c == 'u' || c == 'U'))
			return dialect_error(err, ERR_SYNTAX, k->sql, k->t[i].start,
			        "U&'' literals are not served; write the characters themselves");
		bool next = i + 1 < k->n && k->t[i + 1].kind == SQL_STRING;
		bool signed_next =
		        dtok_is(k, i, "interval") && i + 2 < k->n && k->t[i + 2].kind == SQL_STRING;
		if ((k->t[i].kind == SQL_IDENT || k->t[i].kind == SQL_KEYWORD) &&
		        (next || signed_next) && !k->t[i].repl && typed(k, i, err) < 0)
			return -1;
	}
	return 0;
}
