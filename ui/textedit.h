/*
 * A text and a cursor: the SQL editor without its screen. The text is one contiguous run of bytes
 * with an index of line starts: Athena takes 262,144 bytes at most, where moving the tail costs
 * microseconds (in 10 MB some two milliseconds), and the lexer can read it in place. Undo keeps
 * what each change took and put, as far back as TEXTEDIT_UNDO bytes go. Places are byte offsets,
 * always at grapheme boundaries after a move. UI thread.
 */
#ifndef UI_TEXTEDIT_H
#define UI_TEXTEDIT_H

#include "base/slice.h"
#include "sql/lines.h"

#include <stdbool.h>
#include <stddef.h>

#define TEXTEDIT_UNDO (64u << 20) /* the oldest changes beyond are forgotten, never the newest */

struct text_change;
struct textedit {
	char *text; /* followed by a NUL that is not counted */
	size_t len, cap;
	size_t *line; /* byte offset of each line's start; line[0] = 0 */
	size_t n_lines, cap_lines;
	size_t cursor, anchor;      /* anchor == cursor: nothing selected */
	int goal;                   /* column that up and down try to keep; -1 unset */
	struct text_change *change; /* all changes; those from n_done on can be redone */
	size_t n_changes, n_done, cap_changes, saved; /* saved: n_done at the last save */
	size_t undo_bytes;
	unsigned long generation; /* counts changes of the text */
	struct sql_lines sql;     /* which lines begin in a comment or string */
};
enum text_move {
	MOVE_LEFT,
	MOVE_RIGHT,
	MOVE_UP,
	MOVE_DOWN,
	MOVE_WORD_LEFT,
	MOVE_WORD_RIGHT,
	MOVE_LINE_START,
	MOVE_LINE_END,
	MOVE_START,
	MOVE_END,
	MOVE_PAGE_UP,
	MOVE_PAGE_DOWN,
};

void textedit_init(struct textedit *t);
void textedit_release(struct textedit *t);
/* Replaces everything and forgets the history. */
void textedit_set(struct textedit *t, struct slice text);
/* Replaces everything as one change that can be undone. */
void textedit_replace_all(struct textedit *t, struct slice text);
struct slice textedit_text(const struct textedit *t);
bool textedit_modified(const struct textedit *t);
void textedit_saved(struct textedit *t);

/* Puts text in place of the selection. */
void textedit_insert(struct textedit *t, struct slice text);
/* A newline that repeats the line's indentation. */
void textedit_newline(struct textedit *t);
void textedit_backspace(struct textedit *t, bool word);
void textedit_delete(struct textedit *t, bool word);
bool textedit_undo(struct textedit *t);
bool textedit_redo(struct textedit *t);

void textedit_move(struct textedit *t, enum text_move m, bool select, int page);
void textedit_goto(struct textedit *t, size_t offset, bool select);
void textedit_select_all(struct textedit *t);
struct slice textedit_selection(const struct textedit *t); /* empty when nothing is selected */
void textedit_select(struct textedit *t, size_t from, size_t to); /* the cursor is at `to` */
/* The word, or what else stands there, at the offset; the whole line with its end. */
void textedit_select_word(struct textedit *t, size_t offset);
void textedit_select_line(struct textedit *t, size_t offset);
/* One change: [pos, pos + n_took) becomes put. The cursor is behind it. */
void textedit_replace(struct textedit *t, size_t pos, size_t n_took, struct slice put);

/* textfind.c. A word without capitals is looked for without regard to ASCII case. */
/* Selects a place of the word: direction 0 at the cursor (or the selection's start) or behind it, 1
 * behind it, -1 before it; around the end. False: there is none. */
bool textedit_find(struct textedit *t, struct slice word, int direction);
/* How many places there are, up to max; *at: the number, from 1, of the one that is selected, 0
 * when none is. */
size_t textedit_count(const struct textedit *t, struct slice word, size_t max, size_t *at);
/* The first place at or after `from`, -1 none. */
ptrdiff_t textedit_next_match(const struct textedit *t, struct slice word, size_t from);
/* Replaces all that begin in [from, to) as one change; returns how many. */
size_t textedit_replace_word(
        struct textedit *t, size_t from, size_t to, struct slice word, struct slice with);

/* textops.c. Of the selected lines, or the cursor's: each is one change. */
void textedit_comment(struct textedit *t); /* "-- ", or away with it when all have it */
void textedit_indent(struct textedit *t);
void textedit_unindent(struct textedit *t);
void textedit_duplicate(struct textedit *t);          /* the selection, or the line */
bool textedit_move_lines(struct textedit *t, int by); /* -1 up, 1 down; false: at the end */

size_t textedit_line_of(const struct textedit *t, size_t offset); /* 0-based */
/* The line without its newline. */
struct slice textedit_line(const struct textedit *t, size_t line);
/* Column on the screen (tabs of 4, wide characters) of an offset, and back within a line. */
int textedit_column(const struct textedit *t, size_t offset);
size_t textedit_at_column(const struct textedit *t, size_t line, int column);

#endif
