#include "test.h"

#include "http-server.h"

#include "net/http.h"

#include "base/clock.h"
#include "base/mem.h"

#include <pthread.h>

#include "base/ban.h"

struct fixture {
	struct server *server;
	struct http_client *client;
};

/* What came of one request. */
struct outcome {
	int done, status;
	bool truncated;
	struct err failure;
	struct http_headers headers;
	struct buf body;
	size_t parts, offers;
	bool refuse_first; /* each part is refused once */
	bool refused;      /* the last offer was */
	int64_t streamed;  /* bytes, checked against server_byte */
	bool wrong;
};

static bool take_part(void *arg, int id, const struct http_reply *head, struct slice part)
{
	struct outcome *o = arg;
	(void)id;
	o->offers++;
	o->wrong = o->wrong || head->status != 200;
	if (o->refuse_first && !o->refused) {
		o->refused = true;
		return false;
	}
	o->refused = false;
	o->parts++;
	for (size_t i = 0; i < part.len; i++)
		o->wrong = o->wrong || part.ptr[i] != server_byte(o->streamed + (int64_t)i);
	o->streamed += (int64_t)part.len;
	return true;
}

static void note_done(void *arg, int id, const struct http_reply *r)
{
	struct outcome *o = arg;
	(void)id;
	o->done++;
	o->status = r->status;
	o->truncated = r->truncated;
	o->failure = r->failure;
	for (size_t i = 0; i < r->headers.n; i++)
		http_headers_add(&o->headers, r->headers.h[i].name, r->headers.h[i].value);
	buf_init(&o->body, HTTP_BODY_MAX);
	buf_add_slice(&o->body, buf_slice(&r->body));
}

static void outcome_release(struct outcome *o)
{
	http_headers_release(&o->headers);
	buf_release(&o->body);
	memset(o, 0, sizeof(*o));
}

static int setup(void **state)
{
	struct err err = ERR_INIT;
	struct fixture *f = MEM_NEW(struct fixture);
	f->server = server_start();
	f->client = http_client_new(&err);
	*state = f;
	return f->client ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	http_client_free(f->client);
	server_stop(f->server);
	mem_free(f);
	return 0;
}

static void request(const struct fixture *f, struct http_req *r, const char *path)
{
	http_req_init(r);
	r->url = mem_printf("http://127.0.0.1:%d%s", server_port(f->server), path);
}

static int start(struct fixture *f, struct http_req *r, struct outcome *o)
{
	struct err err = ERR_INIT;
	int h = http_client_start(f->client, r, take_part, note_done, o, &err);
	if (h < 0)
		fail_msg("%s", err.text);
	assert_null(r->url);
	return h;
}

/* Runs until done; a paused transfer is resumed each round. */
static void finish(struct fixture *f, const struct outcome *o, int handle)
{
	struct err err = ERR_INIT;
	int64_t end = clock_mono_ms() + 20000;
	while (!o->done && clock_mono_ms() < end) {
		assert_int_equal(http_client_run(f->client, 100, &err), 0);
		if (o->refused)
			http_client_resume(f->client, handle);
	}
	assert_int_equal(o->done, 1);
}

static void get(struct fixture *f, const char *path, struct outcome *o)
{
	struct http_req r;
	request(f, &r, path);
	finish(f, o, start(f, &r, o));
}

static void reuses_the_connection(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 3; i++) {
		struct outcome o = {0};
		get(f, "/ok", &o);
		assert_int_equal(o.status, 200);
		assert_string_equal(buf_str(&o.body), "hello");
		assert_string_equal(http_headers_get(&o.headers, "x-test"), "padded");
		assert_string_equal(http_headers_get(&o.headers, "etag"), "\"e\"");
		outcome_release(&o);
	}
	assert_int_equal(server_connections(f->server), 1);
	assert_int_equal(http_client_active(f->client), 0);
}

/* Only what was signed, and what every request has, may be on the wire. */
static void sends_what_it_was_given(void **state)
{
	struct fixture *f = *state;
	struct http_req r;
	struct outcome o = {0};
	request(f, &r, "/a/../b%2F(c)//?x=%2B&uploads");
	r.method = "POST";
	buf_add_str(&r.body, "{\"a\":1}");
	http_headers_set(&r.headers, "Host", "example.com");
	http_headers_set(&r.headers, "X-Amz-Date", "20150830T123600Z");
	http_headers_set(&r.headers, "X-Empty", "");
	http_headers_set(&r.headers, "Expect", "100-continue");
	finish(f, &o, start(f, &r, &o));
	const char *sent = buf_str(&o.body);
	assert_int_equal(strncmp(sent, "POST /a/../b%2F(c)//?x=%2B&uploads HTTP/1.1\r\n", 45), 0);
	assert_non_null(strstr(sent, "\r\nHost: example.com\r\n"));
	assert_non_null(strstr(sent, "\r\nX-Amz-Date: 20150830T123600Z\r\n"));
	assert_non_null(strstr(sent, "\r\nX-Empty:\r\n"));
	assert_non_null(strstr(sent, "\r\nContent-Length: 7\r\n"));
	assert_non_null(strstr(sent, "\r\n\r\n{\"a\":1}"));
	assert_null(strstr(sent, "Expect"));
	assert_null(strstr(sent, "Content-Type"));
	assert_null(strstr(sent, "Accept-Encoding"));
	assert_non_null(strstr(sent, "\r\nUser-Agent: athena-jsonl/"));
	outcome_release(&o);
}

