/*
 * What becomes of the finished lines: compression, shards, a train/validation split, and the names
 * of the files. Pure: looks at the disk only where it says so.
 *
 * One file keeps its name (out.jsonl, compressed out.jsonl.gz) and has FILE.manifest.json beside
 * it. A set, that is shards or a split, is named as Hugging Face's loaders expect:
 * out.train.jsonl, out-00000-of-00004.jsonl, out.validation-00000-of-00001.jsonl.zst; its one
 * manifest is out.jsonl.manifest.json.
 */
#ifndef JOB_OUTPUT_H
#define JOB_OUTPUT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum job_compress { COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_ZSTD, COMPRESS_KINDS };
enum output_side { SIDE_ALL, SIDE_TRAIN, SIDE_VALIDATION, SIDES };

#define OUTPUT_MAX_FILES 1000    /* of one set */
#define OUTPUT_WHOLE     1000000 /* parts per million */

/* All zero: one plain file. Strings may be NULL. */
struct job_output {
	enum job_compress compress;
	uint64_t shard_rows;     /* lines per file and side; 0: all in one */
	uint32_t validation_ppm; /* share of values that go to validation; 0: no split */
	const char *split_by;    /* column whose equal values stay together; NULL: the whole row */
	uint64_t seed;           /* of the split */
	const char *rejects;     /* file for the rows that are not kept; NULL: none */
};

void output_copy(struct job_output *to, const struct job_output *from); /* deep */
void output_release(struct job_output *o);

bool output_is_set(const struct job_output *o);
const char *compress_name(enum job_compress c);   /* "none", "gzip", "zstd" */
const char *compress_suffix(enum job_compress c); /* "", ".gz", ".zst" */
/* Also "gz", "zst". False when unknown. */
bool compress_parse(const char *word, enum job_compress *out);
/* What a file name says: x.jsonl.gz is gzip. */
enum job_compress compress_by_name(const char *path);
const char *side_name(enum output_side s); /* "", "train", "validation" */

/* "0.05", "5%", "0" to parts per million; below 1. False when it is none of these. */
bool output_parse_share(const char *word, uint32_t *ppm);
/* Whole numbers, "10000", "10,000", "10k", "2m". */
bool output_parse_rows(const char *word, uint64_t *rows);

/* A whole number of at most 18 digits. */
bool output_parse_seed(const char *word, uint64_t *seed);

/* Standard output, a device, a pipe, a folder: written in place, or not at all. Looks at the disk.
 */
bool output_is_stream(const char *path);
/* Name of a file; shards 0: one per side. The caller frees. "-" stays "-". */
char *output_file(const char *path, const struct job_output *o, enum output_side side, size_t shard,
        size_t shards);
char *output_manifest(const char *path, const struct job_output *o); /* the caller frees */
/*
 * Looks at the disk for what would hinder the writing: folders, names that are too long, a stream
 * that shall take several files. Before anything is paid.
 */
int output_check(const char *path, const struct job_output *o, struct err *err);
/* Looks at the disk for a file that the writing would replace, the manifest included: its path (the
 * caller frees), or NULL. */
char *output_standing(const char *path, const struct job_output *o);

#endif
