#include "job/report.h"

#include "base/fmt.h"

#include <stdio.h>

#include "base/ban.h"

static void seconds(struct buf *out, const char *label, int64_t ms)
{
	if (ms < 0)
		buf_printf(out, "%s: not reported\n", label);
	else
		buf_printf(out, "%s: %.2f seconds\n", label, (double)ms / 1000.0);
}

/* The seed's four decimals, where they say something; less than a tenth of a cent keeps more. */
static const char *dollars(char out[FMT_SIZE], int64_t micro_usd)
{
	if (micro_usd < 1000)
		return fmt_money(out, micro_usd);
	snprintf(out, FMT_SIZE, "$%.4f", (double)micro_usd / 1e6);
	return out;
}

void report_statistics(struct buf *out, const struct job_progress *p, int64_t price_per_tb)
{
	const struct athena_stats *st = &p->athena.stats;
	char n[FMT_SIZE], size[FMT_SIZE], cost[FMT_SIZE], price[FMT_SIZE];
	buf_add_str(out, "=== Query Statistics ===\n");
	seconds(out, "Engine Execution Time", st->engine_ms);
	if (st->scanned_bytes < 0)
		buf_add_str(out, "Data Scanned: not reported\n");
	else
		buf_printf(out, "Data Scanned: %s bytes (%s)\n",
		        fmt_thousands(n, st->scanned_bytes), fmt_bytes(size, st->scanned_bytes));
	seconds(out, "Query Queue Time", st->queue_ms);
	seconds(out, "Service Processing Time", st->service_ms);
	seconds(out, "Total Execution Time", st->total_ms);
	if (st->scanned_bytes < 0) {
		buf_add_str(out, "Estimated Cost: not reported\n");
		return;
	}
	buf_printf(out, "Estimated Cost: %s (%s per TB, 10 MB minimum)%s\n", dollars(cost, p->cost),
	        fmt_money(price, price_per_tb),
	        st->reused ? "; result reused, nothing scanned" : "");
}

void report_batch(struct buf *out, uint64_t batch, uint64_t rows_in_batch, uint64_t total)
{
	buf_printf(out, "Batch %llu: Retrieved %llu rows", (unsigned long long)batch,
	        (unsigned long long)rows_in_batch);
	if (batch == 1)
		buf_printf(out, " (%llu - 1 header)", (unsigned long long)rows_in_batch + 1);
	buf_printf(out, ", Total: %llu rows", (unsigned long long)total);
}

static int64_t span_ms(const struct job_span *s)
{
	return s->begin_ms >= 0 && s->end_ms >= s->begin_ms ? s->end_ms - s->begin_ms : -1;
}

void report_download(struct buf *out, const struct job_progress *p)
{
	char n[FMT_SIZE], got[FMT_SIZE];
	int64_t ms = span_ms(&p->stage[STAGE_DOWNLOAD]);
	if (p->rows == 0 && p->stage[STAGE_DOWNLOAD].begin_ms < 0) {
		buf_add_str(out, "Nothing was downloaded\n");
		return;
	}
	buf_printf(out, "Download complete: Total of %s rows retrieved\n",
	        fmt_thousands(n, (int64_t)p->rows));
	/* A small result on loopback takes less than a millisecond: one is the finest we divide by.
	 */
	double mb = (double)p->got_bytes / (1024.0 * 1024.0);
	if (ms >= 0)
		buf_printf(out, "Download Rate: %.2f MB/s (%s%s)\n",
		        mb / ((double)(ms > 0 ? ms : 1) / 1000.0), fmt_bytes(got, p->got_bytes),
		        p->by_pages ? " of result pages" : "");
}

void report_funnel(struct buf *out, const struct job_progress *p, const struct recipe *r)
{
	const struct funnel *f = &p->funnel;
	char a[FMT_SIZE], b[FMT_SIZE];
	if (r == NULL)
		return;
	buf_printf(out, "=== Funnel: %s ===\n", recipe_name(r));
	buf_printf(out, "Rows: %s\nKept: %s\n", fmt_thousands(a, (int64_t)f->rows),
	        fmt_thousands(b, (int64_t)f->kept));
	for (size_t i = 0; i < recipe_steps(r) && i < RECIPE_MAX_STEPS; i++)
		if (f->rejected[i])
			buf_printf(out, "Rejected by %s (%s): %s\n", recipe_step(r, i)->name,
			        recipe_step(r, i)->title,
			        fmt_thousands(a, (int64_t)f->rejected[i]));
	if (f->gave_up)
		buf_printf(out, "Gave up (a pattern took too long): %s\n",
		        fmt_thousands(a, (int64_t)f->gave_up));
	if (f->bad)
		buf_printf(out, "Could not be judged: %s\n", fmt_thousands(a, (int64_t)f->bad));
}

static void stage_lines(struct buf *out, const struct job_progress *p)
{
	buf_add_str(out, "Stages (they overlap): begin, end, busy in seconds\n");
	for (enum job_stage i = 0; i < STAGE_COUNT; i++) {
		const struct job_span *s = &p->stage[i];
		if (s->begin_ms < 0)
			continue;
		buf_printf(out, "  %-9s %8.2f ", job_stage_name(i), (double)s->begin_ms / 1000.0);
		if (s->end_ms < 0)
			buf_add_str(out, "       -");
		else
			buf_printf(out, "%8.2f", (double)s->end_ms / 1000.0);
		buf_printf(out, " %8.2f\n", (double)s->busy_ms / 1000.0);
	}
}

/* Athena's own total where it said one, else what we saw from submission to the last query stage.
 */
static int64_t query_ms(const struct job_progress *p)
{
	if (p->athena.stats.total_ms >= 0)
		return p->athena.stats.total_ms;
	int64_t begin = p->stage[STAGE_SUBMIT].begin_ms, end = -1;
	for (enum job_stage i = STAGE_SUBMIT; i <= STAGE_SERVICE; i++)
		if (p->stage[i].end_ms > end)
			end = p->stage[i].end_ms;
	return begin >= 0 && end >= begin ? end - begin : -1;
}

void report_timing(struct buf *out, const struct job_progress *p)
{
	buf_add_str(out, "=== Timing Summary ===\n");
	if (p->athena.state != ATHENA_NONE)
		seconds(out, "Query Execution", query_ms(p));
	seconds(out, "Result Download", span_ms(&p->stage[STAGE_DOWNLOAD]));
	seconds(out, "Data Transformation",
	        p->stage[STAGE_TRANSFORM].begin_ms < 0 ? -1 : p->stage[STAGE_TRANSFORM].busy_ms);
	seconds(out, "Total Pipeline Time", p->elapsed_ms);
	stage_lines(out, p);
}
