/*
 * A query file: SQL with front matter in its leading comment lines.
 *
 *   -- title: AI subreddits
 *   -- description: Comments of AI boards, mid length, scored
 *   -- recipe: reddit-sft
 *   -- param min_score: integer = 2        -- at least this score
 *   -- param boards: regex = '(?i)^(a|b)$'
 *   SELECT ... WHERE score >= :min_score
 *
 * Parameters are written :name (as psql), outside strings and comments, and are put in as SQL
 * literals by their type: integer, number, string, regex, date, boolean, identifier, list (of
 * strings: 'a','b'), so no value can break out of its place.
 */
#ifndef SQL_QUERYFILE_H
#define SQL_QUERYFILE_H

#include "base/buf.h"
#include "base/err.h"

struct query_param {
	char *name, *type, *help;
	char *value; /* default as written, without quotes; NULL when one must be given */
};
struct queryfile {
	char *path;                                    /* NULL for text typed by hand */
	char *name;                                    /* file name without folder and .sql */
	char *title, *description, *recipe, *database; /* "" when absent */
	char *text;                                    /* the whole file */
	struct query_param *param;
	size_t n_params;
	char *fault; /* NULL; of queryfile_list: why the file cannot be used */
};
/* ERR_CONFIG for bad front matter (line set). */
struct queryfile *queryfile_parse(struct slice text, const char *path, struct err *err);
struct queryfile *queryfile_load(const char *path, struct err *err);
void queryfile_free(struct queryfile *q); /* NULL allowed */
/* All *.sql of a folder, sorted by name; bad ones with their fault, which is logged, and the text
 * that could be read. Returns count. */
size_t queryfile_list(const char *dir, struct queryfile ***out, struct err *err);

/*
 * Appends the SQL to send: parameters put in, trailing ';' and blanks dropped, comments kept so
 * that line numbers stay the file's own. values: "name=value" strings, NULL-ended, override
 * defaults; an unknown name or a value not of its type is ERR_USAGE; a :name that is not declared
 * is ERR_CONFIG with its line and column in the file.
 */
int queryfile_render(
        const struct queryfile *q, const char *const *values, struct buf *out, struct err *err);
/* Maps a place in the rendered SQL back to the file's text (a parameter's inside maps to its
 * start). */
void queryfile_map(const struct queryfile *q, const char *const *values, int line, int col,
        int *file_line, int *file_col);

#endif
