/*
 * Completion in Trino SQL: what may stand at the cursor, and the names that fit. Like psql it looks
 * at the words around, not at a grammar, so that half-written text is its normal case. Names of
 * databases, tables and columns come through callbacks: nothing here knows where they are from.
 */
#ifndef SQL_COMPLETE_H
#define SQL_COMPLETE_H

#include "base/slice.h"
#include "sql/queryfile.h"

enum sql_kind {
	SQL_KIND_COLUMN = 1,
	SQL_KIND_TABLE = 2,
	SQL_KIND_DATABASE = 4,
	SQL_KIND_FUNCTION = 8,
	SQL_KIND_KEYWORD = 16,
	SQL_KIND_PARAM = 32,
};

/* A table that the query at the cursor reads, or a name of its WITH. Slices of the text. */
struct sql_table {
	struct slice database, name, alias; /* without quotes; empty where absent */
	size_t body, body_end;              /* tokens of its subquery, between the brackets */
	size_t cols, cols_end;              /* tokens of its column names: AS t(a, b) */
};
#define SQL_TABLES_MAX 32

struct sql_ctok;
struct sql_context {
	struct slice text;
	size_t start;         /* where the word at the cursor begins; it ends at the cursor */
	struct slice word;    /* without an opening quote or colon */
	bool quoted, param;   /* it began with " or with : */
	struct slice part[3]; /* what stands before it, dotted: catalog, database, table or alias */
	int n_parts;
	unsigned wants;  /* enum sql_kind, 0: nothing to be offered here */
	unsigned places; /* of keywords: complete_int.h */
	bool lower;      /* the statement writes its keywords in lower case */
	struct sql_table table[SQL_TABLES_MAX], with[SQL_TABLES_MAX];
	int n_tables, n_with;
	struct sql_ctok *tok; /* the statement's, without blanks and comments */
	size_t n_toks;
};
/* Reads the statement around the cursor; release it. text: at most some 100 KiB around. */
void sql_context_init(struct sql_context *c, struct slice text, size_t cursor);
void sql_context_release(struct sql_context *c);

enum sql_names { SQL_NAMES_READY, SQL_NAMES_LOADING, SQL_NAMES_FAILED };
/* note: a column's type or a table's kind; NULL allowed. Both are copied. */
typedef void (*sql_name_fn)(void *to, const char *name, const char *note);
/* Each calls fn for what is known now. Names come in lower case. */
struct sql_catalog {
	void *arg;
	const char *database; /* of unqualified tables */
	enum sql_names (*databases)(void *arg, sql_name_fn fn, void *to);
	enum sql_names (*tables)(void *arg, const char *database, sql_name_fn fn, void *to);
	enum sql_names (*columns)(
	        void *arg, const char *database, const char *table, sql_name_fn fn, void *to);
};
/* The columns of a table of the context: of its subquery, of a WITH name, or of the catalog. */
enum sql_names sql_table_columns(const struct sql_context *c, const struct sql_table *t,
        const struct sql_catalog *catalog, sql_name_fn fn, void *to);

struct sql_candidate {
	char *text;        /* what replaces the word: quoted where needed, "count(" */
	char *name, *note; /* as shown: name, and type, arguments or kind ("" none) */
	const char *help;  /* one line, static or borrowed from params; "" none */
	enum sql_kind kind;
	int match;        /* sql_match */
	int score, order; /* less is better; keywords and columns of a score keep theirs */
};
struct sql_completion {
	size_t start; /* the word to be replaced: [start, cursor) */
	struct sql_candidate *item;
	size_t n;
	bool loading, failed; /* names are still to come; could not be had */
};
#define SQL_CANDIDATES_MAX 200
/* Candidates, best first; release them. catalog may be NULL. */
void sql_complete(struct slice text, size_t cursor, const struct query_param *params,
        size_t n_params, const struct sql_catalog *catalog, struct sql_completion *out);
void sql_completion_release(struct sql_completion *c);
void sql_completion_drop(struct sql_completion *c); /* the last candidate */

/* How well a word fits a name: 0 the start, 1 the start of a part, 2 inside, 3 its letters in
 * order; -1 not at all. Any case; an empty word fits everything. */
int sql_match(struct slice word, const char *name);

#endif
