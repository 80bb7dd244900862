#include "net/sigv4.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/mem.h"

#include <stdio.h>
#include <strings.h>

#include "base/ban.h"

#define CANONICAL_MAX ((size_t)4 << 20)
#define UNSIGNED_BODY "UNSIGNED-PAYLOAD"

/* The parts of a URL as they will stand on the request line. */
struct target {
	char *host, *path;
	char *query; /* NULL when absent */
};

static void target_release(struct target *t)
{
	mem_free(t->host);
	mem_free(t->path);
	mem_free(t->query);
}

/* The port that curl leaves out of Host is left out here as well. */
static struct slice without_default_port(struct slice host, bool tls)
{
	const char *port = tls ? ":443" : ":80";
	if (slice_ends(host, port))
		host.len -= strlen(port);
	return host;
}

static int target_parse(struct target *t, const char *url, struct err *err)
{
	memset(t, 0, sizeof(*t));
	bool tls = strncasecmp(url, "https://", 8) == 0;
	if (!tls && strncasecmp(url, "http://", 7) != 0)
		return err_set(
		        err, ERR_INTERNAL, "cannot sign a request without http(s)://: %s", url);
	struct slice rest = slice_str(url + (tls ? 8 : 7));
	rest.len = strcspn(rest.ptr, "#"); /* a fragment is never sent */
	struct slice host = slice_of(rest.ptr, strcspn(rest.ptr, "/?#"));
	rest = slice_of(rest.ptr + host.len, rest.len - host.len);
	struct slice path;
	bool has_query = rest.len > 0 && memchr(rest.ptr, '?', rest.len) != NULL;
	struct slice query = slice_cut(rest, '?', &path);
	host = without_default_port(host, tls);
	if (host.len == 0)
		return err_set(err, ERR_INTERNAL, "cannot sign a request without a host: %s", url);
	t->host = mem_strndup(host.ptr, host.len);
	t->path = path.len ? mem_strndup(path.ptr, path.len) : mem_strdup("/");
	t->query = has_query ? mem_strndup(query.len ? query.ptr : "", query.len) : NULL;
	return 0;
}

/* Headers that the transport or a proxy may change on the way are not signed. */
static bool is_signable(const char *name)
{
	static const char *const skip[] = {"accept-encoding", "authorization", "connection",
	        "expect", "keep-alive", "proxy-authorization", "proxy-connection", "te",
	        "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"};
	for (size_t i = 0; i < sizeof(skip) / sizeof(*skip); i++)
		if (strcasecmp(name, skip[i]) == 0)
			return false;
	return true;
}

/* A view of the headers to sign: the strings stay the request's. */
static struct http_headers signable(const struct http_headers *all)
{
	struct http_headers out = {mem_calloc(all->n + 1, sizeof(*out.h)), 0};
	for (size_t i = 0; i < all->n; i++)
		if (is_signable(all->h[i].name))
			out.h[out.n++] = all->h[i];
	return out;
}

static void body_hash(char out[SHA256_HEX], const struct http_req *req)
{
	uint8_t hash[SHA256_SIZE];
	crypto_sha256(buf_slice(&req->body), hash);
	crypto_hex(hash, sizeof(hash), out);
}

static int need_keys(const struct sigv4_key *key, struct err *err)
{
	if (key->access_key && *key->access_key && key->secret_key && *key->secret_key)
		return 0;
	return err_set(err, ERR_CREDENTIALS,
	        "cannot sign the request: no access key; set AWS_ACCESS_KEY_ID and "
	        "AWS_SECRET_ACCESS_KEY, or name a profile");
}

/* From target and headers to the signature. */
static int compute(char out[65], const struct http_req *req, const struct target *t,
        const struct http_headers *hs, const char *hash, const char *secret,
        const struct sigv4_scope *scope, struct err *err)
{
	struct buf canon, sts;
	buf_init(&canon, CANONICAL_MAX);
	buf_init(&sts, CANONICAL_MAX);
	sigv4_canonical_request(
	        &canon, req->method, t->path, t->query, hs, hash, scope->normalize_path);
	sigv4_string_to_sign(&sts, buf_str(&canon), scope);
	bool failed = canon.failed || sts.failed;
	if (!failed)
		sigv4_signature(out, buf_str(&sts), secret, scope);
	buf_release(&canon);
	buf_release(&sts);
	return failed ? err_set(err, ERR_MEMORY, "cannot sign a request of this size") : 0;
}

static void credential(struct buf *out, const struct sigv4_key *key, const struct sigv4_scope *s)
{
	char date[17];
	clock_basic8601(s->wall_ms, date);
	buf_printf(out, "%s/%.8s/%s/%s/aws4_request", key->access_key, date, s->region, s->service);
}

