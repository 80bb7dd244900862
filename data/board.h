/* The boards of the sample: AI boards, and others whose names trap patterns without anchors. */
#ifndef DATA_BOARD_H
#define DATA_BOARD_H

#include "data/rng.h"
#include "data/words.h"

#include <stddef.h>

struct board {
	const char *name;
	enum topic topic;
	uint32_t weight; /* share of the comments */
};

size_t board_count(void);
const struct board *board_get(size_t i);
size_t board_pick(struct rng *r); /* by weight */

#endif
