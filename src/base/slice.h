/* A borrowed run of bytes: not NUL-terminated, never freed through the slice. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
	const char *ptr; /* may be NULL when len is 0 */
	size_t len;      /* bytes */
};

static inline struct slice slice_of(const char *ptr, size_t len)
{
	return (struct slice){ptr, len};
}

static inline struct slice slice_str(const char *s)
{
	return (struct slice){s, s ? strlen(s) : 0};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_eq_str(struct slice a, const char *s)
{
	return slice_eq(a, slice_str(s));
}

static inline unsigned char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

/* ASCII case-insensitive. */
bool slice_eq_nocase(struct slice a, struct slice b);
ptrdiff_t slice_find_nocase(struct slice s, struct slice needle);
bool slice_starts(struct slice s, const char *prefix);
bool slice_ends(struct slice s, const char *suffix);
/* Without leading and trailing ASCII white space. */
struct slice slice_trim(struct slice s);
/* Offset of needle in s, or -1. */
ptrdiff_t slice_find(struct slice s, struct slice needle);
/* Splits off the part before sep: *head gets it, the rest is returned; without sep all is head. */
struct slice slice_cut(struct slice s, char sep, struct slice *head);

#endif
