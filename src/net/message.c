#include "net/http.h"

#include "base/mem.h"

#include <strings.h>

#include "base/ban.h"

void http_headers_add(struct http_headers *hs, const char *name, const char *value)
{
	hs->h = mem_realloc(hs->h, hs->n + 1, sizeof(*hs->h));
	hs->h[hs->n].name = mem_strdup(name);
	hs->h[hs->n].value = mem_strdup(value);
	hs->n++;
}

void http_headers_set(struct http_headers *hs, const char *name, const char *value)
{
	for (size_t i = 0; i < hs->n; i++) {
		if (strcasecmp(hs->h[i].name, name) != 0)
			continue;
		char *copy = mem_strdup(value); /* value may be the old one */
		mem_free(hs->h[i].value);
		hs->h[i].value = copy;
		return;
	}
	http_headers_add(hs, name, value);
}

void http_headers_remove(struct http_headers *hs, const char *name)
{
	size_t kept = 0;
	for (size_t i = 0; i < hs->n; i++) {
		if (strcasecmp(hs->h[i].name, name) != 0) {
			hs->h[kept++] = hs->h[i];
			continue;
		}
		mem_free(hs->h[i].name);
		mem_free(hs->h[i].value);
	}
	hs->n = kept;
}

const char *http_headers_get(const struct http_headers *hs, const char *name)
{
	for (size_t i = 0; i < hs->n; i++)
		if (strcasecmp(hs->h[i].name, name) == 0)
			return hs->h[i].value;
	return NULL;
}

void http_headers_release(struct http_headers *hs)
{
	for (size_t i = 0; i < hs->n; i++) {
		mem_free(hs->h[i].name);
		mem_free(hs->h[i].value);
	}
	mem_free(hs->h);
	hs->h = NULL;
	hs->n = 0;
}

void http_req_init(struct http_req *r)
{
	memset(r, 0, sizeof(*r));
	r->method = "GET";
	buf_init(&r->body, HTTP_BODY_MAX);
}

void http_req_release(struct http_req *r)
{
	mem_free(r->url);
	http_headers_release(&r->headers);
	buf_release(&r->body);
	http_req_init(r);
}

void http_reply_release(struct http_reply *r)
{
	http_headers_release(&r->headers);
	buf_release(&r->body);
	memset(r, 0, sizeof(*r));
}
