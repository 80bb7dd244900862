/*
 * A whole request to the local server without its socket, signed so that it gets past the door: the
 * first byte chooses the method, the first line is the target, the second a header, the rest the
 * body. Also as it comes, unsigned; and as the JSON of every Athena operation's input.
 */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/mem.h"
#include "local/route.h"
#include "local/statedir.h"
#include "net/sigv4.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world {
	struct statedir state;
	struct store *store;
	struct duck *duck;
	struct executions *ex;
	struct route_config route;
} world;

static void world_close(void)
{
	executions_free(world.ex);
	duck_close(world.duck);
	store_close(world.store);
	statedir_close(&world.state);
}

static void world_open(void)
{
	struct err err = ERR_INIT;
	if (world.store)
		return;
	if (statedir_open(&world.state, NULL, &err) < 0)
		abort();
	world.store = store_open(world.state.path, &err);
	world.duck = duck_open(NULL, &err);
	if (!world.store || store_make_bucket(world.store, "bucket", &err) < 0)
		abort();
	struct exec_config cfg = {world.store, world.duck, 1, 10, 10};
	world.ex = executions_new(&cfg);
	world.route = (struct route_config){{"AKIDTEST", "secret"},
	        {world.duck, world.ex, world.store, "s3://bucket/", "key", 0}, world.store, NULL};
	/* libcrypto must have registered its own end first: ours, where threads still use it, runs
	 * before */
	char id[37];
	crypto_uuid(id);
	atexit(world_close);
}

static void answer(struct request *rq, struct slice body)
{
	struct reply rp;
	reply_init(&rp);
	struct call *c = call_new(&world.route, rq);
	if (!call_begin(c, &rp)) {
		if (body.len)
			call_body(c, body);
		call_end(c, &rp);
	}
	if (rp.status < 200 || rp.status > 599)
		abort();
	call_free(c);
	reply_release(&rp);
}

static void add_headers(struct request *rq, const struct http_headers *hs)
{
	for (size_t i = 0; i < hs->n; i++)
		request_add_header(rq, slice_str(hs->h[i].name), slice_str(hs->h[i].value));
	if (!request_header(rq, "host"))
		request_add_header(rq, slice_str("host"), slice_str("127.0.0.1"));
}

static void signed_request(const char *method, const char *target, struct slice body)
{
	static const struct sigv4_key key = {"AKIDTEST", "secret", NULL};
	struct sigv4_scope scope = {"us-east-1", "s3", clock_wall_ms(), false, true};
	struct http_req sent;
	struct request rq;
	http_req_init(&sent);
	sent.method = method;
	sent.url = mem_printf("http://127.0.0.1%s", target);
	buf_add_slice(&sent.body, body);
	if (sigv4_sign(&sent, &key, &scope, NULL) == 0) {
		request_init(&rq, method, target);
		add_headers(&rq, &sent.headers);
		answer(&rq, body);
	}
	http_req_release(&sent);
}

static void plain_request(
        const char *method, const char *target, struct slice header, struct slice body)
{
	struct request rq;
	struct slice name, value = slice_cut(header, ':', &name);
	request_init(&rq, method, target);
	request_add_header(&rq, slice_str("host"), slice_str("127.0.0.1"));
	request_add_header(&rq, name, slice_trim(value));
	answer(&rq, body);
}

static void operations(struct slice body)
{
	static const char *const names[] = {"StartQueryExecution", "GetQueryExecution",
	        "GetQueryResults", "BatchGetQueryExecution", "ListQueryExecutions",
	        "StopQueryExecution", "GetQueryRuntimeStatistics", "GetDataCatalog",
	        "ListDatabases", "GetDatabase", "ListTableMetadata", "GetTableMetadata",
	        "GetWorkGroup"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct reply rp;
		reply_init(&rp);
		athena_handle(&world.route.athena, names[i], body, &rp);
		json_t *j = json_loadb(rp.body.ptr, rp.body.len, 0, NULL);
		if (!j)
			abort(); /* every answer must be JSON */
		json_decref(j);
		reply_release(&rp);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = {"GET", "PUT", "DELETE", "HEAD", "POST"};
	struct slice line, header, rest;
	if (size == 0)
		return 0;
	world_open();
	rest = slice_cut(slice_of((const char *)data + 1, size - 1), '\n', &line);
	rest = slice_cut(rest, '\n', &header);
	const char *method = methods[data[0] % 5];
	char *target = mem_strndup(line.ptr, line.len);
	if (target[0] == '/' && !strpbrk(target, "#"))
		signed_request(method, target, rest);
	plain_request(method, target, header, rest);
	if (rest.len)
		operations(rest);
	mem_free(target);
	return 0;
}
