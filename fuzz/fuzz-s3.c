/*
 * Replies of S3: byte 0 chooses the status, then three lines give Content-Range, Content-Length and
 * ETag, the rest is the body. The owner must get every byte once, in order, and never past the
 * size.
 */
#include "base/err.h"
#include "net/s3.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct got {
	int64_t next, size;
};

static void opened(void *arg, int64_t size, const char *etag)
{
	struct got *g = arg;
	(void)etag;
	g->size = size;
}

static int part(void *arg, int64_t offset, struct slice bytes, struct err *err)
{
	struct got *g = arg;
	(void)err;
	if (offset != g->next || offset + (int64_t)bytes.len > g->size)
		abort();
	g->next += (int64_t)bytes.len;
	return 0;
}

static void header_line(struct slice *rest, const char *name, struct http_headers *headers)
{
	struct slice line;
	char value[200];
	*rest = slice_cut(*rest, '\n', &line);
	if (line.len == 0 || line.len >= sizeof value || memchr(line.ptr, 0, line.len))
		return;
	memcpy(value, line.ptr, line.len);
	value[line.len] = '\0';
	http_headers_set(headers, name, value);
}

static void one_reply(struct exchange *x, const uint8_t *data, size_t size)
{
	static const int statuses[] = {206, 200, 416, 404, 0, 503};
	struct err err = ERR_INIT;
	struct http_reply r = {.status = statuses[data[0] % 6]};
	struct slice rest = slice_of((const char *)data + 1, size - 1);
	header_line(&rest, "Content-Range", &r.headers);
	header_line(&rest, "Content-Length", &r.headers);
	header_line(&rest, "ETag", &r.headers);
	buf_init(&r.body, BUF_NO_LIMIT);
	int rc = 0;
	if (r.status == 200 || r.status == 206)
		rc = x->ops->body(x, 1, &r, rest, &err);
	else
		buf_add_slice(&r.body, rest);
	if (rc == 0)
		x->ops->got(x, 1, &r, 1, &err);
	http_reply_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aws_identity *id =
	        aws_identity_fixed("http://127.0.0.1:1", "us-east-1", "key", "secret");
	struct retry_bucket bucket;
	struct got g = {0, -1};
	struct s3_get_events ev = {opened, part, &g};
	struct err err = ERR_INIT;
	retry_bucket_init(&bucket);
	struct exchange *x = s3_get_new(id, "s3://b/k", 16, &bucket, &ev, &err);
	int64_t now = 1;
	for (int i = 0; i < 10 && size > 1; i++) {
		struct http_req req;
		enum next n = x->ops->next(x, now, &req, &err);
		if (n == NEXT_WAIT) {
			now = x->wake_at + 1;
			continue;
		}
		if (n != NEXT_SEND)
			break;
		http_req_release(&req);
		const uint8_t *stop = memchr(data + 1, 0xFF, size - 1);
		size_t len = stop ? (size_t)(stop - data) : size;
		one_reply(x, data, len);
		data += len;
		size -= len;
		if (size > 0) {
			data++;
			size--;
		}
	}
	x->ops->free(x);
	aws_identity_free(id);
	return 0;
}
