/*
 * One request from its first header to its reply, apart from any HTTP library: Host and Origin are
 * checked before all else, then who signs and what for, then Athena or S3 take it.
 */
#ifndef LOCAL_ROUTE_H
#define LOCAL_ROUTE_H

#include "local/api_athena.h"
#include "local/auth.h"
#include "local/bucket.h"
#include "local/message.h"

#include <stdbool.h>

#define ATHENA_BODY_MAX (1024 * 1024)

struct route_config {
	struct auth_keys keys;
	struct athena_api athena;
	struct store *store;
	const char *listen_host; /* an address that a Host header may also name; NULL: loopback
	                            only; "*": any */
};
struct call;
/* Takes over rq's contents; the config must outlive the call. */
struct call *call_new(const struct route_config *cfg, struct request *rq);
/*
 * After the headers. True: the reply is ready and the body is not to be read (the connection has to
 * be closed when there is one). False: give the body, then call_end.
 */
bool call_begin(struct call *c, struct reply *rp);
/* -1: give up and close, no reply can be sent. */
int call_body(struct call *c, struct slice part);
void call_end(struct call *c, struct reply *rp);
void call_free(struct call *c); /* NULL allowed; an unfinished upload leaves nothing */

/*
 * Whether a Host header names this machine by loopback (or by listen_host); against pages that make
 * a browser call us by a name of theirs (DNS rebinding). bucket (NULL allowed) gets the first label
 * of "bucket.localhost", else stays empty.
 */
bool host_allowed(const char *host, const char *listen_host, struct slice *bucket);

#endif
