#include "ui/term.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/escape.h"
#include "ui/paint.h"
#include "ui/termsig.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>
#undef lines
#undef columns

#include "base/ban.h"

#define ASK_BACKGROUND "\033]11;?\a"

struct terminal {
	struct input input;
	struct paint_options paint;
	struct grid shown;
	bool have_shown, mouse, inside;
	bool plain;      /* CSI only */
	bool asks, news; /* theme "auto": the background's colour is asked for; it came */
	bool focused;    /* said so; false when nothing is known */
	char title[512]; /* the sequence; "" none: sent again after a visit to the shell */
	enum envelope envelope;
	struct term_stats stats;
	struct buf out;
	char *enter, *leave; /* terminfo's alternate screen and keypad */
	bool gone;
};

/* A terminfo string without its padding marks; "" when the terminal has none. */
static void add_cap(struct buf *out, const char *name)
{
	char *s = tigetstr(name);
	if (s == NULL || s == (char *)-1)
		return;
	for (; *s; s++) {
		if (s[0] == '$' && s[1] == '<') {
			const char *end = strchr(s, '>');
			if (end) {
				s += end - s;
				continue;
			}
		}
		buf_add_char(out, *s);
	}
}

static bool says_truecolor(void)
{
	const char *ct = getenv("COLORTERM");
	return ct && (strcmp(ct, "truecolor") == 0 || strcmp(ct, "24bit") == 0);
}

/* COLORTERM is inherited by what runs inside: screen and consoles do not keep its promise. */
static int colours(const struct term_options *o, bool trust)
{
	const char *no = getenv("NO_COLOR");
	int n = tigetnum("colors");
	if (o->color == 2 || (o->color == 0 && no && *no))
		return 0;
	if ((trust && says_truecolor()) || n >= COLORS_TRUE)
		return COLORS_TRUE;
	if (n < 8)
		return o->color == 1 ? 16 : 0;
	return n >= 256 ? 256 : n >= 16 ? 16 : 8;
}

static bool draws_ascii(const struct term_options *o)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	if (o->charset && strcmp(o->charset, "auto") != 0)
		return strcmp(o->charset, "ascii") == 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *v = getenv(names[i]);
		if (v && *v)
			return !locale_is_utf8(v);
	}
	return false;
}

static void write_all(struct terminal *t, const char *p, size_t n)
{
	while (n > 0 && !t->gone && !termsig_end()) {
		ssize_t k = write(STDOUT_FILENO, p, n);
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		} else if (k < 0 && errno == EAGAIN) {
			struct pollfd f = {STDOUT_FILENO, POLLOUT, 0};
			poll(&f, 1, 1000);
		} else if (k < 0 && errno != EINTR)
			t->gone = true;
	}
}

/* A terminal newer than this machine's terminfo (over ssh, mostly): they all follow xterm. */
static bool is_like_xterm(const char *name)
{
	int result = 0;
	if (term_is_plain(name) || setupterm("xterm-256color", STDOUT_FILENO, &result) != OK)
		return false;
	log_info("ui", "TERM=%s is not known here: taken as xterm-256color", name);
	return true;
}

static int find_terminal(struct err *err)
{
	int result = 0;
	const char *name = getenv("TERM");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, ERR_USAGE,
		        "the workbench needs a terminal; use 'athena-jsonl run QUERY -o FILE' in "
		        "scripts");
	if (!name || !*name ||
	        (setupterm(NULL, STDOUT_FILENO, &result) != OK && !is_like_xterm(name)))
		return err_set(err, ERR_USAGE,
		        "the terminal type TERM=%s is not known here; try TERM=xterm-256color",
		        name ? name : "");
	char *cup = tigetstr("cup");
	if (cup == NULL || cup == (char *)-1 || strncmp(cup, "\033[", 2) != 0)
		return err_set(err, ERR_USAGE,
		        "the terminal type TERM=%s cannot place its cursor; use 'athena-jsonl run'",
		        name);
	return 0;
}

/*
 * CSI 8 l: explicit mode of bidirectional text (ECMA-48 BDSM, VTE): cells stay where they are put.
 * CSI ? 1004 h: tells when the window has the keyboard, for notifications.
 * CSI 22;2 t keeps the window's title, 23;2 t puts it back.
 */
