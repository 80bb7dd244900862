/*
 * The text of a comment: Markdown as its author typed it, then as Reddit's dumps hold it (with
 * HTML entities). Lengths are log-normal: half are below 100 characters, the longest above 5000.
 */
#ifndef DATA_BODY_H
#define DATA_BODY_H

#include "data/grammar.h"

/* quoted: an earlier comment that may be cited, or NULL. */
void body_make(const struct voice *v, const char *quoted, struct buf *out);
/* A copy that differs in a little: case, punctuation, a word more. */
void body_vary(const struct voice *v, const char *text, struct buf *out);
/* & < > as entities; now and then twice, or not at all, as in dumps of different years. */
void body_encode(struct rng *r, struct slice text, struct buf *out);

#endif
