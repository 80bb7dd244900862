/*
 * Where finished lines go: one JSONL file under a temporary name, then fsync and rename, then the
 * manifest beside it (FILE.manifest.json): row count, bytes, SHA-256, recipe name and hash, query
 * id, SQL, funnel, versions, times. Nothing stands under the final name unless complete; a failing
 * commit leaves what stood there before. Names that could not be taken are refused at the opening,
 * before anything is paid. Transform thread only.
 */
#ifndef JOB_SINK_H
#define JOB_SINK_H

#include "base/err.h"
#include "job/job.h"

struct sink;
struct sink *sink_open(const char *path, struct err *err); /* "-", devices, pipes: no manifest */
int sink_line(struct sink *s, struct slice line, struct err *err); /* without '\n' */
uint64_t sink_rows(const struct sink *s);
int64_t sink_bytes(const struct sink *s);
int64_t sink_busy_us(const struct sink *s); /* spent hashing and writing */
/* Commits data, then manifest; frees. manifest_path: 1024 bytes, "" when there is none. */
int sink_commit(struct sink *s, const struct job_spec *spec, const struct job_progress *p,
        char *manifest_path, struct err *err);
void sink_abort(struct sink *s); /* removes the temporary; NULL allowed */

#endif
