#include "tests/unit/fake-aws.h"

#include "base/buf.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 64, MAX_OPS = 64, PAGE = 1000 };

struct seen {
	char name[48];
	int n;
};

struct fake_aws {
	struct fake_script script;
	const struct fake_script *s;
	int listener;
	char url[64];
	pthread_t acceptor, thread[MAX_CONNECTIONS];
	int fd[MAX_CONNECTIONS], n;
	atomic_bool stop;
	pthread_mutex_t lock;
	struct seen ops[MAX_OPS], tokens[MAX_OPS];
	int polls;
	bool started, stopped, cut;
};

static void count(struct fake_aws *f, struct seen *list, const char *name)
{
	pthread_mutex_lock(&f->lock);
	for (int i = 0; i < MAX_OPS; i++) {
		if (list[i].n == 0)
			snprintf(list[i].name, sizeof list[i].name, "%s", name);
		if (strcmp(list[i].name, name) == 0) {
			list[i].n++;
			break;
		}
	}
	pthread_mutex_unlock(&f->lock);
}

int fake_count(struct fake_aws *f, const char *operation)
{
	int n = 0;
	pthread_mutex_lock(&f->lock);
	for (int i = 0; i < MAX_OPS; i++)
		if (strcmp(f->ops[i].name, operation) == 0)
			n = f->ops[i].n;
	pthread_mutex_unlock(&f->lock);
	return n;
}

int fake_tokens(struct fake_aws *f)
{
	int n = 0;
	pthread_mutex_lock(&f->lock);
	while (n < MAX_OPS && f->tokens[n].n)
		n++;
	pthread_mutex_unlock(&f->lock);
	return n;
}

/* ---- HTTP ---- */

struct request {
	char method[8], path[1024], target[64], key[64];
	long range_from, range_to; /* -1: none */
	struct buf body;
};

static bool fill(int fd, struct buf *in)
{
	char *room = buf_reserve(in, 16384);
	ssize_t n = recv(fd, room, 16384, 0);
	if (n > 0)
		buf_added(in, (size_t)n);
	return n > 0;
}

static const char *header(const char *head, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = strstr(head, "\r\n"); p; p = strstr(p + 2, "\r\n"))
		if (strncasecmp(p + 2, name, n) == 0 && p[2 + n] == ':')
			return p + 3 + n + strspn(p + 3 + n, " ");
	return NULL;
}

static bool read_request(int fd, struct buf *in, struct request *r)
{
	const char *end;
	while (in->len == 0 || (end = strstr(buf_str(in), "\r\n\r\n")) == NULL)
		if (!fill(fd, in))
			return false;
	size_t head = (size_t)(end - in->ptr) + 4;
	in->ptr[head - 2] = '\0';
	sscanf(in->ptr, "%7s %1023s", r->method, r->path);
	const char *t = header(in->ptr, "x-amz-target"), *g = header(in->ptr, "range");
	const char *len = header(in->ptr, "content-length");
	const char *auth = header(in->ptr, "authorization");
	const char *key = auth ? strstr(auth, "Credential=") : NULL;
	r->key[0] = '\0';
	if (key)
		sscanf(key, "Credential=%63[A-Z0-9]", r->key);
	r->target[0] = '\0';
	if (t)
		sscanf(t, "AmazonAthena.%63[A-Za-z]", r->target);
	r->range_from = r->range_to = -1;
	if (g)
		sscanf(g, "bytes=%ld-%ld", &r->range_from, &r->range_to);
	size_t want = len ? strtoul(len, NULL, 10) : 0;
	while (in->len < head + want)
		if (!fill(fd, in))
			return false;
	buf_clear(&r->body);
	buf_add(&r->body, in->ptr + head, want);
	buf_consume(in, head + want);
	return true;
}

static bool send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool reply(int fd, int status, const char *extra, const char *body, size_t n)
{
	char head[512];
	int len = snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n",
	        status, n, extra);
	return send_all(fd, head, (size_t)len) && send_all(fd, body, n);
}

static bool reply_json(int fd, int status, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT);
	bool ok = reply(
	        fd, status, "Content-Type: application/x-amz-json-1.1\r\n", text, strlen(text));
	free(text);
	json_decref(o);
	return ok;
}

/* ---- Athena ---- */

static bool start_query(struct fake_aws *f, int fd, const json_t *in)
{
	const struct fake_script *s = f->s;
	count(f, f->tokens, json_string_value(json_object_get(in, "ClientRequestToken")));
	if (s->garbage) {
		static const char page[] = "<html>Please log in to the hotel</html>";
		return reply(fd, 200, "Content-Type: text/html\r\n", page, sizeof page - 1);
	}
	if (s->refuse)
		return reply_json(fd, 400,
		        json_pack("{s:s,s:s,s:s}", "__type", "InvalidRequestException",
		                "AthenaErrorCode", "MALFORMED_QUERY", "Message", s->refuse));
	pthread_mutex_lock(&f->lock);
	f->started = true;
	pthread_mutex_unlock(&f->lock);
	return reply_json(fd, 200, json_pack("{s:s}", "QueryExecutionId", "fake-1"));
}

