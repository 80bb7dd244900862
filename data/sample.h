/*
 * The sample on disk: DIR/reddit/comments/year=YYYY/month=MM/part-0.parquet (or .ndjson), a
 * _README.txt that calls it synthetic, and DIR/.sample.json, which says what was asked for. It is
 * made in DIR.tmp and renamed: DIR exists only when it is complete.
 */
#ifndef DATA_SAMPLE_H
#define DATA_SAMPLE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct sample_spec {
	const char *dir;
	uint64_t rows, seed;
	bool parquet;                                           /* else NDJSON */
	void (*progress)(int month, int months, uint64_t rows); /* may be NULL */
	void (*note)(const char *what, const char *path);       /* may be NULL */
};
/* Does nothing (*made is false) when DIR holds this very sample already. */
int sample_make(const struct sample_spec *spec, bool *made, struct err *err);

#endif
