/*
 * The manifest of one file or of a set: what it is, how it was made, and enough to check it (row
 * count, bytes, SHA-256). rows = lines of all files = funnel.kept. docs/report.md has every key.
 */
#ifndef JOB_MANIFEST_H
#define JOB_MANIFEST_H

#include "base/buf.h"
#include "base/crypto.h"
#include "job/job.h"

#define MANIFEST_VERSION 1

struct output_file {
	char *path; /* in a manifest only its last component is written */
	enum output_side side;
	size_t part; /* the sink's */
	uint64_t rows;
	int64_t bytes;
	char sha256[SHA256_HEX];
};
void output_files_free(struct output_file *f, size_t n); /* NULL allowed */

struct manifest {
	const struct output_file *files; /* one, unless the output is a set */
	size_t n;
	const struct output_file *rejects; /* NULL: none were asked for */
	uint64_t rows;
	int64_t bytes;
	const struct job_output *output;
	const struct job_spec *spec;
	const struct job_progress *progress;
};
void manifest_write(struct buf *out, const struct manifest *m);
/*
 * The data files that a manifest on disk lists, with paths beside it. A file of a few hundred
 * bytes a member, read at once. ERR_DATA: no manifest of ours.
 */
int manifest_files(const char *path, struct output_file **files, size_t *n, struct err *err);

#endif
