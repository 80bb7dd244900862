#include "ui/prompt.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/ban.h"

#define HISTORY_MAX 500
#define UNDO_MAX    200
/* What readline may be in the middle of when a line ends. */
#define HALF_DONE                                                                                  \
	(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_SEARCH | RL_STATE_NUMERICARG |             \
	        RL_STATE_MULTIKEY | RL_STATE_METANEXT | RL_STATE_VIMOTION | RL_STATE_CHARSEARCH)

/* readline passes no argument to its hooks: this is its other half. */
static struct {
	char *history_path, *label, *done_line;
	bool ready, open, finished, use_history;
	prompt_complete_fn complete;
	void *arg;
	unsigned char feed[512]; /* bytes of the key that is being handed over */
	size_t n_feed, at_feed;
	struct prompt_words shown; /* candidates on display */
	/* What was entered, oldest first. readline's list is a copy for one line, which may change
	 * it: whoever edits a recalled line and moves on leaves the edit in readline's list. */
	struct prompt_words past;
	/* The line before each key that changed it, newest last. */
	struct {
		char *line;
		int point;
	} undo[UNDO_MAX];
	size_t n_undo;
	FILE *null;
} pr;

void prompt_words_add(struct prompt_words *w, const char *word)
{
	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 16;
		w->word = mem_realloc(w->word, w->cap, sizeof *w->word);
	}
	w->word[w->n++] = mem_strdup(word);
}

void prompt_words_offer(struct prompt_words *w, const char *candidate, const char *word)
{
	if (slice_starts(slice_str(candidate), word))
		prompt_words_add(w, candidate);
}

static void words_clear(struct prompt_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		mem_free(w->word[i]);
	mem_free(w->word);
	memset(w, 0, sizeof *w);
}

static int next_byte(FILE *f)
{
	(void)f;
	return pr.at_feed < pr.n_feed ? pr.feed[pr.at_feed++] : EOF;
}

/* readline asks this before it reads ahead, or waits for what follows an ESC. */
static int bytes_wait(void)
{
	return pr.at_feed < pr.n_feed;
}

static void draw_nothing(void)
{
}

static void prepare_nothing(int meta)
{
	(void)meta;
}

static void on_line(char *line)
{
	pr.finished = true;
	mem_free(pr.done_line);
	pr.done_line = mem_strdup(line ? line : "");
	free(line); /* readline's own */
	rl_callback_handler_remove();
}

/* readline frees what completion returns, so it must come from malloc. */
static char *libc_copy(const char *s, size_t n)
{
	char *c = malloc(n + 1);
	if (c) {
		memcpy(c, s, n);
		c[n] = '\0';
	}
	return c;
}

static size_t common_prefix(const struct prompt_words *w)
{
	size_t n = strlen(w->word[0]);
	for (size_t i = 1; i < w->n; i++) {
		size_t k = 0;
		while (k < n && w->word[i][k] == w->word[0][k])
			k++;
		n = k;
	}
	return n;
}

static char **attempt(const char *word, int start, int end)
{
	struct prompt_words w = {0};
	(void)end;
	rl_attempted_completion_over = 1;
	if (!pr.complete)
		return NULL;
	char *before = mem_strndup(rl_line_buffer, (size_t)start);
	pr.complete(pr.arg, before, word, &w);
	mem_free(before);
	char **out = w.n ? calloc(w.n + 2, sizeof *out) : NULL;
	if (out) {
		out[0] = libc_copy(w.word[0], common_prefix(&w));
		for (size_t i = 0; i < w.n && w.n > 1; i++)
			out[i + 1] = libc_copy(w.word[i], strlen(w.word[i]));
		if (w.n == 1 && w.word[0][strlen(w.word[0]) - 1] == '/')
			rl_completion_suppress_append = 1;
	}
	words_clear(&w);
	return out;
}

static void show_matches(char **m, int n, int longest)
{
	(void)longest;
	words_clear(&pr.shown);
	for (int i = 1; i <= n; i++)
		prompt_words_add(&pr.shown, m[i]);
}

static void set_up(void)
{
	rl_readline_name = "athena-jsonl";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_getc_function = next_byte;
	rl_input_available_hook = bytes_wait;
	rl_redisplay_function = draw_nothing;
	rl_prep_term_function = prepare_nothing;
	rl_deprep_term_function = draw_nothing;
	rl_attempted_completion_function = attempt;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_word_break_characters = " =";
	rl_completion_query_items = 0;
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_instream = rl_outstream = pr.null;
	using_history();
	stifle_history(HISTORY_MAX);
	if (pr.history_path)
		read_history(pr.history_path);
	for (int i = 0; i < history_length; i++)
		prompt_words_add(&pr.past, history_get(history_base + i)->line);
}