static void learn_strings(struct terminal *t)
{
	struct buf b;
	buf_init(&b, 1024);
	add_cap(&b, "smcup");
	add_cap(&b, "smkx");
	buf_add_str(&b, "\033[?2004h");
	if (t->mouse) /* who does not know 1002 (drags) keeps 1000 (clicks) */
		buf_add_str(&b, "\033[?1000h\033[?1002h\033[?1006h");
	if (!t->plain)
		buf_add_str(&b, "\033[8l\033[?1004h\033[22;2t");
	t->enter = buf_take(&b);
	buf_init(&b, 1024);
	buf_add_str(&b, "\033[?2026l\033[?1006l\033[?1002l\033[?1000l\033[?2004l\033[0m");
	if (!t->plain)
		buf_add_str(&b, "\033[8h\033[?1004l\033[23;2t");
	add_cap(&b, "rmkx");
	add_cap(&b, "cnorm");
	/* Without an alternate screen (consoles, GNU screen) the shell goes on below. */
	buf_add_str(&b, "\033[999;1H\033[K");
	add_cap(&b, "rmcup");
	t->leave = buf_take(&b);
}

bool term_theme(struct terminal *t, const char *name)
{
	enum theme_name theme = colorfgbg_is_light(getenv("COLORFGBG")) ? THEME_LIGHT : THEME_DARK;
	bool asks = name && strcmp(name, "auto") == 0;
	if (!asks && !theme_find(name, &theme))
		return false;
	t->asks = asks && !t->plain && t->envelope != ENVELOPE_SCREEN;
	t->paint.theme = theme;
	t->have_shown = false;
	if (t->asks && t->inside)
		write_all(t, ASK_BACKGROUND, sizeof ASK_BACKGROUND - 1);
	return true;
}

void term_expect_light(struct terminal *t, bool light)
{
	if (t->asks && light)
		t->paint.theme = THEME_LIGHT;
}

bool term_is_light(const struct terminal *t)
{
	return t->asks && t->paint.theme == THEME_LIGHT;
}

bool term_changed(struct terminal *t)
{
	bool news = t->news;
	t->news = false;
	return news;
}

/* The answer may come whenever it likes: nothing has waited for it. */
static void hear_background(struct terminal *t, unsigned rgb)
{
	enum theme_name theme = rgb_is_light(rgb) ? THEME_LIGHT : THEME_DARK;
	if (!t->asks || theme == t->paint.theme)
		return;
	t->paint.theme = theme;
	t->have_shown = false;
	t->news = true;
}

struct terminal *term_open(const struct term_options *o, struct err *err)
{
	if (find_terminal(err) != 0)
		return NULL;
	struct terminal *t = MEM_NEW(struct terminal);
	input_init(&t->input);
	buf_init(&t->out, 64u << 20);
	grid_init(&t->shown, 1, 1);
	const char *name = getenv("TERM");
	t->mouse = o->mouse;
	t->plain = term_is_plain(name);
	t->envelope = envelope_of(name, getenv("TMUX"));
	bool trust = !t->plain && t->envelope != ENVELOPE_SCREEN;
	t->paint = (struct paint_options){.colors = colours(o, trust),
	        .sync = !t->plain && t->envelope != ENVELOPE_SCREEN,
	        .ascii = draws_ascii(o)};
	term_theme(t, o->theme);
	learn_strings(t);
	if (termsig_start(t->leave, err) != 0) {
		term_close(t);
		return NULL;
	}
	term_enter(t);
	return t;
}

void term_close(struct terminal *t)
{
	if (!t)
		return;
	term_leave(t);
	log_info("ui", "painted %lu frames, %zu bytes; the largest %zu", t->stats.frames,
	        t->stats.bytes, t->stats.largest);
	termsig_stop();
	input_release(&t->input);
	buf_release(&t->out);
	grid_release(&t->shown);
	mem_free(t->enter);
	mem_free(t->leave);
	mem_free(t);
	if (cur_term)
		del_curterm(cur_term);
}

int term_fd(const struct terminal *t)
{
	(void)t;
	return STDIN_FILENO;
}

int term_signal_fd(const struct terminal *t)
{
	(void)t;
	return termsig_fd();
}

