/* Athena's exchanges fed by hand: no network, no thread, no clock. */
#include "test.h"

#include "base/mem.h"
#include "net/athena.h"

#include "base/ban.h"

struct fixture {
	struct aws_identity *id;
	struct retry_bucket bucket;
	struct exchange *x;
	struct athena_status last;
	int statuses;
	int64_t now;
};

static void on_status(void *arg, const struct athena_status *st)
{
	struct fixture *f = arg;
	f->last = *st;
	f->statuses++;
}

static struct athena_request request(void)
{
	return (struct athena_request){.sql = "SELECT 'a\"b'",
	        .database = "reddit",
	        .output_location = "s3://bucket/out/",
	        .token = "0123456789abcdef0123456789abcdef",
	        .timeout_ms = 300000};
}

static void begin(struct fixture *f, const struct athena_request *rq)
{
	*f = (struct fixture){.now = 1000};
	f->id = aws_identity_fixed(
	        "http://127.0.0.1:1", "us-east-1", "AKIDEXAMPLE", "secret-example");
	retry_bucket_init(&f->bucket);
	f->x = athena_run_new(f->id, rq, &f->bucket, on_status, f);
}

static void finish(struct fixture *f)
{
	f->x->ops->free(f->x);
	aws_identity_free(f->id);
}

/* Asks for the next step; fills op ("StartQueryExecution") and body when it is a request. */
static enum next step(struct fixture *f, char *op, char *body, struct err *err)
{
	struct http_req req;
	enum next n = f->x->ops->next(f->x, f->now, &req, err);
	if (n == NEXT_SEND) {
		const char *target = http_headers_get(&req.headers, "x-amz-target");
		snprintf(op, 64, "%s", target + strlen("AmazonAthena."));
		snprintf(body, 1024, "%s", buf_str(&req.body));
		assert_string_equal(req.sign, "athena");
		assert_string_equal(http_headers_get(&req.headers, "content-type"),
		        "application/x-amz-json-1.1");
		http_req_release(&req);
	}
	return n;
}

static void expect_send(struct fixture *f, const char *op, char *body)
{
	char got[64];
	struct err e = ERR_INIT;
	enum next n = step(f, got, body, &e);
	for (int i = 0; n == NEXT_WAIT && i < 3; i++) {
		f->now = f->x->wake_at;
		n = step(f, got, body, &e);
	}
	if (n != NEXT_SEND)
		fail_msg("wanted %s, got next %d: %s", op, n, e.text);
	assert_string_equal(got, op);
}

static void answer(struct fixture *f, int status, const char *body)
{
	struct http_reply r = {.status = status};
	struct err e = ERR_INIT;
	buf_init(&r.body, BUF_NO_LIMIT);
	buf_add_str(&r.body, body);
	if (status == 0)
		err_set(&r.failure, ERR_NETWORK, "connection reset");
	assert_int_equal(f->x->ops->got(f->x, 0, &r, f->now, &e), 0);
	http_reply_release(&r);
}

static void answer_state(struct fixture *f, const char *state, const char *more)
{
	char body[900];
	snprintf(body, sizeof body,
	        "{\"QueryExecution\":{\"QueryExecutionId\":\"q-1\",\"ResultConfiguration\":{"
	        "\"OutputLocation\":\"s3://bucket/out/q-1.csv\"},\"Status\":{\"State\":\"%s\"%s},"
	        "\"Statistics\":{\"DataScannedInBytes\":1234567890,\"QueryQueueTimeInMillis\":52}}"
	        "}",
	        state, more);
	answer(f, 200, body);
}

static enum next settle(struct fixture *f, struct err *err)
{
	char op[64], body[1024];
	return step(f, op, body, err);
}

