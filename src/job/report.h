/* The seed's report: statistics, cost, batches, rate, timing summary; as text and as JSON. */
#ifndef JOB_REPORT_H
#define JOB_REPORT_H

#include "base/buf.h"
#include "job/job.h"

/*
 *   === Query Statistics ===
 *   Engine Execution Time: 12.45 seconds
 *   Data Scanned: 1,234,567,890 bytes (1.15 GB)
 *   Query Queue Time: 0.52 seconds
 *   Service Processing Time: 2.26 seconds
 *   Total Execution Time: 15.23 seconds
 *   Estimated Cost: $0.0062 ($5.00 per TB, 10 MB minimum)
 * Values that Athena did not report say "not reported".
 */
void report_statistics(struct buf *out, const struct job_progress *p, int64_t price_per_tb);
/*
 * "Batch 1: Retrieved 999 rows (1000 - 1 header), Total: 999 rows"; later batches without brackets.
 * The seed's lines to the byte: no thousands separators here, unlike in the line below.
 */
void report_batch(struct buf *out, uint64_t batch, uint64_t rows_in_batch, uint64_t total);
/* "Download complete: Total of 4,523 rows retrieved" + "Download Rate: 3.41 MB/s" */
void report_download(struct buf *out, const struct job_progress *p);
/* Kept, rejected by reason (names from the recipe). */
void report_funnel(struct buf *out, const struct job_progress *p, const struct recipe *r);
/*
 *   === Timing Summary ===
 *   Query Execution: 15.23 seconds
 *   Result Download: 3.45 seconds
 *   Data Transformation: 2.18 seconds
 *   Total Pipeline Time: 20.86 seconds
 * plus one line per stage with busy time.
 */
void report_timing(struct buf *out, const struct job_progress *p);
/* Machine report: one JSON object (documented in docs/report.md), no newline inside. */
void report_json(struct buf *out, const struct job_event *end, const struct job_spec *spec);

#endif
