#include "base/fmt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

/* Integer arithmetic throughout: printf's %f would follow the locale's decimal point. */

char *fmt_thousands(char out[FMT_SIZE], int64_t n)
{
	char digits[24];
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	int len = snprintf(digits, sizeof digits, "%" PRIu64, u);
	char *p = out;

	if (n < 0)
		*p++ = '-';
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return out;
}

/* value / unit with `decimals` decimals, rounded half up; unit * 100 must fit. */
static int put_fixed(char *out, uint64_t value, uint64_t unit, int decimals)
{
	uint64_t scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
	uint64_t whole = value / unit, part = (value % unit * scale + unit / 2) / unit;

	if (part >= scale) {
		whole++;
		part -= scale;
	}
	if (!decimals)
		return snprintf(out, FMT_SIZE, "%" PRIu64, whole);
	return snprintf(out, FMT_SIZE, "%" PRIu64 ".%0*" PRIu64, whole, decimals, part);
}

static char *put_bytes(char out[FMT_SIZE], int64_t bytes, int decimals, const char *suffix)
{
	static const char *const unit[] = {"B", "KB", "MB", "GB", "TB", "PB"};
	uint64_t u = bytes < 0 ? 0 - (uint64_t)bytes : (uint64_t)bytes, size = 1;
	int i = 0, n = 0;

	/* What rounding would show as 1024 of a unit is 1 of the next. */
	while (i < 5 && u >= size * 1024 - size / (decimals == 2 ? 200 : 20)) {
		size *= 1024;
		i++;
	}
	if (bytes < 0)
		out[n++] = '-';
	n += put_fixed(out + n, u, size, i ? decimals : 0);
	snprintf(out + n, (size_t)(FMT_SIZE - n), " %s%s", unit[i], suffix);
	return out;
}

char *fmt_bytes(char out[FMT_SIZE], int64_t bytes)
{
	return put_bytes(out, bytes, 2, "");
}

char *fmt_rate(char out[FMT_SIZE], double bytes_per_s)
{
	if (!(bytes_per_s > 0)) /* NaN too */
		bytes_per_s = 0;
	if (bytes_per_s > 9e18)
		bytes_per_s = 9e18;
	return put_bytes(out, (int64_t)(bytes_per_s + 0.5), 1, "/s");
}

char *fmt_money(char out[FMT_SIZE], int64_t micro_usd)
{
	uint64_t u = micro_usd < 0 ? 0 - (uint64_t)micro_usd : (uint64_t)micro_usd;
	const char *sign = micro_usd < 0 ? "-" : "";
	/* From a dollar on cents; below 1/100 $ all digits there are, but at least four. */
	uint64_t round = u >= 1000000 ? 10000 : u >= 10000 ? 100 : 1;
	int least = u && u < 10000 ? 4 : 2;
	int n;

	u = (u + round / 2) / round * round;
	n = snprintf(out, FMT_SIZE, "%s$%" PRIu64 ".%06" PRIu64, sign, u / 1000000, u % 1000000);
	while (out[n - 1] == '0' && out[n - 1 - least] != '.')
		out[--n] = '\0';
	return out;
}

char *fmt_duration(char out[FMT_SIZE], int64_t ms)
{
	int64_t s;
	int n;

	if (ms < 0)
		ms = 0;
	if (ms < 9995 || ms < 59950) {
		n = put_fixed(out, (uint64_t)ms, 1000, ms < 9995 ? 2 : 1);
		memcpy(out + n, " s", 3);
		return out;
	}
	s = ms / 1000 + (ms % 1000 >= 500);
	if (s < 3600)
		snprintf(out, FMT_SIZE, "%d:%02d", (int)(s / 60), (int)(s % 60));
	else
		snprintf(out, FMT_SIZE, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60),
		        (int)(s % 60));
	return out;
}

char *fmt_ago(char out[FMT_SIZE], int64_t then_wall_ms, int64_t now_wall_ms)
{
	int64_t s = (now_wall_ms - then_wall_ms) / 1000;

	if (s < 5)
		snprintf(out, FMT_SIZE, "just now");
	else if (s < 60)
		snprintf(out, FMT_SIZE, "%" PRId64 " s ago", s);
	else if (s < 3600)
		snprintf(out, FMT_SIZE, "%" PRId64 " min ago", s / 60);
	else if (s < 86400)
		snprintf(out, FMT_SIZE, "%" PRId64 " h ago", s / 3600);
	else
		snprintf(out, FMT_SIZE, "%" PRId64 " day%s ago", s / 86400, s < 172800 ? "" : "s");
	return out;
}
