#include "net/http.h"

#include "base/mem.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

#define CONNECT_MS        10000L
#define STALL_S           30L
#define HEADERS_MAX_BYTES ((size_t)64 << 10)
#define HEADERS_MAX       256
#define TOO_MANY_HEADERS                                                                           \
	"the answer has more than 64 KiB or 256 lines of headers; check that the endpoint is "     \
	"the AWS service"
#define RECEIVE_SIZE     (256L << 10)
#define WAIT_FOR_EVER_MS (3600 * 1000)

struct transfer {
	struct transfer *next;
	struct http_client *client;
	CURL *easy;
	int handle;
	struct http_req req;
	struct curl_slist *lines; /* headers as curl takes them */
	struct http_reply reply;
	http_body_fn on_body;
	http_done_fn on_done;
	void *arg;
	size_t header_bytes;
	bool head_whole; /* the blank line after the headers came */
	bool added;      /* known to the multi handle */
	bool dead;       /* aborted: freed when curl is not running */
	bool refused;    /* our own limit: reply.failure is filled */
	bool resume;     /* to be unpaused by the next run */
	char detail[CURL_ERROR_SIZE];
};

struct http_client {
	CURLM *multi;
	struct transfer *list;
	int last_handle;
	bool busy;       /* inside curl: its calls may not nest */
	unsigned events; /* callbacks run */
	char *ca_file;   /* AWS_CA_BUNDLE, or NULL */
	atomic_bool woken;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void curl_start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct http_client *http_client_new(struct err *err)
{
	pthread_once(&curl_once, curl_start);
	struct http_client *c = MEM_NEW(struct http_client);
	atomic_init(&c->woken, false);
	c->multi = curl_multi_init();
	if (!c->multi) {
		mem_free(c);
		err_set(err, ERR_MEMORY, "cannot start the HTTP client: out of memory");
		return NULL;
	}
	const char *ca = getenv("AWS_CA_BUNDLE");
	c->ca_file = ca && *ca ? mem_strdup(ca) : NULL;
	return c;
}

static void transfer_free(struct transfer *t)
{
	if (t->added)
		curl_multi_remove_handle(t->client->multi, t->easy);
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->lines);
	http_req_release(&t->req);
	http_reply_release(&t->reply);
	mem_free(t);
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	while (c->list) {
		struct transfer *t = c->list;
		c->list = t->next;
		transfer_free(t);
	}
	curl_multi_cleanup(c->multi);
	mem_free(c->ca_file);
	mem_free(c);
}

/* Our own verdict on the answer: ends the transfer from inside a curl callback. */
static void refuse(struct transfer *t, enum err_code code, const char *what)
{
	struct slice host = http_url_authority(t->req.url);
	err_set(&t->reply.failure, code, "%.*s: %s", (int)host.len, host.ptr, what);
	t->refused = true;
}

/* A new status line begins a new head: what came before was 100 Continue or the like. */
static void head_begin(struct transfer *t, struct slice line)
{
	struct slice word;
	struct slice rest = slice_cut(line, ' ', &word);
	http_headers_release(&t->reply.headers);
	t->header_bytes = 0;
	t->reply.status = 0;
	t->head_whole = false;
	for (size_t i = 0; i < 3 && i < rest.len && rest.ptr[i] >= '0' && rest.ptr[i] <= '9'; i++)
		t->reply.status = t->reply.status * 10 + (rest.ptr[i] - '0');
}

static void head_line(struct transfer *t, struct slice line)
{
	struct slice name;
	struct slice value = slice_trim(slice_cut(line, ':', &name));
	name = slice_trim(name);
	if (name.len == 0 || name.len == line.len)
		return;
	char *n = mem_strndup(name.ptr, name.len);
	char *v = mem_strndup(value.len ? value.ptr : "", value.len);
	http_headers_add(&t->reply.headers, n, v);
	mem_free(n);
	mem_free(v);
}

static size_t on_header(char *ptr, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct slice line = slice_of(ptr, size * n);
	if (t->dead)
		return 0;
	if (slice_starts(line, "HTTP/")) {
		head_begin(t, line);
		return size * n;
	}
	t->header_bytes += line.len;
	t->head_whole = t->head_whole || slice_trim(line).len == 0;
	if (t->header_bytes > HEADERS_MAX_BYTES || t->reply.headers.n >= HEADERS_MAX) {
		refuse(t, ERR_PROTOCOL, TOO_MANY_HEADERS);
		return 0;
	}
	head_line(t, line);
	return size * n;
}

static bool is_2xx(int status)
{
	return status >= 200 && status <= 299;
}

