/*
 * One line of input at the foot of the screen: the only door to readline, used as an editing
 * engine. Keys come from us (rl_getc_function), the line is drawn into a grid
 * (rl_redisplay_function); ~/.inputrc, history and completion work. readline's own state is
 * process-wide, so there is one prompt. UI thread.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "ui/grid.h"
#include "ui/input.h"

/* Candidates for the word before the cursor: add all that begin with `word`. `before` is the line
 * up to the word. */
struct prompt_words {
	char **word; /* the prompt frees them */
	size_t n, cap;
};
void prompt_words_add(struct prompt_words *w, const char *word);
/* Adds the candidate if it begins with word. */
void prompt_words_offer(struct prompt_words *w, const char *candidate, const char *word);
typedef void (*prompt_complete_fn)(
        void *arg, const char *before, const char *word, struct prompt_words *out);

struct prompt_options {
	const char *label;           /* ":" */
	const char *initial;         /* NULL: empty */
	bool history;                /* recall and remember */
	prompt_complete_fn complete; /* NULL: none */
	void *arg;
};
/* state_dir: where prompt_history is kept; NULL: nowhere. */
void prompt_init(const char *state_dir);
void prompt_end(void); /* writes the history */

void prompt_open(const struct prompt_options *o);
void prompt_close(void);
bool prompt_is_open(void);
enum prompt_result { PROMPT_MORE, PROMPT_DONE, PROMPT_CANCELLED };
enum prompt_result prompt_key(const struct key *k);
const char *prompt_text(void); /* the line; after PROMPT_DONE the finished one */
/* Draws label and line in row y, with the cursor. */
void prompt_draw(const struct pane *p, int y);
/* Draws what completion found in row y; false when there is nothing to show. */
bool prompt_draw_words(const struct pane *p, int y);

#endif
