#include "test.h"

#include "http-server.h"

#include "net/aws.h"
#include "net/exchange.h"

#include "base/clock.h"
#include "base/mem.h"

#include <pthread.h>

#include "base/ban.h"

struct fixture {
	struct server *server;
	struct http_client *client;
	struct aws_identity *id;
	struct driver *driver;
};

/* An exchange that asks for a list of paths, several at once, and notes what comes. */
struct probe {
	struct exchange x; /* first: the exchange is the handle */
	const struct fixture *f;
	const char *base; /* scheme and host, or NULL for the server's */
	const char *const *paths;
	int n, sent, replied;
	const char *sign;
	bool stream;
	int64_t start_at; /* NEXT_WAIT until then */
	int64_t first_next;
	int status[8];
	char text[8][4000];
	int64_t streamed;
	int offers, refusals; /* bodies refused with 1 so many times */
	bool body_fails, got_fails;
	int cancels, ticks, tick_stop;
};

static enum next probe_next(struct exchange *x, int64_t now, struct http_req *out, struct err *err)
{
	struct probe *p = (struct probe *)x;
	if (p->cancels)
		return err_set(err, ERR_CANCELLED, "cancelled"), NEXT_FAILED;
	if (now < p->start_at) {
		x->wake_at = p->start_at;
		return NEXT_WAIT;
	}
	if (p->sent == p->n)
		return p->replied == p->n ? NEXT_DONE : NEXT_IDLE;
	if (p->sent == 0)
		p->first_next = now;
	out->id = 100 + p->sent;
	out->url = p->base ? mem_printf("%s%s", p->base, p->paths[p->sent])
	                   : mem_printf("http://127.0.0.1:%d%s", server_port(p->f->server),
	                             p->paths[p->sent]);
	out->sign = p->sign;
	out->stream = p->stream;
	p->sent++;
	return NEXT_SEND;
}

static int probe_body(struct exchange *x, int id, const struct http_reply *head, struct slice part,
        struct err *err)
{
	struct probe *p = (struct probe *)x;
	(void)id;
	(void)head;
	p->offers++;
	if (p->body_fails)
		return err_set(err, ERR_DISK_FULL, "no room on the disk");
	if (p->refusals > 0) {
		p->refusals--;
		return 1;
	}
	for (size_t i = 0; i < part.len; i++)
		assert_int_equal(part.ptr[i], server_byte(p->streamed + (int64_t)i));
	p->streamed += (int64_t)part.len;
	return 0;
}

static int probe_got(
        struct exchange *x, int id, const struct http_reply *reply, int64_t now, struct err *err)
{
	struct probe *p = (struct probe *)x;
	(void)now;
	if (p->got_fails)
		return err_set(err, ERR_PROTOCOL, "not what was promised");
	p->status[id - 100] = reply->status;
	snprintf(p->text[id - 100], sizeof(p->text[0]), "%s", buf_str(&reply->body));
	p->replied++;
	return 0;
}

static void probe_cancel(struct exchange *x)
{
	((struct probe *)x)->cancels++;
}

static void probe_free(struct exchange *x)
{
	(void)x;
}

static const struct exchange_ops probe_ops = {
        "probe", probe_next, probe_body, probe_got, probe_cancel, probe_free};

static void probe_init(struct probe *p, struct fixture *f, const char *const *paths, int n)
{
	memset(p, 0, sizeof(*p));
	p->x.ops = &probe_ops;
	p->f = f;
	p->paths = paths;
	p->n = n;
}

static bool probe_tick(void *arg)
{
	struct probe *p = arg;
	p->ticks++;
	return !p->tick_stop || p->ticks < p->tick_stop;
}

static int setup(void **state)
{
	struct err err = ERR_INIT;
	char url[64];
	struct fixture *f = MEM_NEW(struct fixture);
	f->server = server_start();
	f->client = http_client_new(&err);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", server_port(f->server));
	f->id = aws_identity_fixed(url, "eu-west-1", "AKIDEXAMPLE", "a secret key");
	f->driver = driver_new(f->client, f->id);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	driver_free(f->driver);
	http_client_free(f->client);
	server_stop(f->server);
	aws_identity_free(f->id);
	mem_free(f);
	return 0;
}

static int run(struct fixture *f, struct probe *p, struct err *err)
{
	return driver_run(f->driver, &p->x, probe_tick, p, 50, err);
}

static void several_in_flight(void **state)
{
	static const char *const paths[] = {"/slow", "/ok", "/missing", "/redirect", "/silent"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 5);
	assert_int_equal(driver_run(f->driver, &p.x, NULL, NULL, 0, &err), 0);
	const int want[] = {200, 200, 404, 302, 0};
	for (int i = 0; i < 5; i++)
		assert_int_equal(p.status[i], want[i]);
	assert_string_equal(p.text[1], "hello");
	assert_true(server_connections(f->server) >= 2);
	assert_int_equal(http_client_active(f->client), 0);
}

static void waits_by_its_clock(void **state)
{
	static const char *const paths[] = {"/ok"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 1);
	p.start_at = clock_mono_ms() + 120;
	assert_int_equal(driver_run(f->driver, &p.x, NULL, NULL, 10000, &err), 0);
	assert_true(p.first_next >= p.start_at);
	assert_true(p.first_next < p.start_at + 3000);
}

