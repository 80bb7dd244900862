/* date_format and date_parse: MySQL's format letters, as Trino has them. */
#include "local/duck_functions.h"

#include "base/buf.h"

#include <strings.h>

#include "base/ban.h"

#define DAY_US INT64_C(86400000000)

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December"};
static const char *const days[] = {
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

struct moment {
	int year, month, day, hour, min, sec, micros;
	int yday; /* 1.. */
	int wday; /* 0: Sunday */
	int iso_year, iso_week;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t day_number(int year, int month, int day)
{
	return duckdb_to_date((duckdb_date_struct){year, (int8_t)month, (int8_t)day}).days;
}

static void iso_week(struct moment *m, int64_t d)
{
	int64_t monday = d - (m->wday + 6) % 7, thursday = monday + 3;
	m->iso_year = duckdb_from_date((duckdb_date){(int32_t)thursday}).year;
	m->iso_week = (int)((thursday - day_number(m->iso_year, 1, 1)) / 7) + 1;
}

static struct moment moment_of(int64_t us)
{
	int64_t d = floor_div(us, DAY_US), rest = us - d * DAY_US;
	duckdb_date_struct date = duckdb_from_date((duckdb_date){(int32_t)d});
	struct moment m = {date.year, date.month, date.day, (int)(rest / 3600000000),
	        (int)(rest / 60000000 % 60), (int)(rest / 1000000 % 60), (int)(rest % 1000000), 0,
	        0, 0, 0};
	m.yday = (int)(d - day_number(m.year, 1, 1)) + 1;
	m.wday = (int)(((d + 4) % 7 + 7) % 7);
	iso_week(&m, d);
	return m;
}

static int hour12(const struct moment *m)
{
	return m->hour % 12 ? m->hour % 12 : 12;
}

static bool put_name(struct buf *out, char c, const struct moment *m)
{
	switch (c) {
	case 'a': buf_printf(out, "%.3s", days[m->wday]); return true;
	case 'W': buf_add_str(out, days[m->wday]); return true;
	case 'b': buf_printf(out, "%.3s", months[m->month - 1]); return true;
	case 'M': buf_add_str(out, months[m->month - 1]); return true;
	case 'p': buf_add_str(out, m->hour < 12 ? "AM" : "PM"); return true;
	case 'T': buf_printf(out, "%02d:%02d:%02d", m->hour, m->min, m->sec); return true;
	case 'r':
		buf_printf(out, "%02d:%02d:%02d %s", hour12(m), m->min, m->sec,
		        m->hour < 12 ? "AM" : "PM");
		return true;
	default: return false;
	}
}

static bool put_number(struct buf *out, char c, const struct moment *m)
{
	switch (c) {
	case 'Y': buf_printf(out, "%04d", m->year); return true;
	case 'y': buf_printf(out, "%02d", m->year % 100); return true;
	case 'm': buf_printf(out, "%02d", m->month); return true;
	case 'c': buf_printf(out, "%d", m->month); return true;
	case 'd': buf_printf(out, "%02d", m->day); return true;
	case 'e': buf_printf(out, "%d", m->day); return true;
	case 'j': buf_printf(out, "%03d", m->yday); return true;
	case 'H': buf_printf(out, "%02d", m->hour); return true;
	case 'k': buf_printf(out, "%d", m->hour); return true;
	case 'h':
	case 'I': buf_printf(out, "%02d", hour12(m)); return true;
	case 'l': buf_printf(out, "%d", hour12(m)); return true;
	case 'i': buf_printf(out, "%02d", m->min); return true;
	case 's':
	case 'S': buf_printf(out, "%02d", m->sec); return true;
	case 'f': buf_printf(out, "%06d", m->micros); return true;
	case 'x': buf_printf(out, "%04d", m->iso_year); return true;
	case 'v': buf_printf(out, "%02d", m->iso_week); return true;
	default: return false;
	}
}

/* The letters that Trino refuses too. */
static bool is_refused(char c)
{
	return c && strchr("DUuVwX", c);
}

static void format_rows(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	const int64_t *us = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 0));
	struct buf b;
	buf_init(&b, 1 << 24);
	for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {
		if (!duck_args_valid(in, i)) {
			duck_set_null(out, i);
			continue;
		}
		struct slice f = duck_string(duckdb_data_chunk_get_vector(in, 1), i);
		struct moment m = moment_of(us[i]);
		buf_clear(&b);
		for (size_t k = 0; k < f.len; k++) {
			bool letter = f.ptr[k] == '%' && k + 1 < f.len;
			if (!letter) {
				buf_add_char(&b, f.ptr[k]);
			} else if (is_refused(f.ptr[++k])) {
				duckdb_scalar_function_set_error(info,
				        "INVALID_FUNCTION_ARGUMENT: date format letter not "
				        "supported");
			} else if (!put_name(&b, f.ptr[k], &m) && !put_number(&b, f.ptr[k], &m)) {
				buf_add_char(&b, f.ptr[k]);
			}
		}
		duckdb_vector_assign_string_element_len(out, i, buf_str(&b), b.len);
	}
	buf_release(&b);
}

/* --- parsing ------------------------------------------------------------------------------------
 */

struct reader {
	struct slice s;
	size_t at;
	struct moment m;
	int pm; /* -1: none, 0: AM, 1: PM */
	bool ok;
};

static int number(struct reader *r, int most)
{
	int v = 0, n = 0;
	while (n < most && r->at < r->s.len && r->s.ptr[r->at] >= '0' && r->s.ptr[r->at] <= '9') {
		v = v * 10 + (r->s.ptr[r->at++] - '0');
		n++;
	}
	r->ok = r->ok && n > 0;
	return v;
}