static void methods(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"PUT", "DELETE", "POST"};
	for (size_t i = 0; i < 3; i++) {
		struct http_req r;
		struct outcome o = {0};
		request(f, &r, "/");
		r.method = names[i];
		finish(f, &o, start(f, &r, &o));
		assert_int_equal(strncmp(buf_str(&o.body), names[i], strlen(names[i])), 0);
		outcome_release(&o);
	}
	struct http_req r;
	struct outcome o = {0};
	request(f, &r, "/silent");
	r.method = "HEAD";
	finish(f, &o, start(f, &r, &o));
	assert_int_equal(o.status, 0);
	outcome_release(&o);
}

static void broken(struct fixture *f, const char *path, bool stream, const char *words)
{
	struct http_req r;
	struct outcome o = {0};
	request(f, &r, path);
	r.stream = stream;
	finish(f, &o, start(f, &r, &o));
	assert_int_equal(o.status, 200);
	assert_true(o.truncated);
	assert_int_equal(o.failure.code, ERR_NETWORK);
	assert_true(o.failure.transient);
	if (!strstr(o.failure.text, words) || !strstr(o.failure.text, "127.0.0.1:"))
		fail_msg("%s: %s", path, o.failure.text);
	outcome_release(&o);
}

static void reset_and_truncation(void **state)
{
	struct fixture *f = *state;
	broken(f, "/reset", false, "lost the connection");
	broken(f, "/reset", true, "lost the connection");
	broken(f, "/cut", false, "lost the connection");
	broken(f, "/cut", true, "lost the connection");
	broken(f, "/chunkcut", false, "lost the connection");
	struct outcome o = {0};
	get(f, "/silent", &o);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.failure.code, ERR_NETWORK);
	outcome_release(&o);
}

static void slow_and_chunked(void **state)
{
	struct fixture *f = *state;
	struct outcome o = {0};
	get(f, "/slow", &o);
	assert_string_equal(buf_str(&o.body), "xxxxxxxxxxxxxxxxxxxx");
	outcome_release(&o);
	get(f, "/chunked", &o);
	assert_string_equal(buf_str(&o.body), "hello world");
	outcome_release(&o);
	get(f, "/interim", &o);
	assert_string_equal(buf_str(&o.body), "late");
	assert_null(http_headers_get(&o.headers, "X-Early"));
	outcome_release(&o);
}

static void streams_to_a_slow_reader(void **state)
{
	struct fixture *f = *state;
	struct http_req r;
	struct err err = ERR_INIT;
	struct outcome o = {.refuse_first = true};
	request(f, &r, "/big");
	r.stream = true;
	int h = start(f, &r, &o);
	/* while the first part waits, the server is held back: nothing piles up here */
	int64_t end = clock_mono_ms() + 500;
	while (clock_mono_ms() < end)
		assert_int_equal(http_client_run(f->client, 50, &err), 0);
	assert_int_equal(o.offers, 1);
	assert_true(server_sent(f->server) < SERVER_BIG);
	finish(f, &o, h);
	assert_false(o.wrong);
	assert_int_equal(o.streamed, SERVER_BIG);
	assert_int_equal(o.body.len, 0);
	assert_int_equal(o.offers, 2 * o.parts);
	outcome_release(&o);
}

static void error_bodies_are_collected(void **state)
{
	struct fixture *f = *state;
	struct http_req r;
	struct outcome o = {0};
	request(f, &r, "/missing");
	r.stream = true;
	finish(f, &o, start(f, &r, &o));
	assert_int_equal(o.status, 404);
	assert_int_equal(o.parts, 0);
	assert_string_equal(buf_str(&o.body), "no such key");
	outcome_release(&o);
}

