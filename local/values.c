#include "local/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

static size_t put(char *out, const char *s)
{
	size_t n = strlen(s);
	memcpy(out, s, n);
	return n;
}

static size_t put_uint(char *out, uint64_t v)
{
	char tmp[20];
	size_t n = 0;
	do
		tmp[n++] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	for (size_t i = 0; i < n; i++)
		out[i] = tmp[n - 1 - i];
	return n;
}

/* v with at least `width` digits. */
static size_t put_padded(char *out, uint64_t v, size_t width)
{
	char tmp[20];
	size_t n = put_uint(tmp, v), pad = n < width ? width - n : 0;
	memset(out, '0', pad);
	memcpy(out + pad, tmp, n);
	return pad + n;
}

size_t values_bigint(char *out, int64_t v)
{
	if (v >= 0)
		return put_uint(out, (uint64_t)v);
	out[0] = '-';
	return 1 + put_uint(out + 1, 0 - (uint64_t)v);
}

size_t values_decimal(char *out, int64_t high, uint64_t low, int scale)
{
	__extension__ typedef unsigned __int128 u128;
	u128 v = ((u128)(uint64_t)high << 64) | low;
	char digits[48];
	size_t n = 0, at = 0;
	if (high < 0) {
		v = 0 - v;
		out[at++] = '-';
	}
	while (v != 0 || n <= (size_t)scale) {
		digits[n++] = (char)('0' + (int)(v % 10));
		v /= 10;
	}
	while (n > 0) {
		if (n == (size_t)scale)
			out[at++] = '.';
		out[at++] = digits[--n];
	}
	return at;
}

/* Decimal digits without point or trailing zeros, and the power of ten of the first one. */
struct digits {
	char text[24];
	size_t n;
	int exp10;
	bool negative;
};

static void digits_read(struct digits *d, const char *sci)
{
	const char *p = sci;
	d->n = 0;
	d->negative = *p == '-';
	for (p += d->negative; *p && *p != 'e'; p++) {
		if (*p != '.')
			d->text[d->n++] = *p;
	}
	d->exp10 = *p == 'e' ? (int)strtol(p + 1, NULL, 10) : 0;
	while (d->n > 1 && d->text[d->n - 1] == '0')
		d->n--;
}

/*
 * 15 digits (6 of a float) always survive, so what needs fewer shows as trailing zeros; below the
 * normal range that does not hold and the search starts at Java's two digits.
 */
static void shortest(struct digits *d, double v, bool single)
{
	char tmp[40];
	double least = single ? 1.17549435e-38 : 2.2250738585072014e-308;
	int from = fabs(v) < least ? 2 : single ? 6 : 15, to = single ? 9 : 17;
	for (int prec = from; prec <= to; prec++) {
		snprintf(tmp, sizeof(tmp), "%.*e", prec - 1, v);
		if (single ? strtof(tmp, NULL) == (float)v : strtod(tmp, NULL) == v)
			break;
	}
	digits_read(d, tmp);
}

static size_t put_scientific(char *out, const struct digits *d)
{
	size_t at = 0;
	if (d->negative)
		out[at++] = '-';
	out[at++] = d->text[0];
	out[at++] = '.';
	if (d->n == 1)
		out[at++] = '0';
	memcpy(out + at, d->text + 1, d->n - 1);
	at += d->n - 1;
	out[at++] = 'E';
	return at + values_bigint(out + at, d->exp10);
}

static size_t put_plain(char *out, const struct digits *d)
{
	size_t at = 0, used = 0;
	if (d->negative)
		out[at++] = '-';
	if (d->exp10 < 0) {
		at += put(out + at, "0.");
		for (int i = -1; i > d->exp10; i--)
			out[at++] = '0';
	} else {
		for (int i = 0; i <= d->exp10; i++)
			out[at++] = used < d->n ? d->text[used++] : '0';
		out[at++] = '.';
		if (used == d->n)
			out[at++] = '0';
	}
	memcpy(out + at, d->text + used, d->n - used);
	return at + d->n - used;
}

static size_t put_special(char *out, double v)
{
	if (isnan(v))
		return put(out, "NaN");
	return put(out, v < 0 ? "-Infinity" : "Infinity");
}