static void goes_from_start_to_success(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	assert_non_null(strstr(body, "\"QueryString\":\"SELECT 'a\\\"b'\""));
	assert_non_null(
	        strstr(body, "\"ClientRequestToken\":\"0123456789abcdef0123456789abcdef\""));
	assert_non_null(strstr(body, "\"Database\":\"reddit\""));
	answer(&f, 200, "{\"QueryExecutionId\":\"q-1\"}");
	assert_string_equal(f.last.id, "q-1");
	int64_t asked = f.now;
	expect_send(&f, "GetQueryExecution", body);
	assert_int_equal(f.now - asked, 100);
	answer_state(&f, "RUNNING", "");
	expect_send(&f, "GetQueryExecution", body);
	answer_state(&f, "SUCCEEDED", "");
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_DONE);
	assert_int_equal(f.last.stats.scanned_bytes, 1234567890);
	assert_int_equal(f.last.stats.engine_ms, -1);
	assert_string_equal(f.last.output, "s3://bucket/out/q-1.csv");
	finish(&f);
}

/* No number that a service can send overflows later, and an answer without the id keeps ours. */
static void absurd_numbers_are_not_reported(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	answer(&f, 200, "{\"QueryExecutionId\":\"q-1\"}");
	expect_send(&f, "GetQueryExecution", body);
	answer(&f, 200,
	        "{\"QueryExecution\":{\"Status\":{\"State\":\"RUNNING\"},\"Statistics\":{"
	        "\"DataScannedInBytes\":1e300,\"EngineExecutionTimeInMillis\":-7,"
	        "\"TotalExecutionTimeInMillis\":9223372036854775807,"
	        "\"QueryQueueTimeInMillis\":12}}}");
	assert_string_equal(f.last.id, "q-1");
	assert_int_equal(f.last.stats.scanned_bytes, -1);
	assert_int_equal(f.last.stats.engine_ms, -1);
	assert_int_equal(f.last.stats.total_ms, -1);
	assert_int_equal(f.last.stats.queue_ms, 12);
	finish(&f);
}

static void polls_slower_up_to_two_seconds(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	answer(&f, 200, "{\"QueryExecutionId\":\"q-1\"}");
	int64_t longest = 0, previous = 0;
	for (int i = 0; i < 20; i++) {
		int64_t asked = f.now;
		expect_send(&f, "GetQueryExecution", body);
		int64_t waited = f.now - asked;
		if (i > 1)
			assert_true(waited >= previous);
		previous = waited;
		longest = waited > longest ? waited : longest;
		answer_state(&f, "RUNNING", "");
	}
	assert_int_equal(longest, 2000);
	finish(&f);
}

static void repeats_start_with_the_same_token(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char first[1024], second[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", first);
	answer(&f, 0, "");
	expect_send(&f, "StartQueryExecution", second);
	assert_string_equal(first, second);
	answer(&f, 400, "{\"__type\":\"ThrottlingException\",\"Message\":\"Rate exceeded\"}");
	expect_send(&f, "StartQueryExecution", second);
	assert_string_equal(first, second);
	answer(&f, 400, "{\"__type\":\"ThrottlingException\",\"Message\":\"Rate exceeded\"}");
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_THROTTLED);
	finish(&f);
}

static void names_the_place_of_a_syntax_error(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	answer(&f, 400,
	        "{\"__type\":\"InvalidRequestException\",\"AthenaErrorCode\":\"MALFORMED_QUERY\","
	        "\"Message\":\"line 3:14: mismatched input 'FORM'. Expecting: ...\"}");
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_SYNTAX);
	assert_int_equal(e.line, 3);
	assert_int_equal(e.col, 14);
	finish(&f);
}

static void failed_query_keeps_its_reason(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	answer(&f, 200, "{\"QueryExecutionId\":\"q-1\"}");
	expect_send(&f, "GetQueryExecution", body);
	answer_state(&f, "FAILED",
	        ",\"StateChangeReason\":\"TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist\"");
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_QUERY);
	assert_int_equal(e.col, 15);
	assert_non_null(strstr(e.text, "TABLE_NOT_FOUND"));
	finish(&f);
}

