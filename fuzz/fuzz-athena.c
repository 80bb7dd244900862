/*
 * Replies of Athena, whatever they hold: the first byte chooses the HTTP status, the rest is the
 * body, split at 0xFF into one reply after the other. An execution and its pages must end or wait.
 */
#include "base/err.h"
#include "net/athena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_page(void *arg, size_t index, struct slice json, struct err *err)
{
	(void)arg;
	(void)json;
	(void)err;
	return index % 3 == 1 ? 1 : 0;
}

static void feed(struct exchange *x, const uint8_t *data, size_t size)
{
	static const int statuses[] = {200, 400, 500, 0, 301};
	struct err err = ERR_INIT;
	struct http_req req;
	int64_t now = 1;
	for (int i = 0; i < 40; i++) {
		enum next n = x->ops->next(x, now, &req, &err);
		if (n == NEXT_WAIT) {
			if (x->wake_at < now)
				abort();
			now = x->wake_at + 1;
			continue;
		}
		if (n != NEXT_SEND)
			break;
		http_req_release(&req);
		if (size == 0)
			break;
		struct http_reply r = {.status = statuses[data[0] % 5]};
		const uint8_t *stop = memchr(data + 1, 0xFF, size - 1);
		size_t len = stop ? (size_t)(stop - data) - 1 : size - 1;
		buf_init(&r.body, BUF_NO_LIMIT);
		buf_add(&r.body, data + 1, len);
		x->ops->got(x, req.id, &r, now, &err);
		http_reply_release(&r);
		data += len + 1;
		size -= len + 1;
		if (size > 0) {
			data++;
			size--;
		}
	}
	x->ops->cancel(x);
	enum next n = x->ops->next(x, now, &req, &err);
	if (n == NEXT_SEND)
		http_req_release(&req);
	x->ops->free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aws_identity *id =
	        aws_identity_fixed("http://127.0.0.1:1", "us-east-1", "key", "secret");
	struct retry_bucket bucket;
	struct athena_request rq = {
	        .sql = "SELECT 1", .token = "0123456789abcdef0123456789abcdef", .timeout_ms = 1000};
	retry_bucket_init(&bucket);
	feed(athena_run_new(id, &rq, &bucket, NULL, NULL), data, size);
	retry_bucket_init(&bucket);
	feed(athena_pages_new(id, "q-1", 1000, &bucket, on_page, NULL), data, size);
	aws_identity_free(id);
	return 0;
}
