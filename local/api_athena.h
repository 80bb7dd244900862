/*
 * Athena's API (version 2017-05-18, JSON 1.1) over executions and catalog. A request comes
 * verified; the reply is always filled. Any thread.
 */
#ifndef LOCAL_API_ATHENA_H
#define LOCAL_API_ATHENA_H

#include "local/duck.h"
#include "local/executions.h"
#include "local/message.h"

struct athena_api {
	struct duck *duck;
	struct executions *ex;
	struct store *store;
	const char *default_output; /* s3://athena-results/ */
	const char *token_key;      /* signs page tokens, so that only ours are followed */
	int64_t started_wall;
};
/* The operation of X-Amz-Target; NULL when it names none of ours. */
const char *athena_operation(const struct request *rq);
void athena_handle(
        const struct athena_api *api, const char *operation, struct slice body, struct reply *rp);

#endif
