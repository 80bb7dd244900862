/* Any bytes as the three replies that fill the catalog, lines apart: no crash, and a sound tree. */
#include "job/catalog.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct catalog_node *n)
{
	for (size_t i = 0; i < n->n; i++) {
		if (n->child[i]->parent != n || n->child[i]->kind != n->kind + 1)
			abort();
		check(n->child[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ops[] = {"ListDataCatalogs", "ListDatabases", "ListTableMetadata"};
	char *text = mem_strndup((const char *)data, strnlen((const char *)data, size));
	struct slice rest = slice_str(text), line;
	struct catalog *c = catalog_new(NULL);

	for (int i = 0; rest.len > 0 && i < 64; i++) {
		rest = slice_cut(rest, '\n', &line);
		char *json = mem_strndup(line.ptr, line.len);
		catalog_reach(c, slice_of("d", 1));
		for (int k = 0; k < 3 && !catalog_feed(c, ops[k], json, NULL); k++)
			;
		mem_free(json);
		check(catalog_root(c));
		if (i % 8 == 7)
			catalog_reload(c, catalog_root(c));
	}
	catalog_free(c);
	mem_free(text);
	return 0;
}
