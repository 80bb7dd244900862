#include "local/awschunk.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/mem.h"
#include "net/sigv4.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

#define LINE_MAX_BYTES 4096
#define TRAILER_MAX    16384
#define EMPTY_SHA256   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

enum state { SIZE_LINE, DATA, DATA_END, TRAILER, DONE };
struct awschunk {
	enum state state;
	bool is_signed, has_trailer, last;
	uint64_t left;
	struct buf line, trailer;
	char previous[65], claimed[65];
	struct sha256 *hash;
	char *secret;
	struct auth_claim claim;
};

struct awschunk *awschunk_new(const struct auth_claim *claim, const struct auth_keys *keys)
{
	const char *p = claim->payload;
	bool is_signed = strncmp(p, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", 34) == 0;
	bool trailer = slice_ends(slice_str(p), "-TRAILER");
	if (!is_signed && strcmp(p, "STREAMING-UNSIGNED-PAYLOAD-TRAILER") != 0)
		return NULL;
	struct awschunk *c = MEM_NEW(struct awschunk);
	c->is_signed = is_signed;
	c->has_trailer = trailer;
	c->claim = *claim;
	c->secret = mem_strdup(keys->secret_key);
	memcpy(c->previous, claim->signature, sizeof(c->previous));
	buf_init(&c->line, LINE_MAX_BYTES);
	buf_init(&c->trailer, TRAILER_MAX);
	return c;
}

void awschunk_free(struct awschunk *c)
{
	if (!c)
		return;
	buf_release(&c->line);
	buf_release(&c->trailer);
	sha256_free(c->hash);
	explicit_bzero(c->secret, strlen(c->secret));
	mem_free(c->secret);
	mem_free(c);
}

/* kind "PAYLOAD" has the empty hash before the chunk's own; "TRAILER" has only the trailer's. */
static int check_signature(struct awschunk *c, const char *kind, const char *hash,
        const char *claimed, struct err *err)
{
	struct sigv4_scope scope = {.region = c->claim.region,
	        .service = "s3",
	        .wall_ms = clock_parse8601(c->claim.date)};
	struct buf text;
	char want[65];
	buf_init(&text, 4096);
	buf_printf(&text, "AWS4-HMAC-SHA256-%s\n%s\n%.8s/%s/s3/aws4_request\n%s\n%s%s", kind,
	        c->claim.date, c->claim.date, c->claim.region, c->previous,
	        strcmp(kind, "PAYLOAD") == 0 ? EMPTY_SHA256 "\n" : "", hash);
	sigv4_signature(want, buf_str(&text), c->secret, &scope);
	buf_release(&text);
	if (strlen(claimed) != 64 || !crypto_equal(want, claimed, 64))
		return err_set(err, ERR_DENIED, "the signature of a chunk does not match");
	memcpy(c->previous, want, sizeof(want));
	return 0;
}

static int end_of_data(struct awschunk *c, struct err *err)
{
	char hash[SHA256_HEX];
	if (!c->is_signed)
		return 0;
	sha256_hex_free(c->hash, hash);
	c->hash = NULL;
	return check_signature(c, "PAYLOAD", hash, c->claimed, err);
}

/* "1f4;chunk-signature=..." */
static int size_line(struct awschunk *c, struct slice line, struct err *err)
{
	struct slice size, rest = slice_cut(line, ';', &size);
	uint64_t n = 0;
	if (size.len == 0 || size.len > 15)
		return err_set(
		        err, ERR_DATA, "the body is not aws-chunked: a chunk size is missing");
	for (size_t i = 0; i < size.len; i++) {
		const char *digits = "0123456789abcdef", *at;
		char ch = size.ptr[i] >= 'A' && size.ptr[i] <= 'F' ? (char)(size.ptr[i] + 32)
		                                                   : size.ptr[i];
		at = ch ? strchr(digits, ch) : NULL;
		if (!at)
			return err_set(
			        err, ERR_DATA, "the body is not aws-chunked: bad chunk size");
		n = n * 16 + (uint64_t)(at - digits);
	}
	c->claimed[0] = 0;
	if (slice_starts(rest, "chunk-signature=") && rest.len == 16 + 64)
		snprintf(c->claimed, sizeof(c->claimed), "%.64s", rest.ptr + 16);
	c->left = n;
	c->last = n == 0;
	if (c->is_signed)
		c->hash = sha256_new();
	c->state = DATA;
	if (!c->last)
		return 0;
	c->state = c->has_trailer ? TRAILER : DATA_END;
	return end_of_data(c, err);
}

static int trailer_line(struct awschunk *c, struct slice line, struct err *err)
{
	struct slice name, value;
	if (line.len == 0) {
		c->state = DONE;
		return c->is_signed && c->trailer.len
		               ? err_set(err, ERR_DENIED, "the trailing headers are not signed")
		               : 0;
	}
	value = slice_trim(slice_cut(line, ':', &name));
	if (slice_eq_nocase(name, slice_str("x-amz-trailer-signature"))) {
		uint8_t sum[SHA256_SIZE];
		char hash[SHA256_HEX], claimed[65];
		crypto_sha256(buf_slice(&c->trailer), sum);
		crypto_hex(sum, sizeof(sum), hash);
		snprintf(claimed, sizeof(claimed), "%.*s", (int)(value.len < 64 ? value.len : 64),
		        value.ptr);
		buf_clear(&c->trailer);
		return c->is_signed ? check_signature(c, "TRAILER", hash, claimed, err) : 0;
	}
	buf_printf(&c->trailer, "%.*s:%.*s\n", (int)name.len, name.ptr, (int)value.len, value.ptr);
	return c->trailer.failed ? err_set(err, ERR_DATA, "the trailing headers are too long") : 0;
}

static int whole_line(struct awschunk *c, struct err *err)
{
	struct slice line = buf_slice(&c->line);
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	int rc = 0;
	if (c->state == SIZE_LINE)
		rc = size_line(c, line, err);
	else if (c->state == TRAILER)
		rc = trailer_line(c, line, err);
	else if (line.len)
		rc = err_set(
		        err, ERR_DATA, "the body is not aws-chunked: no line end after a chunk");
	else
		c->state = c->last ? DONE : SIZE_LINE;
	buf_clear(&c->line);
	return rc;
}

static int take_data(
        struct awschunk *c, struct slice *in, awschunk_fn out, void *arg, struct err *err)
{
	size_t n = in->len < c->left ? in->len : (size_t)c->left;
	if (c->is_signed)
		sha256_add(c->hash, in->ptr, n);
	if (out(arg, slice_of(in->ptr, n), err) < 0)
		return -1;
	*in = slice_of(in->ptr + n, in->len - n);
	c->left -= n;
	if (c->left)
		return 0;
	c->state = DATA_END;
	return end_of_data(c, err);
}

int awschunk_feed(struct awschunk *c, struct slice in, awschunk_fn out, void *arg, struct err *err)
{
	while (in.len) {
		if (c->state == DONE)
			return err_set(err, ERR_DATA, "bytes follow the last chunk");
		if (c->state == DATA) {
			if (take_data(c, &in, out, arg, err) < 0)
				return -1;
			continue;
		}
		char byte = *in.ptr;
		in = slice_of(in.ptr + 1, in.len - 1);
		if (byte == '\n') {
			if (whole_line(c, err) < 0)
				return -1;
			continue;
		}
		buf_add_char(&c->line, byte);
		if (c->line.failed)
			return err_set(
			        err, ERR_DATA, "the body is not aws-chunked: a line is too long");
	}
	return 0;
}

int awschunk_end(const struct awschunk *c, struct err *err)
{
	/* some writers end after "0\r\n" without the empty line */
	if (c->state == DONE || (c->last && c->line.len == 0 && c->state == DATA_END) ||
	        (c->last && c->state == TRAILER && !c->is_signed))
		return 0;
	return err_set(err, ERR_DATA, "the body ended before its last chunk");
}
