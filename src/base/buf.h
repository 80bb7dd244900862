/*
 * An owned, growing run of bytes with an upper limit. The bytes are always followed by a NUL that
 * is not counted. Once an append would pass `max`, or memory runs out, the buffer turns `failed`
 * and stays as it was: check once at the end of a series of appends [curl dynbuf].
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct buf {
	char *ptr; /* NULL until the first append */
	size_t len, cap, max;
	bool failed;
};

#define BUF_NO_LIMIT ((size_t)-1 / 4)

void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory, resets failed */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Removes the first n bytes. */
void buf_consume(struct buf *b, size_t n);
/* NUL-terminated contents; "" when empty; borrowed. */
const char *buf_str(const struct buf *b);
/* The contents become the caller's (mem_free); the buffer is empty afterwards. Never NULL. */
char *buf_take(struct buf *b);
/* The slow half of buf_reserve. */
char *buf_grow(struct buf *b, size_t len);

/* Room for len more bytes; NULL when that fails. The caller writes and calls buf_added. */
static inline char *buf_reserve(struct buf *b, size_t len)
{
	/* cap never exceeds max + 1 (the NUL), so that this one comparison checks the limit too. */
	if (b->cap - b->len > len && !b->failed)
		return b->ptr + b->len;
	return buf_grow(b, len);
}

static inline void buf_added(struct buf *b, size_t len)
{
	if (b->ptr) {
		b->len += len;
		b->ptr[b->len] = '\0';
	}
}

static inline void buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *p;

	if (len && (p = buf_reserve(b, len))) {
		memcpy(p, bytes, len);
		buf_added(b, len);
	}
}

static inline void buf_add_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.ptr, s.len);
}

static inline void buf_add_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

static inline struct slice buf_slice(const struct buf *b)
{
	return slice_of(b->ptr, b->len);
}

#endif
