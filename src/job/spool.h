/*
 * Raw results kept on disk: CACHE/results/<query id>.csv, and beside it <query id>.json that says
 * which query it came from, so that preview and rewriting later need neither network nor money.
 * Bounded: before each download the oldest go until SPOOL_ALL_BYTES are left (so the folder holds
 * at most that and one new result), and what killed runs left goes after a day. A spool that fails
 * is a note to the user, never a failed job.
 */
#ifndef JOB_SPOOL_H
#define JOB_SPOOL_H

#include "base/err.h"
#include "base/slice.h"
#include "job/job.h"

#include <jansson.h>

#define SPOOL_MAX_BYTES (1LL << 30) /* one result */
#define SPOOL_ALL_BYTES (2LL << 30) /* the folder: oldest go first */

struct spool;
struct spool *spool_open(const char *cache_dir, const char *query_id, struct err *err);
/* After a failure, or beyond the limit, further calls do nothing and the first error is returned.
 */
int spool_write(struct spool *s, struct slice bytes, struct err *err);
/* Commits data and sidecar; frees. path: 1024 bytes. */
int spool_commit(struct spool *s, const struct job_spec *spec, const struct athena_status *st,
        char *path, struct err *err);
void spool_abort(struct spool *s); /* NULL allowed */
/* The sidecar of a result on disk, {"query": {...}, "athena": {...}}; NULL when there is none. */
json_t *spool_origin(const char *csv_path);
/* A kept result was used again: it counts as new, so that the sweep takes others first. */
void spool_touch(const char *cache_dir, const char *path);
/* Deletes the oldest results while all are larger than max_bytes together, and stale temporaries.
 */
void spool_sweep(const char *cache_dir, int64_t max_bytes);

#endif