unsigned term_signals(struct terminal *t)
{
	(void)t;
	return termsig_take();
}

int term_end_signal(const struct terminal *t)
{
	(void)t;
	return termsig_end();
}

void term_size(const struct terminal *t, int *w, int *h)
{
	struct winsize ws;
	(void)t;
	*w = 80;
	*h = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 && ws.ws_row > 0) {
		*w = ws.ws_col;
		*h = ws.ws_row;
	}
}

void term_paint(struct terminal *t, const struct grid *g)
{
	buf_clear(&t->out);
	paint_diff(&t->out, t->have_shown ? &t->shown : NULL, g, &t->paint);
	write_all(t, buf_str(&t->out), t->out.len);
	if (t->out.len > 0) {
		struct term_stats *s = &t->stats;
		s->frames++;
		s->bytes += t->out.len;
		s->last = t->out.len;
		s->largest = t->out.len > s->largest ? t->out.len : s->largest;
	}
	grid_copy(&t->shown, g);
	t->have_shown = true;
}

struct term_stats term_stats(const struct terminal *t)
{
	return t->stats;
}

void term_forget(struct terminal *t)
{
	t->have_shown = false;
}

int term_read(struct terminal *t)
{
	char bytes[16384];
	struct pollfd f = {STDIN_FILENO, POLLIN, 0};
	if (t->gone)
		return -1;
	while (poll(&f, 1, 0) > 0) {
		ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
		if (n > 0)
			input_feed(&t->input, slice_of(bytes, (size_t)n));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (n == 0 && (f.revents & (POLLHUP | POLLERR | POLLNVAL))))
			return -1;
		if (n < (ssize_t)sizeof bytes)
			break;
	}
	return 0;
}

bool term_key(struct terminal *t, bool idle, struct key *out)
{
	while (input_next(&t->input, idle, out)) {
		if (out->code == K_BACKGROUND)
			hear_background(t, out->ch);
		else if (out->code == K_FOCUS_IN || out->code == K_FOCUS_OUT)
			t->focused = out->code == K_FOCUS_IN;
		else
			return true;
	}
	return false;
}

bool term_key_pending(const struct terminal *t)
{
	return input_pending(&t->input);
}

void term_enter(struct terminal *t)
{
	if (t->inside)
		return;
	t->inside = true;
	termsig_raw();
	write_all(t, t->enter, strlen(t->enter));
	if (t->asks)
		write_all(t, ASK_BACKGROUND, sizeof ASK_BACKGROUND - 1);
	write_all(t, t->title, strlen(t->title));
	t->have_shown = t->focused = false;
}

void term_leave(struct terminal *t)
{
	if (!t->inside)
		return;
	t->inside = false;
	term_restore();
}

void term_suspend(struct terminal *t)
{
	term_leave(t);
	termsig_stop_self();
	term_enter(t);
}

bool term_copy(struct terminal *t, struct slice text)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	bool fits = t->plain || escape_copy(&b, t->envelope, text);
	write_all(t, buf_str(&b), b.len);
	buf_release(&b);
	return fits;
}

void term_title(struct terminal *t, const char *text)
{
	struct buf b;
	if (t->plain)
		return;
	buf_init(&b, sizeof t->title);
	escape_title(&b, text);
	snprintf(t->title, sizeof t->title, "%s", b.failed ? "" : buf_str(&b));
	if (t->inside)
		write_all(t, t->title, strlen(t->title));
	buf_release(&b);
}

/* Who understands OSC 777; the rest that shows messages at all takes OSC 9. */
static bool knows_777(void)
{
	const char *name = getenv("TERM"), *vte = getenv("VTE_VERSION");
	return (vte && *vte) || (name && (strncmp(name, "rxvt", 4) == 0 || strstr(name, "foot")));
}

void term_notify(struct terminal *t, bool ring, bool desktop, const char *title, const char *body)
{
	struct buf b;
	if (t->focused) /* it is before the user's eyes */
		return;
	buf_init(&b, BUF_NO_LIMIT);
	if (desktop && !t->plain)
		escape_notify(&b, t->envelope, knows_777(), title, body);
	if (ring)
		buf_add_char(&b, '\a');
	write_all(t, buf_str(&b), b.len);
	buf_release(&b);
}
