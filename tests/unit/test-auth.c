/* Signatures: made by the client's own code, then checked, bent and checked again. */
#include "tests/unit/test.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/mem.h"
#include "local/auth.h"
#include "local/awschunk.h"
#include "local/route.h"
#include "net/sigv4.h"

#define NOW 1795456046000LL /* 2026-11-23T17:47:26Z */

static const struct auth_keys keys = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
static const struct sigv4_key signer = {
        "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL};

static struct sigv4_scope scope_of(const char *service, int64_t when)
{
	bool s3 = strcmp(service, "s3") == 0;
	return (struct sigv4_scope){"us-east-1", service, when, !s3, s3};
}

/* What the server would see of a client's request. */
static void receive(struct request *rq, const struct http_req *sent, const char *host)
{
	const char *target = strchr(strstr(sent->url, "://") + 3, '/');
	request_init(rq, sent->method, target ? target : "/");
	for (size_t i = 0; i < sent->headers.n; i++)
		request_add_header(rq, slice_str(sent->headers.h[i].name),
		        slice_str(sent->headers.h[i].value));
	if (!request_header(rq, "host"))
		request_add_header(rq, slice_str("Host"), slice_str(host));
}

static void client_request(
        struct http_req *r, const char *method, const char *path, const char *body)
{
	http_req_init(r);
	r->method = method;
	r->url = mem_printf("http://127.0.0.1:8735%s", path);
	buf_add_str(&r->body, body);
	http_headers_set(&r->headers, "Content-Type", "application/x-amz-json-1.1");
	http_headers_set(&r->headers, "X-Amz-Target", "AmazonAthena.ListWorkGroups");
}

static void hash_of(const char *body, char out[65])
{
	uint8_t sum[SHA256_SIZE];
	crypto_sha256(slice_str(body), sum);
	crypto_hex(sum, sizeof(sum), out);
}

static enum auth_result try_header(const char *service, const char *path, int64_t signed_at,
        const char *body_received, void (*bend)(struct request *))
{
	struct http_req sent;
	struct request rq;
	struct auth_claim claim;
	struct sigv4_scope scope = scope_of(service, signed_at);
	char hash[65];
	client_request(&sent, "POST", path, "{}");
	assert_int_equal(sigv4_sign(&sent, &signer, &scope, NULL), 0);
	receive(&rq, &sent, "127.0.0.1:8735");
	if (bend)
		bend(&rq);
	hash_of(body_received, hash);
	bool s3 = strcmp(service, "s3") == 0;
	enum auth_result r = auth_verify(&keys, &rq, service, s3 ? NULL : hash, NOW, &claim);
	request_release(&rq);
	http_req_release(&sent);
	return r;
}

static void set(struct request *rq, const char *name, const char *value)
{
	http_headers_set(&rq->headers, name, value);
}

static void bend_host(struct request *rq)
{
	set(rq, "host", "127.0.0.1:9999");
}

static void bend_target(struct request *rq)
{
	set(rq, "x-amz-target", "AmazonAthena.StartQueryExecution");
}

static void bend_unsigned_header(struct request *rq)
{
	set(rq, "x-amz-acl", "public-read");
}

static void bend_harmless(struct request *rq)
{
	set(rq, "user-agent", "anything");
}

static void bend_path(struct request *rq)
{
	mem_free(rq->path);
	rq->path = mem_strdup("/bucket/other");
}

static void bend_query(struct request *rq)
{
	rq->query = mem_strdup("acl=");
}

static void bend_method(struct request *rq)
{
	mem_free(rq->method);
	rq->method = mem_strdup("GET");
}

static void header_form(void **state)
{
	(void)state;
	assert_int_equal(try_header("athena", "/", NOW, "{}", NULL), AUTH_OK);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_harmless), AUTH_OK);
	assert_int_equal(try_header("athena", "/", NOW, "{ }", NULL), AUTH_MISMATCH);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_host), AUTH_MISMATCH);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_target), AUTH_MISMATCH);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_unsigned_header), AUTH_MISMATCH);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_query), AUTH_MISMATCH);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_method), AUTH_MISMATCH);
	assert_int_equal(
	        try_header("s3", "/bucket/a%20b//c/../d?x=1&a=%2F", NOW, "", NULL), AUTH_OK);
	assert_int_equal(try_header("s3", "/bucket/key", NOW, "", bend_path), AUTH_MISMATCH);
}

static void clock_limits(void **state)
{
	(void)state;
	assert_int_equal(try_header("athena", "/", NOW - 14 * 60000, "{}", NULL), AUTH_OK);
	assert_int_equal(try_header("athena", "/", NOW + 14 * 60000, "{}", NULL), AUTH_OK);
	assert_int_equal(try_header("athena", "/", NOW - 16 * 60000, "{}", NULL), AUTH_SKEWED);
	assert_int_equal(try_header("athena", "/", NOW + 16 * 60000, "{}", NULL), AUTH_SKEWED);
}

