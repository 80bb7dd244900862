/* Any bytes: parsed or refused with a place, and a parsed tree can be walked. */
#include "base/yaml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const struct yaml *n)
{
	size_t seen = 1;

	if (yaml_line(n) < 1 || yaml_col(n) < 1)
		abort();
	for (size_t i = 0; i < yaml_count(n); i++) {
		const char *key = yaml_key(n, i);
		/* Keys are unique: a key finds its own value. */
		if (i < 50 && key && yaml_get(n, key) != yaml_item(n, i))
			abort();
		seen += walk(yaml_item(n, i));
	}
	if (yaml_count(n) == 0 && yaml_kind(n) < YAML_LIST && !yaml_str(n))
		abort();
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct yaml *doc = yaml_parse(slice_of((const char *)data, size), "seed.yaml", &err);

	if (doc && walk(doc) > 100000)
		abort();
	if (!doc && (err.code == ERR_NONE || !err.text[0]))
		abort();
	yaml_free(doc);
	return 0;
}