static const char *state_now(struct fake_aws *f, long long *scanned)
{
	const struct fake_script *s = f->s;
	pthread_mutex_lock(&f->lock);
	int n = f->polls++;
	bool stopped = f->stopped;
	pthread_mutex_unlock(&f->lock);
	*scanned = s->scanned * (n + 1);
	if (stopped)
		return "CANCELLED";
	if (n == 0)
		return "QUEUED";
	if (s->polls_running < 0 || n <= s->polls_running)
		return "RUNNING";
	return s->fail ? "FAILED" : "SUCCEEDED";
}

static bool get_query(struct fake_aws *f, int fd)
{
	long long scanned;
	const char *state = state_now(f, &scanned);
	json_t *st = json_pack("{s:s}", "State", state);
	if (strcmp(state, "FAILED") == 0)
		json_object_set_new(st, "StateChangeReason", json_string(f->s->fail));
	json_t *q = json_pack("{s:s,s:s,s:s,s:o,s:{s:I,s:i,s:i,s:i,s:i,s:i}}", "QueryExecutionId",
	        "fake-1", "StatementType", "DML", "SubstatementType", "SELECT", "Status", st,
	        "Statistics", "DataScannedInBytes", (json_int_t)scanned,
	        "QueryPlanningTimeInMillis", 8, "EngineExecutionTimeInMillis", 30,
	        "QueryQueueTimeInMillis", 10, "ServiceProcessingTimeInMillis", 5,
	        "TotalExecutionTimeInMillis", 45);
	if (!f->s->managed)
		json_object_set_new(q, "ResultConfiguration",
		        json_pack("{s:s}", "OutputLocation",
		                f->s->object ? f->s->object : "s3://bucket/results/fake-1.csv"));
	return reply_json(fd, 200, json_pack("{s:o}", "QueryExecution", q));
}

/* One cell per line: the fake's pages know a single column without quotes or newlines in it. */
static bool get_results(struct fake_aws *f, int fd, const json_t *in)
{
	const char *token = json_string_value(json_object_get(in, "NextToken"));
	const char *p = f->s->csv + (token ? strtoul(token, NULL, 10) : 0);
	const char *end = f->s->csv + f->s->csv_len;
	json_t *rows = json_array();
	for (int i = 0; i < PAGE && p < end; i++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		json_array_append_new(rows, json_pack("{s:[{s:s%}]}", "Data", "VarCharValue", p + 1,
		                                    (int)(nl - p - 2)));
		p = nl + 1;
	}
	json_t *o = json_pack("{s:{s:o,s:{s:[{s:s,s:s}]}}}", "ResultSet", "Rows", rows,
	        "ResultSetMetadata", "ColumnInfo", "Name", "body", "Type", "varchar");
	char next[32];
	snprintf(next, sizeof next, "%ld", (long)(p - f->s->csv));
	if (p < end)
		json_object_set_new(o, "NextToken", json_string(next));
	return reply_json(fd, 200, o);
}

static bool runtime(struct fake_aws *f, int fd)
{
	json_t *o = json_object();
	if (f->s->output_rows >= 0 && fake_count(f, "GetQueryRuntimeStatistics") > f->s->late) {
		json_object_set_new(o, "Rows", json_pack("{s:i}", "OutputRows", f->s->output_rows));
		json_object_set_new(o, "OutputStage",
		        json_pack("{s:i,s:s,s:i}", "StageId", 0, "State", "FINISHED", "OutputRows",
		                f->s->output_rows));
	}
	return reply_json(fd, 200, json_pack("{s:o}", "QueryRuntimeStatistics", o));
}

static bool athena(struct fake_aws *f, int fd, const struct request *r)
{
	json_t *in = json_loadb(r->body.ptr, r->body.len, 0, NULL);
	const char *op = r->target;
	bool ok = false;
	if (strcmp(op, "StartQueryExecution") == 0) {
		ok = start_query(f, fd, in);
	} else if (strcmp(op, "GetQueryExecution") == 0) {
		ok = get_query(f, fd);
	} else if (strcmp(op, "StopQueryExecution") == 0) {
		pthread_mutex_lock(&f->lock);
		f->stopped = true;
		pthread_mutex_unlock(&f->lock);
		ok = reply_json(fd, 200, json_object());
	} else if (strcmp(op, "GetQueryResults") == 0) {
		ok = get_results(f, fd, in);
	} else if (strcmp(op, "GetQueryRuntimeStatistics") == 0) {
		ok = runtime(f, fd);
	} else {
		ok = reply_json(fd, 200, json_pack("{s:s}", "Echo", op));
	}
	json_decref(in);
	return ok;
}

