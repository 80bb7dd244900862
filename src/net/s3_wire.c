/* Addresses and error replies of S3. */
#include "net/s3.h"

#include "net/sigv4.h"

#include <expat.h>
#include <string.h>

#include "base/ban.h"

/* "s3://bucket/key" apart; the key may hold anything, '//' and '..' too (S3 does not normalise). */
static int split_address(
        const char *address, struct slice *bucket, struct slice *key, struct err *err)
{
	struct slice a = slice_str(address);
	if (slice_starts(a, "s3://")) {
		struct slice head = {NULL, 0};
		struct slice rest = slice_cut(slice_of(a.ptr + 5, a.len - 5), '/', &head);
		if (head.len > 0 && rest.len > 0) {
			*bucket = head;
			*key = rest;
			return 0;
		}
	}
	return err_set(err, ERR_CONFIG,
	        "\"%s\" is not the address of an S3 object (s3://bucket/key)", address);
}

int s3_url(const struct aws_identity *id, const char *address, struct buf *out, struct err *err)
{
	struct slice bucket = {NULL, 0}, key = {NULL, 0};
	if (split_address(address, &bucket, &key, err) != 0)
		return -1;
	bool dotted = memchr(bucket.ptr, '.', bucket.len) != NULL;
	if (id->s3_url)
		buf_printf(out, "%s/%.*s/", id->s3_url, (int)bucket.len, bucket.ptr);
	else if (dotted) /* the wildcard certificate covers one label only */
		buf_printf(out, "https://s3.%s.%s/%.*s/", id->region, aws_dns_suffix(id->region),
		        (int)bucket.len, bucket.ptr);
	else
		buf_printf(out, "https://%.*s.s3.%s.%s/", (int)bucket.len, bucket.ptr, id->region,
		        aws_dns_suffix(id->region));
	sigv4_encode(out, key, true);
	return out->failed ? err_set(err, ERR_MEMORY, "the S3 address is too long") : 0;
}

/* The two elements of an error document that matter. */
struct error_doc {
	char code[80], message[400];
	char *into;
	size_t room;
};

static void doc_start(void *arg, const XML_Char *name, const XML_Char **attrs)
{
	struct error_doc *d = arg;
	(void)attrs;
	d->into = NULL;
	if (strcmp(name, "Code") == 0 && !d->code[0]) {
		d->into = d->code;
		d->room = sizeof d->code - 1;
	} else if (strcmp(name, "Message") == 0 && !d->message[0]) {
		d->into = d->message;
		d->room = sizeof d->message - 1;
	}
}

static void doc_end(void *arg, const XML_Char *name)
{
	(void)name;
	((struct error_doc *)arg)->into = NULL;
}

static void doc_text(void *arg, const XML_Char *s, int len)
{
	struct error_doc *d = arg;
	if (!d->into)
		return;
	size_t n = (size_t)len < d->room ? (size_t)len : d->room;
	memcpy(d->into, s, n);
	d->into += n;
	*d->into = '\0';
	d->room -= n;
}

static void read_error(struct slice body, struct error_doc *d)
{
	memset(d, 0, sizeof *d);
	XML_Parser p = body.len > 0 && body.len < 65536 ? XML_ParserCreate(NULL) : NULL;
	if (!p)
		return;
	XML_SetUserData(p, d);
	XML_SetElementHandler(p, doc_start, doc_end);
	XML_SetCharacterDataHandler(p, doc_text);
	XML_Parse(p, body.ptr, (int)body.len, 1);
	XML_ParserFree(p);
}

static enum err_code code_of(int status, const char *code)
{
	if (strcmp(code, "ExpiredToken") == 0)
		return ERR_EXPIRED;
	if (strcmp(code, "InvalidAccessKeyId") == 0 || strcmp(code, "SignatureDoesNotMatch") == 0)
		return ERR_CREDENTIALS;
	if (strcmp(code, "SlowDown") == 0)
		return ERR_THROTTLED;
	switch (status) {
	case 403: return ERR_DENIED;
	case 404: return ERR_NOT_FOUND;
	case 412: return ERR_DATA;
	default: return ERR_PROTOCOL;
	}
}

static const char *next_step(enum err_code code)
{
	switch (code) {
	case ERR_EXPIRED: return "get new credentials and run again";
	case ERR_CREDENTIALS: return "check the access key and secret key";
	case ERR_DENIED:
		return "s3:GetObject is needed there (and s3:ListBucket to tell a missing object)";
	case ERR_NOT_FOUND: return "was the result deleted? run the query again";
	case ERR_THROTTLED: return "wait a little and run again";
	case ERR_DATA: return "the object was replaced while it was being read; run again";
	default: return "check the endpoint and any proxy between";
	}
}

void s3_error(const struct http_reply *reply, const char *what, struct err *err, char *code,
        size_t code_size)
{
	struct error_doc d = {.into = NULL};
	if (code && code_size)
		code[0] = '\0';
	if (reply->status == 0) {
		if (err)
			*err = reply->failure;
		return;
	}
	read_error(buf_slice(&reply->body), &d);
	if (code && code_size) {
		size_t n = strlen(d.code) < code_size ? strlen(d.code) : code_size - 1;
		memcpy(code, d.code, n);
		code[n] = '\0';
	}
	enum err_code ec = code_of(reply->status, d.code);
	err_set(err, ec, "cannot read %s: HTTP %d%s%s%s%s; %s", what, reply->status,
	        d.code[0] ? " " : "", d.code, d.message[0] ? ": " : "", d.message, next_step(ec));
}
