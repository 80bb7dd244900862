/*
 * The only door to PCRE2 (10.42, JIT): compiled once, immutable, shared between threads; matching
 * needs a scratch per thread. Always with match, depth and heap limits and a clock: a row that
 * gives up is reported apart, never as "no match".
 */
#ifndef RECIPE_REGEX_H
#define RECIPE_REGEX_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

enum regex_flags {
	REGEX_CASELESS = 1,
	REGEX_UNICODE = 2, /* \w \d \s \b by Unicode properties (PCRE2_UCP); UTF is always on */
};
struct regex;
struct regex *regex_new(struct slice pattern, unsigned flags, struct err *err); /* ERR_RECIPE */
struct regex *regex_ref(const struct regex *re);
void regex_free(struct regex *re); /* NULL allowed; drops one reference */

struct regex_scratch;
/* budget_ms: time that one subject may take (0: 100 ms). */
struct regex_scratch *regex_scratch_new(int budget_ms);
void regex_scratch_free(struct regex_scratch *s);

enum regex_result { REGEX_GAVE_UP = -1, REGEX_NO = 0, REGEX_YES = 1 };
struct regex_match {
	size_t start, end; /* bytes */
	size_t group[20];  /* start/end pairs of groups 1..9, (size_t)-1 when unset; [0..1] = whole
	                    */
};
/* Subjects must be valid UTF-8 (checked once per row by the pipeline). */
enum regex_result regex_find(const struct regex *re, struct regex_scratch *s, struct slice subject,
        size_t from, struct regex_match *m);
/*
 * Appends subject with every match replaced. `with` may hold $0..$9, ${name} and \$ \\ (Java's
 * form, as Trino has it). on_edit (NULL allowed) is told each replaced range of the subject and the
 * range that it became in out.
 */
typedef void (*regex_edit_fn)(
        void *arg, size_t start, size_t end, size_t out_start, size_t out_end);
enum regex_result regex_replace(const struct regex *re, struct regex_scratch *s,
        struct slice subject, struct slice with, struct buf *out, regex_edit_fn on_edit, void *arg);
/* Checks `with` against the pattern's groups when a recipe is read: 0 or -1, ERR_RECIPE. */
int regex_check_replacement(const struct regex *re, struct slice with, struct err *err);

#endif
