#include "ui/textlines.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/wrap.h"

#include <limits.h>

#include "base/ban.h"

void textlines_reset(struct textedit *t)
{
	t->cap_lines = 64;
	t->line = mem_realloc(t->line, t->cap_lines, sizeof *t->line);
	t->line[0] = 0;
	t->n_lines = 1;
}

static size_t newlines(const char *s, size_t n)
{
	size_t count = 0;
	for (const char *end = s + n; n && (s = memchr(s, '\n', (size_t)(end - s))) != NULL; s++)
		count++;
	return count;
}

void textlines_update(struct textedit *t, size_t pos, size_t n_took, struct slice put)
{
	size_t first = textedit_line_of(t, pos) + 1; /* the first start that may change */
	size_t gone = n_took ? newlines(t->text + pos, n_took) : 0;
	size_t come = put.len ? newlines(put.ptr, put.len) : 0;
	size_t n = t->n_lines - gone + come, tail = t->n_lines - first - gone;
	sql_lines_changed(&t->sql, first - 1, gone, come);
	if (n > t->cap_lines) {
		t->cap_lines = n * 2;
		t->line = mem_realloc(t->line, t->cap_lines, sizeof *t->line);
	}
	memmove(t->line + first + come, t->line + first + gone, tail * sizeof *t->line);
	for (size_t i = 0; i < tail; i++)
		t->line[first + come + i] += put.len - n_took; /* wraps around rightly */
	const char *p = put.ptr, *end = p ? p + put.len : NULL;
	for (size_t k = 0; k < come && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; k++)
		t->line[first + k] = pos + (size_t)(++p - put.ptr);
	t->n_lines = n;
}

