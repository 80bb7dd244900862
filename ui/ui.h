/*
 * The workbench, as main sees it. Runs in the calling thread until the user quits; restores the
 * terminal on every way out. Never includes net/.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include "base/err.h"
#include "job/engine.h"

struct ui_config {
	struct engine *engine;                              /* borrowed */
	const char *queries_dir;                            /* folder of *.sql */
	const char *const *recipe_dirs;                     /* NULL-ended */
	const char *database, *workgroup, *output_location; /* for job specs; NULL: not sent */
	const char *state_dir;                              /* readline history, session */
	const char *where;            /* "local engine", or the endpoint's words */
	const char *profile, *region; /* for the title bar; NULL: none */
	int64_t timeout_ms, price_per_tb, max_cost;
	enum ui_color { UI_COLOR_AUTO, UI_COLOR_ALWAYS, UI_COLOR_NEVER } color;
	const char *theme; /* "dark", "light", "mono" */
	bool mouse;
	int64_t start_mono_us; /* program start, for the logged time to first painted screen */
};
/*
 * 0 when the user quit; the signal's number when one ended it (SIGHUP, too, for a terminal that is
 * gone); -1 when the terminal cannot be used (ERR_USAGE: TERM=dumb, not a terminal).
 */
int ui_run(const struct ui_config *cfg, struct err *err);

/* Script runner for the golden screens: no terminal; keys and events from a text file, grid text to
 * out (tests/screens/README.md). */
struct buf;
int ui_script(
        const struct ui_config *cfg, const char *script_path, struct buf *out, struct err *err);

#endif
