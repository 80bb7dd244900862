/*
 * FILE.manifest.json: what the file is, how it was made, and enough to check it (row count, bytes,
 * SHA-256). rows = lines of the file = funnel.kept.
 */
#ifndef JOB_MANIFEST_H
#define JOB_MANIFEST_H

#include "base/buf.h"
#include "base/crypto.h"
#include "job/job.h"

#define MANIFEST_VERSION 1

struct manifest {
	const char *file; /* path of the data file; its last component is written */
	uint64_t rows;
	int64_t bytes;
	char sha256[SHA256_HEX];
	const struct job_spec *spec;
	const struct job_progress *progress;
};
void manifest_write(struct buf *out, const struct manifest *m);

#endif
