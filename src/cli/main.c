/* athena-jsonl: the only file of src/ that knows the workbench. */
#include "cli/commands.h"
#include "cli/lookup.h"
#include "ui/ui.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

/*
 * Whoever closed them: a file that we open must not become our standard output. They are filled the
 * wrong way round, so that what is written there fails instead of being lost in silence.
 */
static void fill_standard_fds(void)
{
	int fd;
	do
		fd = open("/dev/null", fcntl(0, F_GETFD) < 0 ? O_WRONLY : O_RDONLY);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

/* What was printed but did not arrive: a report cut short must not look like a success. */
static int check_printed(int status)
{
	bool bad = ferror(stdout) != 0;
	struct pollfd reader = {STDOUT_FILENO, POLLOUT, 0};
	errno = 0;
	if (fflush(stdout) == 0 && !bad)
		return status;
	if (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR)) /* head has seen enough */
		return status;
	struct err err = ERR_INIT;
	err_set(&err, ERR_IO, "cannot write standard output: %s; its text is not complete",
	        errno ? strerror(errno) : "a write failed");
	say_error(&err);
	return status == EXIT_OK ? EXIT_LOCAL : status;
}

static int need_terminal(struct err *err)
{
	const char *term = getenv("TERM"), *why = NULL;
	if (!isatty(0) || !isatty(1))
		why = "standard input and output are not a terminal";
	else if (term == NULL || *term == '\0' || strcmp(term, "dumb") == 0)
		why = "TERM names no terminal that can be drawn on";
	if (why == NULL)
		return 0;
	return err_set(err, ERR_USAGE,
	        "the workbench needs a terminal, but %s; without one: athena-jsonl run QUERY.sql "
	        "(athena-jsonl queries lists them)",
	        why);
}

static enum ui_color color_of(const char *word)
{
	return strcmp(word, "always") == 0  ? UI_COLOR_ALWAYS
	       : strcmp(word, "never") == 0 ? UI_COLOR_NEVER
	                                    : UI_COLOR_AUTO;
}

/* Borrowed from the settings. */
static struct ui_key *changed_keys(const struct settings *s)
{
	struct ui_key *k = mem_calloc(s->n_bindings + 1, sizeof *k);
	for (size_t i = 0; i < s->n_bindings; i++)
		k[i] = (struct ui_key){
		        s->binding[i].action, s->binding[i].keys, s->binding[i].where};
	return k;
}

static int check_keys(const struct settings *s, struct err *err)
{
	struct ui_key *k = changed_keys(s);
	int rc = ui_check_keys(k, s->n_bindings, err);
	mem_free(k);
	return rc;
}

static int run_ui(struct session *s, struct engine *e, int64_t start_us, struct err *err)
{
	const struct settings *st = s->settings;
	struct ui_key *keys = changed_keys(st);
	char where[128];
	char *queries = lookup_queries_dir(s->settings);
	char **recipes = lookup_recipe_dirs(s->settings, NULL);
	engine_where(e, where);
	engine_warm_up(e);
	const struct ui_config cfg = {
	        .engine = e,
	        .queries_dir = queries ? queries : "queries",
	        .recipe_dirs = (const char *const *)recipes,
	        .database = s->settings->database,
	        .workgroup = s->settings->workgroup,
	        .output_location = s->settings->output_location,
	        .state_dir = s->state_dir,
	        .where = s->settings->local ? "local engine" : where,
	        .profile = s->settings->profile,
	        .region = s->settings->region,
	        .timeout_ms = s->settings->timeout_ms,
	        .price_per_tb = s->settings->price_per_tb,
	        .max_cost = s->settings->max_cost,
	        .color = color_of(s->settings->color),
	        .theme = st->theme,
	        .charset = st->charset,
	        .notify = st->notify,
	        .notify_after_ms = st->notify_after_ms,
	        .mouse = st->mouse,
	        .title = st->title,
	        .confirm_quit = st->confirm_quit,
	        .complete_auto = strcmp(st->complete, "auto") == 0,
	        .autosave = st->autosave,
	        .restore = st->restore,
	        .tour = st->tour,
	        .keys = keys,
	        .n_keys = st->n_bindings,
	        .start_mono_us = start_us,
	};
	int rc = ui_run(&cfg, err);
	lookup_dirs_free(recipes);
	mem_free(queries);
	mem_free(keys);
	return rc;
}

static int cmd_workbench(struct session *s, int64_t start_us)
{
	struct err err = ERR_INIT;
	struct engine *e = NULL;
	int ended = 0;
	if (need_terminal(&err) == 0 && check_keys(s->settings, &err) == 0 &&
	        (e = session_engine(s, true, &err)) != NULL)
		ended = run_ui(s, e, start_us, &err);
	engine_free(e);
	if (ended > 0) /* no words: the terminal may be gone, or take nothing */
		return EXIT_SIGNAL + ended;
	if (err.code != ERR_NONE)
		say_error(&err);
	return exit_status(&err);
}

static int dispatch(struct session *s, int64_t start_us)
{
	switch (s->args->command) {
	case CMD_RUN: return cmd_run(s);
	case CMD_QUERIES: return cmd_queries(s);
	case CMD_HISTORY: return cmd_history(s);
	case CMD_SETTINGS: return cmd_settings(s);
	default: return cmd_workbench(s, start_us);
	}
}

static void print_help(enum command c)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	args_help(&b, c);
	fputs(buf_str(&b), stdout);
	buf_release(&b);
}

static int start(const struct args *a, int64_t start_us)
{
	struct err err = ERR_INIT;
	struct session s;
	int status;
	if (session_open(&s, a, &err) == 0) {
		status = dispatch(&s, start_us);
	} else {
		say_error(&err);
		status = exit_status(&err);
	}
	session_close(&s);
	return status;
}

int main(int argc, char **argv)
{
	int64_t start_us = clock_mono_us();
	struct err err = ERR_INIT;
	struct args a;
	int status = EXIT_OK;
	fill_standard_fds();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* JSON, YAML and reports have decimal points everywhere */
	if (args_parse(&a, argc, argv, &err) != 0) {
		say_error(&err);
		status = EXIT_USAGE;
	} else if (a.version) {
		puts(PACKAGE_STRING);
	} else if (a.help) {
		print_help(a.command);
	} else {
		status = start(&a, start_us);
	}
	args_release(&a);
	return check_printed(status);
}
