/*
 * The stream of synthetic comments, in order of time: threads with parents, authors, scores. Memory
 * stays the same however many are made.
 */
#ifndef DATA_COMMENT_H
#define DATA_COMMENT_H

#include "base/buf.h"

struct comments;
struct comments *comments_new(uint64_t seed);
void comments_free(struct comments *c); /* NULL allowed */
/* Appends the next comment as one line of JSON with its '\n'. */
void comments_next(struct comments *c, int64_t created_utc, struct buf *out);
/* "id VARCHAR, ...": the columns in the order of the JSON's keys. */
const char *comments_columns(void);

#endif
