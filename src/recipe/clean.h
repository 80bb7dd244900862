/* Cleaning rules: text in, text out, and what was changed where. Private to this folder. */
#ifndef RECIPE_CLEAN_H
#define RECIPE_CLEAN_H

#include "recipe/plan.h"

/* What one run of one rule did: ranges of its input and what they became in its output. */
struct change {
	size_t start, end, out_start, out_end;
};
struct changes {
	struct change *v;
	size_t n, cap;
};

/*
 * Rewrites `in` into `out` bit by bit: a rule finds places from left to right and calls
 * rewrite_range for each. Nothing is copied while nothing changes.
 */
struct rewrite {
	struct slice in;
	struct buf *out;        /* empty at the start */
	struct changes *traced; /* NULL: not traced */
	size_t copied;          /* bytes of `in` that are dealt with */
	bool changed;
};
void rewrite_range(struct rewrite *w, size_t start, size_t end, struct slice with);
void rewrite_finish(struct rewrite *w); /* copies the rest, if anything changed */
void changes_add(struct changes *c, struct change e);

enum clean_result { CLEAN_SAME, CLEAN_CHANGED, CLEAN_GAVE_UP };
/* A rule may be several rewrites in a row. */
size_t clean_parts(const struct step *s);
/*
 * One part of a rule over valid UTF-8. On CLEAN_CHANGED `out` (empty before) holds the new text,
 * else it is to be ignored.
 */
enum clean_result clean_step(const struct step *s, size_t part, struct regex_scratch *scratch,
        struct slice in, struct buf *out, struct changes *traced);

/*
 * The same with code blocks left alone (`code: keep`): the rule sees each stretch between them as a
 * text of its own. Blocks are whole lines.
 */
struct around {
	const struct step *step;
	size_t part;
	struct regex_scratch *scratch;
	struct slice in;
	struct buf *out, *piece; /* out is empty, piece is scratch */
	struct changes *traced, *piece_changes;
};
enum clean_result clean_around_code(const struct around *a);

/* The hand-written rules. */
void clean_entities(struct rewrite *w);
void clean_invisible(struct rewrite *w);
void clean_nfc(struct rewrite *w);
void clean_newlines(struct rewrite *w);
void clean_code(struct rewrite *w);
void clean_seed_urls(struct rewrite *w);
void clean_seed_mentions(struct rewrite *w, char letter, bool dash);
void clean_whitespace(struct rewrite *w);
void clean_trim(struct rewrite *w);
/* Code point of a named HTML 4 entity (or apos), 0 when there is none. */
uint32_t entity_named(struct slice name);

/* First code block at or after a line start: its end (start in *start), 0 when there is none. */
size_t code_block(struct slice s, size_t from, size_t *start);

/* White space as Python's str.isspace() and re's \s have it: length in bytes at p, 0 when none. */
size_t space_at(struct slice s, size_t p);
/* A letter, digit or '_' before / at p, as Python's \w. */
bool word_before(struct slice s, size_t p);

#endif
