/* Texts from a vocabulary (words.h explains its form). */
#ifndef DATA_GRAMMAR_H
#define DATA_GRAMMAR_H

#include "base/buf.h"
#include "data/rng.h"
#include "data/words.h"

struct grammar;
struct grammar *grammar_new(void);
void grammar_free(struct grammar *g); /* NULL allowed */

/* Who speaks where: what the symbols stand for. */
struct voice {
	const struct grammar *g;
	enum topic topic;
	const char *board;
	struct rng *rng;
};
/* Appends one choice of the symbol: the topic's, else the common one. */
void grammar_add(const struct voice *v, const char *symbol, struct buf *out);
/* Appends text with its {slots} filled. */
void grammar_fill(const struct voice *v, const char *text, struct buf *out);

#endif
