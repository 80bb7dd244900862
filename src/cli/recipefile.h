/*
 * A recipe file that names its query ("query: NAME or FILE", beside the recipe): one file that says
 * a whole run. The key is the command line's; the recipe itself does not know it.
 */
#ifndef CLI_RECIPEFILE_H
#define CLI_RECIPEFILE_H

#include "base/err.h"
#include "recipe/recipe.h"

#include <stdbool.h>

bool recipefile_is(const char *path); /* by its ending; NULL allowed */
/* The query's name or path, the caller's; NULL without an error: it names none. */
char *recipefile_query(const char *path, struct err *err);
/* The recipe in it; line numbers of errors are the file's. */
struct recipe *recipefile_load(const char *path, struct err *err);

#endif
