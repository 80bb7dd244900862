/*
 * What a headless run says on stderr: a live line where that is a terminal, else a line per state
 * and batch; then the seed's report. Data never comes here.
 */
#ifndef CLI_NARRATE_H
#define CLI_NARRATE_H

#include "job/engine.h"

struct narrator {
	bool quiet, tty, drawn;
	int64_t drawn_ms;
};
void narrator_init(struct narrator *n, bool quiet);
void narrator_event(struct narrator *n, const struct job_event *ev);
void narrator_live(
        struct narrator *n, const struct job_progress *p); /* call as often as you like */
void narrator_clear(struct narrator *n);                   /* takes the live line away */
void narrator_report(struct narrator *n, const struct job_event *end, const struct job_spec *spec);

#endif
