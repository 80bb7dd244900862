/* Private to the dialect: a statement's tokens without blanks and comments, and the edits to them.
 */
#ifndef LOCAL_DIALECT_TOKENS_H
#define LOCAL_DIALECT_TOKENS_H

#include "local/dialect.h"
#include "sql/lexer.h"

struct dtok {
	enum sql_token kind;
	size_t start, end;
	size_t match;            /* of ( and [: index of the closing one; else own index */
	char *pre, *repl, *post; /* text to put before, instead, after; owned; NULL: none */
};
struct dtoks {
	struct slice sql;
	struct dtok *t;
	size_t n; /* t[n] is SQL_END */
};
/* ERR_SYNTAX for what the lexer cannot read, brackets that do not match, several statements. */
int dtoks_init(struct dtoks *k, struct slice sql, struct err *err);
void dtoks_release(struct dtoks *k);
struct slice dtok_text(const struct dtoks *k, size_t i);
bool dtok_is(
        const struct dtoks *k, size_t i, const char *word); /* any case; not quoted, not a string */
bool dtok_punct(const struct dtoks *k, size_t i, char c);   /* punctuation or operator */
bool dtok_name(const struct dtoks *k, size_t i);            /* something that can be a name */
char *dtok_unquoted(const struct dtoks *k, size_t i);       /* "a""b" gives a"b; owned */
/* An edit's text is taken over; repeated edits of pre and post nest outwards. */
void dtok_pre(struct dtoks *k, size_t i, const char *text);
void dtok_post(struct dtoks *k, size_t i, const char *text);
void dtok_repl(struct dtoks *k, size_t i, char *text_take);
void dtok_drop(struct dtoks *k, size_t from, size_t to);             /* [from, to) */
int dtok_mismatch(const struct dtoks *k, size_t i, struct err *err); /* "mismatched input 'x'" */

/* The passes, in their files. */
int dialect_lint(const struct dtoks *k, size_t from, struct err *err);
int dialect_rewrite(struct dtoks *k, size_t from, struct err *err);
/* Rewrites the type in [from, to) of a CAST. */
int dialect_type(struct dtoks *k, size_t from, size_t to, struct err *err);
int dialect_literals(struct dtoks *k, size_t from, struct err *err);
int dialect_show(struct dialect *d, const struct dtoks *k, struct err *err);

#endif
