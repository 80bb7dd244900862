#include "local/auth.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/mem.h"
#include "net/sigv4.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

/* The parts of a signature, wherever they stood; all owned. */
struct parts {
	struct buf key, day, region, service, signed_headers, signature, date;
	bool presigned;
	int64_t expires_s;
};

static void parts_init(struct parts *p)
{
	struct buf *all[] = {&p->key, &p->day, &p->region, &p->service, &p->signed_headers,
	        &p->signature, &p->date};
	*p = (struct parts){0};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_init(all[i], 4096);
}

static void parts_release(struct parts *p)
{
	struct buf *all[] = {&p->key, &p->day, &p->region, &p->service, &p->signed_headers,
	        &p->signature, &p->date};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_release(all[i]);
}

/* key/day/region/service/aws4_request: the key itself may hold no '/'. */
static int parse_credential(struct parts *p, struct slice text)
{
	struct slice part;
	struct buf *to[] = {&p->key, &p->day, &p->region, &p->service};
	for (size_t i = 0; i < 4; i++) {
		text = slice_cut(text, '/', &part);
		buf_add_slice(to[i], part);
	}
	return slice_eq_str(text, "aws4_request") && p->day.len == 8 ? 0 : -1;
}

static int parse_header_form(struct parts *p, const struct request *rq, const char *authorization)
{
	struct slice rest = slice_str(authorization), item, name;
	if (!slice_starts(rest, "AWS4-HMAC-SHA256 "))
		return -1;
	rest = slice_of(rest.ptr + 17, rest.len - 17);
	bool credential = false;
	while (rest.len) {
		rest = slice_cut(rest, ',', &item);
		struct slice value = slice_cut(slice_trim(item), '=', &name);
		if (slice_eq_str(name, "Credential"))
			credential = parse_credential(p, value) == 0;
		else if (slice_eq_str(name, "SignedHeaders"))
			buf_add_slice(&p->signed_headers, value);
		else if (slice_eq_str(name, "Signature"))
			buf_add_slice(&p->signature, value);
	}
	const char *date = request_header(rq, "x-amz-date");
	buf_add_str(&p->date, date ? date : "");
	return credential && p->date.len == 16 ? 0 : -1;
}

static int parse_query_form(struct parts *p, const struct request *rq)
{
	struct buf v;
	buf_init(&v, 4096);
	int rc = -1;
	if (request_param(rq, "X-Amz-Algorithm", &v) == 1 &&
	        slice_eq_str(buf_slice(&v), "AWS4-HMAC-SHA256") &&
	        request_param(rq, "X-Amz-Credential", &v) == 1 &&
	        parse_credential(p, buf_slice(&v)) == 0 &&
	        request_param(rq, "X-Amz-Date", &p->date) == 1 && p->date.len == 16 &&
	        request_param(rq, "X-Amz-SignedHeaders", &p->signed_headers) == 1 &&
	        request_param(rq, "X-Amz-Signature", &p->signature) == 1 &&
	        request_param(rq, "X-Amz-Expires", &v) == 1) {
		p->presigned = true;
		p->expires_s = parse_number(buf_slice(&v));
		rc = p->expires_s >= 1 && p->expires_s <= 604800 ? 0 : -1;
	}
	buf_release(&v);
	return rc;
}

static bool is_signed(const struct parts *p, const char *name)
{
	struct slice rest = buf_slice(&p->signed_headers), item;
	while (rest.len) {
		rest = slice_cut(rest, ';', &item);
		if (slice_eq_nocase(item, slice_str(name)))
			return true;
	}
	return false;
}

/* Collects the headers that were signed. -1 when one is absent, or one that must be signed is not.
 */
