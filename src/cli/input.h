/* What a headless run is asked to do: query, parameters, recipe and names, as one job_spec. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli/session.h"
#include "sql/queryfile.h"

struct run_input {
	struct job_spec spec;    /* borrows from the rest */
	struct queryfile *query; /* NULL with --from-csv */
	struct buf sql;
	struct recipe *recipe;
	char *name, *out;
};
/* run_input_release in any case. */
int run_input_load(struct run_input *in, struct session *s, struct err *err);
void run_input_release(struct run_input *in);
/* "file:3:14" and the line itself with a caret, for an error that points into the SQL. */
void run_input_place(const struct run_input *in, const struct session *s, const struct err *err,
        struct buf *out);

#endif
