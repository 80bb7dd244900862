#include "ui/textedit.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/textlines.h"
#include "ui/wrap.h"

#include "base/ban.h"

struct text_change {
	size_t pos, cursor; /* cursor: before the change */
	char *took, *put;
	size_t n_took, n_put;
	bool typed; /* may grow by the next typed character */
};

void textedit_init(struct textedit *t)
{
	memset(t, 0, sizeof *t);
	t->goal = -1;
	textedit_set(t, slice_str(""));
}

static size_t change_bytes(const struct text_change *c)
{
	return sizeof *c + c->n_took + c->n_put;
}

static void free_change(struct textedit *t, struct text_change *c)
{
	t->undo_bytes -= change_bytes(c);
	mem_free(c->took);
	mem_free(c->put);
}

static void drop_changes(struct textedit *t, size_t from)
{
	for (size_t i = from; i < t->n_changes; i++)
		free_change(t, &t->change[i]);
	if (t->n_changes > from)
		t->n_changes = from;
}

/* Forgets the oldest changes beyond the bound, half of it at once, but the newest. */
static void bound_changes(struct textedit *t)
{
	size_t n = 0;
	if (t->undo_bytes <= TEXTEDIT_UNDO)
		return;
	while (n + 1 < t->n_done && t->undo_bytes > TEXTEDIT_UNDO / 2)
		free_change(t, &t->change[n++]);
	memmove(t->change, t->change + n, (t->n_changes - n) * sizeof *t->change);
	t->n_changes -= n;
	t->n_done -= n;
	t->saved = t->saved >= n && t->saved != (size_t)-1 ? t->saved - n : (size_t)-1;
}

void textedit_release(struct textedit *t)
{
	drop_changes(t, 0);
	mem_free(t->change);
	mem_free(t->text);
	mem_free(t->line);
	sql_lines_release(&t->sql);
	memset(t, 0, sizeof *t);
}

/* The one place where bytes change. */
static void splice(struct textedit *t, size_t pos, size_t n_took, struct slice put)
{
	textlines_update(t, pos, n_took, put);
	if (t->len - n_took + put.len + 1 > t->cap) {
		t->cap = (t->len + put.len) * 2 + 64;
		t->text = mem_realloc(t->text, t->cap, 1);
	}
	memmove(t->text + pos + put.len, t->text + pos + n_took, t->len - pos - n_took);
	if (put.len)
		memcpy(t->text + pos, put.ptr, put.len);
	t->len = t->len - n_took + put.len;
	t->text[t->len] = '\0';
	t->generation++;
}

void textedit_set(struct textedit *t, struct slice text)
{
	drop_changes(t, 0);
	t->n_done = t->saved = 0;
	if (!t->line)
		textlines_reset(t);
	splice(t, 0, t->len, text);
	t->cursor = t->anchor = 0;
	t->goal = -1;
}

struct slice textedit_text(const struct textedit *t)
{
	return slice_of(t->text, t->len);
}

bool textedit_modified(const struct textedit *t)
{
	return t->n_done != t->saved;
}

void textedit_saved(struct textedit *t)
{
	t->saved = t->n_done;
	if (t->n_done > 0)
		t->change[t->n_done - 1].typed = false;
}

/* Typing letter after letter is one change; a blank or a newline ends it. */
static bool merge(struct textedit *t, size_t pos, size_t n_took, struct slice put)
{
	if (t->n_done == 0 || n_took || put.len == 0 || put.len > 4 || t->saved == t->n_done)
		return false;
	struct text_change *c = &t->change[t->n_done - 1];
	if (!c->typed || c->pos + c->n_put != pos || put.ptr[0] == '\n')
		return false;
	if (put.ptr[0] != ' ' && c->n_put && c->put[c->n_put - 1] == ' ')
		return false;
	c->put = mem_realloc(c->put, c->n_put + put.len + 1, 1);
	memcpy(c->put + c->n_put, put.ptr, put.len);
	c->n_put += put.len;
	t->undo_bytes += put.len;
	return true;
}

static char *copy_bytes(const char *p, size_t n) /* may hold NUL bytes */
{
	char *copy = mem_alloc(n + 1);
	if (n)
		memcpy(copy, p, n);
	return copy;
}