static void cancel_stops_the_query_and_waits_for_its_end(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	f.x->ops->cancel(f.x); /* while the answer is on its way */
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_IDLE);
	answer(&f, 200, "{\"QueryExecutionId\":\"q-1\"}");
	expect_send(&f, "StopQueryExecution", body);
	assert_string_equal(body, "{\"QueryExecutionId\":\"q-1\"}");
	answer(&f, 200, "{}");
	expect_send(&f, "GetQueryExecution", body);
	answer_state(&f, "CANCELLED", "");
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_CANCELLED);
	assert_non_null(strstr(e.text, "1234567890 bytes"));
	finish(&f);
}

static void cancel_before_sending_costs_nothing(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	begin(&f, &rq);
	f.x->ops->cancel(f.x);
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_CANCELLED);
	finish(&f);
}

static void timeout_stops_the_query(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	rq.timeout_ms = 5000;
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	answer(&f, 200, "{\"QueryExecutionId\":\"q-1\"}");
	expect_send(&f, "GetQueryExecution", body);
	answer_state(&f, "RUNNING", "");
	f.now += 6000;
	expect_send(&f, "StopQueryExecution", body);
	answer(&f, 200, "{}");
	expect_send(&f, "GetQueryExecution", body);
	answer_state(&f, "CANCELLED", "");
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_TIMEOUT);
	assert_non_null(strstr(e.text, "5 s"));
	finish(&f);
}

static void survives_broken_answers_to_polls(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	expect_send(&f, "StartQueryExecution", body);
	answer(&f, 200, "{\"QueryExecutionId\":\"q-1\"}");
	static const char *const broken[] = {
	        "", "<html>log in</html>", "{\"QueryExecution\":{\"Sta", "null", "[]"};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		expect_send(&f, "GetQueryExecution", body);
		answer(&f, 200, broken[i]);
	}
	expect_send(&f, "GetQueryExecution", body);
	answer(&f, 503, "busy");
	expect_send(&f, "GetQueryExecution", body);
	answer_state(&f, "SUCCEEDED", "");
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_DONE);
	finish(&f);
}

/* Refused connections start nothing; a request that went out may have. */
static void says_when_a_query_may_run_all_the_same(void **state)
{
	(void)state;
	for (int sent = 0; sent < 2; sent++) {
		struct fixture f;
		struct athena_request rq = request();
		char body[1024];
		struct err e = ERR_INIT;
		begin(&f, &rq);
		for (int i = 0; i < 3; i++) {
			struct http_reply r = {.sent = sent};
			expect_send(&f, "StartQueryExecution", body);
			err_set(&r.failure, ERR_NETWORK, "no answer");
			assert_int_equal(f.x->ops->got(f.x, 0, &r, f.now, &e), 0);
		}
		assert_int_equal(settle(&f, &e), NEXT_FAILED);
		assert_int_equal(strstr(e.text, "may have taken the query") != NULL, sent);
		finish(&f);
	}
}

static void html_in_place_of_start_is_named(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	begin(&f, &rq);
	for (int i = 0; i < 3; i++) {
		expect_send(&f, "StartQueryExecution", body);
		answer(&f, 200, "<html>\033[2Jlog in");
	}
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_PROTOCOL);
	assert_null(strchr(e.text, '\033'));
	assert_non_null(strstr(e.text, "<html>"));
	finish(&f);
}

static void adopts_a_running_query(void **state)
{
	(void)state;
	struct fixture f;
	struct athena_request rq = request();
	char body[1024];
	rq.adopt_id = "q-1";
	begin(&f, &rq);
	expect_send(&f, "GetQueryExecution", body);
	answer_state(&f, "SUCCEEDED", "");
	struct err e = ERR_INIT;
	assert_int_equal(settle(&f, &e), NEXT_DONE);
	finish(&f);
}

struct pages {
	int taken, refuse;
	char seen[8][200];
};

