#include "test.h"

#include "net/sigv4.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <jansson.h>

#include "base/ban.h"

#define HOST_URL "https://example.amazonaws.com"
#define MAX      ((size_t)1 << 20)

/* One public case: a request, who signs it and when, and the folder with what is expected. */
struct sample {
	char base[1200]; /* "folder/" or "folder/name." */
	struct http_req req;
	struct sigv4_key key;
	struct sigv4_scope scope;
	char *path, *query;
	bool token_after; /* the session token is added unsigned */
	int expires_s;
	json_t *ctx;
};

static char *read_text(const char *base, const char *name)
{
	char path[1400];
	struct buf b;
	struct err err = ERR_INIT;
	buf_init(&b, MAX);
	snprintf(path, sizeof(path), "%s%s", base, name);
	if (file_read(path, &b, &err) < 0)
		fail_msg("%s", err.text);
	/* some files of the older suite have CRLF */
	size_t n = 0;
	for (size_t i = 0; i < b.len; i++)
		if (b.ptr[i] != '\r')
			b.ptr[n++] = b.ptr[i];
	if (b.ptr)
		b.ptr[n] = '\0';
	return buf_take(&b);
}

static void expect_file(const struct sample *s, const char *name, const char *got)
{
	char *want = read_text(s->base, name);
	size_t n = strlen(want);
	if (n > 0 && want[n - 1] == '\n')
		want[n - 1] = '\0';
	if (strcmp(want, got) != 0)
		fail_msg("%s%s\n--- expected\n%s\n--- got\n%s", s->base, name, want, got);
	mem_free(want);
}

static void parse_header_line(struct sample *s, char *line)
{
	struct http_headers *hs = &s->req.headers;
	if (*line == ' ') { /* a folded value goes on */
		char *v = mem_printf("%s\n%s", hs->h[hs->n - 1].value, line);
		mem_free(hs->h[hs->n - 1].value);
		hs->h[hs->n - 1].value = v;
		return;
	}
	char *colon = strchr(line, ':');
	assert_non_null(colon);
	*colon = '\0';
	http_headers_add(hs, line, colon + 1);
}

/* "GET /path?query HTTP/1.1", headers, blank line, body. */
static void parse_request(struct sample *s, const char *name)
{
	char *text = read_text(s->base, name), *line = text, *end = NULL;
	char *target = strchr(text, ' ') + 1, *nl = strchr(text, '\n');
	assert_non_null(nl);
	end = nl;
	while (*end != ' ')
		end--;
	*end = '\0';
	s->req.method = strncmp(text, "POST", 4) == 0 ? "POST" : "GET";
	s->req.url = mem_printf(HOST_URL "%s", target);
	char *q = strchr(target, '?');
	s->path = q ? mem_strndup(target, (size_t)(q - target)) : mem_strdup(target);
	s->query = q ? mem_strdup(q + 1) : NULL;
	for (line = nl + 1; *line && *line != '\n'; line = nl + 1) {
		nl = strchr(line, '\n');
		if (nl)
			*nl = '\0';
		parse_header_line(s, line);
		if (!nl)
			break;
	}
	if (*line == '\n')
		buf_add_str(&s->req.body, line + 1);
	mem_free(text);
}

