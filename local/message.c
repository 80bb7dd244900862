#include "local/message.h"

#include "base/crypto.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/ban.h"

void request_init(struct request *rq, const char *method, const char *target)
{
	*rq = (struct request){0};
	rq->method = mem_strdup(method);
	const char *mark = strchr(target, '?');
	rq->path = mark ? mem_strndup(target, (size_t)(mark - target)) : mem_strdup(target);
	rq->query = mark ? mem_strdup(mark + 1) : NULL;
	if (rq->path[0] != '/')
		rq->fault = "The request target must be an absolute path.";
	buf_init(&rq->body, 1024 * 1024);
}

void request_release(struct request *rq)
{
	mem_free(rq->method);
	mem_free(rq->path);
	mem_free(rq->query);
	http_headers_release(&rq->headers);
	buf_release(&rq->body);
	*rq = (struct request){0};
}

/* A second one of these would let two readers of the request disagree about what it says. */
static bool must_be_unique(const char *name)
{
	static const char *const names[] = {"host", "authorization", "content-length",
	        "content-type", "transfer-encoding", "x-amz-target", "x-amz-date",
	        "x-amz-content-sha256", "range"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

void request_add_header(struct request *rq, struct slice name, struct slice value)
{
	if ((name.len && memchr(name.ptr, 0, name.len)) ||
	        (value.len && memchr(value.ptr, 0, value.len)))
		rq->fault = "A header holds a NUL byte.";
	char *n = mem_strndup(name.ptr, name.len);
	char *v = mem_strndup(value.ptr ? value.ptr : "", value.len);
	const char *old = http_headers_get(&rq->headers, n);
	if (old) {
		if (must_be_unique(n))
			rq->fault = "A header that must be unique is repeated.";
		char *both = mem_printf("%s,%s", old, v);
		mem_free(v);
		v = both;
	}
	http_headers_set(&rq->headers, n, v);
	mem_free(n);
	mem_free(v);
}

const char *request_header(const struct request *rq, const char *name)
{
	return http_headers_get(&rq->headers, name);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int percent_decode(struct buf *out, struct slice s, bool plus_is_space)
{
	size_t start = out->len;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '%') {
			int hi = i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
			int lo = i + 2 < s.len ? hex_digit(s.ptr[i + 2]) : -1;
			if (hi < 0 || lo < 0)
				return -1;
			c = (char)(hi * 16 + lo);
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		if (c == 0)
			return -1;
		buf_add_char(out, c);
	}
	if (out->failed)
		return -1;
	return out->len == start || utf8_valid(slice_of(out->ptr + start, out->len - start)) ? 0
	                                                                                     : -1;
}

/* The raw value of a parameter; NULL ptr when absent. */
static struct slice raw_param(const struct request *rq, const char *name)
{
	struct slice rest = slice_str(rq->query), item, key;
	while (rest.len) {
		rest = slice_cut(rest, '&', &item);
		struct slice value = slice_cut(item, '=', &key);
		if (slice_eq_str(key, name))
			return value.ptr ? value : slice_str("");
	}
	return slice_of(NULL, 0);
}

int request_param(const struct request *rq, const char *name, struct buf *out)
{
	buf_clear(out);
	struct slice raw = raw_param(rq, name);
	if (!raw.ptr)
		return 0;
	return percent_decode(out, raw, true) < 0 ? -1 : 1;
}

bool request_has_param(const struct request *rq, const char *name)
{
	return raw_param(rq, name).ptr != NULL;
}

int64_t parse_number(struct slice s)
{
	int64_t n = 0;
	if (s.len == 0 || s.len > 18)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return -1;
		n = n * 10 + (s.ptr[i] - '0');
	}
	return n;
}

void reply_init(struct reply *rp)
{
	*rp = (struct reply){.status = 200, .fd = -1};
	buf_init(&rp->body, 256u * 1024 * 1024);
}

void reply_release(struct reply *rp)
{
	http_headers_release(&rp->headers);
	buf_release(&rp->body);
	if (rp->fd >= 0)
		close(rp->fd);
	*rp = (struct reply){.fd = -1};
}

void reply_header(struct reply *rp, const char *name, const char *fmt, ...)
{
	struct buf v;
	char text[2048];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_init(&v, sizeof(text));
	buf_add(&v, text, n < 0 ? 0 : (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
	http_headers_set(&rp->headers, name, buf_str(&v));
	buf_release(&v);
}

static void reply_request_id(struct reply *rp, const char *name)
{
	char id[37];
	crypto_uuid(id);
	http_headers_set(&rp->headers, name, id);
}

void reply_json(struct reply *rp, int status, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	rp->status = status;
	buf_clear(&rp->body);
	buf_add_str(&rp->body, text ? text : "{}");
	http_headers_set(&rp->headers, "Content-Type", "application/x-amz-json-1.1");
	reply_request_id(rp, "x-amzn-RequestId");
	free(text);
	json_decref(json);
}

void reply_json_error(
        struct reply *rp, int status, const char *type, const char *code, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	struct buf message;
	buf_init(&message, 8192);
	utf8_repair(&message, slice_str(text));
	json_t *o = json_pack("{s:s, s:s}", "__type", type, "Message", buf_str(&message));
	if (code) {
		json_object_set_new(o, "AthenaErrorCode", json_string(code));
		json_object_set_new(o, "ErrorCode", json_string(code));
	}
	buf_release(&message);
	reply_json(rp, status, o);
}

void xml_text(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c == '&')
			buf_add_str(out, "&amp;");
		else if (c == '<')
			buf_add_str(out, "&lt;");
		else if (c == '>')
			buf_add_str(out, "&gt;");
		else if (c == '"')
			buf_add_str(out, "&quot;");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "&#x%X;", c);
		else
			buf_add_char(out, (char)c);
	}
}

void reply_xml_error(struct reply *rp, int status, const char *code, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	rp->status = status;
	buf_clear(&rp->body);
	buf_printf(&rp->body,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>",
	        code);
	xml_text(&rp->body, slice_str(text));
	reply_request_id(rp, "x-amz-request-id");
	buf_printf(&rp->body, "</Message><RequestId>%s</RequestId></Error>",
	        http_headers_get(&rp->headers, "x-amz-request-id"));
	http_headers_set(&rp->headers, "Content-Type", "application/xml");
}
