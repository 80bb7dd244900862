/*
 * Lines of the input: path, query, then headers "name: value". The canonical form is stable (of its
 * own output, for S3's rule), and what sigv4_sign signed is what a verifier computes from the
 * request as sent.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "net/sigv4.h"

#include <stdint.h>
#include <stdlib.h>

#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static char *line_of(struct slice *rest)
{
	struct slice line;
	*rest = slice_cut(*rest, '\n', &line);
	return mem_strndup(line.len ? line.ptr : "", line.len);
}

/* Line n of a canonical request. */
static char *part(const struct buf *canon, int n)
{
	struct slice rest = buf_slice(canon);
	for (;;) {
		char *s = line_of(&rest);
		if (n-- == 0)
			return s;
		mem_free(s);
	}
}

static void check_stable(const char *path, const char *query)
{
	struct buf once, twice;
	const struct http_headers none = {NULL, 0};
	buf_init(&once, BUF_NO_LIMIT);
	buf_init(&twice, BUF_NO_LIMIT);
	sigv4_canonical_request(&once, "GET", path, query, &none, "H", false);
	char *p = part(&once, 1), *q = part(&once, 2);
	check(p[strspn(
	              p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/%")] ==
	        '\0');
	sigv4_canonical_request(&twice, "GET", p, q, &none, "H", false);
	check(slice_eq(buf_slice(&once), buf_slice(&twice)));
	mem_free(p);
	mem_free(q);
	buf_release(&once);
	buf_release(&twice);
}

/* As the local server does: the named headers of what arrived, the target of the request line. */
static void verify(const struct http_req *r, const char *path, const char *query,
        const struct sigv4_scope *scope)
{
	struct buf canon, sts;
	char signature[65];
	struct http_headers hs = {mem_calloc(r->headers.n + 1, sizeof(*hs.h)), 0};
	const char *auth = http_headers_get(&r->headers, "Authorization");
	const char *names = strstr(auth, "SignedHeaders=") + strlen("SignedHeaders=");
	buf_init(&canon, BUF_NO_LIMIT);
	buf_init(&sts, BUF_NO_LIMIT);
	for (size_t i = 0; i < r->headers.n; i++) {
		struct slice rest = slice_of(names, strcspn(names, ",")), name;
		while (rest.len > 0) {
			rest = slice_cut(rest, ';', &name);
			if (slice_eq_nocase(name, slice_str(r->headers.h[i].name))) {
				hs.h[hs.n++] = r->headers.h[i];
				break;
			}
		}
	}
	sigv4_canonical_request(&canon, "GET", path, query, &hs, EMPTY_HASH, scope->normalize_path);
	sigv4_string_to_sign(&sts, buf_str(&canon), scope);
	sigv4_signature(signature, buf_str(&sts), "secret", scope);
	check(strcmp(strstr(auth, "Signature=") + strlen("Signature="), signature) == 0);
	mem_free(hs.h);
	buf_release(&canon);
	buf_release(&sts);
}

static bool is_name(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
	return n > 0 && s[n] == '\0' && strchr("xX", s[0]) && strlen(s) < 40 &&
	       !slice_eq_nocase(slice_str(s), slice_str("x-amzn-trace-id"));
}

static void sign_and_verify(const char *path, const char *query, struct slice headers, bool s3)
{
	struct http_req r;
	struct err err = ERR_INIT;
	const struct sigv4_key key = {"AKID", "secret", s3 ? NULL : "token"};
	const struct sigv4_scope scope = {
	        "us-east-1", s3 ? "s3" : "athena", 1440938160000, !s3, s3};
	http_req_init(&r);
	r.url = mem_printf("http://h%s?%s", path, query);
	while (headers.len > 0) {
		char *line = line_of(&headers), *colon = strchr(line, ':');
		if (colon)
			*colon = '\0';
		if (colon && is_name(line))
			http_headers_add(&r.headers, line, colon + 1);
		mem_free(line);
	}
	check(sigv4_sign(&r, &key, &scope, &err) == 0);
	verify(&r, path, query, &scope);
	check(sigv4_presign(&r, &key, &scope, 60, &err) == 0);
	http_req_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size);
	if (size > 1 << 14 || (size > 0 && memchr(data, 0, size)))
		return 0;
	char *path = line_of(&rest), *query = line_of(&rest);
	check_stable(path, query);
	if (path[0] == '/' && !strpbrk(path, "?#") && !strchr(query, '#')) {
		sign_and_verify(path, query, rest, true);
		sign_and_verify(path, query, rest, false);
	}
	mem_free(path);
	mem_free(query);
	return 0;
}
