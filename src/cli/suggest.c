#include "cli/suggest.h"

#include <stddef.h>
#include <string.h>

#include "base/ban.h"

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits (insert, delete, replace) between two words of at most LONGEST bytes, by Levenshtein. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], n = strlen(b);
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t replace = diagonal + (a[i] != b[j]);
			diagonal = row[j + 1];
			row[j + 1] = least(replace, least(row[j], row[j + 1]) + 1);
		}
	}
	return row[n];
}

const char *suggest_word(const char *word, const char *const *known)
{
	const char *best = NULL;
	size_t least_d = strlen(word) / 3 + 1;
	if (strlen(word) > LONGEST)
		return NULL;
	for (; *known; known++) {
		if (strlen(*known) > LONGEST)
			continue;
		size_t d = distance(word, *known);
		if (d <= least_d && (best == NULL || d < least_d)) {
			best = *known;
			least_d = d;
		}
	}
	return best;
}
