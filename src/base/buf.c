#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ban.h"

void buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf){.max = max_bytes < BUF_NO_LIMIT ? max_bytes : BUF_NO_LIMIT};
}

void buf_release(struct buf *b)
{
	mem_free(b->ptr);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->ptr)
		b->ptr[0] = '\0';
}

char *buf_grow(struct buf *b, size_t len)
{
	size_t cap = b->cap ? b->cap : 64;
	char *p;

	if (b->failed)
		return NULL;
	if (len > b->max - b->len) {
		b->failed = true;
		return NULL;
	}
	while (cap - 1 < b->len + len)
		cap *= 2;
	if (cap - 1 > b->max)
		cap = b->max + 1;
	if (cap == b->cap) /* len 0 in a full buffer */
		return b->ptr + b->len;
	p = mem_try_realloc(b->ptr, cap);
	if (!p) {
		b->failed = true;
		return NULL;
	}
	b->ptr = p;
	b->cap = cap;
	b->ptr[b->len] = '\0';
	return b->ptr + b->len;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *p = buf_reserve(b, 80);
	size_t room = p ? b->cap - b->len : 0;
	int n;

	/* Near the limit 80 bytes may be too many while the text still fits: measure first then. */
	if (!p && b->len + 80 > b->max)
		b->failed = false;
	va_start(ap, fmt);
	n = vsnprintf(p, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n < room) {
		b->failed |= n < 0;
		buf_added(b, n > 0 ? (size_t)n : 0);
		return;
	}
	if (b->ptr)
		b->ptr[b->len] = '\0';
	p = buf_reserve(b, (size_t)n);
	if (!p)
		return;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf_added(b, (size_t)n);
}

void buf_consume(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
	} else {
		memmove(b->ptr, b->ptr + n, b->len - n);
		b->len -= n;
	}
	if (b->ptr)
		b->ptr[b->len] = '\0';
}

const char *buf_str(const struct buf *b)
{
	return b->ptr ? b->ptr : "";
}

char *buf_take(struct buf *b)
{
	char *p = b->ptr ? b->ptr : mem_strdup("");

	buf_init(b, b->max);
	return p;
}
