/* Any bytes as the reply of GetQueryRuntimeStatistics: a tree within its bounds, or ERR_PROTOCOL.
 */
#include "job/stagetree.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct stagetree *t = stagetree_parse(slice_of((const char *)data, size), &err);
	size_t nodes = 0;

	if (t == NULL) {
		if (err.code != ERR_PROTOCOL)
			abort();
		return 0;
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct stage *s = &t->stage[i];
		if (s->depth > (i ? t->stage[i - 1].depth + 1 : 0))
			abort();
		for (size_t k = 0; k < s->n_plan; k++)
			if (!s->plan[k].name ||
			        s->plan[k].depth > (k ? s->plan[k - 1].depth + 1 : 0))
				abort();
		nodes += s->n_plan;
	}
	if (t->n > STAGETREE_MAX_STAGES || nodes > STAGETREE_MAX_NODES)
		abort();
	stagetree_unref(t);
	return 0;
}
