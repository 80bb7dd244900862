#include "test.h"

#include "net/retry.h"

#include "base/mem.h"

#include <jansson.h>
#include <math.h>

#include "base/ban.h"

static const char *str(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static json_t *load_cases(void)
{
	char path[1000];
	if (!test_shared("vectors/retry/aws-retry-cases.json", path, sizeof(path)))
		return NULL;
	json_t *o = json_load_file(path, 0, NULL);
	assert_non_null(o);
	return o;
}

static int64_t int_or(const json_t *o, const char *key, int64_t otherwise)
{
	const json_t *v = json_object_get(o, key);
	return v ? json_integer_value(v) : otherwise;
}

static void reply_of(const json_t *response, struct http_reply *r)
{
	const char *after = str(json_object_get(response, "headers"), "x-amz-retry-after");
	memset(r, 0, sizeof(*r));
	r->status = (int)int_or(response, "status_code", 0);
	if (after)
		http_headers_set(&r->headers, "X-Amz-Retry-After", after);
}

/* One answer: what the policy says against what the vector expects. */
static void step(const char *name, struct retry *r, struct retry_bucket *b, const json_t *s)
{
	const json_t *response = json_object_get(s, "response"),
	             *want = json_object_get(s, "expected");
	const char *code = str(response, "error_code"), *outcome = str(want, "outcome");
	struct http_reply reply;
	int64_t delay = -1;
	reply_of(response, &reply);
	r->attempt++;
	if (reply.status == 200)
		retry_success(r, b);
	else
		delay = retry_next(r, b, retry_classify(&reply, code ? code : ""), &reply, 1.0);
	http_reply_release(&reply);
	if (b->tokens != int_or(want, "retry_quota", -1))
		fail_msg("%s: %d tokens left after attempt %d", name, b->tokens, r->attempt);
	if ((strcmp(outcome, "retry_request") == 0) != (delay >= 0))
		fail_msg(
		        "%s: attempt %d: delay %d where %s", name, r->attempt, (int)delay, outcome);
	const json_t *d = json_object_get(want, "delay");
	if (d && delay != lround(json_number_value(d) * 1000))
		fail_msg("%s: attempt %d: delay %d ms", name, r->attempt, (int)delay);
}

static void sequence(const json_t *test)
{
	const json_t *given = json_object_get(test, "given"), *s;
	struct retry r;
	struct retry_bucket b;
	size_t i;
	bool fresh = true;
	retry_bucket_init(&b);
	b.tokens = (int)int_or(given, "initial_retry_tokens", b.tokens);
	json_array_foreach(json_object_get(test, "responses"), i, s)
	{
		if (fresh) /* a success ends a request; the next one shares the bucket */
			retry_init(&r, (int)int_or(given, "max_attempts", 3));
		step(str(test, "name"), &r, &b, s);
		fresh = strcmp(str(json_object_get(s, "expected"), "outcome"), "success") == 0;
	}
}

static int sequences(const json_t *tests, int *left_out)
{
	const json_t *t;
	size_t i;
	int n = 0;
	json_array_foreach(tests, i, t)
	{
		if (json_object_get(json_object_get(t, "given"), "max_backoff_time")) {
			print_message("# left out, our cap is fixed at 20 s: %s\n", str(t, "name"));
			++*left_out;
			continue;
		}
		sequence(t);
		n++;
	}
	return n;
}

/* Two requests of one client at the same time, in the order that the expected quotas tell. */
static void interleaved(const json_t *test)
{
	static const int order[] = {0, 0, 1, 1, 0};
	size_t at[2] = {0, 0};
	struct retry r[2];
	struct retry_bucket b;
	const json_t *threads = json_object_get(test, "threads");
	retry_bucket_init(&b);
	for (int i = 0; i < 2; i++)
		retry_init(&r[i], (int)int_or(json_object_get(test, "given"), "max_attempts", 3));
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		int t = order[i];
		step(str(test, "name"), &r[t], &b,
		        json_array_get(json_array_get(threads, (size_t)t), at[t]++));
	}
	assert_int_equal(b.tokens, int_or(test, "expected_final_quota", -1));
}

static void vector_sequences(void **state)
{
	(void)state;
	json_t *all = load_cases(), *t;
	size_t i;
	int left_out = 0, classic = 0;
	if (!all)
		skip();
	const json_t *s = json_object_get(all, "standard_2026");
	int n = sequences(json_object_get(s, "single_request"), &left_out);
	n += sequences(json_object_get(s, "several_requests_one_client"), &left_out);
	json_array_foreach(json_object_get(s, "several_threads_one_client"), i, t)
	{
		interleaved(t);
		n++;
	}
	s = json_object_get(json_object_get(all, "standard_classic"), "single_request");
	json_array_foreach(s, i, t)
	{
		print_message(
		        "# left out, classic costs (5, 10) and base (1 s) are not our policy: %s\n",
		        str(t, "name"));
		classic++;
	}
	print_message(
	        "# retry sequences: %d of 20 run, %d left out by name\n", n, left_out + classic);
	assert_int_equal(n, 13);
	assert_int_equal(n + left_out + classic, 20);
	json_decref(all);
}