static size_t on_write(char *ptr, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	t->client->events++;
	if (t->dead)
		return 0;
	if (t->req.stream && t->on_body && is_2xx(t->reply.status)) {
		bool taken = t->on_body(t->arg, t->req.id, &t->reply, slice_of(ptr, size * n));
		return taken ? size * n : CURL_WRITEFUNC_PAUSE;
	}
	buf_add(&t->reply.body, ptr, size * n);
	if (!t->reply.body.failed)
		return size * n;
	refuse(t, ERR_PROTOCOL, "the answer is larger than 64 MiB; read it in parts");
	return 0;
}

static bool is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' && *s != '\t')
			return false;
	return true;
}

static int append_line(struct transfer *t, const char *line, struct err *err)
{
	struct curl_slist *more = curl_slist_append(t->lines, line);
	if (!more)
		return err_set(err, ERR_MEMORY, "cannot send a request: out of memory");
	t->lines = more;
	return 0;
}

/* "Name: value"; curl spells a header without value "Name;". */
static int add_line(struct transfer *t, const struct http_header *h, struct err *err)
{
	if (!*h->name || strpbrk(h->name, ": \t") || !is_clean(h->name) || !is_clean(h->value))
		return err_set(err, ERR_INTERNAL, "cannot send the header %s: control characters",
		        is_clean(h->name) ? h->name : "with this name");
	char *line =
	        *h->value ? mem_printf("%s: %s", h->name, h->value) : mem_printf("%s;", h->name);
	int rc = append_line(t, line, err);
	mem_free(line);
	return rc;
}

/* Headers that curl would add by itself, and that were not signed, are switched off. */
static int add_lines(struct transfer *t, struct err *err)
{
	const struct http_headers *hs = &t->req.headers;
	for (size_t i = 0; i < hs->n; i++)
		if (strcasecmp(hs->h[i].name, "Expect") != 0 && add_line(t, &hs->h[i], err) < 0)
			return -1;
	if (!http_headers_get(hs, "Content-Type") && append_line(t, "Content-Type:", err) < 0)
		return -1;
	return append_line(t, "Expect:", err);
}

static CURLcode set_method(struct transfer *t)
{
	CURL *e = t->easy;
	const char *m = t->req.method;
	if (strcmp(m, "HEAD") == 0)
		return curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	if (strcmp(m, "GET") == 0 && t->req.body.len == 0)
		return curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	if (t->req.body.len > 0 || strcmp(m, "POST") == 0 || strcmp(m, "PUT") == 0) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->req.body.len);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, buf_str(&t->req.body));
	}
	return curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, m);
}

static void set_callbacks(struct transfer *t)
{
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_PRIVATE, (void *)t);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, (void *)t);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_write);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, (void *)t);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->detail);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->lines);
}

static void set_limits(struct transfer *t)
{
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L); /* what was signed is what is sent */
	curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, RECEIVE_SIZE);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, STALL_S);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)t->req.timeout_ms);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "athena-jsonl/" PACKAGE_VERSION);
	if (http_url_is_loopback(t->req.url))
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	if (t->client->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, t->client->ca_file);
}

static int transfer_setup(struct transfer *t, struct err *err)
{
	t->easy = curl_easy_init();
	if (!t->easy)
		return err_set(err, ERR_MEMORY, "cannot start a request: out of memory");
	if (add_lines(t, err) < 0)
		return -1;
	set_callbacks(t);
	set_limits(t);
	if (set_method(t) != CURLE_OK ||
	        curl_easy_setopt(t->easy, CURLOPT_URL, t->req.url) != CURLE_OK)
		return err_set(err, ERR_MEMORY, "cannot start a request: out of memory");
	return 0;
}

static int check_url(const struct http_req *req, struct err *err)
{
	const char *url = req->url ? req->url : "";
	if (http_url_authority(url).len == 0)
		return err_set(err, ERR_CONFIG,
		        "\"%.200s\" is not an http(s) address; check the endpoint "
		        "(AWS_ENDPOINT_URL)",
		        url);
	if (strncasecmp(url, "http://", 7) == 0 && !req->plain_ok && !http_url_is_loopback(url))
		return err_set(err, ERR_CONFIG,
		        "refused to send data to %.*s without TLS; use https://, or name the "
		        "address "
		        "in AWS_ENDPOINT_URL if you mean it",
		        (int)http_url_authority(url).len, http_url_authority(url).ptr);
	return 0;
}

