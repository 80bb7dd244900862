/*
 * SQL by lines, for an editor: whether a line begins inside a comment or a string, so that colours
 * of a few lines need not read the whole text. States are kept per line and mended from the changed
 * line on, and only as far as somebody asks.
 */
#ifndef SQL_LINES_H
#define SQL_LINES_H

#include "sql/lexer.h"

/*
 * Reads on from `from`, where *inside holds, up to `to` (not past a token's two-byte mark that
 * crosses it). Stops in front of a ';' outside of comments and strings when asked. Returns the
 * place, and *inside there. Some hundred MB a second.
 */
size_t sql_skim(struct slice text, size_t from, size_t to, enum sql_inside *inside, bool semicolon);

struct sql_lines {
	unsigned char *state; /* enum sql_inside at each line's start */
	size_t n, cap;
	bool dirty;      /* lines from `from` on may be wrong ... */
	size_t from, to; /* ... from `to` on only if line `to` is */
};
void sql_lines_release(struct sql_lines *l);
/* Within line `line`, `gone` line ends were taken out and `come` put in. */
void sql_lines_changed(struct sql_lines *l, size_t line, size_t gone, size_t come);
/* start: offsets of the lines. */
enum sql_inside sql_lines_at(
        struct sql_lines *l, struct slice text, const size_t *start, size_t line);

/*
 * The statement at the cursor in text[from, text.len), where `inside` holds at from: from its first
 * byte that is no blank to behind its ';' or its last byte. Behind the last ';' of a line it is
 * still that one; among blanks the one before, else the next. False: there is none.
 */
bool sql_statement_at(struct slice text, size_t from, enum sql_inside inside, size_t cursor,
        size_t *start, size_t *end);
/* How many there are, and the number from 1 of the one that begins at or before `at`. */
size_t sql_count_statements(struct slice text, size_t at, size_t *number);
/* The partner of the bracket at `at` ( ( ) [ ] outside of comments and strings), in
 * text[from, to) where `inside` holds at from. False: no bracket, or alone. */
bool sql_bracket(struct slice text, size_t from, size_t to, enum sql_inside inside, size_t at,
        size_t *partner);

#endif
