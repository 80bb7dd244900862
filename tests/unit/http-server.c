#include "http-server.h"

#include "base/clock.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ban.h"

#define CONNECTIONS_MAX 64
#define REQUEST_MAX     (64 * 1024)

struct connection {
	struct server *server;
	int fd;
	pthread_t thread;
};

struct server {
	int fd, port;
	pthread_t thread;
	atomic_bool stop;
	atomic_int accepted, n; /* n: with a thread to be joined */
	atomic_llong sent;
	struct connection c[CONNECTIONS_MAX];
};

static bool put(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool say(int fd, const char *text)
{
	return put(fd, text, strlen(text));
}

static bool answer(int fd, const char *status, const char *headers, const char *body, size_t len)
{
	char head[512];
	snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status, len,
	        headers);
	return say(fd, head) && put(fd, body, len);
}

static bool with_reset(int fd)
{
	const struct linger now = {1, 0};
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
	clock_sleep_ms(50);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return false;
}

static bool with_slow_bytes(int fd)
{
	bool ok = say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
	for (int i = 0; ok && i < 20; i++) {
		clock_sleep_ms(5);
		ok = put(fd, "x", 1);
	}
	return ok;
}

static bool with_chunks(int fd, bool whole)
{
	return say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	               "5\r\nhello\r\n1;ext=1\r\n \r\n") &&
	       (!whole || say(fd, "5\r\nworld\r\n0\r\n\r\n")) && whole;
}

static bool with_headers(int fd, int n, size_t value_size)
{
	char *value = mem_zalloc(value_size + 1);
	memset(value, 'v', value_size);
	bool ok = say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
	for (int i = 0; ok && i < n; i++) {
		char name[32];
		snprintf(name, sizeof(name), "X-%d: ", i);
		ok = say(fd, name) && put(fd, value, value_size) && say(fd, "\r\n");
	}
	mem_free(value);
	return ok && say(fd, "\r\n");
}

static bool with_big_body(struct server *s, int fd)
{
	char part[16384];
	char head[100];
	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", SERVER_BIG);
	bool ok = say(fd, head);
	for (int64_t at = 0; ok && at < SERVER_BIG; at += (int64_t)sizeof(part)) {
		for (size_t i = 0; i < sizeof(part); i++)
			part[i] = server_byte(at + (int64_t)i);
		ok = put(fd, part, sizeof(part));
		atomic_fetch_add(&s->sent, (long long)sizeof(part));
	}
	return ok;
}

/* More than a client should collect; the length is not told. */
static bool without_end(int fd)
{
	static const char part[65536];
	bool ok = say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	for (int i = 0; ok && i < 2000; i++)
		ok = put(fd, part, sizeof(part));
	return false;
}

static bool hang(struct server *s)
{
	for (int i = 0; i < 1000 && !atomic_load(&s->stop); i++)
		clock_sleep_ms(10);
	return false;
}

static bool is(const char *request, const char *path)
{
	const char *target = strchr(request, ' ');
	size_t n = strlen(path);
	return target && strncmp(target + 1, path, n) == 0 && strchr(" ?", target[1 + n]);
}

/* Whether the connection stays open. */
static bool respond(struct server *s, int fd, const char *request, size_t len)
{
	if (is(request, "/reset"))
		return with_reset(fd);
	if (is(request, "/cut"))
		return say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf") && false;
	if (is(request, "/silent"))
		return false;
	if (is(request, "/slow"))
		return with_slow_bytes(fd);
	if (is(request, "/chunked") || is(request, "/chunkcut"))
		return with_chunks(fd, is(request, "/chunked"));
	if (is(request, "/headers"))
		return with_headers(fd, 100, 1000);
	if (is(request, "/manyheaders"))
		return with_headers(fd, 1000, 1);
	if (is(request, "/headerline"))
		return with_headers(fd, 1, 120000);
	if (is(request, "/big"))
		return with_big_body(s, fd);
	if (is(request, "/endless"))
		return without_end(fd);
	if (is(request, "/hang"))
		return hang(s);
	if (is(request, "/redirect"))
		return answer(fd, "302 Found", "Location: /ok\r\n", "moved", 5);
	if (is(request, "/interim"))
		return say(fd, "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n") &&
		       answer(fd, "200 OK", "X-Late: 1\r\n", "late", 4);
	if (is(request, "/nothttp"))
		return say(fd, "SSH-2.0-OpenSSH_9.2p1\r\n") && false;
	if (is(request, "/skewed"))
		return answer(
		        fd, "403 Forbidden", "Date: Fri, 01 Jan 2100 00:00:00 GMT\r\n", "", 0);
	if (is(request, "/missing"))
		return answer(fd, "404 Not Found", "", "no such key", 11);
	if (is(request, "/ok"))
		return answer(fd, "200 OK", "X-Test:  padded \r\nETag: \"e\"\r\n", "hello", 5);
	return answer(fd, "200 OK", "", request, len); /* what was asked, byte by byte */
}

/* Reads one request with its body; 0 when the client is gone. */
static size_t read_request(int fd, char *buf)
{
	size_t n = 0;
	for (;;) {
		ssize_t got = recv(fd, buf + n, REQUEST_MAX - 1 - n, 0);
		if (got <= 0)
			return 0;
		n += (size_t)got;
		buf[n] = '\0';
		const char *end = strstr(buf, "\r\n\r\n"), *len = strstr(buf, "Content-Length: ");
		size_t body = len ? strtoul(len + 16, NULL, 10) : 0;
		if (end && n >= (size_t)(end + 4 - buf) + body)
			return n;
	}
}

static void *serve(void *arg)
{
	struct connection *c = arg;
	char *buf = mem_alloc(REQUEST_MAX);
	bool open = true;
	while (open) {
		size_t n = read_request(c->fd, buf);
		open = n > 0 && respond(c->server, c->fd, buf, n);
	}
	mem_free(buf);
	shutdown(c->fd, SHUT_WR);
	close(c->fd);
	return NULL;
}

static void *accept_loop(void *arg)
{
	struct server *s = arg;
	for (;;) {
		int n = atomic_load(&s->n), fd = accept(s->fd, NULL, NULL);
		if (fd < 0 || atomic_load(&s->stop) || n == CONNECTIONS_MAX) {
			if (fd >= 0)
				close(fd);
			return NULL;
		}
		atomic_fetch_add(&s->accepted, 1); /* before its thread can answer */
		s->c[n].server = s;
		s->c[n].fd = fd;
		pthread_create(&s->c[n].thread, NULL, serve, &s->c[n]);
		atomic_store(&s->n, n + 1);
	}
}

static int listen_on_free_port(int *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) < 0 || listen(fd, 64) < 0 ||
	        getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		abort();
	*port = ntohs(a.sin_port);
	return fd;
}

struct server *server_start(void)
{
	struct server *s = MEM_NEW(struct server);
	s->fd = listen_on_free_port(&s->port);
	pthread_create(&s->thread, NULL, accept_loop, s);
	return s;
}

/* The client has closed its connections by now, or is told to end them by /hang's own limit. */
void server_stop(struct server *s)
{
	atomic_store(&s->stop, true);
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	for (int i = 0; i < atomic_load(&s->n); i++)
		pthread_join(s->c[i].thread, NULL);
	close(s->fd);
	mem_free(s);
}

int server_port(const struct server *s)
{
	return s->port;
}

int server_connections(struct server *s)
{
	return atomic_load(&s->accepted);
}

int64_t server_sent(struct server *s)
{
	return atomic_load(&s->sent);
}

int server_closed_port(void)
{
	int port;
	close(listen_on_free_port(&port));
	return port;
}
