/*
 * One file of what is being written: lines in, compressed, hashed and counted, under a temporary
 * name until the commit. Transform thread only.
 */
#ifndef JOB_PART_H
#define JOB_PART_H

#include "base/crypto.h"
#include "base/file.h"
#include "job/output.h"
#include "job/squeeze.h"

struct part {
	struct outfile *file;
	struct squeeze *squeeze; /* NULL: plain */
	struct sha256 *sum;
	struct buf pending, packed;
	enum output_side side;
	uint64_t rows;
	int64_t bytes; /* of the file; while it is compressed, what has come out so far */
	int64_t busy_us;
	char sha256[SHA256_HEX]; /* once finished */
};

/* Takes file, also on failure. */
int part_open(struct part *p, struct outfile *file, enum job_compress c, struct err *err);
int part_line(struct part *p, struct slice line, struct err *err); /* without '\n' */
/* Last bytes, settled on disk, buffers freed. Nothing is written after it. Once. */
int part_finish(struct part *p, struct err *err);
void part_release(struct part *p); /* removes the temporary, unless p->file was taken */

#endif
