#include "local/serve.h"

#include "base/log.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/ban.h"

#define CONNECTIONS_MAX 256
#define HEADERS_MAX     (64 * 1024) /* bytes of request line and headers */
#define IDLE_SECONDS    60

struct serve {
	struct MHD_Daemon *daemon;
	const struct route_config *route;
};

/* One request of a connection, from the request line on. */
struct conn {
	char *target; /* raw: libmicrohttpd decodes its own copy in place */
	struct call *call;
	struct reply reply;
	bool answered;
};

static union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
} parse_address(const char *text, int port)
{
	union address a;
	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1) {
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = htons((uint16_t)port);
	} else if (inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1) {
		a.v6.sin6_family = AF_INET6;
		a.v6.sin6_port = htons((uint16_t)port);
	} else {
		a.any.sa_family = AF_UNSPEC;
	}
	return a;
}

int address_is_loopback(const char *address)
{
	union address a = parse_address(address, 0);
	if (a.any.sa_family == AF_INET)
		return ntohl(a.v4.sin_addr.s_addr) >> 24 == 127;
	if (a.any.sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&a.v6.sin6_addr);
	return -1;
}

static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct conn *c = MEM_NEW(struct conn);
	(void)arg;
	(void)connection;
	c->target = mem_strdup(target);
	reply_init(&c->reply);
	return c;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **state,
        enum MHD_RequestTerminationCode why)
{
	struct conn *c = *state;
	(void)arg;
	(void)connection;
	(void)why;
	*state = NULL;
	if (!c)
		return;
	call_free(c->call);
	reply_release(&c->reply);
	mem_free(c->target);
	mem_free(c);
}

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *name,
        size_t n_name, const char *value, size_t n_value)
{
	(void)kind;
	request_add_header(arg, slice_of(name, n_name), slice_of(value, n_value));
	return MHD_YES;
}

static struct MHD_Response *make_response(struct reply *rp)
{
	struct MHD_Response *r;
	if (rp->fd >= 0) {
		r = MHD_create_response_from_fd_at_offset64(
		        (uint64_t)rp->fd_length, rp->fd, (uint64_t)rp->fd_offset);
		rp->fd = r ? -1 : rp->fd; /* the response closes it */
	} else {
		r = MHD_create_response_from_buffer(rp->body.len,
		        rp->body.len ? rp->body.ptr : (void *)"", MHD_RESPMEM_MUST_COPY);
	}
	for (size_t i = 0; r && i < rp->headers.n; i++)
		MHD_add_response_header(r, rp->headers.h[i].name, rp->headers.h[i].value);
	if (r && rp->close)
		MHD_add_response_header(r, "Connection", "close");
	return r;
}

static enum MHD_Result send_reply(struct conn *c, struct MHD_Connection *connection)
{
	struct MHD_Response *r = make_response(&c->reply);
	if (!r)
		return MHD_NO;
	enum MHD_Result rc = MHD_queue_response(connection, (unsigned)c->reply.status, r);
	MHD_destroy_response(r);
	c->answered = true;
	return rc;
}

static void begin(
        struct serve *s, struct conn *c, struct MHD_Connection *connection, const char *method)
{
	struct request rq;
	request_init(&rq, method, c->target);
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &rq);
	c->call = call_new(s->route, &rq);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
        const char *method, const char *version, const char *data, size_t *n_data, void **state)
{
	struct conn *c = *state;
	(void)url;
	(void)version;
	if (!c || c->answered)
		return c ? MHD_YES : MHD_NO;
	if (!c->call) {
		begin(arg, c, connection, method);
		return call_begin(c->call, &c->reply) ? send_reply(c, connection) : MHD_YES;
	}
	if (*n_data) {
		int rc = call_body(c->call, slice_of(data, *n_data));
		*n_data = 0;
		return rc < 0 ? MHD_NO : MHD_YES;
	}
	call_end(c->call, &c->reply);
	return send_reply(c, connection);
}

static void on_log(void *arg, const char *fmt, va_list ap)
{
	char text[300];
	(void)arg;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(text, sizeof(text), fmt, ap);
#pragma GCC diagnostic pop
	text[strcspn(text, "\n")] = 0;
	log_debug("http", "%s", text);
}

struct serve *serve_start(
        const struct serve_config *cfg, const struct route_config *route, struct err *err)
{
	union address a = parse_address(cfg->address, cfg->port);
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_USE_ITC;
	if (a.any.sa_family == AF_UNSPEC) {
		err_set(err, ERR_USAGE,
		        "'%s' is not a numeric address: give 127.0.0.1, ::1 or another one",
		        cfg->address);
		return NULL;
	}
	if (a.any.sa_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	struct serve *s = MEM_NEW(struct serve);
	s->route = route;
	s->daemon = MHD_start_daemon(flags, (uint16_t)cfg->port, NULL, NULL, on_request, s,
	        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_SOCK_ADDR, &a.any,
	        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_THREAD_POOL_SIZE,
	        (unsigned)cfg->threads, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
	        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT,
	        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX,
	        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (s->daemon)
		return s;
	err_set_errno(err, ERR_NETWORK, errno,
	        "cannot listen on %s port %d: is another server there? --port 0 takes a free one",
	        cfg->address, cfg->port);
	mem_free(s);
	return NULL;
}

int serve_port(const struct serve *s)
{
	const union MHD_DaemonInfo *info =
	        MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	return info ? info->port : 0;
}

void serve_stop(struct serve *s)
{
	if (!s)
		return;
	MHD_stop_daemon(s->daemon);
	mem_free(s);
}
