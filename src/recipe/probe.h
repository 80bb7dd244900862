/*
 * A row measured once, so that turning a bound is a comparison of numbers and not a cleaning: what
 * every bound would compare, and what becomes of the row when no bound stops it. A probe holds for
 * all recipes that differ only in the values and switches of their bounds.
 */
#ifndef RECIPE_PROBE_H
#define RECIPE_PROBE_H

#include "recipe/pipeline.h"

struct probe {
	uint64_t changed; /* bit i: clean step i changed the text */
	int64_t score;
	uint32_t raw_chars, chars, words;
	uint8_t kind; /* enum verdict_kind, bounds apart */
	int8_t step;  /* ... and its step */
	int8_t at; /* bounds before this step come first: step, or the number of steps; -1 none */
	uint8_t has_score : 2; /* enum has_score */
	uint8_t cleaned : 1;   /* chars and words are known */
};
enum has_score { SCORE_ABSENT, SCORE_NUMBER, SCORE_BAD };

/* ex (may not be NULL) is as of pipeline_row without its bounds. */
void pipeline_probe(
        struct pipeline *p, const struct cell *cells, struct probe *out, struct example *ex);
/* The quantity, false when the row has none: no score, or stopped before it was cleaned. */
bool probe_measure(const struct probe *p, enum measure m, int64_t *value);

/* The bounds of a recipe, ready to be compared. */
struct bounds {
	size_t n;
	struct bound {
		int step;
		enum measure measure;
		bool upper, cleaned; /* cleaned: looks at the cleaned text */
		int64_t value;
	} v[RECIPE_MAX_STEPS];
};
void bounds_of(const struct recipe *r, struct bounds *out);
/* What pipeline_row would say of the row (but for the note of VERDICT_BAD, which is NULL). */
struct verdict probe_judge(const struct probe *p, const struct bounds *b);

/* Do probes made with a hold for b? Equal but for values and switches of bounds. */
bool bounds_only(const struct recipe *a, const struct recipe *b);

#endif
