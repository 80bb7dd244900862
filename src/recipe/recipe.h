/*
 * A recipe says how a result row becomes a training example: which columns are read, which rows are
 * dropped and why, how the text is cleaned, the instruction, and the output's shape. Immutable and
 * reference counted; any thread. Read from YAML (docs/recipes.md); an unknown key is an error with
 * its line (ERR_RECIPE). Recipes are data: nothing about a recipe is hard-coded elsewhere.
 */
#ifndef RECIPE_RECIPE_H
#define RECIPE_RECIPE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct recipe;
struct recipe *recipe_parse(struct slice yaml, const char *name, struct err *err);
/* ref is a path, or the name of a shipped recipe (looked up in dirs, NULL-ended: NAME.yaml). */
struct recipe *recipe_load(const char *ref, const char *const *dirs, struct err *err);
/* Names of the recipes in dirs (NULL-ended, NULL: none), each once, by name. The caller frees. */
size_t recipe_list(const char *const *dirs, char ***names);
struct recipe *recipe_ref(const struct recipe *r);
void recipe_unref(struct recipe *r); /* NULL allowed */

const char *recipe_name(const struct recipe *r);
const char *recipe_description(const struct recipe *r);
/* The query that it is made for: a name, or a file beside the recipe; NULL when it names none. */
const char *recipe_query(const struct recipe *r);
const char *recipe_format(const struct recipe *r); /* "messages", "alpaca" ... */
/* Canonical YAML text, for the manifest's hash and the screens; borrowed. */
const char *recipe_text(const struct recipe *r);

/* Steps in the order they are judged: drop rules, clean rules, keep bounds; for funnel and legend.
 */
enum step_kind { STEP_DROP, STEP_CLEAN, STEP_KEEP };
/* What a bound compares with its value. */
enum measure {
	MEASURE_SCORE,
	MEASURE_RAW_CHARS, /* code points of the text as it came */
	MEASURE_CHARS,     /* ... of the cleaned text */
	MEASURE_WORDS,     /* of the cleaned text */
	MEASURE_COUNT,
	MEASURE_NONE = MEASURE_COUNT,
};
/* What else a step may be told, as a text. */
enum step_takes { TAKES_NOTHING, TAKES_PATTERN, TAKES_CHOICE, TAKES_TEXT /* a replacement */ };
const char *measure_title(enum measure m); /* "characters of the cleaned text"; "" for none */
struct recipe_step {
	enum step_kind kind;
	const char *name;  /* stable, e.g. "deleted", "urls", "min_chars"; the reason of a reject */
	const char *title; /* for people: "removed or deleted", "URLs" */
	bool active;
	enum measure measure; /* of a bound; MEASURE_NONE for other rules */
	bool upper;           /* a bound from above: what is more goes; else what is less */
	int64_t value;        /* of a bound */
	enum step_takes takes;
	const char *text;           /* that pattern, choice or replacement; NULL: none */
	const char *const *choices; /* of TAKES_CHOICE, NULL-ended; else NULL */
};
size_t recipe_steps(const struct recipe *r);
const struct recipe_step *recipe_step(const struct recipe *r, size_t i);
ptrdiff_t recipe_find(const struct recipe *r, const char *name); /* a step's index; -1 */
/* A copy with step i switched; the caller unrefs both. */
struct recipe *recipe_with_step(const struct recipe *r, size_t i, bool active);

/*
 * Copies with one thing changed; NULL when the recipe would not be one (ERR_RECIPE). Such a copy is
 * read from its own canonical text: what is saved is what ran. About a millisecond each.
 */
struct recipe *recipe_with_value(
        const struct recipe *r, size_t i, int64_t value, struct err *err); /* of a bound */
/* Of a step that takes one. "" takes the pattern of bots away. */
struct recipe *recipe_with_text(
        const struct recipe *r, size_t i, const char *text, struct err *err);
struct recipe *recipe_with_name(const struct recipe *r, const char *name, struct err *err);
/* With a built-in rule that it lacks, at its place; one that it has is switched on. value is for
 * bounds. Indices of the steps behind it move. */
struct recipe *recipe_with_rule(
        const struct recipe *r, const char *name, int64_t value, struct err *err);
/* The built-in rules as steps without a recipe (active, value and text mean nothing), in the
 * order in which new ones are put; false past the end. */
bool recipe_rule(size_t i, struct recipe_step *out);

/* Shapes of a line, in the order in which they are offered; "custom" is the last. */
size_t recipe_format_count(void);
const char *recipe_format_name(size_t i);  /* "messages"; NULL past the end */
const char *recipe_format_title(size_t i); /* one line for people */
/* A copy that writes another format; NULL when the recipe cannot give it (ERR_RECIPE): no
 * instruction for a format that has one, a system text for a format without a place for it, or
 * "custom" for a recipe that lists no fields. */
struct recipe *recipe_with_format(const struct recipe *r, const char *format, struct err *err);

#endif
