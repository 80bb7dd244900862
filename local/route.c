#include "local/route.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/mem.h"
#include "local/api_s3.h"

#include <string.h>
#include <strings.h>

#include "base/ban.h"

#define DRAIN_MAX                                                                                  \
	(16 * 1024 * 1024) /* a refused body is read this far, so that the reply arrives */

enum kind { REFUSED, ATHENA, S3, S3_PUT };
struct call {
	const struct route_config *cfg;
	struct request rq;
	enum kind kind;
	const char *operation; /* of Athena */
	struct s3_target target;
	struct s3_upload *upload;
	struct auth_claim claim;
	struct reply refusal; /* kept while the body is drained */
	int64_t received;
	bool too_large;
};

struct call *call_new(const struct route_config *cfg, struct request *rq)
{
	struct call *c = MEM_NEW(struct call);
	c->cfg = cfg;
	c->rq = *rq;
	*rq = (struct request){0};
	reply_init(&c->refusal);
	return c;
}

void call_free(struct call *c)
{
	if (!c)
		return;
	s3_upload_free(c->upload);
	s3_target_release(&c->target);
	reply_release(&c->refusal);
	request_release(&c->rq);
	mem_free(c);
}

static bool all_digits(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len >= 1 && s.len <= 5;
}

/* Splits "host:port" and "[v6]:port"; false when it is neither. */
static bool split_host(struct slice text, struct slice *name)
{
	struct slice port = {NULL, 0};
	if (text.len && text.ptr[0] == '[') {
		struct slice rest = slice_cut(text, ']', name);
		if (name->len == text.len)
			return false;
		*name = slice_of(name->ptr + 1, name->len - 1);
		if (rest.len == 0)
			return true;
		if (rest.ptr[0] != ':')
			return false;
		port = slice_of(rest.ptr + 1, rest.len - 1);
		return all_digits(port);
	}
	port = slice_cut(text, ':', name);
	return name->len && (name->len == text.len || all_digits(port));
}

bool host_allowed(const char *host, const char *listen_host, struct slice *bucket)
{
	static const char *const ours[] = {"127.0.0.1", "localhost", "::1"};
	struct slice name, label, rest;
	if (bucket)
		*bucket = slice_of(NULL, 0);
	if (!host || !split_host(slice_str(host), &name))
		return false;
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (slice_eq_nocase(name, slice_str(ours[i])))
			return true;
	if (listen_host &&
	        (strcmp(listen_host, "*") == 0 || slice_eq_nocase(name, slice_str(listen_host))))
		return true;
	if (name.len <= 10 ||
	        !slice_eq_nocase(slice_of(name.ptr + name.len - 10, 10), slice_str(".localhost")))
		return false;
	label = slice_of(name.ptr, name.len - 10);
	rest = label;
	if (!bucket_name_valid(rest))
		return false;
	if (bucket)
		*bucket = label;
	return true;
}

/* A browser adds these to what a page makes it send; no SDK does. No page has business here. */
static bool from_a_page(const struct request *rq)
{
	const char *site = request_header(rq, "sec-fetch-site");
	return request_header(rq, "origin") || request_header(rq, "referer") ||
	       (site && strcmp(site, "none") != 0) || strcmp(rq->method, "OPTIONS") == 0;
}

/* Lengths that two readers could understand differently are nobody's (RFC 9112, 6.3). */
static const char *bad_framing(const struct request *rq)
{
	const char *length = request_header(rq, "content-length");
	const char *encoding = request_header(rq, "transfer-encoding");
	if (length && encoding)
		return "Both Content-Length and Transfer-Encoding are given.";
	if (encoding && strcasecmp(encoding, "chunked") != 0)
		return "The Transfer-Encoding is not supported.";
	if (length && parse_number(slice_str(length)) < 0)
		return "The Content-Length is not a number.";
	return NULL;
}

static bool known_method(const char *m)
{
	static const char *const known[] = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(m, known[i]) == 0)
			return true;
	return false;
}

