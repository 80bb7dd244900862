#include "net/athena_wire.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

void athena_wire_request(struct http_req *req, const struct aws_identity *id, int req_id,
        const char *operation, struct slice params)
{
	http_req_init(req);
	req->id = req_id;
	req->method = "POST";
	struct buf text;
	buf_init(&text, 4096);
	buf_printf(&text, "%s/", id->athena_url);
	req->url = buf_take(&text);
	buf_printf(&text, "AmazonAthena.%s", operation);
	/* Exactly 1.1: without it, or with 1.0, Athena answers 404 in XML. */
	http_headers_set(&req->headers, "content-type", "application/x-amz-json-1.1");
	http_headers_set(&req->headers, "x-amz-target", buf_str(&text));
	buf_release(&text);
	buf_add_slice(&req->body, params);
	req->sign = "athena";
	req->region = id->region;
	req->timeout_ms = ATHENA_REQUEST_TIMEOUT_MS;
}

void athena_wire_string(const json_t *o, const char *key, char *out, size_t size)
{
	const char *s = json_string_value(json_object_get(o, key));
	size_t n = s ? strlen(s) : 0;
	if (n >= size) {
		n = size - 1;
		while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
			n--;
	}
	if (n > 0)
		memcpy(out, s, n);
	out[n] = '\0';
}

bool athena_error_place(const char *text, int *line, int *col)
{
	for (const char *p = text; (p = strstr(p, "line ")) != NULL; p += 5) {
		char *end;
		long l = strtol(p + 5, &end, 10);
		if (end == p + 5 || *end != ':')
			continue;
		char *after;
		long c = strtol(end + 1, &after, 10);
		if (after == end + 1 || l < 1 || c < 0 || l > 1000000 || c > 1000000)
			continue;
		*line = (int)l;
		*col = c < 1 ? 1 : (int)c;
		return true;
	}
	return false;
}

/* The name behind "prefix#" and before ":" of __type. */
static void error_type(const json_t *o, char *out, size_t size)
{
	athena_wire_string(o, "__type", out, size);
	char *hash = strrchr(out, '#');
	if (hash)
		memmove(out, hash + 1, strlen(hash + 1) + 1);
	char *colon = strchr(out, ':');
	if (colon)
		*colon = '\0';
}

static enum err_code code_of(const char *type, const char *athena_code)
{
	static const struct {
		const char *name;
		enum err_code code;
	} map[] = {
	        {"MALFORMED_QUERY", ERR_SYNTAX},
	        {"AccessDeniedException", ERR_DENIED},
	        {"UnrecognizedClientException", ERR_CREDENTIALS},
	        {"InvalidClientTokenId", ERR_CREDENTIALS},
	        {"InvalidSignatureException", ERR_CREDENTIALS},
	        {"SignatureDoesNotMatch", ERR_CREDENTIALS},
	        {"MissingAuthenticationTokenException", ERR_CREDENTIALS},
	        {"IncompleteSignatureException", ERR_CREDENTIALS},
	        {"ExpiredTokenException", ERR_EXPIRED},
	        {"ExpiredToken", ERR_EXPIRED},
	        {"RequestExpired", ERR_EXPIRED},
	        {"ThrottlingException", ERR_THROTTLED},
	        {"TooManyRequestsException", ERR_THROTTLED},
	        {"ResourceNotFoundException", ERR_NOT_FOUND},
	        {"MetadataException", ERR_NOT_FOUND},
	        {"EntityNotFoundException", ERR_NOT_FOUND},
	        {"InternalServerException", ERR_PROTOCOL},
	};
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (strcmp(map[i].name, type) == 0 || strcmp(map[i].name, athena_code) == 0)
			return map[i].code;
	return ERR_QUERY;
}

static const char *next_step(enum err_code code)
{
	switch (code) {
	case ERR_CREDENTIALS:
		return "; check the access key and secret key (AWS_PROFILE, AWS_ACCESS_KEY_ID)";
	case ERR_EXPIRED: return "; get new credentials and run again";
	case ERR_DENIED: return "; ask for the permission, or use another profile or workgroup";
	case ERR_THROTTLED: return "; wait a little and run again";
	default: return "";
	}
}

