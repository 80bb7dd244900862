/* S3's exchange fed by hand: ranges, resets, a server that ignores Range, a changing object. */
#include "test.h"

#include "net/s3.h"

#include "base/ban.h"

static const char object[] = "0123456789abcdefghijklmnopqrstuvwxyz";
#define SIZE ((int64_t)sizeof object - 1)

struct fixture {
	struct aws_identity *id;
	struct retry_bucket bucket;
	struct exchange *x;
	struct buf got;
	int64_t size, now;
	char etag[20];
	int refuse;
};

static void opened(void *arg, int64_t size, const char *etag)
{
	struct fixture *f = arg;
	assert_int_equal(f->size, -1);
	f->size = size;
	snprintf(f->etag, sizeof f->etag, "%s", etag);
}

static int part(void *arg, int64_t offset, struct slice bytes, struct err *err)
{
	struct fixture *f = arg;
	(void)err;
	if (f->refuse > 0) {
		f->refuse--;
		return 1;
	}
	assert_int_equal(offset, f->got.len);
	buf_add_slice(&f->got, bytes);
	return 0;
}

static void begin(struct fixture *f)
{
	*f = (struct fixture){.size = -1, .now = 1000};
	f->id = aws_identity_fixed(
	        "http://127.0.0.1:1", "us-east-1", "AKIDEXAMPLE", "secret-example");
	retry_bucket_init(&f->bucket);
	buf_init(&f->got, BUF_NO_LIMIT);
	struct s3_get_events ev = {opened, part, f};
	struct err e = ERR_INIT;
	f->x = s3_get_new(f->id, "s3://bucket/out/q 1.csv", 10, &f->bucket, &ev, &e);
	assert_non_null(f->x);
}

static void finish(struct fixture *f)
{
	f->x->ops->free(f->x);
	buf_release(&f->got);
	aws_identity_free(f->id);
}

/* The range that is asked for, or the end. */
static enum next ask(struct fixture *f, char range[64], struct err *err)
{
	struct http_req req;
	enum next n;
	while ((n = f->x->ops->next(f->x, f->now, &req, err)) == NEXT_WAIT)
		f->now = f->x->wake_at;
	if (n == NEXT_SEND) {
		assert_string_equal(req.url, "http://127.0.0.1:1/bucket/out/q%201.csv");
		assert_true(req.stream);
		snprintf(range, 64, "%s", http_headers_get(&req.headers, "range"));
		const char *match = http_headers_get(&req.headers, "if-match");
		if (f->size >= 0)
			assert_string_equal(match, f->etag);
		http_req_release(&req);
	}
	return n;
}

struct reply_plan {
	int status;
	int64_t first, last;  /* of the object; sent in the body */
	int64_t broken_after; /* bytes of the body that really come; -1: all */
	const char *etag;
};

static int reply(struct fixture *f, const struct reply_plan *p, struct err *err)
{
	struct http_reply r = {.status = p->status};
	char text[80];
	int64_t len = p->last - p->first + 1, come = p->broken_after < 0 ? len : p->broken_after;
	snprintf(text, sizeof text, "bytes %lld-%lld/%lld", (long long)p->first, (long long)p->last,
	        (long long)SIZE);
	if (p->status == 206)
		http_headers_set(&r.headers, "Content-Range", text);
	snprintf(text, sizeof text, "%lld", (long long)len);
	http_headers_set(&r.headers, "Content-Length", text);
	http_headers_set(&r.headers, "ETag", p->etag);
	buf_init(&r.body, BUF_NO_LIMIT);
	int rc = 0;
	for (int64_t at = 0; rc == 0 && at < come; at += 3) { /* in small pieces */
		int64_t n = come - at < 3 ? come - at : 3;
		do {
			rc = f->x->ops->body(
			        f->x, 0, &r, slice_of(object + p->first + at, (size_t)n), err);
		} while (rc == 1);
	}
	if (come < len) {
		r.truncated = true;
		err_set(&r.failure, ERR_NETWORK, "reset");
	}
	if (rc == 0)
		rc = f->x->ops->got(f->x, 0, &r, f->now, err);
	http_reply_release(&r);
	return rc;
}

static void reads_by_ranges(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	f.refuse = 4;
	for (int64_t at = 0; at < SIZE; at += 10) {
		char want[64];
		snprintf(want, sizeof want, "bytes=%lld-%lld", (long long)at, (long long)at + 9);
		assert_int_equal(ask(&f, range, &e), NEXT_SEND);
		assert_string_equal(range, want);
		int64_t last = at + 9 < SIZE ? at + 9 : SIZE - 1;
		assert_int_equal(
		        reply(&f, &(struct reply_plan){206, at, last, -1, "\"e1\""}, &e), 0);
	}
	assert_int_equal(ask(&f, range, &e), NEXT_DONE);
	assert_string_equal(buf_str(&f.got), object);
	assert_int_equal(f.size, SIZE);
	finish(&f);
}

