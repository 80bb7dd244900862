/* What is done to whole lines of the editor's text. */
#include "ui/textedit.h"

#include "base/buf.h"

#include "base/ban.h"

#define INDENT 2

/* The lines that the selection touches: a selection that ends at a line's start has it not. */
static void chosen_lines(const struct textedit *t, size_t *first, size_t *last)
{
	size_t a = t->anchor < t->cursor ? t->anchor : t->cursor;
	size_t b = t->anchor < t->cursor ? t->cursor : t->anchor;
	*first = textedit_line_of(t, a);
	*last = textedit_line_of(t, b);
	if (b > a && *last > *first && t->line[*last] == b)
		--*last;
}

static size_t blanks(struct slice s)
{
	size_t n = 0;
	while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == '\t'))
		n++;
	return n;
}

typedef void (*line_fn)(struct slice line, size_t column, struct buf *out);

/* Writes each chosen line anew. What was selected stays so, by lines; a cursor alone stays by its
 * text. */
static void each_line(struct textedit *t, line_fn fn, size_t column)
{
	size_t first, last, cursor = t->cursor, before = t->len;
	bool selected = t->anchor != t->cursor;
	struct buf b;
	chosen_lines(t, &first, &last);
	size_t start = t->line[first], end;
	buf_init(&b, BUF_NO_LIMIT);
	for (size_t i = first; i <= last; i++) {
		if (i > first)
			buf_add_char(&b, '\n');
		fn(textedit_line(t, i), column, &b);
	}
	struct slice last_line = textedit_line(t, last);
	end = (size_t)(last_line.ptr - t->text) + last_line.len;
	if (!slice_eq(buf_slice(&b), slice_of(t->text + start, end - start)))
		textedit_replace(t, start, end - start, buf_slice(&b));
	if (selected) {
		textedit_select(t, start, start + b.len);
	} else {
		size_t moved = cursor + t->len - before; /* wraps around rightly */
		textedit_select(t, moved, moved);
		if (t->cursor < start || textedit_line_of(t, t->cursor) != first)
			textedit_select(t, start, start);
	}
	buf_release(&b);
}

static void add_comment(struct slice line, size_t column, struct buf *out)
{
	if (blanks(line) == line.len) {
		buf_add_slice(out, line);
		return;
	}
	buf_add(out, line.ptr, column);
	buf_add_str(out, "-- ");
	buf_add(out, line.ptr + column, line.len - column);
}

static void drop_comment(struct slice line, size_t column, struct buf *out)
{
	size_t n = blanks(line);
	(void)column;
	buf_add(out, line.ptr, n);
	if (line.len >= n + 2 && memcmp(line.ptr + n, "--", 2) == 0)
		n += line.len > n + 2 && line.ptr[n + 2] == ' ' ? 3 : 2;
	buf_add(out, line.ptr + n, line.len - n);
}

void textedit_comment(struct textedit *t)
{
	size_t first, last, column = (size_t)-1;
	bool all = true;
	chosen_lines(t, &first, &last);
	for (size_t i = first; i <= last; i++) {
		struct slice line = textedit_line(t, i);
		size_t n = blanks(line);
		if (n == line.len)
			continue;
		column = n < column ? n : column;
		all = all && line.len >= n + 2 && memcmp(line.ptr + n, "--", 2) == 0;
	}
	if (column == (size_t)-1)
		return; /* only empty lines */
	each_line(t, all ? drop_comment : add_comment, column);
}

static void indent_line(struct slice line, size_t column, struct buf *out)
{
	(void)column;
	if (line.len)
		buf_add(out, "        ", INDENT);
	buf_add_slice(out, line);
}

static void unindent_line(struct slice line, size_t column, struct buf *out)
{
	size_t n = 0;
	(void)column;
	if (line.len && line.ptr[0] == '\t')
		n = 1;
	else
		while (n < INDENT && n < line.len && line.ptr[n] == ' ')
			n++;
	buf_add(out, line.ptr ? line.ptr + n : NULL, line.len - n);
}

void textedit_indent(struct textedit *t)
{
	each_line(t, indent_line, 0);
}

void textedit_unindent(struct textedit *t)
{
	each_line(t, unindent_line, 0);
}

void textedit_duplicate(struct textedit *t)
{
	size_t cursor = t->cursor, line = textedit_line_of(t, cursor);
	struct slice sel = textedit_selection(t);
	if (sel.len) {
		size_t at = (size_t)(sel.ptr - t->text) + sel.len;
		textedit_replace(t, at, 0, sel);
		textedit_select(t, at, t->cursor);
		return;
	}
	struct slice s = textedit_line(t, line);
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_char(&b, '\n');
	buf_add_slice(&b, s);
	textedit_replace(t, (size_t)(s.ptr - t->text) + s.len, 0, buf_slice(&b));
	textedit_goto(t, cursor + b.len, false);
	buf_release(&b);
}

/* The chosen lines and the one that they change places with become one change. */
bool textedit_move_lines(struct textedit *t, int by)
{
	size_t first, last, anchor = t->anchor, cursor = t->cursor;
	chosen_lines(t, &first, &last);
	if (by < 0 ? first == 0 : last + 1 >= t->n_lines)
		return false;
	size_t top = by < 0 ? first - 1 : first, bottom = by < 0 ? last : last + 1;
	struct slice end = textedit_line(t, bottom), other;
	size_t from = t->line[top], to = (size_t)(end.ptr - t->text) + end.len;
	struct slice mine_end = textedit_line(t, last);
	struct slice mine = slice_of(t->text + t->line[first],
	        (size_t)(mine_end.ptr - t->text) + mine_end.len - t->line[first]);
	struct buf b;
	other = textedit_line(t, by < 0 ? top : bottom);
	ptrdiff_t shift = by < 0 ? -(ptrdiff_t)other.len - 1 : (ptrdiff_t)other.len + 1;
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_slice(&b, by < 0 ? mine : other);
	buf_add_char(&b, '\n');
	buf_add_slice(&b, by < 0 ? other : mine);
	textedit_replace(t, from, to - from, buf_slice(&b));
	textedit_select(
	        t, (size_t)((ptrdiff_t)anchor + shift), (size_t)((ptrdiff_t)cursor + shift));
	buf_release(&b);
	return true;
}
