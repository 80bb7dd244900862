/* "Did you mean": the word of a list that is nearest to what was typed. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

/* NULL when none is near (more than a third of the letters differ, or either is longer than 40
 * bytes). known is NULL-ended. */
const char *suggest_word(const char *word, const char *const *known);

#endif
