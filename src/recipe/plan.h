/*
 * Inside of a recipe: what the reader made of the YAML, ready to be run. Private to this folder.
 * Immutable once read; shared by every copy that recipe_with_step makes, and between threads.
 */
#ifndef RECIPE_PLAN_H
#define RECIPE_PLAN_H

#include "base/buf.h"
#include "base/err.h"
#include "recipe/pipeline.h"
#include "recipe/recipe.h"
#include "recipe/regex.h"

#include <stdatomic.h>
#include <stdint.h>

/* Columns that rules know by their part; the recipe's `columns:` says what the result calls them.
 */
enum role {
	ROLE_TEXT,
	ROLE_ID,
	ROLE_SUBREDDIT,
	ROLE_SCORE,
	ROLE_AUTHOR,
	ROLE_DISTINGUISHED,
	ROLE_STICKIED,
	ROLE_OVER_18,
	ROLE_COUNT
};
extern const char *const role_names[ROLE_COUNT + 1]; /* NULL-ended */

enum op {
	/* drop: looked at before cleaning */
	OP_EMPTY,
	OP_DELETED,
	OP_REMOVED,
	OP_BOTS,
	OP_MODERATOR,
	OP_OVER_18,
	OP_MIN_SCORE,
	OP_MAX_SCORE,
	OP_RAW_MIN_CHARS,
	OP_RAW_MAX_CHARS,
	OP_MATCH,
	OP_NOT_MATCH,
	/* clean */
	OP_ENTITIES,
	OP_INVISIBLE,
	OP_NFC,
	OP_NEWLINES,
	OP_CODE,
	OP_URLS,
	OP_USER_MENTIONS,
	OP_SUB_MENTIONS,
	OP_REPLACE, /* by the step's regular expressions */
	OP_WHITESPACE,
	OP_TRIM,
	/* keep: looked at after cleaning */
	OP_MIN_CHARS,
	OP_MAX_CHARS,
	OP_MIN_WORDS,
	OP_MAX_WORDS,
	OP_NOT_EMPTY,
};

enum arg_kind {
	ARG_NONE,
	ARG_NUMBER,  /* needed */
	ARG_CHOICE,  /* one of `choices`, the first is the default */
	ARG_TEXT,    /* replacement, `text` is the default */
	ARG_PATTERN, /* an additional regular expression, optional */
};

/* A built-in rule as the YAML names it; docs/recipes.md has the same table. */
struct rule {
	const char *name, *title;
	enum step_kind kind;
	enum op op;
	enum arg_kind arg;
	const char *choices[3];
	const char *text;
	struct rule_regex {
		const char *pattern, *with;
		const char *need; /* a match holds one of these bytes; NULL: look always */
		unsigned flags;
	} re[6];
};
extern const struct rule rules[];
extern const size_t n_rules;
const struct rule *rule_find(enum step_kind kind, const char *name); /* NULL */
enum measure op_measure(enum op op);
bool op_is_upper(enum op op);
enum step_takes rule_takes(const struct rule *rule);
const char *const *rule_choices(const struct rule *rule); /* NULL: it takes no choice */

struct step {
	const struct rule *rule; /* NULL: the recipe's own */
	enum op op;
	char *name;
	char *text;    /* argument as written: choice, replacement, pattern; may be NULL */
	char *pattern; /* of the recipe's own rules */
	unsigned flags;
	int choice;
	int64_t number;
	int col; /* index into plan.col for OP_MATCH; -1 */
	size_t n_re;
	struct step_regex {
		struct regex *re;
		char *with;
		const char *need;
	} re[6];
};

struct colref {
	char *name; /* as the result calls it; NULL: a role that the recipe does not map */
	bool optional;
	int line, col; /* where the recipe names it */
};

/* A finished line is a run of pieces. */
enum part_kind {
	PART_LITERAL, /* text: JSON as it stands */
	PART_INSTRUCTION,
	PART_TEXT,
	PART_ORIGINAL,
	PART_STRING,  /* a column */
	PART_INTEGER, /* a column */
};
enum when_null { NULL_AS_NULL, NULL_AS_EMPTY, NULL_IS_BAD };
struct part {
	enum part_kind kind;
	struct buf text;
	int col;
	enum when_null when_null;
	char *note; /* of VERDICT_BAD */
};

struct kind_of { /* one subreddit */
	char *subreddit;
	int kind;
};
struct instruction {
	bool given;
	int col;       /* plan.col that picks the kind; -1: one text for all */
	int score_col; /* -1: no steps */
	bool ignore_case;
	int n_kinds, fallback;
	char **kind, **text; /* text[i] of kind[i] */
	size_t n_subs;
	struct kind_of *sub; /* sorted */
	int n_steps;
	int64_t *from; /* rising */
	char **add;
	char *end;
	/* made[(kind) * (n_steps + 1) + reached]: whole, and as a JSON string */
	struct buf *made, *json;
};

struct field { /* of format custom, for the canonical text */
	char *name, *value;
	bool integer;
	enum when_null when_null;
};

struct plan {
	atomic_int refs;
	char *name, *description, *query, *format, *system;
	bool once; /* clean rules run once, not until nothing changes */
	size_t n_cols;
	struct colref *col; /* the first ROLE_COUNT are the roles */
	size_t n_steps;
	struct step step[RECIPE_MAX_STEPS];
	struct instruction ins;
	size_t n_fields;
	struct field *field;
	size_t n_parts;
	struct part *part;
};

struct recipe {
	atomic_int refs;
	struct plan *plan;
	struct recipe_step step[RECIPE_MAX_STEPS];
	struct buf text;
};

/* read.c */
struct plan *plan_parse(struct slice yaml, const char *name, bool *active, struct err *err);
void plan_free(struct plan *p); /* drops one reference */
enum step_kind step_kind_of(const struct step *s);
/* canon.c: the recipe as YAML again, in one fixed form; with one thing changed. */
struct tweak {
	const char *format;     /* NULL: as it is */
	const char *name;       /* NULL: as it is */
	size_t step;            /* gets number and text; SIZE_MAX: none */
	bool on;                /* ... and is switched on */
	int64_t number;         /* also of `add` */
	char *text;             /* NULL: as it is; not written to */
	const struct rule *add; /* NULL: none */
	bool blur;              /* bounds are written as 0 and never off */
};
#define TWEAK_NONE                                                                                 \
	{                                                                                          \
		NULL, NULL, SIZE_MAX, false, 0, NULL, NULL, false                                  \
	}
void plan_write(const struct plan *p, const struct recipe_step *steps, const struct tweak *t,
        struct buf *out);
/* format.c: parts of the finished line. */
struct yaml;
int plan_add_column(struct plan *p, const char *name, int line, int col);
void plan_lay_out(struct plan *p);
bool format_known(const char *name);
bool format_takes_system(const char *name);
extern const char *const format_names[]; /* NULL-ended */
extern const char *const format_titles[];
/* read_output.c: does what the format writes hold the instruction? */
bool format_writes_instruction(const struct plan *p, const char *format);
/* instruct.c */
void instruction_make(struct instruction *ins);
int instruction_pick(const struct instruction *ins, struct slice subreddit, int64_t score);
void instruction_release(struct instruction *ins);

/* number.c: a whole number as databases and CSV write it ("12", "-3", " 7", "12.0"). */
bool number_parse(struct slice s, int64_t *out);
/* Characters (code points) of valid UTF-8: does s have at least n? */
bool chars_at_least(struct slice s, int64_t n);
/* Words between white space, counted up to a limit. */
int64_t words_count(struct slice s, int64_t limit);

#endif
