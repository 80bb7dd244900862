#include "base/suggest.h"

#include <stddef.h>
#include <string.h>

#include "base/ban.h"

#define MAX_WORD 40

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance, with a swap of neighbours as one step (optimal string alignment). */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][MAX_WORD + 1], n = strlen(a), m = strlen(b);

	if (n > MAX_WORD || m > MAX_WORD)
		return MAX_WORD;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *before = row[(i + 2) % 3], *older = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			now[j] = min3(before[j] + 1, now[j - 1] + 1,
			        before[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			        older[j - 2] + 1 < now[j])
				now[j] = older[j - 2] + 1;
		}
	}
	return row[n % 3][m];
}

const char *suggest_word(const char *word, const char *const *known)
{
	size_t best = strlen(word) / 3 + 1, d;
	const char *found = NULL;

	for (; *known; known++) {
		d = distance(word, *known);
		if (d <= best && (!found || d < best)) {
			best = d;
			found = *known;
		}
	}
	return found;
}