size_t textedit_line_of(const struct textedit *t, size_t offset)
{
	size_t low = 0, high = t->n_lines;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (t->line[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

struct slice textedit_line(const struct textedit *t, size_t line)
{
	if (line >= t->n_lines)
		return slice_of(t->text + t->len, 0);
	size_t a = t->line[line];
	size_t b = line + 1 < t->n_lines ? t->line[line + 1] - 1 : t->len;
	return slice_of(t->text + a, b - a);
}

/* Walks a line by clusters until `bytes` or `column` is reached. */
static size_t walk(struct slice s, size_t bytes, int column, int *x)
{
	size_t i = 0;
	*x = 0;
	while (i < s.len && i < bytes) {
		struct utf8_cell u;
		int n;
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '\t') {
			n = TAB_WIDTH - *x % TAB_WIDTH;
			u.used = 1;
		} else if (c >= 0x20 && c < 0x7f &&
		           (i + 1 == s.len || (unsigned char)s.ptr[i + 1] < 0x80)) {
			n = 1; /* nothing can join it: for long lines */
			u.used = 1;
		} else {
			utf8_next_cell(slice_of(s.ptr + i, s.len - i), &u);
			n = u.width;
		}
		if (*x + n > column)
			break;
		*x += n;
		i += u.used;
	}
	return i;
}

int textedit_column(const struct textedit *t, size_t offset)
{
	size_t line = textedit_line_of(t, offset);
	int x;
	walk(textedit_line(t, line), offset - t->line[line], INT_MAX, &x);
	return x;
}

size_t textedit_at_column(const struct textedit *t, size_t line, int column)
{
	int x;
	if (line >= t->n_lines)
		return t->len;
	return t->line[line] + walk(textedit_line(t, line), (size_t)-1, column, &x);
}

static size_t next_cluster(const struct textedit *t, size_t at)
{
	struct utf8_cell u;
	if (at >= t->len)
		return t->len;
	if (t->text[at] == '\n')
		return at + 1;
	struct slice line = textedit_line(t, textedit_line_of(t, at));
	size_t end = (size_t)(line.ptr - t->text) + line.len;
	return utf8_next_cell(slice_of(t->text + at, end - at), &u) ? at + u.used : at + 1;
}

static size_t previous_cluster(const struct textedit *t, size_t at)
{
	size_t start = t->line[textedit_line_of(t, at)], last = start;
	if (at == start)
		return at ? at - 1 : 0;
	if ((unsigned char)t->text[at - 1] < 0x80 &&
	        (at == t->len || (unsigned char)t->text[at] < 0x80))
		return at - 1; /* nothing joins them: for long lines */
	for (size_t i = start; i < at; i = next_cluster(t, i))
		last = i;
	return last;
}

static bool word_byte(char c)
{
	unsigned char u = (unsigned char)c;
	return u >= 0x80 || u == '_' || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') ||
	       (u >= 'A' && u <= 'Z');
}

static size_t word_right(const struct textedit *t, size_t at)
{
	while (at < t->len && !word_byte(t->text[at]))
		at++;
	while (at < t->len && word_byte(t->text[at]))
		at++;
	return at;
}

static size_t word_left(const struct textedit *t, size_t at)
{
	while (at > 0 && !word_byte(t->text[at - 1]))
		at--;
	while (at > 0 && word_byte(t->text[at - 1]))
		at--;
	return at;
}

static size_t by_lines(struct textedit *t, long lines)
{
	long line = (long)textedit_line_of(t, t->cursor);
	if (t->goal < 0)
		t->goal = textedit_column(t, t->cursor);
	if (line + lines < 0)
		return 0;
	if (line + lines >= (long)t->n_lines)
		return t->len;
	return textedit_at_column(t, (size_t)(line + lines), t->goal);
}

void textedit_select_word(struct textedit *t, size_t offset)
{
	size_t a = offset < t->len ? offset : t->len, b = a;
	if (a == t->len || !word_byte(t->text[a])) { /* one sign */
		textedit_select(t, a, next_cluster(t, a));
		return;
	}
	while (a > 0 && word_byte(t->text[a - 1]))
		a--;
	while (b < t->len && word_byte(t->text[b]))
		b++;
	textedit_select(t, a, b);
}

void textedit_select_line(struct textedit *t, size_t offset)
{
	size_t line = textedit_line_of(t, offset);
	textedit_select(t, t->line[line], line + 1 < t->n_lines ? t->line[line + 1] : t->len);
}

/* Home goes to the first letter of the line, and from there to its first column. */
static size_t line_home(const struct textedit *t)
{
	struct slice line = textedit_line(t, textedit_line_of(t, t->cursor));
	size_t start = (size_t)(line.ptr - t->text), n = 0;
	while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
		n++;
	return t->cursor == start + n ? start : start + n;
}

void textedit_goto(struct textedit *t, size_t offset, bool select)
{
	t->cursor = offset > t->len ? t->len : offset;
	if (!select)
		t->anchor = t->cursor;
	t->goal = -1;
}

void textedit_move(struct textedit *t, enum text_move m, bool select, int page)
{
	size_t c = t->cursor, line = textedit_line_of(t, c);
	bool vertical = false;
	switch (m) {
	case MOVE_LEFT: c = previous_cluster(t, c); break;
	case MOVE_RIGHT: c = next_cluster(t, c); break;
	case MOVE_WORD_LEFT: c = word_left(t, c); break;
	case MOVE_WORD_RIGHT: c = word_right(t, c); break;
	case MOVE_LINE_START: c = line_home(t); break;
	case MOVE_LINE_END: c = t->line[line] + textedit_line(t, line).len; break;
	case MOVE_START: c = 0; break;
	case MOVE_END: c = t->len; break;
	default:
		vertical = true;
		c = by_lines(t, m == MOVE_UP        ? -1
		                : m == MOVE_DOWN    ? 1
		                : m == MOVE_PAGE_UP ? -page
		                                    : page);
	}
	int goal = t->goal;
	textedit_goto(t, c, select);
	if (vertical)
		t->goal = goal;
}
