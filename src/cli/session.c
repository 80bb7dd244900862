#include "cli/session.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/lookup.h"
#include "net/aws.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

/* ---- words to the user ---- */

static void say_text(struct slice text)
{
	struct buf safe, line;
	buf_init(&safe, BUF_NO_LIMIT);
	buf_init(&line, BUF_NO_LIMIT);
	log_redact(&line, text);
	utf8_sanitize(&safe, buf_slice(&line));
	fprintf(stderr, "athena-jsonl: %s\n", buf_str(&safe));
	buf_release(&line);
	buf_release(&safe);
}

void say(const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	say_text(slice_str(text));
}

void say_error(const struct err *err)
{
	say_text(slice_str(err->text[0] ? err->text : "failed without a reason: this is a bug"));
}

int exit_status(const struct err *err)
{
	switch (err->code) {
	case ERR_NONE: return EXIT_OK;
	case ERR_USAGE:
	case ERR_CONFIG:
	case ERR_RECIPE: return EXIT_USAGE;
	case ERR_CREDENTIALS:
	case ERR_EXPIRED:
	case ERR_DENIED: return EXIT_CREDENTIALS;
	case ERR_THROTTLED:
	case ERR_NETWORK:
	case ERR_PROTOCOL: return EXIT_NETWORK;
	case ERR_TIMEOUT: return EXIT_TIMEOUT;
	case ERR_BUDGET: return EXIT_BUDGET;
	case ERR_DATA:
	case ERR_IO:
	case ERR_DISK_FULL: return EXIT_LOCAL;
	default: return EXIT_QUERY;
	}
}

/* ---- settings and command line ---- */

/* An option of the command line for a setting. */
struct given {
	const char *name, *value, *option;
};

static int apply_args(struct settings *s, const struct args *a, struct err *err)
{
	const struct given given[] = {
	        {"database", a->database, "--database"},
	        {"region", a->region, "--region"},
	        {"profile", a->profile, "--profile"},
	        {"endpoint_url", a->endpoint, "--endpoint-url"},
	        {"workgroup", a->workgroup, "--workgroup"},
	        {"output_location", a->output, "--output-location"},
	        {"queries_dir", a->queries, "--queries"},
	        {"recipes_dir", a->recipes, "--recipes"},
	        {"data_dir", a->data, "--data"},
	        {"color", a->color, "--color"},
	        {"theme", a->theme, "--theme"},
	        {"timeout", a->timeout, "--timeout"},
	        {"max_cost", a->max_cost, "--max-cost"},
	        {"mouse", a->no_mouse ? "false" : NULL, "--no-mouse"},
	        {"restore", a->no_restore ? "false" : NULL, "--no-restore"},
	};
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		if (settings_override(s, given[i].name, given[i].value, given[i].option, err) != 0)
			return -1;
	if (a->local && (a->profile || a->endpoint))
		return err_set(err, ERR_USAGE, "--local does not go with --%s",
		        a->profile ? "profile" : "endpoint-url");
	if (a->local || (a->data && !a->profile && !a->endpoint)) /* else DIR would be ignored */
		s->local = true;
	else if (a->profile || a->endpoint)
		s->local = false;
	return 0;
}

int session_open(struct session *s, const struct args *a, struct err *err)
{
	*s = (struct session){.args = a};
	s->settings = settings_load(a->settings, err);
	if (s->settings == NULL || apply_args(s->settings, a, err) != 0)
		return -1;
	if ((s->state_dir = file_state_dir(err)) == NULL ||
	        (s->cache_dir = file_cache_dir(err)) == NULL)
		return -1;
	s->log_path = a->log ? mem_strdup(a->log) : file_join(s->state_dir, "debug.log");
	int to_stderr = a->debug && a->command == CMD_RUN ? (int)LOG_DEBUG : -1;
	if (log_open(s->log_path, a->debug ? LOG_DEBUG : LOG_INFO, to_stderr, err) != 0)
		return -1;
	log_info("cli", "%s %s", PACKAGE_STRING, command_name(a->command));
	return 0;
}

void session_close(struct session *s)
{
	log_close();
	settings_free(s->settings);
	mem_free(s->state_dir);
	mem_free(s->cache_dir);
	mem_free(s->log_path);
}

/* ---- engine ---- */

static struct engine *local_engine(struct session *s, struct err *err)
{
	struct engine *e = NULL;
	char *duck = lookup_duck(err);
	char *data = duck ? lookup_data_dir(s->settings, err) : NULL;
	if (data) {
		const char *argv[] = {duck, "--data", data, "--port", "0", NULL};
		struct engine_config c = {
		        .local_argv = argv,
		        .region = s->settings->region ? s->settings->region : "us-east-1",
		        .state_dir = s->state_dir,
		        .cache_dir = s->cache_dir,
		        .keys_first = s->args->command == CMD_WORKBENCH,
		};
		log_info("cli", "embedded engine %s on %s", duck, data);
		e = engine_new(&c, err);
	}
	mem_free(data);
	mem_free(duck);
	return e;
}

static struct engine *aws_engine(struct session *s, const struct aws_options *o, struct err *err)
{
	struct aws_identity *id = aws_identity_resolve(o, err);
	if (id == NULL)
		return NULL;
	struct engine_config c = {
	        .identity = id,
	        .region = id->region,
	        .state_dir = s->state_dir,
	        .cache_dir = s->cache_dir,
	        .keys_first = s->args->command == CMD_WORKBENCH,
	};
	return engine_new(&c, err);
}

struct engine *session_engine(struct session *s, bool network, struct err *err)
{
	struct settings *st = s->settings;
	const struct aws_options o = {st->profile, st->region, st->endpoint};
	if (!network) {
		struct engine_config c = {.state_dir = s->state_dir, .cache_dir = s->cache_dir};
		return engine_new(&c, err);
	}
	if (!st->local && !aws_configured(&o))
		st->local = s->local_by_default = true;
	return st->local ? local_engine(s, err) : aws_engine(s, &o, err);
}