static int signed_headers(const struct parts *p, const struct request *rq, struct http_headers *out)
{
	struct slice rest = buf_slice(&p->signed_headers), item;
	while (rest.len) {
		rest = slice_cut(rest, ';', &item);
		char *name = mem_strndup(item.ptr, item.len);
		const char *value = request_header(rq, name);
		if (value)
			http_headers_set(out, name, value);
		mem_free(name);
		if (!value)
			return -1;
	}
	for (size_t i = 0; i < rq->headers.n; i++) {
		const char *name = rq->headers.h[i].name;
		bool must = strcasecmp(name, "host") == 0 || strncasecmp(name, "x-amz-", 6) == 0;
		if (must && !is_signed(p, name))
			return -1;
	}
	return is_signed(p, "host") ? 0 : -1;
}

static char *query_without_signature(const char *query)
{
	struct slice rest = slice_str(query), item;
	struct buf out;
	buf_init(&out, BUF_NO_LIMIT);
	while (rest.len) {
		rest = slice_cut(rest, '&', &item);
		if (slice_starts(item, "X-Amz-Signature="))
			continue;
		if (out.len)
			buf_add_char(&out, '&');
		buf_add_slice(&out, item);
	}
	return buf_take(&out);
}

/* The signature that this request ought to carry. */
static int expected(const struct auth_keys *keys, const struct parts *p, const struct request *rq,
        const char *payload, int64_t date_ms, char out[65])
{
	struct http_headers headers = {0};
	struct sigv4_scope scope = {.region = buf_str(&p->region),
	        .service = buf_str(&p->service),
	        .wall_ms = date_ms,
	        .normalize_path = strcmp(buf_str(&p->service), "s3") != 0};
	if (signed_headers(p, rq, &headers) < 0) {
		http_headers_release(&headers);
		return -1;
	}
	char *query = p->presigned ? query_without_signature(rq->query) : mem_strdup(rq->query);
	struct buf canonical, to_sign;
	buf_init(&canonical, BUF_NO_LIMIT);
	buf_init(&to_sign, BUF_NO_LIMIT);
	sigv4_canonical_request(
	        &canonical, rq->method, rq->path, query, &headers, payload, scope.normalize_path);
	sigv4_string_to_sign(&to_sign, buf_str(&canonical), &scope);
	sigv4_signature(out, buf_str(&to_sign), keys->secret_key, &scope);
	buf_release(&canonical);
	buf_release(&to_sign);
	mem_free(query);
	http_headers_release(&headers);
	return 0;
}

static enum auth_result check_time(const struct parts *p, int64_t date_ms, int64_t now)
{
	char basic[17];
	if (date_ms < 0)
		return AUTH_INCOMPLETE;
	clock_basic8601(date_ms, basic);
	if (!slice_eq(buf_slice(&p->day), slice_of(basic, 8)))
		return AUTH_MISMATCH;
	if (date_ms > now + AUTH_SKEW_MS)
		return AUTH_SKEWED;
	if (p->presigned)
		return now > date_ms + p->expires_s * 1000 ? AUTH_EXPIRED : AUTH_OK;
	return date_ms < now - AUTH_SKEW_MS ? AUTH_SKEWED : AUTH_OK;
}

static bool same_text(const char *a, struct slice b)
{
	return strlen(a) == b.len && crypto_equal(a, b.ptr, b.len);
}

/* Which body hash was signed; NULL when the request names none and must. */
static const char *payload_hash(
        const struct parts *p, const struct request *rq, const char *body_hash)
{
	const char *named = request_header(rq, "x-amz-content-sha256");
	if (body_hash)
		return body_hash;
	if (named)
		return named;
	return p->presigned ? "UNSIGNED-PAYLOAD" : NULL;
}

