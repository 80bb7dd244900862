#include "net/sigv4.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/mem.h"

#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

#define ALGORITHM   "AWS4-HMAC-SHA256"
#define DATE_SIZE   9                 /* "20150830" and NUL */
#define SCRATCH_MAX ((size_t)4 << 20) /* canonical request and its parts */

struct pair {
	const char *name, *value;
	size_t order; /* equal names of headers keep their order */
};

static bool is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

static void encode_byte(struct buf *out, unsigned char c, bool keep_slash)
{
	static const char hex[] = "0123456789ABCDEF";
	if (is_unreserved(c) || (keep_slash && c == '/')) {
		buf_add_char(out, (char)c);
		return;
	}
	const char three[3] = {'%', hex[c >> 4], hex[c & 15]};
	buf_add(out, three, sizeof(three));
}

void sigv4_encode(struct buf *out, struct slice s, bool keep_slash)
{
	for (size_t i = 0; i < s.len; i++)
		encode_byte(out, (unsigned char)s.ptr[i], keep_slash);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * What is on the wire may be encoded more or less than SigV4 wants ('(' raw, "%2f" in lower case):
 * the service decodes it and encodes by the rule, so we do too.
 */
static void reencode(struct buf *out, struct slice s, bool keep_slash, bool plus_is_space)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '%' && i + 2 < s.len && hex_value(s.ptr[i + 1]) >= 0 &&
		        hex_value(s.ptr[i + 2]) >= 0) {
			c = (unsigned char)(hex_value(s.ptr[i + 1]) * 16 + hex_value(s.ptr[i + 2]));
			/* an encoded slash stays apart from a real one */
			encode_byte(out, c, false);
			i += 2;
			continue;
		}
		encode_byte(out, plus_is_space && c == '+' ? ' ' : c, keep_slash);
	}
}

/* Removes empty and dot segments as the AWS SDKs do: "/a/../b//" is "/b/". */
static void normalize(struct buf *out, struct slice path)
{
	bool closed = path.len > 0 && path.ptr[path.len - 1] == '/';
	while (path.len > 0) {
		struct slice seg;
		path = slice_cut(path, '/', &seg);
		if (seg.len == 0 || slice_eq_str(seg, "."))
			continue;
		if (!slice_eq_str(seg, "..")) {
			buf_add_char(out, '/');
			buf_add_slice(out, seg);
			continue;
		}
		while (out->len > 0 && out->ptr[out->len - 1] != '/')
			out->len--;
		if (out->len > 0)
			out->len--;
	}
	if (closed || out->len == 0)
		buf_add_char(out, '/');
}

static void canonical_path(struct buf *out, const char *path, bool normalize_path)
{
	struct slice s = slice_str(path);
	if (!normalize_path) {
		if (s.len == 0)
			buf_add_char(out, '/');
		reencode(out, s, true, false);
		return;
	}
	struct buf flat;
	buf_init(&flat, SCRATCH_MAX);
	normalize(&flat, s);
	sigv4_encode(out, buf_slice(&flat), true);
	out->failed = out->failed || flat.failed;
	buf_release(&flat);
}

static int pair_compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = strcmp(x->name, y->name);
	if (c == 0)
		c = strcmp(x->value, y->value);
	return c;
}

static int header_compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = strcmp(x->name, y->name);
	return c != 0 ? c : (x->order > y->order) - (x->order < y->order);
}

static size_t count_params(const char *query)
{
	size_t n = 1;
	for (const char *p = query; *p; p++)
		n += *p == '&';
	return n;
}

/* Encodes each name and value into text as "name\0value\0"; returns how many. */
static size_t encode_params(struct buf *text, struct slice query)
{
	size_t n = 0;
	while (query.len > 0) {
		struct slice param, name;
		query = slice_cut(query, '&', &param);
		if (param.len == 0)
			continue;
		struct slice value = slice_cut(param, '=', &name);
		reencode(text, name, false, true);
		buf_add_char(text, '\0');
		reencode(text, value, false, true);
		buf_add_char(text, '\0');
		n++;
	}
	return n;
}

static void canonical_query(struct buf *out, const char *query)
{
	if (!query || !*query)
		return;
	struct buf text;
	buf_init(&text, SCRATCH_MAX);
	struct pair *p = mem_try_alloc(count_params(query) * sizeof(*p));
	size_t n = encode_params(&text, slice_str(query));
	if (!p || text.failed) {
		out->failed = true;
		n = 0;
	}
	const char *at = buf_str(&text);
	for (size_t i = 0; i < n; i++) {
		p[i] = (struct pair){at, at + strlen(at) + 1, i};
		at = p[i].value + strlen(p[i].value) + 1;
	}
	if (n > 0)
		qsort(p, n, sizeof(*p), pair_compare);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s=%s", i ? "&" : "", p[i].name, p[i].value);
	mem_free(p);
	buf_release(&text);
}