/* Signed with the identity's keys and region, at the corrected time. */
static void signs_when_sending(void **state)
{
	static const char *const paths[] = {"/echo", "/echo?x=1"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 2);
	p.sign = "athena";
	f->id->clock_skew_ms = 4102444800000 - clock_wall_ms(); /* 2100-01-01 */
	assert_int_equal(run(f, &p, &err), 0);
	assert_non_null(strstr(p.text[0], "\r\nX-Amz-Date: 21000101T0000"));
	assert_non_null(
	        strstr(p.text[1], "Credential=AKIDEXAMPLE/21000101/eu-west-1/athena/aws4_request, "
	                          "SignedHeaders=host;x-amz-date, Signature="));
	assert_null(strstr(p.text[0], "x-amz-content-sha256"));
	probe_init(&p, f, paths, 1);
	p.sign = "s3";
	assert_int_equal(run(f, &p, &err), 0);
	assert_non_null(strstr(p.text[0], "/eu-west-1/s3/aws4_request, "
	                                  "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "));
	probe_init(&p, f, paths, 1);
	assert_int_equal(run(f, &p, &err), 0);
	assert_null(strstr(p.text[0], "Authorization"));
}

static void learns_the_servers_clock(void **state)
{
	static const char *const paths[] = {"/skewed"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 1);
	assert_int_equal(run(f, &p, &err), 0);
	assert_int_equal(f->id->clock_skew_ms, 0); /* not signed: says nothing about us */
	probe_init(&p, f, paths, 1);
	p.sign = "athena";
	assert_int_equal(run(f, &p, &err), 0);
	int64_t server = clock_wall_ms() + f->id->clock_skew_ms;
	assert_true(server > 4102444800000 - 60000 && server < 4102444800000 + 60000);
}

static void needs_keys(void **state)
{
	static const char *const paths[] = {"/ok"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 1);
	p.sign = "athena";
	mem_free(f->id->secret_key);
	f->id->secret_key = NULL;
	assert_int_equal(run(f, &p, &err), -1);
	assert_int_equal(err.code, ERR_CREDENTIALS);
	assert_int_equal(server_connections(f->server), 0);
}

static void *wake_soon(void *client)
{
	clock_sleep_ms(30);
	http_client_wake(client);
	return NULL;
}

static void offers_again_on_wake(void **state)
{
	static const char *const paths[] = {"/big"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	pthread_t t;
	probe_init(&p, f, paths, 1);
	p.stream = true;
	p.refusals = 1;
	int64_t begun = clock_mono_ms();
	pthread_create(&t, NULL, wake_soon, f->client);
	/* only the wake can bring it on before 20 s */
	assert_int_equal(driver_run(f->driver, &p.x, NULL, NULL, 20000, &err), 0);
	pthread_join(t, NULL);
	assert_true(clock_mono_ms() - begun < 15000);
	assert_int_equal(p.streamed, SERVER_BIG);
	assert_int_equal(p.status[0], 200);
}

static void offers_again_on_ticks(void **state)
{
	static const char *const paths[] = {"/big"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 1);
	p.stream = true;
	p.refusals = 5;
	assert_int_equal(driver_run(f->driver, &p.x, probe_tick, &p, 20, &err), 0);
	assert_int_equal(p.streamed, SERVER_BIG);
	assert_true(p.ticks >= 5);
}

static void failures_end_the_run(void **state)
{
	static const char *const paths[] = {"/big", "/hang", "/ok"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 2);
	p.stream = true;
	p.body_fails = true;
	assert_int_equal(run(f, &p, &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
	assert_int_equal(p.offers, 1);
	assert_int_equal(http_client_active(f->client), 0);
	probe_init(&p, f, paths, 1);
	p.got_fails = true;
	assert_int_equal(run(f, &p, &err), -1);
	assert_int_equal(err.code, ERR_PROTOCOL);
	probe_init(&p, f, paths, 1);
	p.base = "http://athena.example.com";
	assert_int_equal(run(f, &p, NULL), -1);
	probe_init(&p, f, paths + 2, 1); /* the driver is fit for the next run */
	assert_int_equal(run(f, &p, &err), 0);
	assert_int_equal(p.status[0], 200);
}

static void cancel_comes_once(void **state)
{
	static const char *const paths[] = {"/hang"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 1);
	p.tick_stop = 3;
	assert_int_equal(driver_run(f->driver, &p.x, probe_tick, &p, 10, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_int_equal(p.cancels, 1);
	assert_int_equal(http_client_active(f->client), 0);
}

/* http to another machine: only where the user named that very address. */
static void plain_endpoint_must_be_named(void **state)
{
	static const char *const paths[] = {"/ok"};
	struct fixture *f = *state;
	struct probe p;
	struct err err = ERR_INIT;
	probe_init(&p, f, paths, 1);
	p.base = "http://athena-jsonl.invalid:8080";
	assert_int_equal(run(f, &p, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.text, "without TLS"));
	mem_free(f->id->athena_url);
	f->id->athena_url = mem_strdup("http://athena-jsonl.invalid:8080/x");
	probe_init(&p, f, paths, 1);
	p.base = "http://athena-jsonl.invalid:8080";
	assert_int_equal(run(f, &p, &err), 0);
	assert_int_equal(p.status[0], 0); /* sent, though the name does not exist */
	probe_init(&p, f, paths, 1);
	p.base = "http://athena-jsonl.invalid:8081";
	assert_int_equal(run(f, &p, &err), -1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(several_in_flight),
	        T(waits_by_its_clock),
	        T(signs_when_sending),
	        T(learns_the_servers_clock),
	        T(needs_keys),
	        T(offers_again_on_wake),
	        T(offers_again_on_ticks),
	        T(failures_end_the_run),
	        T(cancel_comes_once),
	        T(plain_endpoint_must_be_named),
	};
	return cmocka_run_group_tests_name("driver", tests, NULL, NULL);
}
