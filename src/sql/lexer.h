/*
 * Trino SQL, token by token (trino SqlBase.g4): whole input covered, nothing refused, so that an
 * editor's half-written text can be coloured. No recursion, linear time.
 */
#ifndef SQL_LEXER_H
#define SQL_LEXER_H

#include "base/slice.h"

#include <stdbool.h>

enum sql_token {
	SQL_END,
	SQL_SPACE,    /* blanks and newlines */
	SQL_COMMENT,  /* -- to end of line, or a block comment */
	SQL_KEYWORD,  /* reserved and non-reserved words of the grammar */
	SQL_IDENT,    /* plain identifier */
	SQL_QUOTED,   /* "quoted identifier" or `backquoted` (Hive DDL) */
	SQL_FUNCTION, /* identifier or non-reserved word directly followed by '(' */
	SQL_STRING,   /* 'text', U&'..', X'..' */
	SQL_NUMBER,
	SQL_OPERATOR,
	SQL_PUNCT, /* ( ) [ ] , ; . */
	SQL_PARAM, /* ? or :name */
	SQL_BAD,   /* an unterminated string or comment, or a byte that starts no token */
};
/* What a place is in the middle of. */
enum sql_inside {
	SQL_INSIDE_NOTHING,
	SQL_INSIDE_COMMENT, /* a block comment */
	SQL_INSIDE_STRING,
	SQL_INSIDE_QUOTED,
	SQL_INSIDE_BACKQUOTED,
};
struct sql_lexer {
	struct slice text;
	size_t pos;
	enum sql_inside inside;
};
struct sql_tok {
	enum sql_token kind;
	size_t start, end; /* bytes */
};
void sql_lexer_init(struct sql_lexer *lx, struct slice text);
/* Begins at pos, where that holds: the first token is the rest of it. */
void sql_lexer_resume(struct sql_lexer *lx, struct slice text, size_t pos, enum sql_inside inside);
struct sql_tok sql_lexer_next(struct sql_lexer *lx); /* SQL_END for ever at the end */
bool sql_is_word(char c); /* may stand in a name without quotes: ASCII letter, digit, _ */
bool sql_is_keyword(struct slice word);  /* reserved or not; any case */
bool sql_is_reserved(struct slice word); /* cannot be an identifier without quotes */
/* 1-based line and column (code points, as Trino counts) of a byte offset, and back. */
void sql_line_col(struct slice text, size_t offset, int *line, int *col);
size_t sql_offset(struct slice text, int line, int col);

#endif