static bool is_method(const char *m)
{
	return *m && strspn(m, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(m);
}

/* What is refused whatever it asks for. */
static bool refuse_always(struct call *c, struct slice *host_bucket, struct reply *rp)
{
	const struct request *rq = &c->rq;
	const char *framing = bad_framing(rq);
	if (!known_method(rq->method))
		reply_xml_error(rp, is_method(rq->method) ? 405 : 400, "MethodNotAllowed",
		        "The specified method is not allowed against this resource.");
	else if (!host_allowed(request_header(rq, "host"), c->cfg->listen_host, host_bucket))
		reply_xml_error(
		        rp, 403, "AccessDenied", "This server does not answer to that Host.");
	else if (rq->fault || framing)
		reply_xml_error(rp, 400, "InvalidRequest", "%s", rq->fault ? rq->fault : framing);
	else if (from_a_page(rq))
		reply_xml_error(
		        rp, 403, "AccessDenied", "This server does not answer to web pages.");
	else
		return false;
	return true;
}

/* Real Athena answers other content types in ways that no SDK understands. */
static bool begin_athena(struct call *c, struct reply *rp)
{
	const char *type = request_header(&c->rq, "content-type");
	const char *length = request_header(&c->rq, "content-length");
	c->kind = ATHENA;
	c->operation = athena_operation(&c->rq);
	if (length && parse_number(slice_str(length)) > ATHENA_BODY_MAX) {
		reply_json_error(
		        rp, 413, "RequestEntityTooLargeException", NULL, "The body is over 1 MiB");
		return false;
	}
	if (!type || strcmp(type, "application/x-amz-json-1.1") != 0) {
		reply_xml_error(rp, 404, "UnknownOperationException",
		        "The Content-Type must be application/x-amz-json-1.1");
		return false;
	}
	if (!c->operation) {
		reply_json_error(rp, 400, "UnknownOperationException", NULL,
		        "X-Amz-Target names no operation of this server");
		return false;
	}
	return true;
}

static bool begin_s3(struct call *c, struct slice host_bucket, struct reply *rp)
{
	char *virtual_host = host_bucket.len ? mem_strndup(host_bucket.ptr, host_bucket.len) : NULL;
	int rc = s3_target_parse(&c->target, &c->rq, virtual_host, rp);
	mem_free(virtual_host);
	if (rc < 0)
		return false;
	enum auth_result r =
	        auth_verify(&c->cfg->keys, &c->rq, "s3", NULL, clock_wall_ms(), &c->claim);
	if (r != AUTH_OK) {
		auth_refuse_s3(r, rp);
		return false;
	}
	c->kind = S3;
	if (strcmp(c->rq.method, "PUT") != 0 || !c->target.bucket || c->target.key.len == 0)
		return true;
	c->kind = S3_PUT;
	c->upload = s3_upload_new(c->cfg->store, &c->rq, &c->target, &c->claim, &c->cfg->keys, rp);
	return c->upload != NULL;
}

/* A refused body is drained when it is small and on its way: closing with it unread resets. */
static bool can_drain(const struct request *rq)
{
	const char *length = request_header(rq, "content-length");
	const char *expect = request_header(rq, "expect");
	if (expect || (!length && request_header(rq, "transfer-encoding")))
		return false;
	return !length || parse_number(slice_str(length)) <= ATHENA_BODY_MAX;
}

bool call_begin(struct call *c, struct reply *rp)
{
	struct slice host_bucket;
	bool post = strcmp(c->rq.method, "POST") == 0;
	bool framing = bad_framing(&c->rq) != NULL || c->rq.fault || !known_method(c->rq.method);
	bool ok = !refuse_always(c, &host_bucket, rp);
	if (ok && post && (strcmp(c->rq.path, "/") == 0 || request_header(&c->rq, "x-amz-target")))
		ok = begin_athena(c, rp);
	else if (ok)
		ok = begin_s3(c, host_bucket, rp);
	if (ok)
		return false;
	c->kind = REFUSED;
	if (!framing && can_drain(&c->rq)) {
		c->refusal = *rp;
		reply_init(rp);
		return false;
	}
	rp->close = true;
	return true;
}

int call_body(struct call *c, struct slice part)
{
	c->received += (int64_t)part.len;
	if (c->kind == ATHENA && !c->too_large) {
		buf_add_slice(&c->rq.body, part);
		c->too_large = c->rq.body.failed;
	}
	if (c->kind == S3_PUT)
		s3_upload_data(c->upload, part);
	bool dropped = c->kind != S3_PUT;
	return dropped && c->received > DRAIN_MAX ? -1 : 0;
}

static void end_athena(struct call *c, struct reply *rp)
{
	uint8_t sum[SHA256_SIZE];
	char hash[SHA256_HEX];
	struct auth_claim claim;
	if (c->too_large) {
		reply_json_error(
		        rp, 413, "RequestEntityTooLargeException", NULL, "The body is over 1 MiB");
		return;
	}
	crypto_sha256(buf_slice(&c->rq.body), sum);
	crypto_hex(sum, sizeof(sum), hash);
	enum auth_result r =
	        auth_verify(&c->cfg->keys, &c->rq, "athena", hash, clock_wall_ms(), &claim);
	if (r != AUTH_OK)
		auth_refuse_athena(r, rp);
	else
		athena_handle(&c->cfg->athena, c->operation, buf_slice(&c->rq.body), rp);
}

void call_end(struct call *c, struct reply *rp)
{
	switch (c->kind) {
	case REFUSED:
		reply_release(rp);
		*rp = c->refusal;
		reply_init(&c->refusal);
		break;
	case ATHENA: end_athena(c, rp); break;
	case S3: s3_handle(c->cfg->store, &c->rq, &c->target, rp); break;
	case S3_PUT: s3_upload_end(c->upload, rp); break;
	}
}