static void change(struct textedit *t, size_t pos, size_t n_took, struct slice put)
{
	if (n_took == 0 && put.len == 0)
		return;
	drop_changes(t, t->n_done);
	if (t->saved > t->n_done)
		t->saved = (size_t)-1; /* the saved state cannot be reached any more */
	if (!merge(t, pos, n_took, put)) {
		if (t->n_changes == t->cap_changes) {
			t->cap_changes = t->cap_changes ? t->cap_changes * 2 : 32;
			t->change = mem_realloc(t->change, t->cap_changes, sizeof *t->change);
		}
		t->change[t->n_changes++] = (struct text_change){pos, t->cursor,
		        copy_bytes(t->text + pos, n_took), copy_bytes(put.ptr, put.len), n_took,
		        put.len, n_took == 0 && put.len <= 4 && put.ptr[0] != '\n'};
		t->undo_bytes += change_bytes(&t->change[t->n_changes - 1]);
	}
	t->n_done = t->n_changes;
	bound_changes(t);
	splice(t, pos, n_took, put);
	t->cursor = t->anchor = pos + put.len;
	t->goal = -1;
}

void textedit_replace(struct textedit *t, size_t pos, size_t n_took, struct slice put)
{
	char *copy = copy_bytes(put.ptr, put.len); /* it may lie in the text itself */
	change(t, pos, n_took, slice_of(copy, put.len));
	mem_free(copy);
}

/* The change is what differs: the ends that are the same stay. */
void textedit_replace_all(struct textedit *t, struct slice text)
{
	size_t cursor = t->cursor, head = 0, tail = 0, most = t->len < text.len ? t->len : text.len;
	while (head < most && t->text[head] == text.ptr[head])
		head++;
	while (tail < most - head && t->text[t->len - 1 - tail] == text.ptr[text.len - 1 - tail])
		tail++;
	if (head + tail < t->len || head + tail < text.len)
		textedit_replace(t, head, t->len - head - tail,
		        slice_of(text.ptr ? text.ptr + head : NULL, text.len - head - tail));
	t->cursor = t->anchor = cursor > t->len ? t->len : cursor;
}

static size_t selection_start(const struct textedit *t)
{
	return t->anchor < t->cursor ? t->anchor : t->cursor;
}

struct slice textedit_selection(const struct textedit *t)
{
	size_t a = selection_start(t), b = t->anchor < t->cursor ? t->cursor : t->anchor;
	return slice_of(t->text + a, b - a);
}

void textedit_insert(struct textedit *t, struct slice text)
{
	change(t, selection_start(t), textedit_selection(t).len, text);
}

void textedit_newline(struct textedit *t)
{
	struct slice line = textedit_line(t, textedit_line_of(t, selection_start(t)));
	size_t n = 0, limit = selection_start(t) - (size_t)(line.ptr - t->text);
	while (n < line.len && n < limit && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
		n++;
	char *s = mem_printf("\n%.*s", (int)n, line.ptr);
	textedit_insert(t, slice_str(s));
	mem_free(s);
}

/* Deletes from the cursor to where the move leads. */
static void delete_by(struct textedit *t, enum text_move m)
{
	size_t before = t->cursor;
	unsigned long generation = t->generation;
	if (t->anchor == t->cursor)
		textedit_move(t, m, true, 0);
	textedit_insert(t, slice_of(NULL, 0));
	if (t->generation != generation) /* undo brings the cursor back to where it was */
		t->change[t->n_done - 1].cursor = before;
}

void textedit_backspace(struct textedit *t, bool word)
{
	delete_by(t, word ? MOVE_WORD_LEFT : MOVE_LEFT);
}

void textedit_delete(struct textedit *t, bool word)
{
	delete_by(t, word ? MOVE_WORD_RIGHT : MOVE_RIGHT);
}

bool textedit_undo(struct textedit *t)
{
	if (t->n_done == 0)
		return false;
	struct text_change *c = &t->change[--t->n_done];
	c->typed = false;
	splice(t, c->pos, c->n_put, slice_of(c->took, c->n_took));
	t->cursor = t->anchor = c->cursor <= t->len ? c->cursor : t->len;
	t->goal = -1;
	return true;
}

bool textedit_redo(struct textedit *t)
{
	if (t->n_done == t->n_changes)
		return false;
	struct text_change *c = &t->change[t->n_done++];
	splice(t, c->pos, c->n_took, slice_of(c->put, c->n_put));
	t->cursor = t->anchor = c->pos + c->n_put;
	t->goal = -1;
	return true;
}

void textedit_select_all(struct textedit *t)
{
	t->anchor = 0;
	t->cursor = t->len;
}

void textedit_select(struct textedit *t, size_t from, size_t to)
{
	t->anchor = from > t->len ? t->len : from;
	t->cursor = to > t->len ? t->len : to;
	t->goal = -1;
}
