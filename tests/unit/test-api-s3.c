/* S3 as its clients see it, from signed request to reply, over a real folder. */
#include "tests/unit/serve-test.h"

#include "base/file.h"
#include "local/api_s3.h"
#include "local/md5.h"
#include "base/crypto.h"

#include <sys/stat.h>

static struct bench bench;

static int setup(void **state)
{
	(void)state;
	bench_open(&bench, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

/* Calls and checks the status; *text gets the body. */
static void s3(const char *method, const char *target, const char *header, const char *body,
        int status, char text[4096])
{
	struct reply rp;
	bench_call(&bench, "s3", method, target, header, body, &rp);
	reply_text(&rp, text, 4096);
	if (rp.status != status)
		fail_msg("%s %s (%s): %d, not %d: %s", method, target, header ? header : "",
		        rp.status, status, text);
	reply_release(&rp);
}

static void wants(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' lacks '%s'", text, part);
}

static void md5_of_rfc(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {{"", "d41d8cd98f00b204e9800998ecf8427e"},
	        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
	        {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
	                "57edf4a22be3c955ac49da2e2107b67a"}};
	for (size_t i = 0; i < 3; i++) {
		struct md5 m;
		uint8_t sum[MD5_SIZE];
		char hex[33];
		size_t n = strlen(pairs[i][0]);
		md5_init(&m);
		md5_add(&m, pairs[i][0], n / 3);
		md5_add(&m, pairs[i][0] + n / 3, n - n / 3);
		md5_end(&m, sum);
		crypto_hex(sum, MD5_SIZE, hex);
		assert_string_equal(hex, pairs[i][1]);
	}
}

static void round_trip(struct slice key)
{
	struct buf path, back;
	buf_init(&path, 1 << 16);
	buf_init(&back, 1 << 16);
	assert_int_equal(bucket_key_to_path(&path, key), 0);
	assert_int_equal(bucket_path_to_key(&back, buf_slice(&path)), 0);
	assert_true(slice_eq(buf_slice(&back), key));
	struct slice rest = buf_slice(&path), part;
	while (rest.len) {
		rest = slice_cut(rest, '/', &part);
		assert_true(part.len > 0 && part.len < 250 && part.ptr[0] != '.');
		assert_true(rest.len == 0 || slice_ends(part, "%+"));
	}
	buf_release(&path);
	buf_release(&back);
}

static void keys_are_single_files(void **state)
{
	(void)state;
	static const char *const keys[] = {"a", "a/b", "../../etc/passwd", ".", "..", "/", "//",
	        "a//b", "%2e%2e", "a%+/b", "a%+", "k=1/x y", "\xc3\xa9", "\n"};
	char longest[1025];
	struct buf out;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		round_trip(slice_str(keys[i]));
	for (int c = '%'; c <= '/'; c++) {
		memset(longest, c, 1024);
		round_trip(slice_of(longest, 1024));
	}
	buf_init(&out, 1 << 16);
	assert_int_equal(bucket_key_to_path(&out, slice_of(longest, 1025)), -1);
	assert_int_equal(bucket_key_to_path(&out, slice_of("a\0b", 3)), -1);
	assert_int_equal(bucket_key_to_path(&out, slice_str("\xff")), -1);
	assert_int_equal(bucket_key_to_path(&out, slice_str("")), -1);
	buf_release(&out);
}

static void range_headers(void **state)
{
	(void)state;
	int64_t first, length;
	static const struct {
		const char *header;
		int rc;
		int64_t first, length;
	} cases[] = {{"bytes=0-0", 1, 0, 1}, {"bytes=2-5", 1, 2, 4}, {"bytes=2-", 1, 2, 8},
	        {"bytes=2-99", 1, 2, 8}, {"bytes=-3", 1, 7, 3}, {"bytes=-99", 1, 0, 10},
	        {"bytes=10-", 0, 0, 0}, {"bytes=-0", 0, 0, 0}, {"bytes=5-2", -1, 0, 0},
	        {"bytes=", -1, 0, 0}, {"bytes=a-b", -1, 0, 0}, {"bytes=0-1,3-4", -1, 0, 0},
	        {"rows=0-1", -1, 0, 0}, {"bytes=99999999999999999999-", -1, 0, 0}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = s3_range(cases[i].header, 10, &first, &length);
		if (rc != cases[i].rc ||
		        (rc == 1 && (first != cases[i].first || length != cases[i].length)))
			fail_msg("%s", cases[i].header);
	}
	assert_int_equal(s3_range("bytes=0-", 0, &first, &length), 0);
}

static void put_get_delete(void **state)
{
	(void)state;
	char t[4096];
	s3("PUT", "/results/a/b%20c.txt", NULL, "hello", 200, t);
	s3("GET", "/results/a/b%20c.txt", NULL, "", 200, t);
	assert_string_equal(t, "hello");
	s3("GET", "/results/a/b%20c.txt", "Range: bytes=1-3", "", 206, t);
	assert_string_equal(t, "ell");
	s3("GET", "/results/a/b%20c.txt", "Range: bytes=9-", "", 416, t);
	wants(t, "InvalidRange");
	s3("GET", "/results/a/b%20c.txt", "If-Match: \"5d41402abc4b2a76b9719d911017c592\"", "", 200,
	        t);
	s3("GET", "/results/a/b%20c.txt", "If-Match: \"x\"", "", 412, t);
	s3("GET", "/results/a/b%20c.txt", "If-None-Match: \"5d41402abc4b2a76b9719d911017c592\"", "",
	        304, t);
	s3("PUT", "/results/a/b%20c.txt", "If-None-Match: *", "other", 412, t);
	s3("HEAD", "/results/a/b%20c.txt", NULL, "", 200, t);
	s3("DELETE", "/results/a/b%20c.txt", NULL, "", 204, t);
	s3("DELETE", "/results/a/b%20c.txt", NULL, "", 204, t);
	s3("GET", "/results/a/b%20c.txt", NULL, "", 404, t);
	wants(t, "<Code>NoSuchKey</Code>");
	s3("GET", "/nothere/x", NULL, "", 404, t);
	wants(t, "<Code>NoSuchBucket</Code>");
	s3("PUT", "/nothere/x", NULL, "q", 404, t);
}

static void put_is_checked(void **state)
{
	(void)state;
	char t[4096];
	s3("PUT", "/results/m", "Content-MD5: XUFAKrxLKna5cZ2REBfFkg==", "hello", 200, t);
	s3("PUT", "/results/n", "Content-MD5: XUFAKrxLKna5cZ2REBfFkg==", "hallo", 400, t);
	wants(t, "BadDigest");
	s3("GET", "/results/n", NULL, "", 404, t);
	s3("PUT", "/results/n", "x-amz-copy-source: /results/m", "", 501, t);
	s3("POST", "/results/n?uploads", NULL, "", 501, t);
	s3("GET", "/results?versioning", NULL, "", 501, t);
	s3("PATCH", "/results/n", NULL, "", 405, t);
}

/* A body that is not the one whose hash was signed: nothing may appear under the name. */
static void put_of_another_body(void **state)
{
	(void)state;
	struct reply rp;
	struct request rq;
	struct http_req sent;
	struct sigv4_key key = {"AKIDTEST", "secret-of-test", NULL};
	struct sigv4_scope scope = {"us-east-1", "s3", clock_wall_ms(), false, true};
	char t[4096];
	http_req_init(&sent);
	sent.method = "PUT";
	sent.url = mem_strdup("http://127.0.0.1/results/z");
	buf_add_str(&sent.body, "hello");
	assert_int_equal(sigv4_sign(&sent, &key, &scope, NULL), 0);
	request_init(&rq, "PUT", "/results/z");
	for (size_t i = 0; i < sent.headers.n; i++)
		request_add_header(
		        &rq, slice_str(sent.headers.h[i].name), slice_str(sent.headers.h[i].value));
	if (!request_header(&rq, "host"))
		request_add_header(&rq, slice_str("host"), slice_str("127.0.0.1"));
	http_req_release(&sent);
	reply_init(&rp);
	struct call *c = call_new(&bench.route, &rq);
	assert_false(call_begin(c, &rp));
	call_body(c, slice_str("hullo"));
	call_end(c, &rp);
	call_free(c);
	assert_int_equal(rp.status, 400);
	reply_release(&rp);
	s3("GET", "/results/z", NULL, "", 404, t);
}

static void listings(void **state)
{
	(void)state;
	char t[4096];
	s3("PUT", "/listed", NULL, "", 200, t);
	static const char *const keys[] = {"/listed/a", "/listed/d/1", "/listed/d/2",
	        "/listed/d2/x", "/listed/%C3%A9%26", "/listed/z%0A"};
	for (size_t i = 0; i < 6; i++)
		s3("PUT", keys[i], NULL, "x", 200, t);
	s3("GET", "/listed?list-type=2&delimiter=%2F", NULL, "", 200, t);
	wants(t, "<KeyCount>5</KeyCount>");
	wants(t, "<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>d2/</"
	         "Prefix>");
	wants(t, "<Key>\xc3\xa9&amp;</Key>");
	wants(t, "<Key>z&#xA;</Key>");
	s3("GET", "/listed?list-type=2&encoding-type=url&prefix=%C3", NULL, "", 400, t);
	s3("GET", "/listed?list-type=2&encoding-type=url&prefix=%C3%A9", NULL, "", 200, t);
	wants(t, "<Key>%C3%A9%26</Key>");
	s3("GET", "/listed?list-type=2&max-keys=1&delimiter=%2F&start-after=a", NULL, "", 200, t);
	wants(t, "<IsTruncated>true</IsTruncated><NextContinuationToken>p642f</"
	         "NextContinuationToken>");
	s3("GET", "/listed?list-type=2&max-keys=1&delimiter=%2F&continuation-token=p642f", NULL, "",
	        200, t);
	wants(t, "<Prefix>d2/</Prefix>");
	s3("GET", "/listed?list-type=2&prefix=d%2F&max-keys=0", NULL, "", 200, t);
	wants(t, "<KeyCount>0</KeyCount><MaxKeys>0</MaxKeys><IsTruncated>false</IsTruncated>");
	static const char *const bad[] = {"/listed?list-type=2&max-keys=-1",
	        "/listed?list-type=2&max-keys=99999999999999999999",
	        "/listed?list-type=2&start-after=%00",
	        "/listed?list-type=2&continuation-token=..%2F..%2Fetc",
	        "/listed?list-type=2&prefix=%ff%fe"};
	for (size_t i = 0; i < 5; i++)
		s3("GET", bad[i], NULL, "", 400, t);
	s3("GET", "/listed?list-type=2&prefix=..%2F..%2F", NULL, "", 200, t);
	wants(t, "<KeyCount>0</KeyCount>");
}

/* Whatever the path: a reply, and no byte from outside the buckets. */
static void paths_out_of_the_bucket(void **state)
{
	(void)state;
	static const char *const paths[] = {"/results/../../../../etc/passwd",
	        "/results/..%2f..%2fetc%2fpasswd", "/results/%2e%2e/%2e%2e/etc/passwd",
	        "/results//etc/passwd", "/results/link/passwd",
	        "/results/%252e%252e%252fetc%252fpasswd", "/results/..\\..\\etc"};
	char t[4096];
	char *link = mem_printf("%s/buckets/results/link", bench.state.path);
	assert_int_equal(symlink("/etc", link), 0);
	char *file = mem_printf("%s/buckets/results/file", bench.state.path);
	assert_int_equal(symlink("/etc/passwd", file), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		s3("GET", paths[i], NULL, "", 404, t);
		s3("PUT", paths[i], NULL, "mine", 200, t);
		s3("GET", paths[i], NULL, "", 200, t);
		assert_string_equal(t, "mine");
		s3("DELETE", paths[i], NULL, "", 204, t);
	}
	s3("GET", "/results/file", NULL, "", 404, t);
	s3("GET", "/../etc/passwd", NULL, "", 400, t);
	s3("GET", "/%2e%2e/etc/passwd", NULL, "", 400, t);
	s3("GET", "/results/%c0%ae%c0%ae/x", NULL, "", 400, t);
	s3("GET", "/results/a%00b", NULL, "", 400, t);
	s3("GET", "/results/%zz", NULL, "", 400, t);
	assert_true(file_exists("/etc/passwd"));
	unlink(link);
	unlink(file);
	mem_free(link);
	mem_free(file);
}

static void buckets(void **state)
{
	(void)state;
	char t[4096];
	s3("GET", "/", NULL, "", 200, t);
	wants(t, "<Bucket><Name>results</Name>");
	s3("HEAD", "/results", NULL, "", 200, t);
	s3("HEAD", "/resultz", NULL, "", 404, t);
	s3("GET", "/results?location", NULL, "", 200, t);
	wants(t, "LocationConstraint");
	static const char *const bad[] = {"a", "Aaa", "-aa", "a..b", "aaa-", "a_b",
	        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(bucket_name_valid(slice_str(bad[i])));
}

/* The ETag of a file that we did not PUT is stable, and changes with the file. */
static void etag_of_other_files(void **state)
{
	(void)state;
	struct object_info one, two, three;
	char *path = mem_printf("%s/buckets/results/own.csv", bench.state.path);
	assert_int_equal(file_write(path, slice_str("a"), 0600, NULL), 0);
	assert_int_equal(
	        store_object(bench.store, "results", slice_str("own.csv"), &one, NULL, NULL), 0);
	assert_int_equal(
	        store_object(bench.store, "results", slice_str("own.csv"), &two, NULL, NULL), 0);
	assert_string_equal(one.etag, two.etag);
	assert_int_equal(file_write(path, slice_str("bb"), 0600, NULL), 0);
	assert_int_equal(
	        store_object(bench.store, "results", slice_str("own.csv"), &three, NULL, NULL), 0);
	assert_string_not_equal(one.etag, three.etag);
	mem_free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(md5_of_rfc),
	        cmocka_unit_test(keys_are_single_files), cmocka_unit_test(range_headers),
	        cmocka_unit_test(put_get_delete), cmocka_unit_test(put_is_checked),
	        cmocka_unit_test(put_of_another_body), cmocka_unit_test(listings),
	        cmocka_unit_test(paths_out_of_the_bucket), cmocka_unit_test(buckets),
	        cmocka_unit_test(etag_of_other_files)};
	return cmocka_run_group_tests_name("api-s3", tests, setup, teardown);
}