static void abort_is_silent(void **state)
{
	struct fixture *f = *state;
	struct http_req r;
	struct err err = ERR_INIT;
	struct outcome o = {.refuse_first = true}, other = {0};
	request(f, &r, "/big");
	r.stream = true;
	int h = start(f, &r, &o);
	while (!o.offers)
		assert_int_equal(http_client_run(f->client, 100, &err), 0);
	assert_int_equal(http_client_active(f->client), 1);
	http_client_abort(f->client, h);
	http_client_abort(f->client, h);
	http_client_resume(f->client, h);
	assert_int_equal(http_client_active(f->client), 0);
	get(f, "/ok", &other);
	assert_int_equal(o.done, 0);
	outcome_release(&other);
	request(f, &r, "/hang"); /* never run: freed with the client */
	start(f, &r, &o);
}

/* Aborts another transfer and itself from inside the callback. */
struct aborter {
	struct http_client *client;
	int self, other;
	int calls;
};

static bool abort_from_inside(void *arg, int id, const struct http_reply *head, struct slice part)
{
	struct aborter *a = arg;
	(void)id;
	(void)head;
	(void)part;
	a->calls++;
	http_client_abort(a->client, a->other);
	http_client_abort(a->client, a->self);
	return true;
}

static void never_done(void *arg, int id, const struct http_reply *r)
{
	(void)arg;
	(void)id;
	(void)r;
	fail_msg("an aborted request was reported");
}

static void abort_inside_callbacks(void **state)
{
	struct fixture *f = *state;
	struct http_req r;
	struct err err = ERR_INIT;
	struct outcome o = {.refuse_first = true};
	struct aborter a = {.client = f->client};
	request(f, &r, "/big");
	r.stream = true;
	a.other = http_client_start(f->client, &r, take_part, never_done, &o, &err);
	request(f, &r, "/big");
	r.stream = true;
	a.self = http_client_start(f->client, &r, abort_from_inside, never_done, &a, &err);
	for (int i = 0; i < 100 && http_client_active(f->client); i++)
		assert_int_equal(http_client_run(f->client, 100, &err), 0);
	assert_int_equal(http_client_active(f->client), 0);
	assert_int_equal(a.calls, 1);
	outcome_release(&o);
}

static void *wake_later(void *client)
{
	clock_sleep_ms(50);
	http_client_wake(client);
	return NULL;
}

static void wakes_from_another_thread(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	pthread_t t;
	int64_t begun = clock_mono_ms();
	pthread_create(&t, NULL, wake_later, f->client);
	while (!http_client_woken(f->client))
		assert_int_equal(http_client_run(f->client, -1, &err), 0);
	pthread_join(t, NULL);
	assert_true(clock_mono_ms() - begun < 10000);
	assert_false(http_client_woken(f->client));
}

static void unreachable(void **state)
{
	struct fixture *f = *state;
	struct http_req r;
	struct outcome o = {0};
	char want[64];
	int port = server_closed_port();
	http_req_init(&r);
	r.url = mem_printf("http://127.0.0.1:%d/", port);
	finish(f, &o, start(f, &r, &o));
	assert_int_equal(o.status, 0);
	assert_int_equal(o.failure.code, ERR_NETWORK);
	assert_true(o.failure.transient);
	snprintf(want, sizeof(want), "cannot reach 127.0.0.1:%d: ", port);
	assert_int_equal(strncmp(o.failure.text, want, strlen(want)), 0);
	assert_non_null(
	        strstr(o.failure.text, "onnection refused; check the endpoint (AWS_ENDPOINT_URL)"));
	outcome_release(&o);
}

static void expect_failure(
        struct fixture *f, const char *path, enum err_code code, const char *words)
{
	struct http_req r;
	struct outcome o = {0};
	request(f, &r, path);
	r.timeout_ms = strcmp(path, "/hang") == 0 ? 200 : 0;
	finish(f, &o, start(f, &r, &o));
	if (o.status != 0 || o.failure.code != code || !strstr(o.failure.text, words))
		fail_msg("%s: %s: %s", path, err_code_name(o.failure.code), o.failure.text);
	outcome_release(&o);
}

static void bounds(void **state)
{
	struct fixture *f = *state;
	expect_failure(f, "/headers", ERR_PROTOCOL, "64 KiB");
	expect_failure(f, "/manyheaders", ERR_PROTOCOL, "256 lines");
	expect_failure(f, "/headerline", ERR_PROTOCOL, "127.0.0.1");
	expect_failure(f, "/endless", ERR_PROTOCOL, "64 MiB");
	expect_failure(f, "/hang", ERR_TIMEOUT, "did not answer within 0.2 s");
	expect_failure(f, "/nothttp", ERR_PROTOCOL, "no HTTP service answers at 127.0.0.1");
}

static void redirects_are_answers(void **state)
{
	struct fixture *f = *state;
	struct outcome o = {0};
	get(f, "/redirect", &o);
	assert_int_equal(o.status, 302);
	assert_string_equal(http_headers_get(&o.headers, "location"), "/ok");
	assert_int_equal(server_connections(f->server), 1);
	outcome_release(&o);
}