static void sample_init(struct sample *s)
{
	http_req_init(&s->req);
	s->key =
	        (struct sigv4_key){"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL};
	s->scope = (struct sigv4_scope){"us-east-1", "service", 1440938160000, true, false};
	s->expires_s = 3600;
}

static void sample_release(struct sample *s)
{
	http_req_release(&s->req);
	mem_free(s->path);
	mem_free(s->query);
	json_decref(s->ctx);
}

static void load_context(struct sample *s)
{
	char path[1400];
	snprintf(path, sizeof(path), "%scontext.json", s->base);
	s->ctx = json_load_file(path, 0, NULL);
	assert_non_null(s->ctx);
	json_t *c = json_object_get(s->ctx, "credentials");
	s->key.access_key = json_string_value(json_object_get(c, "access_key_id"));
	s->key.secret_key = json_string_value(json_object_get(c, "secret_access_key"));
	s->key.session_token = json_string_value(json_object_get(c, "token"));
	s->scope.region = json_string_value(json_object_get(s->ctx, "region"));
	s->scope.service = json_string_value(json_object_get(s->ctx, "service"));
	s->scope.wall_ms = clock_parse8601(json_string_value(json_object_get(s->ctx, "timestamp")));
	s->scope.normalize_path = json_is_true(json_object_get(s->ctx, "normalize"));
	s->scope.sign_body_header = json_is_true(json_object_get(s->ctx, "sign_body"));
	s->token_after = json_is_true(json_object_get(s->ctx, "omit_session_token"));
	s->expires_s = (int)json_integer_value(json_object_get(s->ctx, "expiration_in_seconds"));
}

static void payload_hash(const struct sample *s, char out[SHA256_HEX])
{
	uint8_t hash[SHA256_SIZE];
	crypto_sha256(buf_slice(&s->req.body), hash);
	crypto_hex(hash, sizeof(hash), out);
}

/* The three texts, from `headers` and `query`, against three files. */
static void check_texts(const struct sample *s, const struct http_headers *headers,
        const char *query, const char *canon_file, const char *sts_file, char signature[65])
{
	struct buf canon, sts;
	char hash[SHA256_HEX];
	buf_init(&canon, MAX);
	buf_init(&sts, MAX);
	payload_hash(s, hash);
	sigv4_canonical_request(
	        &canon, s->req.method, s->path, query, headers, hash, s->scope.normalize_path);
	expect_file(s, canon_file, buf_str(&canon));
	sigv4_string_to_sign(&sts, buf_str(&canon), &s->scope);
	expect_file(s, sts_file, buf_str(&sts));
	sigv4_signature(signature, buf_str(&sts), s->key.secret_key, &s->scope);
	assert_false(canon.failed || sts.failed);
	buf_release(&canon);
	buf_release(&sts);
}

/* Everything that sigv4_sign left in the request but Authorization itself. */
static struct http_headers without_authorization(const struct http_headers *hs)
{
	struct http_headers out = {NULL, 0};
	for (size_t i = 0; i < hs->n; i++)
		if (strcmp(hs->h[i].name, "Authorization") != 0)
			http_headers_add(&out, hs->h[i].name, hs->h[i].value);
	return out;
}

static void sign(struct sample *s)
{
	struct err err = ERR_INIT;
	struct sigv4_key key = s->key;
	if (s->token_after)
		key.session_token = NULL;
	if (sigv4_sign(&s->req, &key, &s->scope, &err) < 0)
		fail_msg("%s: %s", s->base, err.text);
}

static void header_case(struct sample *s)
{
	char signature[65];
	load_context(s);
	parse_request(s, "request.txt");
	sign(s);
	struct http_headers hs = without_authorization(&s->req.headers);
	check_texts(s, &hs, s->query, "header-canonical-request.txt", "header-string-to-sign.txt",
	        signature);
	expect_file(s, "header-signature.txt", signature);
	char *want = read_text(s->base, "header-signed-request.txt");
	const char *at = strstr(want, "Authorization:") + strlen("Authorization:");
	const char *got = http_headers_get(&s->req.headers, "Authorization");
	assert_memory_equal(at, got, strlen(got));
	assert_true(at[strlen(got)] == '\n');
	mem_free(want);
	http_headers_release(&hs);
}

/* The parameters of the expected URL without its signature and, where unsigned, its token. */
static char *signed_part(const struct sample *s, const char *query)
{
	char *copy = mem_strdup(query);
	char *end = strstr(copy, s->token_after ? "&X-Amz-Security-Token=" : "&X-Amz-Signature=");
	assert_non_null(end);
	*end = '\0';
	return copy;
}

static char *expected_url(const struct sample *s)
{
	char *text = read_text(s->base, "query-signed-request.txt");
	char *start = strchr(text, ' ') + 1, *end = strchr(text, '\n');
	while (*end != ' ')
		end--;
	*end = '\0';
	char *url = mem_printf(HOST_URL "%s", start);
	mem_free(text);
	return url;
}

static void query_case(struct sample *s)
{
	char signature[65];
	load_context(s);
	parse_request(s, "request.txt");
	char *want = expected_url(s), *query = signed_part(s, strchr(want, '?') + 1);
	check_texts(s, &s->req.headers, query, "query-canonical-request.txt",
	        "query-string-to-sign.txt", signature);
	expect_file(s, "query-signature.txt", signature);
	struct sigv4_key key = s->key;
	if (s->token_after)
		key.session_token = NULL;
	struct err err = ERR_INIT;
	if (sigv4_presign(&s->req, &key, &s->scope, s->expires_s, &err) < 0)
		fail_msg("%s: %s", s->base, err.text);
	if (s->token_after) { /* put the token where its sender put it: before the signature */
		struct buf b;
		char *at = strstr(s->req.url, "&X-Amz-Signature=");
		buf_init(&b, MAX);
		buf_add(&b, s->req.url, (size_t)(at - s->req.url));
		buf_add_str(&b, "&X-Amz-Security-Token=");
		sigv4_encode(&b, slice_str(s->key.session_token), false);
		buf_add_str(&b, at);
		mem_free(s->req.url);
		s->req.url = buf_take(&b);
	}
	assert_string_equal(s->req.url, want);
	mem_free(query);
	mem_free(want);
}

static void with_sample(const char *base, void (*run)(struct sample *))
{
	struct sample s = {0};
	snprintf(s.base, sizeof(s.base), "%s", base);
	sample_init(&s);
	run(&s);
	sample_release(&s);
}

static int run_folder(const char *root, void (*run)(struct sample *))
{
	int n = 0;
	struct dirent *e;
	DIR *d = opendir(root);
	assert_non_null(d);
	while ((e = readdir(d))) {
		char base[1200];
		snprintf(base, sizeof(base), "%s/%s/request.txt", root, e->d_name);
		if (e->d_name[0] == '.' || access(base, R_OK) != 0)
			continue;
		snprintf(base, sizeof(base), "%s/%s/", root, e->d_name);
		with_sample(base, run);
		n++;
	}
	closedir(d);
	return n;
}

static void aws_c_auth_by_header(void **state)
{
	(void)state;
	char root[1000];
	if (!test_shared("vectors/sigv4/aws-c-auth-v4", root, sizeof(root)))
		skip();
	int n = run_folder(root, header_case);
	print_message("# aws-c-auth by header: %d of 38 cases, byte by byte\n", n);
	assert_int_equal(n, 38);
}

static void aws_c_auth_by_query(void **state)
{
	(void)state;
	char root[1000];
	if (!test_shared("vectors/sigv4/aws-c-auth-v4", root, sizeof(root)))
		skip();
	int n = run_folder(root, query_case);
	print_message("# aws-c-auth by query: %d of 38 cases, byte by byte\n", n);
	assert_int_equal(n, 38);
}

/* The older suite has no context: the token is in the signed request, signed or not. */
static void botocore_case(struct sample *s)
{
	char signature[65], token[1000] = "";
	parse_request(s, "req");
	char *sreq = read_text(s->base, "sreq"), *authz = read_text(s->base, "authz");
	char *at = strstr(sreq, "X-Amz-Security-Token:");
	s->token_after = strstr(s->base, "post-sts-header-after") != NULL;
	if (at && !s->token_after) {
		at += strlen("X-Amz-Security-Token:");
		snprintf(token, sizeof(token), "%.*s", (int)strcspn(at, "\n"), at);
		s->key.session_token = token;
	}
	sign(s);
	struct http_headers hs = without_authorization(&s->req.headers);
	check_texts(s, &hs, s->query, "creq", "sts", signature);
	assert_string_equal(authz, http_headers_get(&s->req.headers, "Authorization"));
	assert_non_null(strstr(authz, signature));
	http_headers_release(&hs);
	mem_free(sreq);
	mem_free(authz);
}

static int run_botocore(const char *dir, int depth)
{
	int n = 0;
	struct dirent *e;
	DIR *d = opendir(dir);
	while (d && (e = readdir(d))) {
		char path[1100];
		size_t len = strlen(e->d_name);
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.' && depth < 3 && file_is_dir(path))
			n += run_botocore(path, depth + 1);
		if (len < 4 || strcmp(e->d_name + len - 4, ".req") != 0)
			continue;
		path[strlen(path) - 3] = '\0';
		with_sample(path, botocore_case);
		n++;
	}
	if (d)
		closedir(d);
	return n;
}

static void botocore(void **state)
{
	(void)state;
	char root[1000];
	if (!test_shared("vectors/sigv4/botocore-aws4", root, sizeof(root)))
		skip();
	int n = run_botocore(root, 0);
	print_message("# botocore aws4: %d of 34 cases, byte by byte\n", n);
	assert_int_equal(n, 34);
}

static void expect_canonical(const char *path, const char *query, bool normalize, const char *want)
{
	struct buf b;
	struct http_headers none = {NULL, 0};
	buf_init(&b, MAX);
	sigv4_canonical_request(&b, "GET", path, query, &none, "H", normalize);
	char *text = mem_printf("GET\n%s\n\n\nH", want);
	assert_string_equal(buf_str(&b), text);
	mem_free(text);
	buf_release(&b);
}

/* The request shapes that libcurl 7.88's own signer gets wrong. */
static void shapes(void **state)
{
	(void)state;
	expect_canonical("/a=b+(c)/%e1%88%b4", NULL, false, "/a%3Db%2B%28c%29/%E1%88%B4\n");
	expect_canonical("/a%2Fb//./c", NULL, false, "/a%2Fb//./c\n");
	expect_canonical("/a%20b", NULL, true, "/a%2520b\n");
	expect_canonical("", NULL, false, "/\n");
	expect_canonical("", NULL, true, "/\n");
	expect_canonical("/", "uploads", false, "/\nuploads=");
	expect_canonical("/", "b=2&a=x/y&a=", false, "/\na=&a=x%2Fy&b=2");
	expect_canonical("/", "t=a%2Bb+c%zz", false, "/\nt=a%2Bb%20c%25zz");
	expect_canonical("/", "&&a=b=c&", false, "/\na=b%3Dc");
}

static void s3_request(struct http_req *r)
{
	http_req_init(r);
	r->url = mem_strdup("https://b.s3.us-east-1.amazonaws.com:443/k?x=1#frag");
	http_headers_set(&r->headers, "Range", "bytes=0-9");
	http_headers_set(&r->headers, "Expect", "");
	http_headers_set(&r->headers, "User-Agent", "athena-jsonl");
}

static void signing_again_replaces(void **state)
{
	(void)state;
	struct http_req r;
	struct err err = ERR_INIT;
	struct sigv4_key temporary = {"AKIDEXAMPLE", "secret", "token"},
	                 plain = {"AKIDEXAMPLE", "secret", NULL};
	struct sigv4_scope scope = {"us-east-1", "s3", 1440938160000, false, true};
	s3_request(&r);
	assert_int_equal(sigv4_sign(&r, &temporary, &scope, &err), 0);
	const char *auth = http_headers_get(&r.headers, "authorization");
	assert_non_null(strstr(auth,
	        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date;x-amz-security-token,"));
	assert_string_equal(http_headers_get(&r.headers, "host"), "b.s3.us-east-1.amazonaws.com");
	size_t n = r.headers.n;
	scope.wall_ms += 60000;
	assert_int_equal(sigv4_sign(&r, &plain, &scope, &err), 0);
	assert_null(http_headers_get(&r.headers, "x-amz-security-token"));
	assert_string_equal(http_headers_get(&r.headers, "x-amz-date"), "20150830T123700Z");
	assert_int_equal(r.headers.n, n - 1);
	http_req_release(&r);
}

static void needs_keys_and_url(void **state)
{
	(void)state;
	struct http_req r;
	struct err err = ERR_INIT;
	struct sigv4_key none = {NULL, NULL, NULL}, key = {"AKIDEXAMPLE", "secret", NULL};
	struct sigv4_scope scope = {"us-east-1", "s3", 1440938160000, false, true};
	s3_request(&r);
	assert_int_equal(sigv4_sign(&r, &none, &scope, &err), -1);
	assert_int_equal(err.code, ERR_CREDENTIALS);
	mem_free(r.url);
	r.url = mem_strdup("ftp://x/");
	assert_int_equal(sigv4_sign(&r, &key, &scope, &err), -1);
	mem_free(r.url);
	r.url = mem_strdup("https:///path");
	assert_int_equal(sigv4_sign(&r, &key, &scope, &err), -1);
	assert_null(http_headers_get(&r.headers, "Authorization"));
	http_req_release(&r);
}

static void presign_s3_leaves_body_open(void **state)
{
	(void)state;
	struct http_req r;
	struct err err = ERR_INIT;
	/* the worked example of the S3 API reference, "Authenticating Requests: Using Query
	 * Parameters" */
	struct sigv4_key key = {
	        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL};
	struct sigv4_scope scope = {"us-east-1", "s3", 1369353600000, false, true};
	http_req_init(&r);
	r.url = mem_strdup("https://examplebucket.s3.amazonaws.com/test.txt");
	assert_int_equal(sigv4_presign(&r, &key, &scope, 86400, &err), 0);
	assert_non_null(
	        strstr(r.url, "X-Amz-Signature="
	                      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
	http_req_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(aws_c_auth_by_header),
	        cmocka_unit_test(aws_c_auth_by_query),
	        cmocka_unit_test(botocore),
	        cmocka_unit_test(shapes),
	        cmocka_unit_test(signing_again_replaces),
	        cmocka_unit_test(needs_keys_and_url),
	        cmocka_unit_test(presign_s3_leaves_body_open),
	};
	return cmocka_run_group_tests_name("sigv4", tests, NULL, NULL);
}
