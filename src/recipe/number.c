/* Numbers and lengths of cells. */
#include "recipe/plan.h"

#include "base/utf8.h"
#include "recipe/clean.h"

#include "base/ban.h"

bool number_parse(struct slice s, int64_t *out)
{
	uint64_t v = 0, limit = INT64_MAX;
	bool negative = false;
	size_t i = 0;

	s = slice_trim(s);
	if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
		negative = s.ptr[i++] == '-';
	limit += negative;
	if (i == s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
		return false;
	for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++) {
		unsigned digit = (unsigned)(s.ptr[i] - '0');

		if (v > (limit - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (i < s.len && s.ptr[i] == '.') /* a double column: 12.0 is whole, 12.5 is not */
		for (i++; i < s.len && s.ptr[i] == '0'; i++)
			;
	if (i < s.len)
		return false;
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

bool chars_at_least(struct slice s, int64_t n)
{
	if (n <= 0)
		return true;
	if ((uint64_t)n > s.len)
		return false; /* a character has at least one byte */
	if ((uint64_t)n <= s.len / 4)
		return true; /* and at most four */
	return utf8_count(s) >= (uint64_t)n;
}

int64_t words_count(struct slice s, int64_t limit)
{
	bool in_word = false;
	int64_t words = 0;

	for (size_t i = 0; i < s.len && words < limit;) {
		size_t space = space_at(s, i);

		if (!space && !in_word)
			words++;
		in_word = !space;
		i += space ? space : 1;
	}
	return words;
}
