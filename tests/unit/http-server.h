/*
 * A small HTTP server in a thread of the test, on a free loopback port, whose paths misbehave on
 * purpose (see http-server.c). One thread per connection.
 */
#ifndef TESTS_HTTP_SERVER_H
#define TESTS_HTTP_SERVER_H

#include <stdint.h>

#define SERVER_BIG (8 * 1024 * 1024) /* bytes of /big; byte i is server_byte(i) */

struct server;
struct server *server_start(void);
void server_stop(struct server *s);
int server_port(const struct server *s);
int server_connections(struct server *s); /* accepted so far */
int64_t server_sent(struct server *s);    /* bytes of /big handed to the kernel */
/* A port where nothing listens. */
int server_closed_port(void);

static inline char server_byte(int64_t i)
{
	return (char)('a' + (i * 7 + i / 1000) % 26);
}

#endif