void athena_error(const struct http_reply *reply, struct err *err, char *code, size_t code_size)
{
	char type[80] = "", athena_code[80] = "", message[480] = "";
	if (code && code_size)
		code[0] = '\0';
	if (reply->status == 0) {
		if (err)
			*err = reply->failure;
		return;
	}
	json_t *o = json_loadb(buf_str(&reply->body), reply->body.len, 0, NULL);
	if (json_is_object(o)) {
		error_type(o, type, sizeof type);
		athena_wire_string(o, "AthenaErrorCode", athena_code, sizeof athena_code);
		athena_wire_string(o, "Message", message, sizeof message);
		if (!message[0])
			athena_wire_string(o, "message", message, sizeof message);
	}
	json_decref(o);
	if (code && code_size) {
		size_t n = strlen(type) < code_size ? strlen(type) : code_size - 1;
		memcpy(code, type, n);
		code[n] = '\0';
	}
	if (!type[0]) {
		err_set(err, ERR_PROTOCOL,
		        "Athena answered HTTP %d without an error it documents; check the endpoint "
		        "and any "
		        "proxy between",
		        reply->status);
		return;
	}
	enum err_code ec = code_of(type, athena_code);
	err_set(err, ec, "%s: %s%s", athena_code[0] ? athena_code : type,
	        message[0] ? message : "no message", next_step(ec));
	if (err)
		athena_error_place(message, &err->line, &err->col);
}

json_t *athena_wire_reply(
        const struct http_reply *reply, const char *operation, enum retry_class *k, struct err *err)
{
	char code[80] = "";
	if (reply->status < 200 || reply->status > 299) {
		athena_error(reply, err, code, sizeof code);
		*k = retry_classify(reply, code);
		return NULL;
	}
	json_error_t je;
	json_t *o = json_loadb(buf_str(&reply->body), reply->body.len, 0, &je);
	if (json_is_object(o) && !reply->truncated)
		return o;
	json_decref(o);
	*k = RETRY_TRANSIENT;
	struct buf shown;
	buf_init(&shown, 400);
	utf8_sanitize(
	        &shown, slice_of(reply->body.ptr, reply->body.len < 60 ? reply->body.len : 60));
	err_set(err, ERR_PROTOCOL,
	        "the answer to %s is not the JSON that Athena sends (it begins \"%s\"); check the "
	        "endpoint and any proxy or login page between",
	        operation, buf_str(&shown));
	buf_release(&shown);
	return NULL;
}

static enum athena_state state_of(const char *s)
{
	static const struct {
		const char *name;
		enum athena_state state;
	} map[] = {{"QUEUED", ATHENA_QUEUED}, {"RUNNING", ATHENA_RUNNING},
	        {"SUCCEEDED", ATHENA_SUCCEEDED}, {"FAILED", ATHENA_FAILED},
	        {"CANCELLED", ATHENA_CANCELLED}};
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (strcmp(map[i].name, s) == 0)
			return map[i].state;
	return ATHENA_NONE;
}

const char *athena_state_name(enum athena_state s)
{
	static const char *const names[] = {
	        "", "QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"};
	return names[s];
}

/* Sums and products of these are made later: what no query can reach counts as not reported. */
#define NUMBER_MAX 1e15

static int64_t number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	double d = json_is_number(v) ? json_number_value(v) : -1;
	return d >= 0 && d <= NUMBER_MAX ? (int64_t)d : -1;
}

static void read_statistics(const json_t *s, struct athena_stats *st)
{
	st->scanned_bytes = number(s, "DataScannedInBytes");
	st->engine_ms = number(s, "EngineExecutionTimeInMillis");
	st->total_ms = number(s, "TotalExecutionTimeInMillis");
	st->queue_ms = number(s, "QueryQueueTimeInMillis");
	st->pre_ms = number(s, "ServicePreProcessingTimeInMillis");
	st->planning_ms = number(s, "QueryPlanningTimeInMillis");
	st->service_ms = number(s, "ServiceProcessingTimeInMillis");
	st->reused = json_is_true(json_object_get(
	        json_object_get(s, "ResultReuseInformation"), "ReusedPreviousResult"));
}

int athena_wire_status(const json_t *reply, struct athena_status *st, struct err *err)
{
	const json_t *q = json_object_get(reply, "QueryExecution");
	const json_t *status = json_object_get(q, "Status");
	char state[24];
	athena_wire_string(status, "State", state, sizeof state);
	enum athena_state s = state_of(state);
	if (s == ATHENA_NONE)
		return err_set(err, ERR_PROTOCOL,
		        "Athena's answer to GetQueryExecution names no known state");
	st->state = s;
	if (json_is_string(json_object_get(q, "QueryExecutionId"))) /* else the one we asked for */
		athena_wire_string(q, "QueryExecutionId", st->id, sizeof st->id);
	athena_wire_string(q, "StatementType", st->statement_type, sizeof st->statement_type);
	athena_wire_string(
	        q, "SubstatementType", st->substatement_type, sizeof st->substatement_type);
	athena_wire_string(q, "WorkGroup", st->workgroup, sizeof st->workgroup);
	athena_wire_string(json_object_get(q, "ResultConfiguration"), "OutputLocation", st->output,
	        sizeof st->output);
	athena_wire_string(status, "StateChangeReason", st->reason, sizeof st->reason);
	if (!st->reason[0])
		athena_wire_string(json_object_get(status, "AthenaError"), "ErrorMessage",
		        st->reason, sizeof st->reason);
	read_statistics(json_object_get(q, "Statistics"), &st->stats);
	return 0;
}