static void bend_key(struct request *rq)
{
	const char *a = request_header(rq, "authorization");
	char *other = mem_strdup(a);
	memcpy(strstr(other, "AKIDEXAMPLE"), "AKIDOTHERXX", 11);
	set(rq, "authorization", other);
	mem_free(other);
}

static void bend_signature(struct request *rq)
{
	char *other = mem_strdup(request_header(rq, "authorization"));
	char *last = other + strlen(other) - 1;
	*last = *last == '0' ? '1' : '0';
	set(rq, "authorization", other);
	mem_free(other);
}

static void bend_short(struct request *rq)
{
	char *other = mem_strdup(request_header(rq, "authorization"));
	other[strlen(other) - 1] = 0;
	set(rq, "authorization", other);
	mem_free(other);
}

static void bend_basic(struct request *rq)
{
	set(rq, "authorization", "Basic QTpC");
}

static void bend_date(struct request *rq)
{
	set(rq, "x-amz-date", "tomorrow");
}

/* The scope's service is replaced in both places that name it. */
static void wrong_service(void **state)
{
	(void)state;
	struct http_req sent;
	struct request rq;
	struct auth_claim claim;
	struct sigv4_scope scope = scope_of("s3", NOW);
	char hash[65];
	client_request(&sent, "POST", "/", "{}");
	assert_int_equal(sigv4_sign(&sent, &signer, &scope, NULL), 0);
	receive(&rq, &sent, "127.0.0.1:8735");
	hash_of("{}", hash);
	assert_int_equal(auth_verify(&keys, &rq, "athena", hash, NOW, &claim), AUTH_MISMATCH);
	request_release(&rq);
	http_req_release(&sent);
}

static void bent_authorization(void **state)
{
	(void)state;
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_key), AUTH_UNKNOWN_KEY);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_signature), AUTH_MISMATCH);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_short), AUTH_INCOMPLETE);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_basic), AUTH_INCOMPLETE);
	assert_int_equal(try_header("athena", "/", NOW, "{}", bend_date), AUTH_INCOMPLETE);
}

static void no_signature(void **state)
{
	(void)state;
	struct request rq;
	struct auth_claim claim;
	request_init(&rq, "GET", "/bucket/key");
	request_add_header(&rq, slice_str("Host"), slice_str("127.0.0.1"));
	assert_int_equal(auth_verify(&keys, &rq, "s3", NULL, NOW, &claim), AUTH_MISSING);
	request_release(&rq);
}

static enum auth_result try_presigned(int64_t signed_at, const char *append)
{
	struct http_req sent;
	struct request rq;
	struct auth_claim claim;
	struct sigv4_scope scope = scope_of("s3", signed_at);
	http_req_init(&sent);
	sent.method = "GET";
	sent.url = mem_strdup(
	        "http://127.0.0.1:8735/bucket/a%20b.csv?response-content-type=text%2Fcsv");
	assert_int_equal(sigv4_presign(&sent, &signer, &scope, 3600, NULL), 0);
	char *url = mem_printf("%s%s", sent.url, append);
	mem_free(sent.url);
	sent.url = url;
	receive(&rq, &sent, "127.0.0.1:8735");
	enum auth_result r = auth_verify(&keys, &rq, "s3", NULL, NOW, &claim);
	request_release(&rq);
	http_req_release(&sent);
	return r;
}

static void query_form(void **state)
{
	(void)state;
	assert_int_equal(try_presigned(NOW, ""), AUTH_OK);
	assert_int_equal(try_presigned(NOW - 3599 * 1000, ""), AUTH_OK);
	assert_int_equal(try_presigned(NOW - 3601 * 1000, ""), AUTH_EXPIRED);
	assert_int_equal(try_presigned(NOW + 20 * 60000, ""), AUTH_SKEWED);
	assert_int_equal(try_presigned(NOW, "&versionId=1"), AUTH_MISMATCH);
	assert_int_equal(try_presigned(NOW, "0"), AUTH_INCOMPLETE);
}