static int name(struct reader *r, const char *const *names, int n, size_t least)
{
	for (int i = 0; i < n; i++) {
		size_t len = least ? least : strlen(names[i]);
		if (r->s.len - r->at >= len && strncasecmp(r->s.ptr + r->at, names[i], len) == 0) {
			r->at += len;
			return i;
		}
	}
	r->ok = false;
	return 0;
}

static int fraction(struct reader *r)
{
	size_t from = r->at;
	int v = number(r, 6);
	for (size_t n = r->at - from; n < 6; n++)
		v *= 10;
	return v;
}

static void read_clock(struct reader *r, bool half)
{
	r->m.hour = number(r, 2);
	r->ok = r->ok && r->at < r->s.len && r->s.ptr[r->at++] == ':';
	r->m.min = number(r, 2);
	r->ok = r->ok && r->at < r->s.len && r->s.ptr[r->at++] == ':';
	r->m.sec = number(r, 2);
	if (half) {
		r->ok = r->ok && r->at < r->s.len && r->s.ptr[r->at++] == ' ';
		r->pm = name(r, (const char *const[]){"AM", "PM"}, 2, 0);
	}
}

static void read_letter(struct reader *r, char c)
{
	switch (c) {
	case 'Y': r->m.year = number(r, 4); break;
	case 'y':
		r->m.year = number(r, 2);
		r->m.year += r->m.year < 70 ? 2000 : 1900;
		break;
	case 'm':
	case 'c': r->m.month = number(r, 2); break;
	case 'd':
	case 'e': r->m.day = number(r, 2); break;
	case 'j': r->m.yday = number(r, 3); break;
	case 'H':
	case 'k':
	case 'h':
	case 'I':
	case 'l': r->m.hour = number(r, 2); break;
	case 'i': r->m.min = number(r, 2); break;
	case 's':
	case 'S': r->m.sec = number(r, 2); break;
	case 'f': r->m.micros = fraction(r); break;
	case 'T': read_clock(r, false); break;
	case 'r': read_clock(r, true); break;
	case 'p': r->pm = name(r, (const char *const[]){"AM", "PM"}, 2, 0); break;
	case 'b': r->m.month = name(r, months, 12, 3) + 1; break;
	case 'M': r->m.month = name(r, months, 12, 0) + 1; break;
	case 'a': name(r, days, 7, 3); break;
	case 'W': name(r, days, 7, 0); break;
	default: r->ok = r->ok && r->at < r->s.len && r->s.ptr[r->at++] == c; break;
	}
}

static bool in_range(const struct moment *m)
{
	return m->month >= 1 && m->month <= 12 && m->day >= 1 && m->hour < 24 && m->min < 60 &&
	       m->sec < 60 &&
	       duckdb_from_date((duckdb_date){(int32_t)day_number(m->year, m->month, m->day)})
	                       .day == m->day;
}

static bool parse(struct slice s, struct slice f, int64_t *us)
{
	struct reader r = {s, 0, {.year = 1970, .month = 1, .day = 1}, -1, true};
	for (size_t k = 0; k < f.len && r.ok; k++) {
		if (f.ptr[k] == '%' && k + 1 < f.len)
			read_letter(&r, f.ptr[++k]);
		else
			r.ok = r.at < s.len && s.ptr[r.at++] == f.ptr[k];
	}
	if (r.pm >= 0)
		r.m.hour = r.m.hour % 12 + 12 * r.pm;
	if (!r.ok || r.at != s.len || !in_range(&r.m))
		return false;
	int64_t d = r.m.yday > 0 ? day_number(r.m.year, 1, 1) + r.m.yday - 1
	                         : day_number(r.m.year, r.m.month, r.m.day);
	*us = d * DAY_US + (((int64_t)r.m.hour * 60 + r.m.min) * 60 + r.m.sec) * 1000000 +
	      r.m.micros;
	return true;
}

static void parse_rows(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	int64_t *us = duckdb_vector_get_data(out);
	for (idx_t i = 0; i < duckdb_data_chunk_get_size(in); i++) {
		if (!duck_args_valid(in, i)) {
			duck_set_null(out, i);
			continue;
		}
		struct slice s = duck_string(duckdb_data_chunk_get_vector(in, 0), i);
		struct slice f = duck_string(duckdb_data_chunk_get_vector(in, 1), i);
		if (!parse(s, f, &us[i])) {
			struct buf why;
			buf_init(&why, 1000);
			buf_printf(&why, "INVALID_FUNCTION_ARGUMENT: Invalid format: \"%.*s\"",
			        (int)(s.len > 200 ? 200 : s.len), s.ptr);
			duckdb_scalar_function_set_error(info, buf_str(&why));
			buf_release(&why);
			return;
		}
	}
}

int duck_dates_register(duckdb_connection con, struct err *err)
{
	const duckdb_type text = DUCKDB_TYPE_VARCHAR, ts = DUCKDB_TYPE_TIMESTAMP,
	                  tz = DUCKDB_TYPE_TIMESTAMP_TZ;
	const struct duck_function all[] = {
	        {"date_format", {ts, text}, text, false, format_rows, NULL},
	        {"date_format", {tz, text}, text, false, format_rows, NULL},
	        {"date_parse", {text, text}, ts, false, parse_rows, NULL},
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (duck_register(con, &all[i], err) < 0)
			return -1;
	}
	return 0;
}