static void expect_refusal(struct fixture *f, const char *url, const char *name, const char *value,
        enum err_code code, const char *words)
{
	struct http_req r;
	struct err err = ERR_INIT;
	struct outcome o = {0};
	http_req_init(&r);
	r.url = mem_strdup(url);
	http_headers_set(&r.headers, name, value);
	assert_int_equal(http_client_start(f->client, &r, NULL, note_done, &o, &err), -1);
	if (err.code != code || !strstr(err.text, words))
		fail_msg("%s: %s", url, err.text);
	http_req_release(&r);
	assert_int_equal(http_client_active(f->client), 0);
}

static void refuses_what_is_unsafe(void **state)
{
	struct fixture *f = *state;
	expect_refusal(f, "http://athena.example.com/", "A", "b", ERR_CONFIG, "without TLS");
	expect_refusal(
	        f, "http://127.0.0.1@example.com/", "A", "b", ERR_CONFIG, "not an http(s) address");
	expect_refusal(f, "http://127.0.0.1.example.com/", "A", "b", ERR_CONFIG, "without TLS");
	expect_refusal(f, "file:///etc/passwd", "A", "b", ERR_CONFIG, "not an http(s) address");
	expect_refusal(f, "https://h/a b", "A", "b", ERR_CONFIG, "not an http(s) address");
	expect_refusal(f, "https://h/\r\nX: y", "A", "b", ERR_CONFIG, "not an http(s) address");
	expect_refusal(f, "https://h/", "A", "b\r\nX: y", ERR_INTERNAL, "control characters");
	expect_refusal(f, "https://h/", "A: b\r\nX", "y", ERR_INTERNAL, "control characters");
}

static void knows_loopback(void **state)
{
	(void)state;
	static const char *const yes[] = {"http://localhost:1/", "http://127.0.0.1",
	        "HTTP://127.9.9.9:80/x", "http://[::1]:9/", "https://LOCALHOST/"};
	static const char *const no[] = {"http://localhost.example.com/",
	        "http://127.0.0.1.nip.io/", "http://0.0.0.0/", "http://[::2]/", "http://10.0.0.1/",
	        "http://user@127.0.0.1/", "http://example.com\\@127.0.0.1/", "http:///",
	        "127.0.0.1", "http://[::1"};
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		assert_true(http_url_is_loopback(yes[i]));
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_false(http_url_is_loopback(no[i]));
}

static void loopback_needs_no_proxy(void **state)
{
	struct fixture *f = *state;
	struct outcome o = {0};
	char *proxy = mem_printf("http://127.0.0.1:%d", server_closed_port());
	setenv("http_proxy", proxy, 1);
	setenv("ALL_PROXY", proxy, 1);
	get(f, "/ok", &o);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_int_equal(o.status, 200);
	outcome_release(&o);
	mem_free(proxy);
}

static void tls_needs_its_files_and_peer(void **state)
{
	struct fixture *f = *state;
	struct http_req r;
	struct err err = ERR_INIT;
	struct outcome o = {0};
	http_req_init(&r);
	r.url = mem_printf("https://127.0.0.1:%d/ok", server_port(f->server));
	r.timeout_ms = 500;
	finish(f, &o, start(f, &r, &o));
	assert_int_equal(o.status, 0);
	assert_true(o.failure.code == ERR_NETWORK || o.failure.code == ERR_TIMEOUT);
	outcome_release(&o);
	setenv("AWS_CA_BUNDLE", "/proc/nonexistent/ca.pem", 1);
	struct fixture g = {f->server, http_client_new(&err)};
	unsetenv("AWS_CA_BUNDLE");
	r.url = mem_printf("https://127.0.0.1:%d/ok", server_port(f->server));
	finish(&g, &o, start(&g, &r, &o));
	assert_int_equal(o.failure.code, ERR_CONFIG);
	assert_non_null(strstr(o.failure.text, "AWS_CA_BUNDLE"));
	assert_false(o.failure.transient);
	outcome_release(&o);
	http_client_free(g.client);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(reuses_the_connection),
	        T(sends_what_it_was_given),
	        T(methods),
	        T(reset_and_truncation),
	        T(slow_and_chunked),
	        T(streams_to_a_slow_reader),
	        T(error_bodies_are_collected),
	        T(abort_is_silent),
	        T(abort_inside_callbacks),
	        T(wakes_from_another_thread),
	        T(unreachable),
	        T(bounds),
	        T(redirects_are_answers),
	        T(refuses_what_is_unsafe),
	        T(knows_loopback),
	        T(loopback_needs_no_proxy),
	        T(tls_needs_its_files_and_peer),
	};
	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
