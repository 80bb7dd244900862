/* What the history adds up to: how runs ended, money per day, the dearest queries. Pure. */
#ifndef UI_SPEND_H
#define UI_SPEND_H

#include "job/journal.h"

#define SPEND_DAYS 30
#define SPEND_TOP  10

struct spend_query {
	const char *name; /* borrowed from the history */
	int64_t cost;     /* micro-dollars, all its runs */
	unsigned runs;
};
struct spend {
	int64_t today;              /* days since 1970-01-01 UTC */
	int64_t billed[SPEND_DAYS]; /* micro-dollars, the last is today */
	int64_t local[SPEND_DAYS];  /* what Athena would have billed for local runs */
	uint64_t done, failed, cancelled;
	struct spend_query top[SPEND_TOP]; /* of what was billed, else of local runs */
	size_t n_top;
	bool top_local;
	int64_t max_top;
};

enum run_outcome { OUTCOME_DONE, OUTCOME_FAILED, OUTCOME_CANCELLED };
enum run_outcome spend_outcome(const struct history_entry *h);
/* Runs that only read a file again count in nothing. */
void spend_sum(const struct history_entry *h, size_t n, int64_t wall_ms, struct spend *out);
/* The last `days` of a series. */
int64_t spend_total(const int64_t series[SPEND_DAYS], int days);
int64_t spend_max(const int64_t series[SPEND_DAYS], int days);
/* "25 Nov" of a day since 1970. */
void spend_day(int64_t day, char out[16]);

#endif
