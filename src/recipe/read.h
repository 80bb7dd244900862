/* Reading a recipe's YAML: what the reader's files share. Private to this folder. */
#ifndef RECIPE_READ_H
#define RECIPE_READ_H

#include "base/yaml.h"
#include "recipe/plan.h"

struct reader {
	struct slice text; /* the whole YAML, to find where a key stands */
	const char *name;
	struct plan *plan;
	bool *active;
	struct err *err;
};

/* Fill r->err with "NAME:LINE:COL: ..." at the node; -1. */
int read_fail(struct reader *r, const struct yaml *at, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
/* An unknown key of map n, or an unknown word where at == the scalar; with "did you mean". */
int read_unknown(struct reader *r, const struct yaml *n, const char *what, const char *word,
        const char *const *known);
/* All keys of map n are among `known` (NULL-ended); n must be a map. `what` names the place. */
int read_keys(struct reader *r, const struct yaml *n, const char *what, const char *const *known);
/* Values of one type, or an error that names the key. NULL/-1 on error. */
const char *read_text(struct reader *r, const struct yaml *n, const char *key);
int read_number(struct reader *r, const struct yaml *n, const char *key, int64_t *out);
int read_bool(struct reader *r, const struct yaml *n, const char *key, bool *out);
int read_list(struct reader *r, const struct yaml *n, const char *key);
/* An optional text of map `in`: *out is a copy, or NULL when absent. */
int read_optional(struct reader *r, const struct yaml *in, const char *key, char **out);
/* A column by its part (mapped in columns:) or by the result's own name; index into plan.col. */
int read_column(struct reader *r, const struct yaml *n, const char *key, int *out);
/* A part that a rule needs; an error says to map it. */
int read_role(struct reader *r, const struct yaml *at, enum role role, const char *what);

int read_steps(struct reader *r, const struct yaml *doc);
int read_instruction(struct reader *r, const struct yaml *doc);
int read_output(struct reader *r, const struct yaml *doc);

#endif