static void set_authorization(struct http_req *req, const struct sigv4_key *key,
        const struct sigv4_scope *scope, const struct http_headers *hs, const char *signature)
{
	struct buf text;
	buf_init(&text, CANONICAL_MAX);
	buf_add_str(&text, "AWS4-HMAC-SHA256 Credential=");
	credential(&text, key, scope);
	buf_add_str(&text, ", SignedHeaders=");
	sigv4_signed_headers(&text, hs);
	buf_printf(&text, ", Signature=%s", signature);
	http_headers_set(&req->headers, "Authorization", buf_str(&text));
	buf_release(&text);
}

/* Whatever an earlier signing left is replaced, so that a repeat is signed afresh. */
static void set_amz_headers(struct http_req *req, const struct sigv4_key *key,
        const struct sigv4_scope *scope, const struct target *t, const char *hash)
{
	char date[17];
	clock_basic8601(scope->wall_ms, date);
	http_headers_set(&req->headers, "Host", t->host);
	http_headers_set(&req->headers, "X-Amz-Date", date);
	http_headers_remove(&req->headers, "X-Amz-Security-Token");
	if (key->session_token && *key->session_token)
		http_headers_set(&req->headers, "X-Amz-Security-Token", key->session_token);
	if (scope->sign_body_header)
		http_headers_set(&req->headers, "x-amz-content-sha256", hash);
}

int sigv4_sign(struct http_req *req, const struct sigv4_key *key, const struct sigv4_scope *scope,
        struct err *err)
{
	struct target t;
	if (need_keys(key, err) < 0 || target_parse(&t, req->url, err) < 0)
		return -1;
	char hash[SHA256_HEX], signature[65];
	body_hash(hash, req);
	set_amz_headers(req, key, scope, &t, hash);
	struct http_headers hs = signable(&req->headers);
	int rc = compute(signature, req, &t, &hs, hash, key->secret_key, scope, err);
	if (rc == 0)
		set_authorization(req, key, scope, &hs, signature);
	mem_free(hs.h);
	target_release(&t);
	return rc;
}

static void add_param(struct buf *query, const char *name, const char *value)
{
	buf_printf(query, "%s%s=", query->len ? "&" : "", name);
	sigv4_encode(query, slice_str(value), false);
}

static void presign_params(struct buf *query, const struct sigv4_key *key,
        const struct sigv4_scope *scope, const struct http_headers *hs, int expires_s)
{
	char date[17], seconds[16];
	struct buf text;
	buf_init(&text, CANONICAL_MAX);
	clock_basic8601(scope->wall_ms, date);
	snprintf(seconds, sizeof(seconds), "%d", expires_s);
	add_param(query, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
	credential(&text, key, scope);
	add_param(query, "X-Amz-Credential", buf_str(&text));
	add_param(query, "X-Amz-Date", date);
	buf_clear(&text);
	sigv4_signed_headers(&text, hs);
	add_param(query, "X-Amz-SignedHeaders", buf_str(&text));
	add_param(query, "X-Amz-Expires", seconds);
	if (key->session_token && *key->session_token)
		add_param(query, "X-Amz-Security-Token", key->session_token);
	buf_release(&text);
}

static int presign_url(struct http_req *req, struct target *t, const struct sigv4_key *key,
        const struct sigv4_scope *scope, int expires_s, struct err *err)
{
	char hash[SHA256_HEX], signature[65];
	body_hash(hash, req);
	struct http_headers hs = signable(&req->headers);
	struct buf query;
	buf_init(&query, CANONICAL_MAX);
	buf_add_str(&query, t->query ? t->query : "");
	presign_params(&query, key, scope, &hs, expires_s);
	mem_free(t->query);
	t->query = buf_take(&query);
	/* who uses an S3 address later sends a body that is unknown now */
	const char *payload = strcmp(scope->service, "s3") == 0 ? UNSIGNED_BODY : hash;
	int rc = compute(signature, req, t, &hs, payload, key->secret_key, scope, err);
	mem_free(hs.h);
	if (rc < 0)
		return -1;
	size_t keep = strcspn(req->url, "?#");
	char *url =
	        mem_printf("%.*s?%s&X-Amz-Signature=%s", (int)keep, req->url, t->query, signature);
	mem_free(req->url);
	req->url = url;
	return 0;
}

int sigv4_presign(struct http_req *req, const struct sigv4_key *key,
        const struct sigv4_scope *scope, int expires_s, struct err *err)
{
	struct target t;
	if (need_keys(key, err) < 0 || target_parse(&t, req->url, err) < 0)
		return -1;
	http_headers_set(&req->headers, "Host", t.host);
	int rc = presign_url(req, &t, key, scope, expires_s, err);
	target_release(&t);
	return rc;
}