int http_client_start(struct http_client *c, struct http_req *req, http_body_fn on_body,
        http_done_fn on_done, void *arg, struct err *err)
{
	if (check_url(req, err) < 0)
		return -1;
	struct transfer *t = MEM_NEW(struct transfer);
	t->client = c;
	t->req = *req;
	http_req_init(req);
	t->on_body = on_body;
	t->on_done = on_done;
	t->arg = arg;
	buf_init(&t->reply.body, HTTP_BODY_MAX);
	if (transfer_setup(t, err) < 0) {
		transfer_free(t);
		return -1;
	}
	t->handle = ++c->last_handle;
	t->next = c->list; /* handed to curl by the next run: we may be in one of its callbacks */
	c->list = t;
	return t->handle;
}

static struct transfer *find(struct http_client *c, int handle)
{
	struct transfer *t = c->list;
	while (t && t->handle != handle)
		t = t->next;
	return t && !t->dead ? t : NULL;
}

/* Frees what was aborted, and hands new transfers to curl. Never inside a callback. */
static void sweep(struct http_client *c)
{
	for (struct transfer **at = &c->list; *at;) {
		struct transfer *t = *at;
		if (t->dead) {
			*at = t->next;
			transfer_free(t);
			continue;
		}
		if (!t->added)
			t->added = curl_multi_add_handle(c->multi, t->easy) == CURLM_OK;
		at = &t->next;
	}
}

void http_client_resume(struct http_client *c, int handle)
{
	struct transfer *t = find(c, handle);
	if (t)
		t->resume = true;
}

void http_client_abort(struct http_client *c, int handle)
{
	struct transfer *t = find(c, handle);
	if (t)
		t->dead = true;
	if (!c->busy)
		sweep(c);
}

static const char *detail_of(const struct transfer *t, CURLcode rc)
{
	long number = 0;
	if (rc == CURLE_COULDNT_CONNECT)
		curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
	if (number != 0)
		return strerror((int)number);
	return t->detail[0] ? t->detail : curl_easy_strerror(rc);
}

static void timeout_text(struct err *e, const struct transfer *t, struct slice host)
{
	curl_off_t connected = 0;
	int n = (int)host.len;
	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (connected == 0)
		err_set(e, ERR_TIMEOUT,
		        "cannot reach %.*s: no connection within %ld s; check the endpoint "
		        "(AWS_ENDPOINT_URL), a proxy (HTTPS_PROXY) or your network",
		        n, host.ptr, CONNECT_MS / 1000);
	else if (strstr(t->detail, "too slow"))
		err_set(e, ERR_TIMEOUT, "%.*s sent nothing for %ld s; try again", n, host.ptr,
		        STALL_S);
	else
		err_set(e, ERR_TIMEOUT, "%.*s did not answer within %.1f s; try again", n, host.ptr,
		        t->req.timeout_ms / 1000.0);
}

/* "<what> host:port: <why, or curl's detail>; <what to do>" */
struct cause {
	CURLcode rc;
	enum err_code code;
	bool again;
	const char *what, *why, *advice;
};

static const struct cause *cause_of(CURLcode rc)
{
#define ENDPOINT "check the endpoint (AWS_ENDPOINT_URL)"
	static const struct cause causes[] = {
	        {CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, true, "cannot reach",
	                "the name is not known",
	                "check the region, the endpoint (AWS_ENDPOINT_URL) or your network"},
	        {CURLE_COULDNT_CONNECT, ERR_NETWORK, true, "cannot reach", NULL,
	                ENDPOINT " or your network"},
	        {CURLE_COULDNT_RESOLVE_PROXY, ERR_NETWORK, true, "cannot reach", NULL,
	                "check the proxy (HTTPS_PROXY, NO_PROXY)"},
	        {CURLE_PROXY, ERR_NETWORK, true, "cannot reach", NULL,
	                "check the proxy (HTTPS_PROXY, NO_PROXY)"},
	        {CURLE_PEER_FAILED_VERIFICATION, ERR_NETWORK, false,
	                "cannot trust the certificate of", NULL,
	                "if your network has its own CA, name its file in AWS_CA_BUNDLE"},
	        {CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, false, "cannot check the certificate of",
	                "the CA file cannot be read", "check AWS_CA_BUNDLE"},
	        {CURLE_UNSUPPORTED_PROTOCOL, ERR_PROTOCOL, false, "no HTTP service answers at",
	                NULL, ENDPOINT},
	        {CURLE_WEIRD_SERVER_REPLY, ERR_PROTOCOL, false, "no HTTP service answers at", NULL,
	                ENDPOINT},
	        {CURLE_OUT_OF_MEMORY, ERR_MEMORY, false, "cannot read the answer of", NULL,
	                "it is larger than what fits in memory"},
	        {CURLE_OK, ERR_NETWORK, true, "lost the connection to", NULL, "try again"},
	};
	const struct cause *c = causes;
	while (c->rc != CURLE_OK && c->rc != rc)
		c++;
	return c;
}

