/* What a headless run is asked to do: query, parameters, recipe and names, as one job_spec. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli/session.h"
#include "sql/queryfile.h"

struct input {
	struct job_spec spec;    /* borrows from the rest */
	struct queryfile *query; /* NULL with --from-csv */
	struct buf sql;
	struct recipe *recipe;
	char *name, *out;
};
/* input_release in any case. */
int input_load(struct input *in, struct session *s, struct err *err);
void input_release(struct input *in);
/* "file:3:14" and the line itself with a caret, for an error that points into the SQL. */
void input_place(
        const struct input *in, const struct session *s, const struct err *err, struct buf *out);

#endif
