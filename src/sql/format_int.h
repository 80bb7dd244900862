/* Between format*.c: tokens with what decides their layout. */
#ifndef SQL_FORMAT_INT_H
#define SQL_FORMAT_INT_H

#include "base/buf.h"
#include "sql/lexer.h"

#define NO_MATCH ((size_t)-1)

struct ftok {
	enum sql_token kind;
	size_t start, end;
	unsigned newlines; /* in the blanks before it */
	bool spaced;       /* blanks before it in the source */
	bool raw;          /* its spacing is the source's: row patterns, types of DDL */
	bool upper, gap;   /* how it is written: in upper case, with a blank before it */
	bool hard;         /* a comment that ends the line */
	int width;         /* columns */
	size_t match;      /* of ( [ CASE: its ) ] END */
	size_t statement;  /* first token of its statement that is no comment */
};
struct flist {
	struct slice text;
	struct ftok *t;
	size_t n;
	size_t *wide; /* wide[i]: columns of the tokens before i, with their gaps */
	size_t *hard; /* hard[i]: hard ones before i */
};
enum fclause {
	CLAUSE_NONE,
	CLAUSE_LIST, /* SELECT, GROUP BY: items on lines of their own when broken */
	CLAUSE_COND, /* WHERE, JOIN: breaks at AND and OR */
	CLAUSE_FLOW, /* FROM, LIMIT: breaks at commas */
	CLAUSE_WITH,
	CLAUSE_ARGS, /* inside brackets, before any clause */
	CLAUSE_CASE,
};

struct slice ftok_text(const struct flist *f, size_t i);
bool ftok_is(const struct flist *f, size_t i, const char *word); /* keyword or punctuation */
/* The nearest token that is no comment; NO_MATCH when there is none. */
size_t ftok_prev(const struct flist *f, size_t i);
size_t ftok_next(const struct flist *f, size_t i);
/* format_words.c: is the word a keyword there, and does a blank stand before the token? */
bool format_upper(const struct flist *f, size_t i);
bool format_gap(const struct flist *f, size_t i);
/* Does a clause begin at i? query: in a query, else inside other brackets. *head: its words. */
enum fclause format_clause(const struct flist *f, size_t i, bool query, size_t *head);
/* format_layout.c */
void format_layout(const struct flist *f, struct buf *out);

#endif