static size_t put_double(char *out, double v, bool single)
{
	struct digits d;
	if (!isfinite(v))
		return put_special(out, v);
	if (v == 0)
		return put(out, signbit(v) ? "-0.0" : "0.0");
	if (fabs(v) < 1e7 && v == (double)(int64_t)v) {
		size_t n = values_bigint(out, (int64_t)v);
		return n + put(out + n, ".0");
	}
	shortest(&d, v, single);
	if (fabs(v) >= 1e-3 && fabs(v) < 1e7)
		return put_plain(out, &d);
	return put_scientific(out, &d);
}

static size_t put_cast(char *out, double v, bool single)
{
	struct digits d;
	if (!isfinite(v))
		return put_special(out, v);
	if (v == 0)
		return put(out, signbit(v) ? "-0E0" : "0E0");
	shortest(&d, v, single);
	return put_scientific(out, &d);
}

size_t values_double(char *out, double v)
{
	return put_double(out, v, false);
}

size_t values_real(char *out, float v)
{
	return put_double(out, (double)v, true);
}

size_t values_double_cast(char *out, double v)
{
	return put_cast(out, v, false);
}

size_t values_real_cast(char *out, float v)
{
	return put_cast(out, (double)v, true);
}

/* Proleptic Gregorian; Howard Hinnant's civil_from_days. */
static size_t put_civil(char *out, int64_t days)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
	int64_t year = yoe + era * 400 + (month <= 2);
	size_t at = 0;
	if (year < 0 || year > 9999) /* ISO 8601, as java.time writes it */
		out[at++] = year < 0 ? '-' : '+';
	at += put_padded(out + at, (uint64_t)(year < 0 ? -year : year), 4);
	out[at++] = '-';
	at += put_padded(out + at, (uint64_t)month, 2);
	out[at++] = '-';
	return at + put_padded(out + at, (uint64_t)day, 2);
}

size_t values_date(char *out, int32_t days)
{
	return put_civil(out, days);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Microseconds to milliseconds, half up as Trino rounds. */
static int64_t to_ms(int64_t us)
{
	return floor_div(us, 1000) + (us - floor_div(us, 1000) * 1000 >= 500);
}

static size_t put_clock(char *out, int64_t ms)
{
	size_t at = put_padded(out, (uint64_t)(ms / 3600000), 2);
	out[at++] = ':';
	at += put_padded(out + at, (uint64_t)(ms / 60000 % 60), 2);
	out[at++] = ':';
	at += put_padded(out + at, (uint64_t)(ms / 1000 % 60), 2);
	out[at++] = '.';
	return at + put_padded(out + at, (uint64_t)(ms % 1000), 3);
}

size_t values_time(char *out, int64_t us)
{
	return put_clock(out, to_ms(us) % 86400000);
}

size_t values_timestamp(char *out, int64_t us)
{
	int64_t ms = to_ms(us), day = floor_div(ms, 86400000);
	size_t at = put_civil(out, day);
	out[at++] = ' ';
	return at + put_clock(out + at, ms - day * 86400000);
}

size_t values_interval(char *out, int32_t months, int32_t days, int64_t us)
{
	size_t at = 0;
	if (months != 0 && days == 0 && us == 0) {
		uint32_t m = months < 0 ? 0u - (uint32_t)months : (uint32_t)months;
		if (months < 0)
			out[at++] = '-';
		at += put_uint(out + at, m / 12);
		out[at++] = '-';
		return at + put_uint(out + at, m % 12);
	}
	int64_t ms = ((int64_t)months * 30 + days) * 86400000 + to_ms(us);
	if (ms < 0) {
		out[at++] = '-';
		ms = -ms;
	}
	at += put_uint(out + at, (uint64_t)(ms / 86400000));
	out[at++] = ' ';
	return at + put_clock(out + at, ms % 86400000);
}

size_t values_uuid(char *out, uint64_t high, uint64_t low)
{
	char tmp[40];
	snprintf(tmp, sizeof(tmp), "%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32),
	        (unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xffff, (unsigned)(low >> 48),
	        (unsigned long long)(low & 0xffffffffffffULL));
	return put(out, tmp);
}
