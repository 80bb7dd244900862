/* Inside of one running job: what the files run.c (query, end) and fetch.c (result) share. */
#ifndef JOB_RUN_H
#define JOB_RUN_H

#include "job/feed.h"

/* Lives on the net thread's stack. */
struct run {
	struct engine *e;
	struct job *j;
	struct exchange *ride;
	struct feed *feed; /* while fetching */
	bool dml;          /* result pages begin with a header row */
};

/* Pumps one exchange to its end; frees it. */
int run_drive(struct run *r, struct exchange *x, bool (*tick)(void *), struct err *err);
/* False when the job is cancelled or over budget: then the exchange must end (run_give_up). */
bool run_keep_going(struct run *r);
/* From now on the exchange has bounded time to end. */
void run_give_up(struct run *r);
/* The result into r->feed: the object, or pages where there is none or it cannot be read. */
int run_fetch(struct run *r, struct err *err);

#endif