static void resumes_where_it_broke_off(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	assert_int_equal(ask(&f, range, &e), NEXT_SEND);
	assert_int_equal(reply(&f, &(struct reply_plan){206, 0, 9, 4, "\"e1\""}, &e), 0);
	assert_int_equal(ask(&f, range, &e), NEXT_SEND);
	assert_string_equal(range, "bytes=4-13");
	/* Now the server ignores Range and sends it all from the start. */
	assert_int_equal(reply(&f, &(struct reply_plan){200, 0, SIZE - 1, -1, "\"e1\""}, &e), 0);
	assert_int_equal(ask(&f, range, &e), NEXT_DONE);
	assert_string_equal(buf_str(&f.got), object);
	finish(&f);
}

static void breaks_that_make_progress_do_not_use_up_the_attempts(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	for (int i = 0; i < (int)SIZE; i++) {
		assert_int_equal(ask(&f, range, &e), NEXT_SEND);
		int64_t last = i + 9 < SIZE ? i + 9 : SIZE - 1;
		int64_t broken = last > i ? 1 : -1;
		assert_int_equal(
		        reply(&f, &(struct reply_plan){206, i, last, broken, "\"e1\""}, &e), 0);
	}
	assert_int_equal(ask(&f, range, &e), NEXT_DONE);
	assert_string_equal(buf_str(&f.got), object);
	finish(&f);
}

static void a_fault_that_stays_is_an_error(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(&f, range, &e), NEXT_SEND);
		assert_int_equal(reply(&f, &(struct reply_plan){206, 0, 9, 0, "\"e1\""}, &e), 0);
	}
	assert_int_equal(ask(&f, range, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_NETWORK);
	finish(&f);
}

static void a_replaced_object_is_never_mixed(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	assert_int_equal(ask(&f, range, &e), NEXT_SEND);
	assert_int_equal(reply(&f, &(struct reply_plan){206, 0, 9, -1, "\"e1\""}, &e), 0);
	assert_int_equal(ask(&f, range, &e), NEXT_SEND);
	assert_int_equal(reply(&f, &(struct reply_plan){206, 10, 19, -1, "\"e2\""}, &e), -1);
	assert_int_equal(e.code, ERR_DATA);
	assert_int_equal(f.got.len, 10);
	finish(&f);
}

static void more_than_was_announced_is_refused(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	assert_int_equal(ask(&f, range, &e), NEXT_SEND);
	assert_int_equal(reply(&f, &(struct reply_plan){206, 0, 9, 14, "\"e1\""}, &e), -1);
	assert_int_equal(e.code, ERR_PROTOCOL);
	assert_int_equal(f.got.len, 9); /* in pieces of three */
	finish(&f);
}

static void plain_reply(struct fixture *f, int status, const char *body)
{
	struct http_reply r = {.status = status};
	struct err e = ERR_INIT;
	buf_init(&r.body, BUF_NO_LIMIT);
	buf_add_str(&r.body, body);
	assert_int_equal(f->x->ops->got(f->x, 0, &r, f->now, &e), 0);
	http_reply_release(&r);
}

static void an_empty_object_is_no_error(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	assert_int_equal(ask(&f, range, &e), NEXT_SEND);
	plain_reply(&f, 416, "<Error><Code>InvalidRange</Code></Error>");
	assert_int_equal(ask(&f, range, &e), NEXT_DONE);
	assert_int_equal(f.size, 0);
	finish(&f);
}

static void error_documents_are_read(void **state)
{
	(void)state;
	struct fixture f;
	char range[64];
	struct err e = ERR_INIT;
	begin(&f);
	assert_int_equal(ask(&f, range, &e), NEXT_SEND);
	plain_reply(&f, 404,
	        "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>The specified key "
	        "does "
	        "not exist.</Message></Error>");
	assert_int_equal(ask(&f, range, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_non_null(strstr(e.text, "NoSuchKey"));
	assert_non_null(strstr(e.text, "s3://bucket/out/q 1.csv"));
	finish(&f);
}

static void bad_addresses_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "s3://", "s3://bucket", "s3://bucket/", "/etc/passwd",
	        "http://bucket/key", "s3:///key"};
	struct aws_identity *id = aws_identity_fixed("http://127.0.0.1:1", "us-east-1", "a", "b");
	struct retry_bucket bucket;
	retry_bucket_init(&bucket);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = ERR_INIT;
		struct s3_get_events ev = {opened, part, NULL};
		assert_null(s3_get_new(id, bad[i], 0, &bucket, &ev, &e));
		assert_int_equal(e.code, ERR_CONFIG);
	}
	aws_identity_free(id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(reads_by_ranges),
	        cmocka_unit_test(resumes_where_it_broke_off),
	        cmocka_unit_test(breaks_that_make_progress_do_not_use_up_the_attempts),
	        cmocka_unit_test(a_fault_that_stays_is_an_error),
	        cmocka_unit_test(a_replaced_object_is_never_mixed),
	        cmocka_unit_test(more_than_was_announced_is_refused),
	        cmocka_unit_test(an_empty_object_is_no_error),
	        cmocka_unit_test(error_documents_are_read),
	        cmocka_unit_test(bad_addresses_are_refused),
	};
	return cmocka_run_group_tests_name("s3", tests, NULL, NULL);
}
