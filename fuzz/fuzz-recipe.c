/* Any bytes as a recipe: an error with a text, or a recipe whose canonical form reads the same. */
#include "recipe/recipe.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct recipe *r = recipe_parse(slice_of((const char *)data, size), "fuzz.yaml", &err),
	              *again;

	if (!r) {
		if (err.code == ERR_NONE || !err.text[0])
			abort();
		return 0;
	}
	again = recipe_parse(slice_str(recipe_text(r)), "canonical", &err);
	if (!again || strcmp(recipe_text(again), recipe_text(r)) != 0)
		abort();
	recipe_unref(again);
	recipe_unref(r);
	return 0;
}
