/*
 * Where things are: query files, recipes, the sample and athena-duck, of an installed program and
 * of a build tree alike. Every result is the caller's; NULL when nothing is there.
 */
#ifndef CLI_LOOKUP_H
#define CLI_LOOKUP_H

#include "base/err.h"
#include "cli/settings.h"

/* Folder of this program's executable. */
char *lookup_exe_dir(void);
/* The shipped queries: $ATHENA_JSONL_DATA/queries, beside or above the executable, installed. */
char *lookup_shipped_queries(void);
/* settings, ./queries, the shipped ones: the first that exists. */
char *lookup_queries_dir(const struct settings *s);
/* A query by path, or by name in ./queries and the other folders. ERR_NOT_FOUND lists them. */
char *lookup_query(const struct settings *s, const char *ref, struct err *err);
/* Folders for recipe_load, NULL-ended; free with lookup_dirs_free. The first is the user's own
 * (recipes_dir, or `recipes` in the configuration folder), which need not exist yet. near: file
 * beside which recipes may be, or NULL. */
char **lookup_recipe_dirs(const struct settings *s, const char *near);
void lookup_dirs_free(char **dirs);
/* Data for the embedded engine: settings, the sample beside the build, XDG data. */
char *lookup_data_dir(const struct settings *s, struct err *err);
/* athena-duck beside the executable, where it was installed, or in PATH. */
char *lookup_duck(struct err *err);

#endif
