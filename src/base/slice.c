#include "base/slice.h"

#include <strings.h>

#include "base/ban.h"

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
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

struct slice slice_cut(struct slice s, char sep, struct slice *head)
{
	const char *hit = s.len ? memchr(s.ptr, sep, s.len) : NULL;
	size_t n = hit ? (size_t)(hit - s.ptr) : s.len;

	*head = slice_of(s.ptr, n);
	if (!hit)
		return slice_of(s.ptr ? s.ptr + n : NULL, 0);
	return slice_of(hit + 1, s.len - n - 1);
}
