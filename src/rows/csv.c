#include "rows/csv.h"

#include "base/buf.h"
#include "base/mem.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/ban.h"

#define DEFAULT_MAX_ROW ((size_t)64 << 20)
#define LARGEST_MAX_ROW ((size_t)1 << 30) /* offsets are 32 bits */
#define MAX_FIELDS      65536
#define CARRY_STEP      4096

/* Where the scanner stands; with pos and field_start it can go on after any byte. */
enum state { FIELD_START, UNQUOTED, QUOTED, QUOTE_IN_QUOTED, CR_AFTER_QUOTE };
enum found { ROW, MORE, BAD };

/* A field of the row being scanned, as offsets from the row's start: the row may move to carry. */
struct field {
	uint32_t start, end;
	bool quoted, escaped;
};

struct csv {
	size_t max_row;
	uint64_t rows, bytes; /* bytes: offset of the row being scanned */
	size_t columns;       /* of the header; 0 before it */
	bool started;         /* past a possible BOM */

	enum state state;
	size_t pos;         /* scanned bytes of this row */
	size_t field_start; /* first byte of this field's value */
	bool escaped;       /* this field has a doubled quote */
	struct field *field;
	size_t n_fields, cap_fields;

	struct cell *cell;  /* cap_fields */
	struct buf carry;   /* the row's bytes, when it began in an earlier slice */
	struct buf scratch; /* unescaped values of one row */
};

struct csv *csv_new(size_t max_row_bytes)
{
	struct csv *c = MEM_NEW(struct csv);

	c->max_row = max_row_bytes ? max_row_bytes : DEFAULT_MAX_ROW;
	if (c->max_row > LARGEST_MAX_ROW)
		c->max_row = LARGEST_MAX_ROW;
	buf_init(&c->carry, c->max_row + CARRY_STEP);
	buf_init(&c->scratch, c->max_row + CARRY_STEP);
	return c;
}

void csv_free(struct csv *c)
{
	if (!c)
		return;
	buf_release(&c->carry);
	buf_release(&c->scratch);
	mem_free(c->field);
	mem_free(c->cell);
	mem_free(c);
}

void csv_inside(struct csv *c)
{
	c->started = true;
}

uint64_t csv_rows(const struct csv *c)
{
	return c->rows;
}

uint64_t csv_bytes(const struct csv *c)
{
	return c->bytes;
}

static enum found bad(const struct csv *c, size_t at, struct err *err, const char *what)
{
	err_set(err, ERR_DATA,
	        "CSV row %llu, byte %llu: %s; the result is damaged or not CSV as Athena writes "
	        "it: "
	        "read it again",
	        (unsigned long long)c->rows + 1, (unsigned long long)(c->bytes + at), what);
	return BAD;
}

static int grow_fields(struct csv *c)
{
	size_t cap = c->cap_fields ? c->cap_fields * 2 : 32;
	struct field *f = mem_try_realloc(c->field, cap * sizeof *f);
	struct cell *cells;

	if (!f)
		return -1;
	c->field = f;
	cells = mem_try_realloc(c->cell, cap * sizeof *cells);
	if (!cells)
		return -1;
	c->cell = cells;
	c->cap_fields = cap;
	return 0;
}

static int end_field(struct csv *c, size_t end, bool quoted, struct err *err)
{
	size_t limit = c->columns ? c->columns : MAX_FIELDS;

	if (c->n_fields == limit) {
		bad(c, end, err,
		        c->columns ? "more fields than the header has" : "too many columns");
		return -1;
	}
	if (c->n_fields == c->cap_fields && grow_fields(c) != 0)
		return err_set(err, ERR_MEMORY, "no memory for a row of %zu fields", c->n_fields);
	c->field[c->n_fields++] =
	        (struct field){(uint32_t)c->field_start, (uint32_t)end, quoted, c->escaped};
	c->state = FIELD_START;
	c->escaped = false;
	return 0;
}

/* Most quoted values are short: look at 16 bytes in place before calling memchr. */
static const char *find_quote(const char *p, const char *end)
{
	const char *q;

#ifdef __SSE2__
	if (end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		int m = _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')));

		if (m)
			return p + __builtin_ctz((unsigned)m);
		p += 16;
	}
#endif
	q = memchr(p, '"', (size_t)(end - p));
	return q ? q : end;
}

static const char *find_unquoted_end(const char *p, const char *end)
{
	while (p < end && *p != ',' && *p != '\n' && *p != '"')
		p++;
	return p;
}

