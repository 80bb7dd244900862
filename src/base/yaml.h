/*
 * The only door to libyaml: a bounded tree of nodes with source lines, for recipes and settings.
 * Anchors, aliases and tags other than the core schema's are refused; depth at most 32, nodes at
 * most 100,000. Duplicate keys in a mapping are an error.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum yaml_kind { YAML_NULL, YAML_BOOL, YAML_INT, YAML_FLOAT, YAML_STRING, YAML_LIST, YAML_MAP };

struct yaml; /* a document or a node inside it; nodes are borrowed from their document */
/* `name` stands before error texts ("recipes/x.yaml"). Errors have code ERR_CONFIG, line, col. */
struct yaml *yaml_parse(struct slice text, const char *name, struct err *err);
#define yaml_free yaml_tree_free  /* libyaml exports a yaml_free of its own and calls it */
void yaml_free(struct yaml *doc); /* NULL allowed */

enum yaml_kind yaml_kind(const struct yaml *n); /* plain scalars are resolved by the core schema */
int yaml_line(const struct yaml *n);            /* 1-based */
int yaml_col(const struct yaml *n);
const char *yaml_str(const struct yaml *n); /* any scalar's text; NULL for list and map */
bool yaml_bool(const struct yaml *n);
int64_t yaml_int(const struct yaml *n);
double yaml_float(const struct yaml *n);                            /* of YAML_INT too */
size_t yaml_count(const struct yaml *n);                            /* entries of list or map */
const struct yaml *yaml_item(const struct yaml *n, size_t i);       /* list item, or map value */
const char *yaml_key(const struct yaml *n, size_t i);               /* map key */
const struct yaml *yaml_get(const struct yaml *n, const char *key); /* NULL when absent */

#endif
