#include "sql/literal.h"

#include "base/utf8.h"

#include "base/ban.h"

/* Appends the literal of value; false when it is not of the type. */
typedef bool (*literal_fn)(struct buf *out, struct slice value);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool literal_is_name(struct slice s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		            (i && is_digit(c))))
			return false;
	}
	return s.len > 0;
}

static size_t count_digits(struct slice s, size_t i)
{
	size_t n = 0;

	while (i + n < s.len && is_digit(s.ptr[i + n]))
		n++;
	return n;
}

static bool is_sign(struct slice s, size_t i)
{
	return i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+');
}

static void add_signed(struct buf *out, struct slice v)
{
	if (*v.ptr == '+')
		v = slice_of(v.ptr + 1, v.len - 1);
	buf_add_slice(out, v);
}

static bool add_integer(struct buf *out, struct slice v)
{
	size_t sign = is_sign(v, 0), n = count_digits(v, sign), zeros = 0;

	while (zeros + 1 < n && v.ptr[sign + zeros] == '0')
		zeros++;
	n -= zeros;
	if (n == 0 || sign + zeros + n != v.len || n > 19)
		return false;
	if (n == 19 && memcmp(v.ptr + sign + zeros, "9223372036854775807", 19) > 0)
		return false;
	add_signed(out, v);
	return true;
}

static bool add_number(struct buf *out, struct slice v)
{
	size_t i = is_sign(v, 0), whole = count_digits(v, i), part = 0, n;

	i += whole;
	if (i < v.len && v.ptr[i] == '.') {
		part = count_digits(v, i + 1);
		i += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (i < v.len && (v.ptr[i] == 'e' || v.ptr[i] == 'E')) {
		i += 1 + is_sign(v, i + 1);
		n = count_digits(v, i);
		if (n == 0)
			return false;
		i += n;
	}
	if (i != v.len)
		return false;
	add_signed(out, v);
	return true;
}

static void add_quoted(struct buf *out, struct slice v, char quote)
{
	size_t i;

	buf_add_char(out, quote);
	for (i = 0; i < v.len; i++) {
		if (v.ptr[i] == quote)
			buf_add_char(out, quote);
		buf_add_char(out, v.ptr[i]);
	}
	buf_add_char(out, quote);
}

static bool add_string(struct buf *out, struct slice v)
{
	if (!utf8_valid(v))
		return false;
	add_quoted(out, v, '\'');
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool add_date(struct buf *out, struct slice v)
{
	int f[3] = {0}, k = 0;
	size_t i;

	if (v.len != 10)
		return false;
	for (i = 0; i < v.len; i++) {
		if (i == 4 || i == 7) {
			if (v.ptr[i] != '-')
				return false;
			k++;
			continue;
		}
		if (!is_digit(v.ptr[i]))
			return false;
		f[k] = f[k] * 10 + (v.ptr[i] - '0');
	}
	if (f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > days_in(f[0], f[1]))
		return false;
	buf_add_str(out, "DATE ");
	add_quoted(out, v, '\'');
	return true;
}

static bool add_boolean(struct buf *out, struct slice v)
{
	bool yes = slice_eq_nocase(v, slice_str("true"));

	if (!yes && !slice_eq_nocase(v, slice_str("false")))
		return false;
	buf_add_str(out, yes ? "TRUE" : "FALSE");
	return true;
}

static bool add_identifier(struct buf *out, struct slice v)
{
	if (v.len == 0 || !utf8_valid(v))
		return false;
	add_quoted(out, v, '"');
	return true;
}

static struct slice skip_blanks(struct slice v)
{
	while (v.len && (*v.ptr == ' ' || *v.ptr == '\t' || *v.ptr == '\n' || *v.ptr == '\r'))
		v = slice_of(v.ptr + 1, v.len - 1);
	return v;
}

/* Length of the quoted item that v begins with, quotes included; 0 when it does not end. */
static size_t quoted_length(struct slice v)
{
	size_t i;

	for (i = 1; i < v.len; i++) {
		if (v.ptr[i] != '\'')
			continue;
		if (i + 1 == v.len || v.ptr[i + 1] != '\'')
			return i + 1;
		i++;
	}
	return 0;
}

/* One item, quoted by the writer (copied as it is) or not; *v moves behind it and its comma. */
static bool add_item(struct buf *out, struct slice *v, bool *more)
{
	struct slice item;
	size_t n;

	*v = skip_blanks(*v);
	if (slice_starts(*v, "'")) {
		n = quoted_length(*v);
		buf_add_slice(out, slice_of(v->ptr, n));
		*v = skip_blanks(slice_of(v->ptr + n, v->len - n));
		*more = slice_starts(*v, ",");
		if (n == 0 || (v->len && !*more))
			return false;
		if (*more)
			*v = slice_of(v->ptr + 1, v->len - 1);
		return true;
	}
	*more = memchr(v->ptr, ',', v->len) != NULL;
	*v = slice_cut(*v, ',', &item);
	item = slice_trim(item);
	add_quoted(out, item, '\'');
	return item.len > 0;
}

static bool add_list(struct buf *out, struct slice v)
{
	bool more = true, first = true;

	if (!utf8_valid(v))
		return false;
	while (more) {
		if (!first)
			buf_add_char(out, ',');
		first = false;
		if (!add_item(out, &v, &more))
			return false;
	}
	return true;
}

static const struct {
	const char *type, *expected;
	literal_fn add;
} types[] = {
        {"integer", "a whole number such as 2 or -10", add_integer},
        {"number", "a number such as 0.5", add_number},
        {"string", "text in valid UTF-8", add_string},
        {"regex", "a regular expression in valid UTF-8", add_string},
        {"date", "a date as YYYY-MM-DD", add_date},
        {"boolean", "true or false", add_boolean},
        {"identifier", "the name of a table or column", add_identifier},
        {"list", "texts with commas between them, none empty", add_list},
};

static int find_type(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].type, type) == 0)
			return (int)i;
	return -1;
}

bool literal_is_type(const char *type)
{
	return find_type(type) >= 0;
}

int literal_add(
        struct buf *out, const char *name, const char *type, const char *value, struct err *err)
{
	int t = find_type(type);

	if (t < 0)
		return err_set(err, ERR_USAGE,
		        "parameter %s has the unknown type '%.40s'; one of %s", name, type,
		        LITERAL_TYPES);
	if (!types[t].add(out, slice_str(value)))
		return err_set(err, ERR_USAGE, "parameter %s is '%.80s', but must be %s", name,
		        value, types[t].expected);
	if (out->failed)
		return err_set(err, ERR_MEMORY, "the value of parameter %s is too long", name);
	return 0;
}

int literal_check(const char *name, const char *type, const char *value, struct err *err)
{
	struct buf scratch;
	int rc;

	buf_init(&scratch, BUF_NO_LIMIT);
	rc = literal_add(&scratch, name, type, value, err);
	buf_release(&scratch);
	return rc;
}