static void hosts(void **state)
{
	(void)state;
	struct slice bucket;
	static const char *const good[] = {
	        "127.0.0.1", "127.0.0.1:8735", "LocalHost:1", "[::1]:8735", "[::1]"};
	static const char *const bad[] = {"evil.example", "127.0.0.1.nip.io:80",
	        "localhost.evil.example", "evil-localhost", "0.0.0.0", "127.0.0.1:80@evil",
	        "127.0.0.1:8\1", "", ":80", "[::1", "[::1]x", "127.0.0.1:", "127.0.0.1:999999",
	        "127.0.0.1,evil.example", "..localhost", "A.localhost", ".localhost"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(host_allowed(good[i], NULL, &bucket) && bucket.len == 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (host_allowed(bad[i], NULL, &bucket))
			fail_msg("'%s' was allowed", bad[i]);
	assert_false(host_allowed(NULL, NULL, &bucket));
	assert_true(host_allowed("my-bucket.localhost:80", NULL, &bucket));
	assert_true(slice_eq_str(bucket, "my-bucket"));
	assert_false(host_allowed("192.168.1.10", NULL, NULL));
	assert_true(host_allowed("192.168.1.10:80", "192.168.1.10", NULL));
}

static int collect(void *arg, struct slice data, struct err *err)
{
	(void)err;
	buf_add_slice(arg, data);
	return 0;
}

/* Feeds byte by byte and in one piece: the result must not depend on the cut. */
static int decode(const struct auth_claim *claim, const char *text, struct buf *out)
{
	int results[2];
	for (int whole = 0; whole < 2; whole++) {
		struct awschunk *c = awschunk_new(claim, &keys);
		struct err err = ERR_INIT;
		size_t n = strlen(text);
		int rc = 0;
		buf_clear(out);
		for (size_t i = 0; i < n && rc == 0; i += whole ? n : 1)
			rc = awschunk_feed(
			        c, slice_of(text + i, whole ? n : 1), collect, out, &err);
		results[whole] = rc == 0 ? awschunk_end(c, &err) : -(int)err.code;
		awschunk_free(c);
	}
	assert_int_equal(results[0], results[1]);
	return results[0];
}

static void unsigned_chunks(void **state)
{
	(void)state;
	struct auth_claim claim = {.payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"};
	struct buf out;
	buf_init(&out, 1000);
	assert_int_equal(decode(&claim,
	                         "5\r\nhello\r\nA\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:"
	                         "AAAAAA==\r\n\r\n",
	                         &out),
	        0);
	assert_string_equal(buf_str(&out), "hello0123456789");
	assert_int_equal(decode(&claim, "0\r\n\r\n", &out), 0);
	assert_int_not_equal(decode(&claim, "5\r\nhell", &out), 0);
	assert_int_not_equal(decode(&claim, "5\r\nhelloX\r\n0\r\n\r\n", &out), 0);
	assert_int_not_equal(decode(&claim, "zz\r\nhello\r\n0\r\n\r\n", &out), 0);
	assert_int_not_equal(decode(&claim, "ffffffffffffffff\r\nhello", &out), 0);
	assert_int_not_equal(decode(&claim, "\r\nhello", &out), 0);
	assert_int_not_equal(decode(&claim, "0\r\n\r\nmore", &out), 0);
	buf_release(&out);
	struct auth_claim other = {.payload = "UNSIGNED-PAYLOAD"};
	assert_null(awschunk_new(&other, &keys));
}

/* The worked example of S3's API reference: 66,560 bytes of 'a' in chunks of 64 KiB and 1 KiB. */
static void signed_chunks(void **state)
{
	(void)state;
	static const struct auth_keys example = {
	        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
	struct auth_claim claim = {.payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
	        .signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
	        .region = "us-east-1",
	        .date = "20130524T000000Z"};
	struct buf body, out;
	struct err err = ERR_INIT;
	buf_init(&body, 1 << 20);
	buf_init(&out, 1 << 20);
	for (int chunk = 0; chunk < 2; chunk++) {
		buf_add_str(&body, chunk ? "400;chunk-signature="
		                           "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a"
		                           "503ef5497\r\n"
		                         : "10000;chunk-signature="
		                           "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a654"
		                           "85a288648\r\n");
		for (int i = 0; i < (chunk ? 1024 : 65536); i++)
			buf_add_char(&body, 'a');
		buf_add_str(&body, "\r\n");
	}
	buf_add_str(&body,
	        "0;chunk-signature="
	        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n");
	struct awschunk *c = awschunk_new(&claim, &example);
	assert_int_equal(awschunk_feed(c, buf_slice(&body), collect, &out, &err), 0);
	assert_int_equal(awschunk_end(c, &err), 0);
	assert_int_equal(out.len, 66560);
	awschunk_free(c);
	body.ptr[200] = 'b';
	c = awschunk_new(&claim, &example);
	assert_int_equal(awschunk_feed(c, buf_slice(&body), collect, &out, &err), -1);
	assert_int_equal(err.code, ERR_DENIED);
	awschunk_free(c);
	buf_release(&body);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(header_form),
	        cmocka_unit_test(clock_limits), cmocka_unit_test(bent_authorization),
	        cmocka_unit_test(wrong_service), cmocka_unit_test(no_signature),
	        cmocka_unit_test(query_form), cmocka_unit_test(hosts),
	        cmocka_unit_test(unsigned_chunks), cmocka_unit_test(signed_chunks)};
	return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
