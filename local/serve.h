/* The only door to libmicrohttpd: listens and turns its callbacks into calls (local/route.h). */
#ifndef LOCAL_SERVE_H
#define LOCAL_SERVE_H

#include "base/err.h"
#include "local/route.h"

struct serve_config {
	const char *address; /* numeric: "127.0.0.1", "::1", "0.0.0.0" */
	int port;            /* 0: a free one */
	int threads;
};
struct serve;
/* cfg->route must outlive the server. */
struct serve *serve_start(
        const struct serve_config *cfg, const struct route_config *route, struct err *err);
int serve_port(const struct serve *s);
void serve_stop(struct serve *s); /* waits for the calls that run; NULL allowed */

/* Whether a numeric address is a loopback one; -1 when it is not an address at all. */
int address_is_loopback(const char *address);

#endif
