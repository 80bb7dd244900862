#include "base/slice.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/ban.h"

static bool same_nocase(const char *p, struct slice word)
{
	for (size_t i = 0; i < word.len; i++)
		if (ascii_lower(p[i]) != ascii_lower(word.ptr[i]))
			return false;
	return true;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	return a.len == b.len && same_nocase(a.ptr, b);
}

bool slice_starts(struct slice s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.len >= n && (n == 0 || memcmp(s.ptr, prefix, n) == 0);
}

bool slice_ends(struct slice s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n && (n == 0 || memcmp(s.ptr + s.len - n, suffix, n) == 0);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice slice_trim(struct slice s)
{
	while (s.len && is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

ptrdiff_t slice_find(struct slice s, struct slice needle)
{
	const char *hit;

	if (needle.len == 0)
		return 0;
	if (s.len < needle.len)
		return -1;
	hit = memmem(s.ptr, s.len, needle.ptr, needle.len);
	return hit ? hit - s.ptr : -1;
}

#ifdef __SSE2__
static __m128i either(__m128i v, char c)
{
	char small = (char)ascii_lower(c);
	char large = small >= 'a' && small <= 'z' ? (char)(small - 32) : small;

	return _mm_or_si128(
	        _mm_cmpeq_epi8(v, _mm_set1_epi8(small)), _mm_cmpeq_epi8(v, _mm_set1_epi8(large)));
}

static __m128i load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}
#endif

ptrdiff_t slice_find_nocase(struct slice s, struct slice needle)
{
	const char *p = s.ptr, *last;

	if (needle.len == 0 || s.len < needle.len)
		return needle.len == 0 ? 0 : -1;
	last = s.ptr + s.len - needle.len;
#ifdef __SSE2__
	/* 16 places at a time: the needle's first and last byte must be there. */
	for (; last - p >= 15; p += 16) {
		__m128i both = _mm_and_si128(either(load(p), needle.ptr[0]),
		        either(load(p + needle.len - 1), needle.ptr[needle.len - 1]));
		unsigned places = (unsigned)_mm_movemask_epi8(both);

		for (; places; places &= places - 1)
			if (same_nocase(p + __builtin_ctz(places), needle))
				return p + __builtin_ctz(places) - s.ptr;
	}
#endif
	for (; p <= last; p++)
		if (same_nocase(p, needle))
			return p - s.ptr;
	return -1;
}

struct slice slice_cut(struct slice s, char sep, struct slice *head)
{
	const char *hit = s.len ? memchr(s.ptr, sep, s.len) : NULL;
	size_t n = hit ? (size_t)(hit - s.ptr) : s.len;

	*head = slice_of(s.ptr, n);
	if (!hit)
		return slice_of(s.ptr ? s.ptr + n : NULL, 0);
	return slice_of(hit + 1, s.len - n - 1);
}
