/*
 * The transform thread of one job: chunks in, rows decoded, judged and written. It owns the sink
 * and the spool from transform_start on. After a failure it closes the queue, so that the feeder
 * never waits for it.
 */
#ifndef JOB_TRANSFORM_H
#define JOB_TRANSFORM_H

#include "job/engine_int.h"

#define CHUNK_BYTES_SIZE ((size_t)256 * 1024)
#define CHUNK_QUEUE      16

struct transform;
/* Takes j->sink. */
struct transform *transform_start(struct engine *e, struct job *j, struct err *err);
struct queue *transform_queue(struct transform *t);
/* True once it failed: stop feeding. Any thread. */
bool transform_failed(struct transform *t);
/*
 * Waits for the end and frees. complete: CHUNK_END was pushed; else the queue is closed here and
 * nothing is committed. 0, or -1 with the first error.
 */
int transform_join(struct transform *t, bool complete, struct err *err);

#endif