/* What curl's code means to a user. */
static void failure_text(struct err *e, const struct transfer *t, CURLcode rc)
{
	struct slice host = http_url_authority(t->req.url);
	const struct cause *c = cause_of(rc);
	if (rc == CURLE_OPERATION_TIMEDOUT)
		timeout_text(e, t, host);
	else
		err_set(e, c->code, "%s %.*s: %s; %s", c->what, (int)host.len, host.ptr,
		        c->why ? c->why : detail_of(t, rc), c->advice);
	e->transient = c->again;
}

/* A head that came stays (the caller may use the ETag), the rest is marked as missing. */
static void settle(struct transfer *t, CURLcode rc)
{
	struct http_reply *r = &t->reply;
	curl_off_t us = 0;
	curl_easy_getinfo(t->easy, CURLINFO_TOTAL_TIME_T, &us);
	r->total_ms = us / 1000;
	/* one line over 100 KB is more than curl's own buffer takes */
	if (rc == CURLE_OUT_OF_MEMORY && r->status != 0 && !t->head_whole && !t->refused)
		refuse(t, ERR_PROTOCOL, TOO_MANY_HEADERS);
	if (t->refused) {
		r->status = 0;
		return;
	}
	if (rc == CURLE_OK)
		return;
	long sent = 0;
	curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &sent);
	r->sent = sent > 0;
	failure_text(&r->failure, t, rc);
	r->truncated = t->head_whole && r->status >= 200;
	if (!r->truncated)
		r->status = 0;
}

static void unlink_transfer(struct http_client *c, const struct transfer *t)
{
	struct transfer **at = &c->list;
	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
}

static void finish(struct http_client *c, struct transfer *t, CURLcode rc)
{
	unlink_transfer(c, t);
	c->events++;
	settle(t, rc);
	c->busy = true; /* on_done may start and abort others: nothing is freed under it */
	if (!t->dead)
		t->on_done(t->arg, t->req.id, &t->reply);
	c->busy = false;
	transfer_free(t);
}

static void reap(struct http_client *c)
{
	CURLMsg *m;
	int left;
	while ((m = curl_multi_info_read(c->multi, &left))) {
		char *owner = NULL;
		CURLcode rc = m->data.result;
		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &owner);
		finish(c, (struct transfer *)(void *)owner, rc);
	}
}

/* Unpausing offers the refused part again at once. */
static void resume_all(struct http_client *c)
{
	for (struct transfer *t = c->list; t;) {
		if (!t->resume || t->dead) {
			t = t->next;
			continue;
		}
		t->resume = false;
		c->busy = true;
		CURLcode rc = t->added ? curl_easy_pause(t->easy, CURLPAUSE_CONT) : CURLE_OK;
		c->busy = false;
		if (rc != CURLE_OK)
			finish(c, t, rc);
		t = rc == CURLE_OK ? t->next : c->list; /* the callback may have changed the list */
	}
}

static int perform(struct http_client *c, struct err *err)
{
	int running;
	sweep(c);
	resume_all(c);
	c->busy = true;
	CURLMcode rc = curl_multi_perform(c->multi, &running);
	c->busy = false;
	if (rc != CURLM_OK)
		return err_set(
		        err, ERR_INTERNAL, "the HTTP client failed: %s", curl_multi_strerror(rc));
	reap(c);
	sweep(c);
	return 0;
}

int http_client_run(struct http_client *c, int timeout_ms, struct err *err)
{
	unsigned before = c->events;
	if (perform(c, err) < 0)
		return -1;
	if (c->events != before || timeout_ms == 0)
		return 0;
	int ready;
	CURLMcode rc = curl_multi_poll(
	        c->multi, NULL, 0, timeout_ms < 0 ? WAIT_FOR_EVER_MS : timeout_ms, &ready);
	if (rc != CURLM_OK)
		return err_set(
		        err, ERR_INTERNAL, "the HTTP client failed: %s", curl_multi_strerror(rc));
	return perform(c, err);
}

void http_client_wake(struct http_client *c)
{
	atomic_store(&c->woken, true);
	curl_multi_wakeup(c->multi);
}

bool http_client_woken(struct http_client *c)
{
	return atomic_exchange(&c->woken, false);
}

size_t http_client_active(const struct http_client *c)
{
	size_t n = 0;
	for (const struct transfer *t = c->list; t; t = t->next)
		n += !t->dead;
	return n;
}