static bool object(struct fake_aws *f, int fd, const struct request *r)
{
	const struct fake_script *s = f->s;
	static const char denied[] =
	        "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
	if (s->object_status)
		return reply(fd, s->object_status, "", denied, sizeof denied - 1);
	size_t from = r->range_from < 0 ? 0 : (size_t)r->range_from;
	size_t to = r->range_to < 0 ? s->csv_len : (size_t)r->range_to + 1;
	if (to > s->csv_len)
		to = s->csv_len;
	char head[256];
	snprintf(head, sizeof head,
	        "ETag: \"abc\"\r\nContent-Range: bytes %zu-%zu/%zu\r\nAccept-Ranges: bytes\r\n",
	        from, to - 1, s->csv_len);
	pthread_mutex_lock(&f->lock);
	bool cut = s->cut_at && !f->cut;
	f->cut = true;
	pthread_mutex_unlock(&f->lock);
	if (!cut)
		return reply(fd, 206, head, s->csv + from, to - from);
	char all[512];
	int n = snprintf(all, sizeof all, "HTTP/1.1 206 X\r\nContent-Length: %zu\r\n%s\r\n",
	        to - from, head);
	send_all(fd, all, (size_t)n);
	send_all(fd, s->csv + from, s->cut_at);
	return false;
}

static bool answer(struct fake_aws *f, int fd, const struct request *r)
{
	const char *op = r->target[0] ? r->target : r->method;
	count(f, f->ops, op);
	pthread_mutex_lock(&f->lock);
	bool silent = f->s->mute && f->started;
	pthread_mutex_unlock(&f->lock);
	if (silent) {
		while (!atomic_load(&f->stop))
			usleep(10000);
		return false;
	}
	if (r->target[0] && f->s->only_key && strcmp(r->key, f->s->only_key) != 0)
		return reply_json(fd, 400,
		        json_pack("{s:s,s:s}", "__type", "ExpiredTokenException", "message",
		                "The security token included in the request is expired"));
	return r->target[0] ? athena(f, fd, r) : object(f, fd, r);
}

struct connection {
	struct fake_aws *f;
	int fd;
};

static void *serve(void *arg)
{
	struct connection *c = arg;
	struct request r = {0};
	struct buf in;
	buf_init(&in, BUF_NO_LIMIT);
	buf_init(&r.body, BUF_NO_LIMIT);
	while (read_request(c->fd, &in, &r) && answer(c->f, c->fd, &r))
		;
	shutdown(c->fd, SHUT_RDWR);
	buf_release(&in);
	buf_release(&r.body);
	mem_free(c);
	return NULL;
}

static void *accept_all(void *arg)
{
	struct fake_aws *f = arg;
	while (f->n < MAX_CONNECTIONS) {
		int fd = accept(f->listener, NULL, NULL);
		if (fd < 0 || atomic_load(&f->stop)) {
			if (fd >= 0)
				close(fd);
			break;
		}
		struct connection *c = mem_zalloc(sizeof *c);
		*c = (struct connection){f, fd};
		f->fd[f->n] = fd;
		pthread_create(&f->thread[f->n++], NULL, serve, c);
	}
	return NULL;
}

struct fake_aws *fake_start(const struct fake_script *s)
{
	struct fake_aws *f = mem_zalloc(sizeof *f);
	f->script = *s; /* answers go on after the test's own frame is gone */
	f->s = &f->script;
	pthread_mutex_init(&f->lock, NULL);
	f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	if (bind(f->listener, (struct sockaddr *)&a, sizeof a) != 0 || listen(f->listener, 16) != 0)
		abort();
	getsockname(f->listener, (struct sockaddr *)&a, &n);
	snprintf(f->url, sizeof f->url, "http://127.0.0.1:%d", ntohs(a.sin_port));
	pthread_create(&f->acceptor, NULL, accept_all, f);
	return f;
}

void fake_stop(struct fake_aws *f)
{
	atomic_store(&f->stop, true);
	shutdown(f->listener, SHUT_RDWR);
	pthread_join(f->acceptor, NULL);
	for (int i = 0; i < f->n; i++)
		shutdown(f->fd[i], SHUT_RDWR);
	for (int i = 0; i < f->n; i++) {
		pthread_join(f->thread[i], NULL);
		close(f->fd[i]);
	}
	close(f->listener);
	pthread_mutex_destroy(&f->lock);
	mem_free(f);
}

const char *fake_url(const struct fake_aws *f)
{
	return f->url;
}
