#include "ui/spend.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/ban.h"

#define DAY_MS 86400000

enum run_outcome spend_outcome(const struct history_entry *h)
{
	if (strcasecmp(h->state, "failed") == 0)
		return OUTCOME_FAILED;
	return strcasecmp(h->state, "cancelled") == 0 ? OUTCOME_CANCELLED : OUTCOME_DONE;
}

static int by_name(const void *a, const void *b)
{
	const struct history_entry *const *x = a, *const *y = b;
	return strcmp((*x)->query_name, (*y)->query_name);
}

/* Keeps the dearest, in order. */
static void offer(struct spend *s, const struct spend_query *q)
{
	size_t at = s->n_top;
	if (q->cost <= 0)
		return;
	while (at > 0 && s->top[at - 1].cost < q->cost)
		at--;
	if (at == SPEND_TOP)
		return;
	size_t last = s->n_top < SPEND_TOP ? s->n_top++ : SPEND_TOP - 1;
	memmove(s->top + at + 1, s->top + at, (last - at) * sizeof *s->top);
	s->top[at] = *q;
}

static void find_top(struct spend *s, const struct history_entry **e, size_t n)
{
	struct spend_query q = {0};
	for (size_t i = 0; i < n; i++) {
		if (q.name && strcmp(q.name, e[i]->query_name) != 0) {
			offer(s, &q);
			q = (struct spend_query){0};
		}
		q.name = e[i]->query_name;
		if (e[i]->local != s->top_local)
			continue;
		q.cost += e[i]->cost;
		q.runs++;
	}
	if (q.name)
		offer(s, &q);
	s->max_top = s->n_top ? s->top[0].cost : 0;
}

static void add(struct spend *s, const struct history_entry *h)
{
	enum run_outcome o = spend_outcome(h);
	s->done += o == OUTCOME_DONE;
	s->failed += o == OUTCOME_FAILED;
	s->cancelled += o == OUTCOME_CANCELLED;
	int64_t ago = s->today - h->wall_ms / DAY_MS;
	if (ago >= 0 && ago < SPEND_DAYS)
		(h->local ? s->local : s->billed)[SPEND_DAYS - 1 - ago] += h->cost;
}

void spend_sum(const struct history_entry *h, size_t n, int64_t wall_ms, struct spend *out)
{
	const struct history_entry **e = mem_calloc(n ? n : 1, sizeof *e);
	size_t used = 0;
	bool billed = false;
	memset(out, 0, sizeof *out);
	out->today = wall_ms / DAY_MS;
	for (size_t i = 0; i < n; i++) {
		if (h[i].from_csv && h[i].from_csv[0])
			continue;
		add(out, &h[i]);
		billed = billed || (!h[i].local && h[i].cost > 0);
		e[used++] = &h[i];
	}
	qsort(e, used, sizeof *e, by_name);
	out->top_local = !billed;
	find_top(out, e, used);
	mem_free(e);
}

int64_t spend_total(const int64_t series[SPEND_DAYS], int days)
{
	int64_t sum = 0;
	for (int i = SPEND_DAYS - days; i < SPEND_DAYS; i++)
		sum += series[i];
	return sum;
}

int64_t spend_max(const int64_t series[SPEND_DAYS], int days)
{
	int64_t max = 0;
	for (int i = SPEND_DAYS - days; i < SPEND_DAYS; i++)
		if (series[i] > max)
			max = series[i];
	return max;
}

void spend_day(int64_t day, char out[16])
{
	static const char *const month[] = {
	        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t t = (time_t)(day * (DAY_MS / 1000));
	struct tm tm;
	gmtime_r(&t, &tm);
	snprintf(out, 16, "%d %s", tm.tm_mday, month[tm.tm_mon % 12]);
}