/* Trimmed, runs of white space inside are one blank. */
static void header_value(struct buf *out, const char *value)
{
	bool gap = false, any = false;
	for (const char *p = value; *p; p++) {
		if (*p == ' ' || (*p >= '\t' && *p <= '\r')) {
			gap = any;
			continue;
		}
		if (gap)
			buf_add_char(out, ' ');
		gap = false;
		any = true;
		buf_add_char(out, *p);
	}
}

/* Lower-case names sorted; text owns the names. NULL when there is no memory. */
static struct pair *sorted_headers(struct buf *text, const struct http_headers *hs)
{
	struct pair *p = mem_try_alloc((hs->n + 1) * sizeof(*p));
	for (size_t i = 0; i < hs->n; i++) {
		for (const char *c = hs->h[i].name; *c; c++)
			buf_add_char(text, *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c);
		buf_add_char(text, '\0');
	}
	if (!p || text->failed) {
		mem_free(p);
		return NULL;
	}
	const char *at = buf_str(text);
	for (size_t i = 0; i < hs->n; i++) {
		p[i] = (struct pair){at, hs->h[i].value, i};
		at += strlen(at) + 1;
	}
	if (hs->n > 0)
		qsort(p, hs->n, sizeof(*p), header_compare);
	return p;
}

static void canonical_headers(struct buf *out, const struct http_headers *hs)
{
	struct buf text;
	buf_init(&text, SCRATCH_MAX);
	struct pair *p = sorted_headers(&text, hs);
	for (size_t i = 0; p && i < hs->n; i++) {
		bool same = i > 0 && strcmp(p[i - 1].name, p[i].name) == 0;
		if (same)
			buf_add_char(out, ',');
		else
			buf_printf(out, "%s%s:", i ? "\n" : "", p[i].name);
		header_value(out, p[i].value);
	}
	if (p && hs->n > 0)
		buf_add_char(out, '\n');
	out->failed = out->failed || !p;
	mem_free(p);
	buf_release(&text);
}

void sigv4_signed_headers(struct buf *out, const struct http_headers *hs)
{
	struct buf text;
	buf_init(&text, SCRATCH_MAX);
	struct pair *p = sorted_headers(&text, hs);
	for (size_t i = 0; p && i < hs->n; i++)
		if (i == 0 || strcmp(p[i - 1].name, p[i].name) != 0)
			buf_printf(out, "%s%s", i ? ";" : "", p[i].name);
	out->failed = out->failed || !p;
	mem_free(p);
	buf_release(&text);
}

void sigv4_canonical_request(struct buf *out, const char *method, const char *path,
        const char *query, const struct http_headers *headers, const char *payload_hash,
        bool normalize_path)
{
	buf_printf(out, "%s\n", method);
	canonical_path(out, path, normalize_path);
	buf_add_char(out, '\n');
	canonical_query(out, query);
	buf_add_char(out, '\n');
	canonical_headers(out, headers);
	buf_add_char(out, '\n');
	sigv4_signed_headers(out, headers);
	buf_printf(out, "\n%s", payload_hash);
}

/* "20150830/us-east-1/athena/aws4_request" */
static void scope_text(struct buf *out, const struct sigv4_scope *s)
{
	char date[17];
	clock_basic8601(s->wall_ms, date);
	buf_printf(out, "%.8s/%s/%s/aws4_request", date, s->region, s->service);
}

void sigv4_string_to_sign(
        struct buf *out, const char *canonical_request, const struct sigv4_scope *s)
{
	char date[17], hex[SHA256_HEX];
	uint8_t hash[SHA256_SIZE];
	clock_basic8601(s->wall_ms, date);
	crypto_sha256(slice_str(canonical_request), hash);
	crypto_hex(hash, sizeof(hash), hex);
	buf_printf(out, ALGORITHM "\n%s\n", date);
	scope_text(out, s);
	buf_printf(out, "\n%s", hex);
}

static void hmac_step(uint8_t key[SHA256_SIZE], const char *text)
{
	uint8_t next[SHA256_SIZE];
	crypto_hmac_sha256(slice_of((const char *)key, SHA256_SIZE), slice_str(text), next);
	memcpy(key, next, SHA256_SIZE);
}

void sigv4_signature(char out[65], const char *string_to_sign, const char *secret_key,
        const struct sigv4_scope *scope)
{
	char date[17];
	uint8_t key[SHA256_SIZE];
	clock_basic8601(scope->wall_ms, date);
	struct buf first;
	buf_init(&first, SCRATCH_MAX);
	buf_printf(&first, "AWS4%s", secret_key);
	crypto_hmac_sha256(buf_slice(&first), slice_of(date, DATE_SIZE - 1), key);
	if (first.ptr)
		explicit_bzero(first.ptr, first.len);
	buf_release(&first);
	hmac_step(key, scope->region);
	hmac_step(key, scope->service);
	hmac_step(key, "aws4_request");
	hmac_step(key, string_to_sign);
	crypto_hex(key, sizeof(key), out);
}
