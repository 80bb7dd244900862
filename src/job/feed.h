/*
 * The feeder's side of the queue: bytes of any size become chunks. Never blocks on the network
 * path: a full queue is told to the caller, who pauses the transfer. Net thread only.
 */
#ifndef JOB_FEED_H
#define JOB_FEED_H

#include "job/transform.h"

struct feed {
	struct engine *e;
	struct job *j;
	struct transform *t;
	struct chunk *open; /* being filled */
	int64_t got;        /* bytes taken */
	int64_t opened_ms;  /* when the open chunk got its first byte */
	int64_t paused_ms;  /* in all */
	int64_t paused_at;  /* 0: not paused */
	struct meter meter;
};
void feed_init(struct feed *f, struct engine *e, struct job *j, struct transform *t);
void feed_release(struct feed *f);
/* 0 taken, 1 no room now, -1 the transform gave up (its own error counts). */
int feed_bytes(struct feed *f, struct slice s, struct err *err);
int feed_page(struct feed *f, bool header, struct slice json, struct err *err);
/* Passes on what waits for a chunk to fill, if it waits long enough (or at once). */
void feed_flush(struct feed *f, bool now);
/* End of the result: waits for room. false when the transform gave up. */
bool feed_end(struct feed *f);
/* A result on disk; stops when the job does. */
int feed_file(struct feed *f, const char *path, struct err *err);
/* Download numbers and its stage onto the board. */
void feed_publish(struct feed *f, bool ended);

#endif
