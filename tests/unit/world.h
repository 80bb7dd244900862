/*
 * A whole workbench without a terminal: a model with queries, two runs (one failed, one done with
 * its rows on disk and at hand), history, catalog, stages, log and messages, all of them holding
 * one text. Lives in a folder of its own.
 */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include "ui/parts.h"
#include "ui/prompt.h"

#include "base/slice.h"

struct world {
	struct model m;
	struct ui_config cfg;
	struct grid drawn;
	char dir[64], *queries, *recipes, *text;
	const char *recipe_dirs[2];
	uint64_t job;
};
/* `text`: any bytes. Where C strings are wanted it ends at its first NUL, where JSON is wanted it
 * is made UTF-8, in file names it is cut and has no slash. */
void world_init(struct world *w, struct slice text);
void world_release(struct world *w); /* removes its folder */
/* Lets all waiting work be done, and answers what the catalog asks. */
void world_settle(struct world *w);
void world_draw(struct world *w, int width, int height); /* into w->drawn */

#endif
