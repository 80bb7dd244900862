/*
 * The workbench, as main sees it. Runs in the calling thread until the user quits; restores the
 * terminal on every way out. Never includes net/.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include "base/err.h"
#include "job/engine.h"

/* A change of keys: "run" or "preview.next", and "F5 C-r"; where: "settings.yaml:12", for errors.
 */
struct ui_key {
	const char *action, *keys, *where;
};
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
	const char *theme;   /* a name of ui/theme.h, or "auto" */
	const char *charset; /* "auto", "utf-8", "ascii" */
	const char *notify;  /* "off", "bell", "desktop", "all" */
	int64_t notify_after_ms;
	bool mouse, title, confirm_quit;
	bool complete_auto, autosave; /* of the editor */
	bool restore, tour;           /* the last session; the tour at the first start */
	const struct ui_key *keys;    /* the user's; n_keys of them */
	size_t n_keys;
	int64_t start_mono_us; /* program start, for the logged time to first painted screen */
};
/*
 * 0 when the user quit; the signal's number when one ended it (SIGHUP, too, for a terminal that is
 * gone); -1 when the terminal cannot be used (ERR_USAGE: TERM=dumb, not a terminal).
 */
int ui_run(const struct ui_config *cfg, struct err *err);

/* ERR_CONFIG with the place of the first unknown action or key. */
int ui_check_keys(const struct ui_key *change, size_t n, struct err *err);

/* Script runner for the golden screens: no terminal; keys and events from a text file, grid text to
 * out (tests/screens/README.md). */
struct buf;
int ui_script(
        const struct ui_config *cfg, const char *script_path, struct buf *out, struct err *err);

#endif