static int on_page(void *arg, size_t index, struct slice json, struct err *err)
{
	struct pages *p = arg;
	(void)err;
	if (p->refuse > 0) {
		p->refuse--;
		return 1;
	}
	assert_int_equal(index, p->taken);
	snprintf(p->seen[p->taken++], sizeof p->seen[0], "%.*s", (int)json.len, json.ptr);
	return 0;
}

static void pages_follow_the_token_and_wait_for_room(void **state)
{
	(void)state;
	struct fixture f = {.now = 1000};
	struct pages p = {.refuse = 2};
	char body[1024];
	struct err e = ERR_INIT;
	f.id = aws_identity_fixed(
	        "http://127.0.0.1:1", "us-east-1", "AKIDEXAMPLE", "secret-example");
	retry_bucket_init(&f.bucket);
	f.x = athena_pages_new(f.id, "q-1", 1000, &f.bucket, on_page, &p);
	expect_send(&f, "GetQueryResults", body);
	assert_non_null(strstr(body, "\"MaxResults\":1000"));
	/* The key's name inside values must not be taken for the key. */
	answer(&f, 200,
	        "{\"ResultSet\":{\"Rows\":[{\"Data\":[{\"VarCharValue\":\"\\\"NextToken\\\": 1\"},"
	        "{\"VarCharValue\":\"NextToken\"}]}]},\"NextToken\" : \"t/+=\\u0041\"}");
	expect_send(&f, "GetQueryResults", body);
	assert_int_equal(p.taken, 1);
	assert_non_null(strstr(body, "\"NextToken\":\"t/+=A\""));
	answer(&f, 200, "{\"ResultSet\":{\"Rows\":[");
	expect_send(&f, "GetQueryResults", body);
	answer(&f, 200, "{\"ResultSet\":{\"Rows\":[]}}");
	assert_int_equal(settle(&f, &e), NEXT_DONE);
	assert_int_equal(p.taken, 2);
	finish(&f);
}

static void a_page_that_is_its_own_next_ends_the_download(void **state)
{
	(void)state;
	struct fixture f = {.now = 1000};
	struct pages p = {.refuse = 0};
	char body[1024];
	struct err e = ERR_INIT;
	f.id = aws_identity_fixed(
	        "http://127.0.0.1:1", "us-east-1", "AKIDEXAMPLE", "secret-example");
	retry_bucket_init(&f.bucket);
	f.x = athena_pages_new(f.id, "q-1", 1000, &f.bucket, on_page, &p);
	expect_send(&f, "GetQueryResults", body);
	answer(&f, 200, "{\"ResultSet\":{\"Rows\":[]},\"NextToken\":\"t\"}");
	expect_send(&f, "GetQueryResults", body);
	answer(&f, 200, "{\"ResultSet\":{\"Rows\":[]},\"NextToken\":\"t\"}");
	assert_int_equal(settle(&f, &e), NEXT_FAILED);
	assert_int_equal(e.code, ERR_PROTOCOL);
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_page_that_is_its_own_next_ends_the_download),
	        cmocka_unit_test(goes_from_start_to_success),
	        cmocka_unit_test(absurd_numbers_are_not_reported),
	        cmocka_unit_test(polls_slower_up_to_two_seconds),
	        cmocka_unit_test(repeats_start_with_the_same_token),
	        cmocka_unit_test(names_the_place_of_a_syntax_error),
	        cmocka_unit_test(failed_query_keeps_its_reason),
	        cmocka_unit_test(cancel_stops_the_query_and_waits_for_its_end),
	        cmocka_unit_test(cancel_before_sending_costs_nothing),
	        cmocka_unit_test(timeout_stops_the_query),
	        cmocka_unit_test(survives_broken_answers_to_polls),
	        cmocka_unit_test(says_when_a_query_may_run_all_the_same),
	        cmocka_unit_test(html_in_place_of_start_is_named),
	        cmocka_unit_test(adopts_a_running_query),
	        cmocka_unit_test(pages_follow_the_token_and_wait_for_room),
	};
	return cmocka_run_group_tests_name("athena", tests, NULL, NULL);
}
