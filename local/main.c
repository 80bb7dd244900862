/* athena-duck: Athena's and S3's wire protocols over embedded DuckDB. See man/athena-duck.1. */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "local/duck.h"
#include "local/executions.h"
#include "local/message.h"
#include "local/serve.h"
#include "local/statedir.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

#define DEFAULT_PORT   8735
#define DEFAULT_BUCKET "athena-results"
#define HTTP_THREADS   4
#define WORKERS        4
#define WAITING_MAX    200
#define KEPT_MAX       10000

struct options {
	const char *data, *state, *listen, *log, *access_key, *secret_key;
	int port;
	bool exit_on_stdin_eof;
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
	stop_signal = number;
}

static void usage(FILE *to)
{
	fputs("Usage: athena-duck --data DIR [options]\n"
	      "Serves the Athena and S3 APIs over the files of DIR: a folder in it is a database, "
	      "a file or\n"
	      "folder in that a table (Parquet, NDJSON, CSV; .gz, .zst; key=value folders are "
	      "partitions).\n"
	      "\n"
	      "  --data DIR             the data; only read\n"
	      "  --port N               port to listen on (8735; 0 takes a free one)\n"
	      "  --state DIR            keep results in DIR (default: a private folder, removed at "
	      "exit)\n"
	      "  --listen ADDR          address to listen on (127.0.0.1); others than loopback "
	      "need keys given\n"
	      "  --access-key K, --secret-key S\n"
	      "                         keys that requests must be signed with (default: new ones "
	      "each start;\n"
	      "                         also ATHENA_DUCK_ACCESS_KEY and ATHENA_DUCK_SECRET_KEY)\n"
	      "  --exit-on-stdin-eof    end when standard input does: for programs that start it "
	      "as a child\n"
	      "  --log FILE             write a log\n"
	      "  --help, --version\n"
	      "\n"
	      "When it serves, it prints one line of JSON: endpoint, access_key, secret_key, "
	      "output.\n"
	      "Example: athena-duck --data ~/reddit-dumps --port 0\n",
	        to);
}

static int read_port(const char *text, int *port, struct err *err)
{
	int64_t n = parse_number(slice_str(text));
	if (n < 0 || n > 65535)
		return err_set(err, ERR_USAGE, "--port %s: give a number from 0 to 65535", text);
	*port = (int)n;
	return 0;
}

/* 0 go on, 1 done (help), -1 wrong. */
static int parse_options(struct options *o, int argc, char **argv, struct err *err)
{
	enum { DATA = 256, PORT, STATE, LISTEN, ACCESS, SECRET, STDIN_EOF, LOG, HELP, VERSION_ };
	static const struct option known[] = {{"data", 1, NULL, DATA}, {"port", 1, NULL, PORT},
	        {"state", 1, NULL, STATE}, {"listen", 1, NULL, LISTEN},
	        {"access-key", 1, NULL, ACCESS}, {"secret-key", 1, NULL, SECRET},
	        {"exit-on-stdin-eof", 0, NULL, STDIN_EOF}, {"log", 1, NULL, LOG},
	        {"help", 0, NULL, HELP}, {"version", 0, NULL, VERSION_}, {NULL, 0, NULL, 0}};
	int c;
	*o = (struct options){.port = DEFAULT_PORT,
	        .listen = "127.0.0.1",
	        .access_key = getenv("ATHENA_DUCK_ACCESS_KEY"),
	        .secret_key = getenv("ATHENA_DUCK_SECRET_KEY")};
	while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (c) {
		case DATA: o->data = optarg; break;
		case PORT:
			if (read_port(optarg, &o->port, err) < 0)
				return -1;
			break;
		case STATE: o->state = optarg; break;
		case LISTEN: o->listen = optarg; break;
		case ACCESS: o->access_key = optarg; break;
		case SECRET: o->secret_key = optarg; break;
		case STDIN_EOF: o->exit_on_stdin_eof = true; break;
		case LOG: o->log = optarg; break;
		case 'h':
		case HELP: usage(stdout); return 1;
		case VERSION_: puts("athena-duck " PACKAGE_VERSION); return 1;
		default: return err_set(err, ERR_USAGE, "see athena-duck --help");
		}
	}
	if (optind < argc)
		return err_set(err, ERR_USAGE, "unexpected argument '%s': see athena-duck --help",
		        argv[optind]);
	return 0;
}