static enum auth_result verify_parts(const struct auth_keys *keys, const struct parts *p,
        const struct request *rq, const char *service, const char *body_hash, int64_t now,
        struct auth_claim *claim)
{
	char want[65];
	const char *payload = payload_hash(p, rq, body_hash);
	int64_t date_ms = clock_parse8601(buf_str(&p->date));
	if (p->signature.len != 64 || p->signed_headers.len == 0 || !payload ||
	        strlen(payload) > 79)
		return AUTH_INCOMPLETE;
	if (!same_text(keys->access_key, buf_slice(&p->key)))
		return AUTH_UNKNOWN_KEY;
	if (strcmp(buf_str(&p->service), service) != 0 || p->region.len == 0 || p->region.len > 31)
		return AUTH_MISMATCH;
	enum auth_result r = check_time(p, date_ms, now);
	if (r != AUTH_OK)
		return r;
	if (expected(keys, p, rq, payload, date_ms, want) < 0 ||
	        !same_text(want, buf_slice(&p->signature)))
		return AUTH_MISMATCH;
	snprintf(claim->payload, sizeof(claim->payload), "%s", payload);
	snprintf(claim->signature, sizeof(claim->signature), "%s", want);
	snprintf(claim->region, sizeof(claim->region), "%s", buf_str(&p->region));
	snprintf(claim->date, sizeof(claim->date), "%s", buf_str(&p->date));
	return AUTH_OK;
}

enum auth_result auth_verify(const struct auth_keys *keys, const struct request *rq,
        const char *service, const char *body_hash, int64_t now_wall_ms, struct auth_claim *claim)
{
	const char *authorization = request_header(rq, "authorization");
	bool query_form = request_has_param(rq, "X-Amz-Signature");
	struct parts p;
	*claim = (struct auth_claim){0};
	if (!authorization && !query_form)
		return AUTH_MISSING;
	if (authorization && query_form)
		return AUTH_INCOMPLETE; /* S3: only one mechanism is allowed */
	parts_init(&p);
	int rc =
	        authorization ? parse_header_form(&p, rq, authorization) : parse_query_form(&p, rq);
	enum auth_result r =
	        rc < 0 ? AUTH_INCOMPLETE
	               : verify_parts(keys, &p, rq, service, body_hash, now_wall_ms, claim);
	parts_release(&p);
	return r;
}

void auth_refuse_athena(enum auth_result r, struct reply *rp)
{
	const char *type = "InvalidSignatureException";
	const char *text = "The request signature we calculated does not match the signature you "
	                   "provided. Check your AWS Secret Access Key and signing method.";
	if (r == AUTH_MISSING) {
		type = "MissingAuthenticationTokenException";
		text = "Missing Authentication Token";
	} else if (r == AUTH_INCOMPLETE) {
		type = "IncompleteSignatureException";
		text = "The Authorization header is malformed or lacks a part.";
	} else if (r == AUTH_UNKNOWN_KEY) {
		type = "UnrecognizedClientException";
		text = "The security token included in the request is invalid.";
	} else if (r == AUTH_SKEWED || r == AUTH_EXPIRED) {
		text = "Signature expired or not yet valid: check the clock of this machine.";
	}
	reply_json_error(
	        rp, r == AUTH_MISMATCH || r == AUTH_MISSING ? 403 : 400, type, NULL, "%s", text);
}

void auth_refuse_s3(enum auth_result r, struct reply *rp)
{
	switch (r) {
	case AUTH_INCOMPLETE:
		reply_xml_error(rp, 400, "AuthorizationHeaderMalformed",
		        "The authorization is malformed or lacks a part.");
		break;
	case AUTH_UNKNOWN_KEY:
		reply_xml_error(rp, 403, "InvalidAccessKeyId",
		        "The AWS Access Key Id you provided does not exist in our records.");
		break;
	case AUTH_SKEWED:
		reply_xml_error(rp, 403, "RequestTimeTooSkewed",
		        "The difference between the request time and the current time is too "
		        "large.");
		break;
	case AUTH_EXPIRED: reply_xml_error(rp, 403, "AccessDenied", "Request has expired"); break;
	case AUTH_MISMATCH:
		reply_xml_error(rp, 403, "SignatureDoesNotMatch",
		        "The request signature we calculated does not match the signature you "
		        "provided. "
		        "Check your key and signing method.");
		break;
	default: reply_xml_error(rp, 403, "AccessDenied", "Access Denied"); break;
	}
}
