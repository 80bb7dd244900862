/* "Did you mean": the word of a list that is nearest to what was typed. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

/* NULL when none is near (more than a third of the letters differ). known is NULL-ended. */
const char *suggest_word(const char *word, const char *const *known);

#endif
