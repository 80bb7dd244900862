/* The JSON 1.1 wire of Athena: requests made, replies and errors read. Private to src/net. */
#ifndef NET_ATHENA_WIRE_H
#define NET_ATHENA_WIRE_H

#include "net/athena.h"

#include <jansson.h>

#define ATHENA_REQUEST_TIMEOUT_MS 60000

/* Fills a POST of one operation; params is JSON text. */
void athena_wire_request(struct http_req *req, const struct aws_identity *id, int req_id,
        const char *operation, struct slice params);
/*
 * Reads a reply's JSON object. NULL with err: an error of the service (code in `code`), no answer,
 * or an answer that is no JSON (ERR_PROTOCOL). *k tells what a retry policy makes of it.
 */
json_t *athena_wire_reply(const struct http_reply *reply, const char *operation,
        enum retry_class *k, struct err *err);
/* Copies a string member, "" when absent; long ones are cut at a character. */
void athena_wire_string(const json_t *o, const char *key, char *out, size_t size);
/* Reads QueryExecution of GetQueryExecution's reply. */
int athena_wire_status(const json_t *reply, struct athena_status *st, struct err *err);

#endif
