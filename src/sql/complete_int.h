/* Between complete*.c: tokens with their brackets, and the phrases of the grammar. */
#ifndef SQL_COMPLETE_INT_H
#define SQL_COMPLETE_INT_H

#include "sql/complete.h"
#include "sql/lexer.h"

#define NONE ((size_t)-1)

struct sql_ctok {
	enum sql_token kind;
	size_t start, end;
	size_t match; /* of ( : its ), or NONE */
	size_t open;  /* the ( around it, or NONE */
};

/* Where keywords may stand. */
enum place {
	PLACE_START = 1,   /* begins a statement */
	PLACE_EXPR = 2,    /* where a value is expected */
	PLACE_AFTER = 4,   /* behind a value */
	PLACE_TABLE = 8,   /* where a table is expected */
	PLACE_BEHIND = 16, /* behind a table */
	PLACE_TYPE = 32,   /* CAST(x AS */
	PLACE_SHOW = 64,   /* SHOW */
	PLACE_OVER = 128,  /* OVER ( */
	PLACE_BY = 256,    /* GROUP, ORDER, PARTITION */
	PLACE_JOIN = 512,  /* LEFT, INNER ... */
	PLACE_IS = 1024,   /* IS */
};
struct phrase {
	const char *text, *help;
	unsigned places;
};
const struct phrase *complete_phrases(size_t *n);
/* A function that people use all the time: offered before its neighbours. */
bool complete_is_common(const char *function);
char *complete_lower(struct slice s); /* a copy in small letters; the caller frees */

struct slice ctok_text(const struct sql_context *c, size_t i);
bool ctok_is(const struct sql_context *c, size_t i, const char *word);
bool ctok_any(const struct sql_context *c, size_t i, const char *words); /* blank-separated */
struct slice ctok_name(const struct sql_context *c, size_t i);           /* without quotes */
bool ctok_is_name(const struct sql_context *c, size_t i);
/* The tables of FROM and JOIN in tokens [from, to), at their own level; the set operation's part
 * that holds token `at`. Returns how many. */
int scope_read(const struct sql_context *c, size_t from, size_t to, size_t at,
        struct sql_table *out, int max);
/* The names of WITH that stand at the start of [from, to). */
int scope_with(const struct sql_context *c, size_t from, size_t to, struct sql_table *out, int max);

#endif