/* The value ends at the separator at p: ',' or '\n' (a CR before it belongs to the line end). */
static enum found end_unquoted(struct csv *c, const char *base, const char *p, struct err *err)
{
	size_t end = (size_t)(p - base);

	if (*p == '\n' && end > c->field_start && base[end - 1] == '\r')
		end--;
	if (end_field(c, end, false, err) != 0)
		return BAD;
	return *p == '\n' ? ROW : MORE;
}

/* What follows a closing quote, or the second half of a doubled one. */
static enum found after_quote(struct csv *c, const char *base, const char *p, struct err *err)
{
	size_t at = (size_t)(p - base);

	if (c->state == QUOTE_IN_QUOTED && *p == '"') {
		c->escaped = true;
		c->state = QUOTED;
		return MORE;
	}
	if (c->state == QUOTE_IN_QUOTED && *p == '\r') {
		c->state = CR_AFTER_QUOTE;
		return MORE;
	}
	if (*p != '\n' && (*p != ',' || c->state == CR_AFTER_QUOTE))
		return bad(c, at, err, "text after a closing quote");
	if (end_field(c, at - 1 - (c->state == CR_AFTER_QUOTE), true, err) != 0)
		return BAD;
	return *p == '\n' ? ROW : MORE;
}

/* Scans on from c->pos. ROW: complete, c->pos is just behind its line end. */
static enum found scan(struct csv *c, const char *base, size_t len, struct err *err)
{
	const char *p = base + c->pos;
	const char *end = base + (len > c->max_row ? c->max_row + 1 : len);
	enum found f = MORE;

	while (f == MORE && p < end) {
		switch (c->state) {
		case FIELD_START:
			c->state = *p == '"' ? QUOTED : UNQUOTED;
			p += *p == '"';
			c->field_start = (size_t)(p - base);
			break;
		case UNQUOTED:
			p = find_unquoted_end(p, end);
			if (p == end)
				break;
			f = *p != '"' ? end_unquoted(c, base, p, err)
			              : bad(c, (size_t)(p - base), err,
			                        "a quote inside a value that is not quoted");
			p++;
			break;
		case QUOTED:
			p = find_quote(p, end);
			if (p < end) {
				c->state = QUOTE_IN_QUOTED;
				p++;
			}
			break;
		case QUOTE_IN_QUOTED:
		case CR_AFTER_QUOTE:
			f = after_quote(c, base, p, err);
			p++;
			break;
		}
	}
	c->pos = (size_t)(p - base);
	if (f != BAD && c->pos > c->max_row)
		return bad(c, c->max_row, err, "the row is longer than the limit");
	return f;
}

/* Copies a value with its doubled quotes made single; scratch has the room already. */
static struct cell unescape(struct csv *c, const char *from, const char *end)
{
	char *start = c->scratch.ptr + c->scratch.len, *to = start;

	while (from < end) {
		const char *q = find_quote(from, end);
		size_t n = (size_t)(q - from) + (q < end);

		memcpy(to, from, n);
		to += n;
		from = q < end ? q + 2 : end;
	}
	c->scratch.len += (size_t)(to - start);
	return (struct cell){start, (uint32_t)(to - start)};
}

static int make_cells(struct csv *c, const char *base, struct err *err)
{
	size_t i, need = 0;

	for (i = 0; i < c->n_fields; i++)
		if (c->field[i].escaped)
			need += c->field[i].end - c->field[i].start;
	buf_clear(&c->scratch);
	if (need && !buf_reserve(&c->scratch, need))
		return err_set(err, ERR_MEMORY, "no memory for a row of %zu bytes", need);
	for (i = 0; i < c->n_fields; i++) {
		const struct field *f = &c->field[i];

		if (f->escaped)
			c->cell[i] = unescape(c, base + f->start, base + f->end);
		else if (f->quoted || f->end > f->start)
			c->cell[i] = (struct cell){base + f->start, f->end - f->start};
		else
			c->cell[i] = (struct cell){NULL, 0};
	}
	return 0;
}

/* Hands over the row that scan completed and makes ready for the next. */
static int deliver(struct csv *c, const char *base, csv_row_fn row, void *arg, struct err *err)
{
	int rc;

	if (c->columns && c->n_fields != c->columns) {
		bad(c, 0, err, "fewer fields than the header has");
		return -1;
	}
	if (make_cells(c, base, err) != 0)
		return -1;
	rc = row(arg, c->cell, c->n_fields, err);
	if (rc != 0)
		return rc;
	c->columns = c->n_fields;
	c->rows++;
	c->bytes += c->pos;
	c->pos = c->n_fields = 0;
	return 0;
}

