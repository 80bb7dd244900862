#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/ban.h"

struct civil {
	int year, month, day, hour, min, sec;
};

int64_t clock_mono_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

int64_t clock_wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void clock_sleep_ms(int ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

	while (ms > 0 && nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar (H. Hinnant, days_from_civil). */
static int64_t days_of(int y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static struct civil civil_of(int64_t wall_ms)
{
	const int64_t most = 253402300799; /* 9999-12-31T23:59:59Z: the forms have four digits */
	int64_t s = wall_ms / 1000 - (wall_ms % 1000 < 0);
	time_t t = s < 0 ? 0 : s > most ? most : s;
	struct tm tm;

	gmtime_r(&t, &tm);
	return (struct civil){
	        tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec};
}

/* Writes n decimal digits; the forms are fixed, so this cannot overflow as printf's might. */
static char *put(char *p, int value, int n)
{
	for (int i = n - 1; i >= 0; i--, value /= 10)
		p[i] = (char)('0' + value % 10);
	return p + n;
}

void clock_iso8601(int64_t wall_ms, char out[21])
{
	struct civil c = civil_of(wall_ms);

	memcpy(out, "YYYY-mm-ddTHH:MM:SSZ", 21);
	put(out, c.year, 4);
	put(out + 5, c.month, 2);
	put(out + 8, c.day, 2);
	put(out + 11, c.hour, 2);
	put(out + 14, c.min, 2);
	put(out + 17, c.sec, 2);
}

void clock_basic8601(int64_t wall_ms, char out[17])
{
	struct civil c = civil_of(wall_ms);

	memcpy(out, "YYYYmmddTHHMMSSZ", 17);
	put(out, c.year, 4);
	put(out + 4, c.month, 2);
	put(out + 6, c.day, 2);
	put(out + 9, c.hour, 2);
	put(out + 11, c.min, 2);
	put(out + 13, c.sec, 2);
}

/* Reads exactly n digits. */
static bool take(const char **s, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

static bool take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static int64_t to_ms(const struct civil *c, int ms)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > days[c->month - 1])
		return -1;
	if (c->hour > 23 || c->min > 59 || c->sec > 60 || c->year < 1970)
		return -1;
	return ((days_of(c->year, c->month, c->day) * 24 + c->hour) * 60 + c->min) * 60000 +
	       c->sec * 1000 + ms;
}

static bool take_time(const char **s, bool extended, struct civil *c)
{
	return take(s, 2, &c->hour) && (!extended || take_char(s, ':')) && take(s, 2, &c->min) &&
	       (!extended || take_char(s, ':')) && take(s, 2, &c->sec);
}

int64_t clock_parse8601(const char *s)
{
	struct civil c;
	int ms = 0, unit = 100;
	bool extended;

	if (!take(&s, 4, &c.year))
		return -1;
	extended = take_char(&s, '-');
	if (!take(&s, 2, &c.month) || (extended && !take_char(&s, '-')) || !take(&s, 2, &c.day))
		return -1;
	if (!take_char(&s, 'T') || !take_time(&s, extended, &c))
		return -1;
	if (*s == '.' && s[1] >= '0' && s[1] <= '9')
		for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
			ms += (*s - '0') * unit;
	if (strcmp(s, "Z") != 0 && strcmp(s, "+00:00") != 0 && strcmp(s, "+0000") != 0)
		return -1;
	return to_ms(&c, ms);
}

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

void clock_http_date(int64_t wall_ms, char out[30])
{
	struct civil c = civil_of(wall_ms);
	int weekday = (int)((days_of(c.year, c.month, c.day) + 4) % 7);

	memcpy(out, "Www, dd Mmm YYYY HH:MM:SS GMT", 30);
	memcpy(out, day_names + 3 * (weekday < 0 ? weekday + 7 : weekday), 3);
	put(out + 5, c.day, 2);
	memcpy(out + 8, month_names + 3 * (c.month - 1), 3);
	put(out + 12, c.year, 4);
	put(out + 17, c.hour, 2);
	put(out + 20, c.min, 2);
	put(out + 23, c.sec, 2);
}

int64_t clock_parse_http_date(const char *s)
{
	struct civil c = {0};

	if (strnlen(s, 30) != 29 || memcmp(s + 3, ", ", 2) != 0 || strcmp(s + 25, " GMT") != 0)
		return -1;
	for (int m = 0; m < 12; m++)
		if (memcmp(s + 8, month_names + 3 * m, 3) == 0)
			c.month = m + 1;
	s += 5;
	if (!take(&s, 2, &c.day) || !take_char(&s, ' '))
		return -1;
	s += 3;
	if (!take_char(&s, ' ') || !take(&s, 4, &c.year) || !take_char(&s, ' '))
		return -1;
	return take_time(&s, true, &c) ? to_ms(&c, 0) : -1;
}
