/*
 * Where finished lines go: JSONL under temporary names, then fsync and rename, then the manifest
 * (job/output.h has the names): row count, bytes, SHA-256, recipe name and hash, query id, SQL,
 * funnel, versions, times. Nothing stands under a final name unless everything is complete; a
 * failing commit leaves what stood there before. Files of an earlier set under the same manifest
 * that the new one does not replace are removed, if they are as that manifest says. Names that
 * could not be taken are refused at the opening, before anything is paid. Transform thread only.
 */
#ifndef JOB_SINK_H
#define JOB_SINK_H

#include "base/err.h"
#include "job/job.h"

struct sink;
/* o: copied; NULL: one plain file. "-", devices, pipes: no manifest. */
struct sink *sink_open(const char *path, const struct job_output *o, struct err *err);
/* The result's columns, before the first row: borrowed until the end. ERR_USAGE: no such split. */
int sink_bind(struct sink *s, const struct columns *c, struct err *err);
/* One line, without '\n'. cells: its row, for the split; not looked at without one. */
int sink_line(struct sink *s, const struct cell *cells, struct slice line, struct err *err);
/* A row that is not kept, for the rejects file: docs/report.md. row: from 0. note may be NULL. */
bool sink_wants_rejects(const struct sink *s);
int sink_reject(struct sink *s, uint64_t row, const struct cell *cells, const char *reason,
        const char *note, struct err *err);
uint64_t sink_rows(const struct sink *s);
int64_t sink_bytes(const struct sink *s);   /* of all data files, as they come out */
int64_t sink_busy_us(const struct sink *s); /* spent compressing, hashing and writing */
/* Settles everything on disk: after it rows and bytes are final. */
int sink_finish(struct sink *s, struct err *err);
/* Commits data, then manifest; frees. manifest_path: 1024 bytes, "" when there is none. */
int sink_commit(struct sink *s, const struct job_spec *spec, const struct job_progress *p,
        char *manifest_path, struct err *err);
void sink_abort(struct sink *s); /* removes the temporaries; NULL allowed */

#endif