/* Goes on with a row that began in an earlier slice, in small steps, until it is complete. */
static int feed_carry(
        struct csv *c, struct slice *bytes, csv_row_fn row, void *arg, struct err *err)
{
	enum found f = MORE;
	int rc;

	while (f == MORE && bytes->len) {
		size_t before = c->carry.len;
		size_t n = bytes->len < CARRY_STEP ? bytes->len : CARRY_STEP;

		buf_add(&c->carry, bytes->ptr, n);
		if (c->carry.failed)
			return err_set(err, ERR_MEMORY, "no memory for a row of %zu bytes", before);
		f = scan(c, c->carry.ptr, c->carry.len, err);
		if (f == ROW)
			n = c->pos - before;
		bytes->ptr += n;
		bytes->len -= n;
	}
	if (f != ROW)
		return f == BAD ? -1 : 0;
	rc = deliver(c, c->carry.ptr, row, arg, err);
	buf_clear(&c->carry);
	return rc;
}

/* Bytes without NUL, past the BOM. */
static int feed_text(struct csv *c, struct slice bytes, csv_row_fn row, void *arg, struct err *err)
{
	enum found f;
	size_t n;
	int rc;

	if (c->carry.len && (rc = feed_carry(c, &bytes, row, arg, err)) != 0)
		return rc;
	while (bytes.len) {
		f = scan(c, bytes.ptr, bytes.len, err);
		if (f == BAD)
			return -1;
		if (f == MORE) {
			buf_add_slice(&c->carry, bytes);
			return c->carry.failed
			               ? err_set(err, ERR_MEMORY,
			                         "no memory for a row of %zu bytes", bytes.len)
			               : 0;
		}
		n = c->pos;
		if ((rc = deliver(c, bytes.ptr, row, arg, err)) != 0)
			return rc;
		bytes.ptr += n;
		bytes.len -= n;
	}
	return 0;
}

/* Drops a byte order mark, which may come in pieces; what only begins like one goes to carry. */
static void skip_bom(struct csv *c, struct slice *bytes)
{
	static const char bom[3] = {'\xef', '\xbb', '\xbf'};

	while (!c->started && bytes->len) {
		if (*bytes->ptr != bom[c->carry.len]) {
			c->started = true;
			return;
		}
		buf_add_char(&c->carry, *bytes->ptr++);
		bytes->len--;
		if (c->carry.len == sizeof bom) {
			buf_clear(&c->carry);
			c->bytes = sizeof bom;
			c->started = true;
		}
	}
}

int csv_feed(struct csv *c, struct slice bytes, csv_row_fn row, void *arg, struct err *err)
{
	const char *nul = bytes.len ? memchr(bytes.ptr, 0, bytes.len) : NULL;
	int rc;

	if (nul)
		bytes.len = (size_t)(nul - bytes.ptr);
	if (!c->started)
		skip_bom(c, &bytes);
	if (c->carry.failed)
		return err_set(err, ERR_MEMORY, "no memory to read the result");
	rc = feed_text(c, bytes, row, arg, err);
	if (rc == 0 && nul) {
		bad(c, c->carry.len, err, "a NUL byte");
		return -1;
	}
	return rc;
}

int csv_finish(struct csv *c, csv_row_fn row, void *arg, struct err *err)
{
	const char *base = c->carry.ptr;
	size_t end = c->carry.len;
	int rc;

	c->started = true;
	if (end == 0)
		return 0;
	if (scan(c, base, end, err) == BAD)
		return -1;
	if (c->state == QUOTED) {
		bad(c, c->field_start - 1, err, "the quote that opens here is never closed");
		return -1;
	}
	if (c->state == FIELD_START)
		c->field_start = end;
	else if (base[end - 1] == '\r')
		end--;
	if (c->state == QUOTE_IN_QUOTED || c->state == CR_AFTER_QUOTE)
		rc = end_field(c, end - 1, true, err);
	else
		rc = end_field(c, end, false, err);
	if (rc == 0)
		rc = deliver(c, base, row, arg, err);
	buf_clear(&c->carry);
	return rc;
}

void csv_write_cell(struct buf *out, struct cell v)
{
	const char *p = v.ptr, *end, *q;

	if (!v.ptr)
		return;
	end = p + v.len;
	buf_add_char(out, '"');
	while ((q = find_quote(p, end)) < end) {
		buf_add(out, p, (size_t)(q - p) + 1);
		buf_add_char(out, '"');
		p = q + 1;
	}
	buf_add(out, p, (size_t)(end - p));
	buf_add_char(out, '"');
}
