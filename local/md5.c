#include "local/md5.h"

#include <string.h>

#include "base/ban.h"

void md5_init(struct md5 *m)
{
	*m = (struct md5){.state = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u}};
}

static uint32_t rotate(uint32_t x, int n)
{
	return (x << n) | (x >> (32 - n));
}

static uint32_t load(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The 64 constants floor(2^32 * abs(sin(i + 1))) of the RFC. */
static const uint32_t sines[64] = {0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf,
        0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
        0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51,
        0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6,
        0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942,
        0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
        0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8,
        0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
        0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82,
        0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
static const uint8_t turns[16] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

static uint32_t mix(int i, uint32_t b, uint32_t c, uint32_t d, int *word)
{
	switch (i / 16) {
	case 0: *word = i; return (b & c) | (~b & d);
	case 1: *word = (5 * i + 1) % 16; return (d & b) | (~d & c);
	case 2: *word = (3 * i + 5) % 16; return b ^ c ^ d;
	default: *word = (7 * i) % 16; return c ^ (b | ~d);
	}
}

static void md5_block(struct md5 *m, const uint8_t *p)
{
	uint32_t a = m->state[0], b = m->state[1], c = m->state[2], d = m->state[3];
	for (int i = 0; i < 64; i++) {
		int word;
		uint32_t f = mix(i, b, c, d, &word) + a + sines[i] + load(p + 4 * word);
		a = d;
		d = c;
		c = b;
		b += rotate(f, turns[i / 16 * 4 + i % 4]);
	}
	m->state[0] += a;
	m->state[1] += b;
	m->state[2] += c;
	m->state[3] += d;
}

void md5_add(struct md5 *m, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	size_t used = m->bytes % 64;
	m->bytes += n;
	if (used) {
		size_t part = 64 - used < n ? 64 - used : n;
		memcpy(m->block + used, p, part);
		p += part;
		n -= part;
		if (used + part < 64)
			return;
		md5_block(m, m->block);
	}
	for (; n >= 64; p += 64, n -= 64)
		md5_block(m, p);
	if (n)
		memcpy(m->block, p, n);
}

void md5_end(struct md5 *m, uint8_t out[MD5_SIZE])
{
	static const uint8_t pad[64] = {0x80};
	uint8_t length[8];
	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(m->bytes * 8 >> (8 * i));
	md5_add(m, pad, (119 - m->bytes % 64) % 64 + 1);
	md5_add(m, length, sizeof(length));
	for (int i = 0; i < MD5_SIZE; i++)
		out[i] = (uint8_t)(m->state[i / 4] >> (8 * (i % 4)));
}