static void history_anew(void)
{
	clear_history();
	for (size_t i = 0; i < pr.past.n; i++)
		add_history(pr.past.word[i]);
	using_history();
}

static void remember(const char *line)
{
	struct prompt_words *p = &pr.past;
	if (p->n && strcmp(p->word[p->n - 1], line) == 0)
		return;
	prompt_words_add(p, line);
	if (p->n > HISTORY_MAX) {
		mem_free(p->word[0]);
		memmove(p->word, p->word + 1, --p->n * sizeof *p->word);
	}
}

static void forget_undo(size_t keep)
{
	while (pr.n_undo > keep)
		mem_free(pr.undo[--pr.n_undo].line);
}

static void undo_push(char *line, int point)
{
	if (pr.n_undo == UNDO_MAX) {
		mem_free(pr.undo[0].line);
		memmove(pr.undo, pr.undo + 1, --pr.n_undo * sizeof *pr.undo);
	}
	pr.undo[pr.n_undo].line = line;
	pr.undo[pr.n_undo++].point = point;
}

static void undo_to(size_t i)
{
	if (i >= pr.n_undo)
		return;
	rl_replace_line(pr.undo[i].line, 1);
	rl_point = pr.undo[i].point;
	forget_undo(i);
}

void prompt_init(const char *state_dir)
{
	if (pr.ready)
		return;
	pr.ready = true;
	pr.null = fopen("/dev/null", "r+e");
	pr.history_path = state_dir ? file_join(state_dir, "prompt_history") : NULL;
	set_up();
}

void prompt_end(void)
{
	if (!pr.ready)
		return;
	prompt_close();
	history_anew();
	if (pr.history_path && history_length > 0)
		write_history(pr.history_path);
	clear_history();
	words_clear(&pr.past);
	forget_undo(0);
	mem_free(pr.history_path);
	mem_free(pr.done_line);
	mem_free(pr.label);
	words_clear(&pr.shown);
	if (pr.null)
		fclose(pr.null);
	memset(&pr, 0, sizeof pr);
}

void prompt_open(const struct prompt_options *o)
{
	prompt_init(NULL);
	prompt_close();
	words_clear(&pr.shown);
	mem_free(pr.label);
	pr.label = mem_strdup(o->label);
	pr.complete = o->complete;
	pr.arg = o->arg;
	pr.use_history = o->history;
	pr.open = true;
	pr.finished = false;
	history_anew();
	forget_undo(0);
	RL_UNSETSTATE(HALF_DONE);
	rl_callback_handler_install("", on_line);
	if (o->initial)
		rl_insert_text(o->initial);
	rl_free_undo_list();
}

static void feed(const char *bytes, size_t n)
{
	n = n > sizeof pr.feed ? sizeof pr.feed : n;
	memcpy(pr.feed, bytes, n);
	pr.n_feed = n;
	pr.at_feed = 0;
	while (pr.at_feed < pr.n_feed && !pr.finished) {
		rl_callback_read_char();
		rl_free_undo_list();
	}
	/* A Return behind a count (M-2 Return) ends the line without a word to anybody. */
	if (!pr.finished && RL_ISSTATE(RL_STATE_DONE))
		on_line(libc_copy(rl_line_buffer, (size_t)rl_end));
}

/* Ends the line as readline itself does. C-g first ends what is half typed: a search, a count, a
 * quoted key. */
static void give_up(void)
{
	for (int i = 0; i < 4 && !pr.finished; i++)
		feed("\007\r", 2);
	if (!pr.finished) { /* somebody's Return is no Return */
		rl_free_line_state();
		rl_callback_handler_remove();
	}
	pr.finished = true;
	mem_free(pr.done_line);
	pr.done_line = mem_strdup("");
}

void prompt_close(void)
{
	if (!pr.open)
		return;
	pr.open = false;
	if (!pr.finished)
		give_up();
}

bool prompt_is_open(void)
{
	return pr.open;
}

const char *prompt_text(void)
{
	return pr.finished ? pr.done_line : pr.open ? rl_line_buffer : "";
}