static enum retry_class class_of_vector(const json_t *c)
{
	struct http_reply reply = {0};
	const json_t *status = json_array_get(c, 0);
	const char *code = json_string_value(json_array_get(c, 1));
	if (json_is_integer(status))
		reply.status = (int)json_integer_value(status);
	else
		reply.failure.code =
		        strstr(json_string_value(status), "timeout") ? ERR_TIMEOUT : ERR_NETWORK;
	return retry_classify(&reply, code);
}

/* A code may be in both lists; throttling is then the stronger. */
static bool agrees(enum retry_class got, enum retry_class asked, bool want)
{
	if (asked == RETRY_TRANSIENT && want)
		return got == RETRY_TRANSIENT || got == RETRY_THROTTLE;
	return (got == asked) == want;
}

static int classify_list(const json_t *list, enum retry_class asked)
{
	const json_t *c;
	size_t i;
	json_array_foreach(list, i, c)
	{
		enum retry_class got = class_of_vector(c);
		if (!agrees(got, asked, json_is_true(json_array_get(c, 2)))) {
			char *text = json_dumps(c, 0);
			fail_msg("%s is class %d", text, got);
		}
	}
	return (int)json_array_size(list);
}

static void vector_classes(void **state)
{
	(void)state;
	json_t *all = load_cases();
	if (!all)
		skip();
	const json_t *c = json_object_get(all, "classification");
	int n = classify_list(json_object_get(c, "throttling"), RETRY_THROTTLE);
	n += classify_list(json_object_get(c, "transient"), RETRY_TRANSIENT);
	print_message("# classifications: %d of 33\n", n);
	assert_int_equal(n, 33);
	json_decref(all);
}

static enum retry_class class_of(int status, const char *code, const char *body)
{
	struct http_reply r = {.status = status};
	buf_init(&r.body, 1000);
	buf_add_str(&r.body, body);
	enum retry_class k = retry_classify(&r, code);
	http_reply_release(&r);
	return k;
}

static void own_classes(void **state)
{
	(void)state;
	assert_int_equal(class_of(429, "", ""), RETRY_THROTTLE);
	assert_int_equal(class_of(400, "InvalidRequestException", ""), RETRY_NO);
	assert_int_equal(class_of(403, "AccessDeniedException", ""), RETRY_NO);
	assert_int_equal(class_of(400, "ExpiredTokenException", ""), RETRY_CREDENTIALS);
	assert_int_equal(class_of(403, "InvalidClientTokenId", ""), RETRY_CREDENTIALS);
	assert_int_equal(class_of(403, "RequestTimeTooSkewed", ""), RETRY_SKEW);
	assert_int_equal(class_of(400, "InvalidSignatureException", "wrong secret"), RETRY_NO);
	assert_int_equal(class_of(400, "InvalidSignatureException",
	                         "{\"message\":\"Signature expired: 2026 is now earlier than\"}"),
	        RETRY_SKEW);
	assert_int_equal(class_of(400, "BadDigest", ""), RETRY_TRANSIENT);
	struct http_reply cut = {.status = 200, .truncated = true}, bad = {0};
	assert_int_equal(retry_classify(&cut, ""), RETRY_TRANSIENT);
	bad.failure.code = ERR_CONFIG;
	assert_int_equal(retry_classify(&bad, ""), RETRY_NO);
}

static void corrections_come_once(void **state)
{
	(void)state;
	struct retry r;
	struct retry_bucket b;
	retry_bucket_init(&b);
	retry_init(&r, 5);
	r.attempt = 1;
	assert_int_equal(retry_next(&r, &b, RETRY_SKEW, NULL, 0.5), 0);
	assert_int_equal(retry_next(&r, &b, RETRY_SKEW, NULL, 0.5), -1);
	assert_int_equal(retry_next(&r, &b, RETRY_CREDENTIALS, NULL, 0.5), 0);
	assert_int_equal(retry_next(&r, &b, RETRY_CREDENTIALS, NULL, 0.5), -1);
	assert_int_equal(b.tokens, 500);
	assert_int_equal(retry_next(&r, &b, RETRY_NO, NULL, 0.5), -1);
}

static void delays_have_a_cap(void **state)
{
	(void)state;
	struct retry r;
	struct retry_bucket b;
	retry_bucket_init(&b);
	retry_init(&r, 1000);
	r.attempt = 900;
	assert_int_equal(retry_next(&r, &b, RETRY_THROTTLE, NULL, 1.0), 20000);
	assert_int_equal(retry_next(&r, &b, RETRY_TRANSIENT, NULL, 0.25), 5000);
	assert_int_equal(retry_next(&r, &b, RETRY_TRANSIENT, NULL, 0.0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(vector_sequences),
	        cmocka_unit_test(vector_classes),
	        cmocka_unit_test(own_classes),
	        cmocka_unit_test(corrections_come_once),
	        cmocka_unit_test(delays_have_a_cap),
	};
	return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
