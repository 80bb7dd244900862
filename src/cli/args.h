/*
 * The command line. One table of options feeds the parser, --help and error texts; a command is a
 * bit, and every option says which commands take it.
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

enum command {
	CMD_WORKBENCH = 1,
	CMD_RUN = 2,
	CMD_QUERIES = 4,
	CMD_HISTORY = 8,
	CMD_SETTINGS = 16
};

struct args {
	enum command command;
	const char *file;   /* run: QUERY.sql or RECIPE.yaml */
	const char **param; /* NULL-ended "name=value" */
	size_t n_params;
	bool help, version, local, json, quiet, debug, no_mouse, no_restore, example;
	const char *settings, *log, *database, *region, *profile, *endpoint, *workgroup, *output;
	const char *queries, *recipes, *data, *recipe, *query, *out, *from_csv, *fetch, *timeout;
	const char *max_cost, *color, *theme;
	const char *format, *compress, *shard_rows, *split, *split_by, *seed, *rejects;
};
/* ERR_USAGE with the nearest right word. Strings stay argv's. args_release frees the lists. */
int args_parse(struct args *a, int argc, char **argv, struct err *err);
void args_release(struct args *a);
/* Help of one command; CMD_WORKBENCH gives the overview. */
void args_help(struct buf *out, enum command c);
const char *command_name(enum command c);

#endif