/* The bytes that a terminal sends for a key, as readline's default bindings have them. */
static size_t key_bytes(const struct key *k, char out[32])
{
	static const struct {
		enum key_code code;
		const char *plain, *ctrl;
	} t[] = {
	        {K_ENTER, "\r", "\r"},
	        {K_TAB, "\t", "\t"},
	        {K_BACKSPACE, "\177", "\027"},
	        {K_DELETE, "\033[3~", "\033d"},
	        {K_UP, "\033[A", "\033[A"},
	        {K_DOWN, "\033[B", "\033[B"},
	        {K_LEFT, "\033[D", "\033b"},
	        {K_RIGHT, "\033[C", "\033f"},
	        {K_HOME, "\033[H", "\033[H"},
	        {K_END, "\033[F", "\033[F"},
	};
	char *p = out;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (t[i].code == k->code)
			return (size_t)snprintf(
			        out, 32, "%s", (k->mods & MOD_CTRL) ? t[i].ctrl : t[i].plain);
	if (k->code != K_CHAR)
		return 0;
	if (k->mods & MOD_ALT)
		*p++ = '\033';
	if (k->mods & MOD_CTRL) {
		*p++ = (char)(k->ch & 0x1f);
		return (size_t)(p - out);
	}
	return (size_t)(p - out) + utf8_encode(k->ch, p);
}

static void insert_paste(struct slice s)
{
	char *text = mem_strndup(s.len ? s.ptr : "", s.len);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	rl_insert_text(text);
	mem_free(text);
}

/* The first half of a two-key command within a search (C-r C-x) ends in a crash of readline 8.2. */
static bool crashes_readline(const struct key *k)
{
	return RL_ISSTATE(RL_STATE_ISEARCH) && k->code == K_CHAR && k->mods == MOD_CTRL &&
	       k->ch == 'x';
}

/*
 * Undoing is ours: readline 8.2 shares its undo lists with the history and frees them twice when
 * recalled lines are edited, left, searched and undone. It finds none, and its undo commands, by
 * whatever key, are carried out here.
 */
static void take_key(const struct key *k)
{
	char bytes[32], *before = mem_strdup(rl_line_buffer);
	int point = rl_point;
	rl_last_func = NULL;
	if (k->code == K_PASTE) {
		insert_paste(k->text);
		rl_free_undo_list();
	} else if (!crashes_readline(k))
		feed(bytes, key_bytes(k, bytes));
	bool changed = !pr.finished && strcmp(before, rl_line_buffer) != 0;
	if (changed)
		undo_push(before, point);
	else
		mem_free(before);
	if (!pr.finished && !changed && rl_last_func == rl_undo_command && pr.n_undo)
		undo_to(pr.n_undo - 1);
	else if (!pr.finished && !changed && rl_last_func == rl_revert_line)
		undo_to(0);
}

enum prompt_result prompt_key(const struct key *k)
{
	bool ctrl_c = k->code == K_CHAR && (k->mods & MOD_CTRL) && (k->ch == 'c' || k->ch == 'g');
	bool empty = rl_end == 0;
	if (!pr.open)
		return PROMPT_CANCELLED;
	words_clear(&pr.shown);
	if (k->code == K_ESC || ctrl_c || (k->code == K_BACKSPACE && empty)) {
		prompt_close();
		return PROMPT_CANCELLED;
	}
	take_key(k);
	if (!pr.finished)
		return PROMPT_MORE;
	pr.open = false;
	if (pr.use_history && *pr.done_line)
		remember(pr.done_line);
	return PROMPT_DONE;
}

bool prompt_draw_words(const struct pane *p, int y)
{
	int x = 1;
	if (pr.shown.n == 0)
		return false;
	put_fill(p, 0, y, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
	for (size_t i = 0; i < pr.shown.n; i++) {
		struct slice s = slice_str(pr.shown.word[i]);
		if (x + utf8_width(s) > p->w - 4 && i + 1 < pr.shown.n) {
			put_fmt(p, x, y, STB(FG_DIM, BG_BAR), "+%zu", pr.shown.n - i);
			break;
		}
		x += put_text(p, x, y, STB(FG_ACCENT, BG_BAR), s) + 2;
	}
	return true;
}

void prompt_draw(const struct pane *p, int y)
{
	struct slice line = slice_str(rl_line_buffer);
	struct slice left =
	        slice_of(line.ptr, (size_t)rl_point < line.len ? (size_t)rl_point : line.len);
	put_fill(p, 0, y, p->w, 1, ST(FG_TEXT), " ");
	int x = put_str(p, 0, y, ST(FG_ACCENT), pr.label);
	int cursor = utf8_width(left), room = p->w - x - 1;
	struct pane r = pane_sub(p, x, y, p->w - x, 1);
	int shift = cursor > room ? cursor - room : 0;
	put_text(&r, -shift, 0, ST(FG_TEXT), line);
	put_cursor(&r, cursor - shift, 0);
}