static bool key_is_plain(const char *k)
{
	size_t n = strlen(k);
	return n >= 3 && n <= 128 &&
	       strspn(k, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=") == n;
}

static int check_options(const struct options *o, struct err *err)
{
	int loopback = address_is_loopback(o->listen);
	if (!o->data)
		return err_set(err, ERR_USAGE,
		        "--data DIR is missing: the folder whose tables are to be served");
	if (!file_is_dir(o->data))
		return err_set(err, ERR_USAGE, "--data %s is not a folder", o->data);
	if (!o->access_key != !o->secret_key)
		return err_set(err, ERR_USAGE, "give both --access-key and --secret-key, or none");
	if (o->access_key && (!key_is_plain(o->access_key) || strlen(o->secret_key) < 8))
		return err_set(err, ERR_USAGE,
		        "the access key must be 3 to 128 letters or digits, the secret key 8 "
		        "characters or more");
	if (loopback < 0)
		return err_set(err, ERR_USAGE, "--listen %s is not a numeric address", o->listen);
	if (!loopback && !o->access_key)
		return err_set(err, ERR_USAGE,
		        "--listen %s can be reached by others: give --access-key and --secret-key "
		        "yourself",
		        o->listen);
	return 0;
}

/* Keys of this start: random, in the form of AWS's. */
struct keys {
	char access[21], secret[41];
};

static void random_text(char *out, size_t n, const char *alphabet)
{
	uint8_t r[64];
	size_t letters = strlen(alphabet);
	if (crypto_random(r, n) < 0)
		abort();
	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[r[i] % letters];
	out[n] = 0;
}

static void make_keys(struct keys *k, struct options *o)
{
	if (!o->access_key) {
		memcpy(k->access, "AKID", 4);
		random_text(k->access + 4, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
		random_text(k->secret, 40,
		        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
		o->access_key = k->access;
		o->secret_key = k->secret;
	}
	log_add_secret(o->secret_key);
}

/* Everything that lives while the server does. */
struct app {
	struct statedir state;
	struct store *store;
	struct duck *duck;
	struct executions *executions;
	struct serve *serve;
	struct route_config route;
	char *output, token_key[65];
};

static void app_close(struct app *a)
{
	serve_stop(a->serve);
	executions_free(a->executions);
	duck_close(a->duck);
	store_close(a->store);
	statedir_close(&a->state);
	mem_free(a->output);
}

static int open_engine(struct app *a, const struct options *o, struct err *err)
{
	char *spill = file_join(a->state.path, "spill");
	struct duck_config dc = {.data_dir = o->data, .temp_dir = spill};
	int rc = file_mkdir_p(spill, 0700, err);
	if (rc == 0) {
		a->duck = duck_open(&dc, err);
		rc = a->duck ? 0 : -1;
	}
	mem_free(spill);
	if (rc < 0)
		return -1;
	struct exec_config ec = {.store = a->store,
	        .duck = a->duck,
	        .workers = WORKERS,
	        .max_waiting = WAITING_MAX,
	        .max_kept = KEPT_MAX};
	a->executions = executions_new(&ec);
	return 0;
}

static void fill_route(struct app *a, const struct options *o)
{
	uint8_t r[32];
	if (crypto_random(r, sizeof(r)) < 0)
		abort();
	crypto_hex(r, sizeof(r), a->token_key);
	a->output = mem_strdup("s3://" DEFAULT_BUCKET "/");
	a->route.keys = (struct auth_keys){o->access_key, o->secret_key};
	a->route.store = a->store;
	a->route.athena = (struct athena_api){.duck = a->duck,
	        .ex = a->executions,
	        .store = a->store,
	        .default_output = a->output,
	        .token_key = a->token_key,
	        .started_wall = clock_wall_ms()};
	if (strcmp(o->listen, "0.0.0.0") == 0 || strcmp(o->listen, "::") == 0)
		a->route.listen_host = "*";
	else
		a->route.listen_host = o->listen;
}

static int app_open(struct app *a, const struct options *o, struct err *err)
{
	struct serve_config sc = {.address = o->listen, .port = o->port, .threads = HTTP_THREADS};
	if (statedir_open(&a->state, o->state, err) < 0)
		return -1;
	a->store = store_open(a->state.path, err);
	if (!a->store || store_make_bucket(a->store, DEFAULT_BUCKET, err) < 0 ||
	        open_engine(a, o, err) < 0)
		return -1;
	fill_route(a, o);
	a->serve = serve_start(&sc, &a->route, err);
	return a->serve ? 0 : -1;
}

static int announce(const struct app *a, const struct options *o, struct err *err)
{
	const char *host = strcmp(o->listen, "0.0.0.0") == 0 ? "127.0.0.1" : o->listen;
	bool v6 = strchr(host, ':') != NULL;
	if (strcmp(host, "::") == 0)
		host = "::1";
	char *endpoint = mem_printf(
	        "http://%s%s%s:%d", v6 ? "[" : "", host, v6 ? "]" : "", serve_port(a->serve));
	json_t *j = json_pack("{s:s, s:s, s:s, s:s}", "endpoint", endpoint, "access_key",
	        o->access_key, "secret_key", o->secret_key, "output", a->output);
	char *line = json_dumps(j, JSON_PRESERVE_ORDER);
	bool ok = line && puts(line) >= 0 && fflush(stdout) == 0;
	log_info("serve", "%s serves %s", endpoint, o->data);
	free(line);
	json_decref(j);
	mem_free(endpoint);
	return ok ? 0
	          : err_set(err, ERR_IO,
	                    "cannot write the line with the endpoint to standard output");
}

/* Signals are blocked in every thread and let in here only. */
static void wait_for_end(bool watch_stdin, const sigset_t *let_in)
{
	struct pollfd in = {.fd = watch_stdin ? STDIN_FILENO : -1, .events = POLLIN};
	char drop[256];
	while (!stop_signal) {
		int n = ppoll(&in, 1, NULL, let_in);
		if (n > 0 && in.revents) {
			ssize_t got = read(STDIN_FILENO, drop, sizeof(drop));
			if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
				return;
		}
	}
}

static void block_signals(sigset_t *before)
{
	struct sigaction sa = {.sa_handler = on_signal};
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &ends, before);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int serve_until_told(struct options *o, struct err *err)
{
	struct app a = {.state = {.lock = -1}};
	struct keys keys;
	sigset_t before;
	json_object_seed(0);
	block_signals(&before);
	make_keys(&keys, o);
	int rc = app_open(&a, o, err);
	if (rc == 0)
		rc = announce(&a, o, err);
	if (rc == 0)
		wait_for_end(o->exit_on_stdin_eof, &before);
	app_close(&a);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o;
	struct err err = ERR_INIT;
	int rc = parse_options(&o, argc, argv, &err);
	if (rc > 0)
		return 0;
	if (rc == 0)
		rc = check_options(&o, &err);
	if (rc == 0)
		rc = log_open(o.log, LOG_INFO, -1, &err);
	if (rc == 0)
		rc = serve_until_told(&o, &err);
	if (rc < 0) {
		fprintf(stderr, "athena-duck: %s\n", err.text);
		log_error("main", "%s", err.text);
	}
	log_close();
	return rc == 0 ? 0 : err.code == ERR_USAGE ? 2 : 1;
}
