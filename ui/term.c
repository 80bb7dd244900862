#include "ui/term.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
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

#define CLIPBOARD_MAX 74000 /* several terminals drop more */

struct terminal {
	struct input input;
	struct paint_options paint;
	struct grid shown;
	bool have_shown, mouse, inside;
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

static int colours(const struct term_options *o)
{
	const char *no = getenv("NO_COLOR"), *ct = getenv("COLORTERM");
	int n = tigetnum("colors");
	if (o->color == 2 || (o->color == 0 && no && *no))
		return 0;
	if (ct && (strcmp(ct, "truecolor") == 0 || strcmp(ct, "24bit") == 0))
		return 256;
	if (n < 8)
		return o->color == 1 ? 16 : 0;
	return n >= 256 ? 256 : n >= 16 ? 16 : 8;
}

static int find_terminal(struct err *err)
{
	int result = 0;
	const char *name = getenv("TERM");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, ERR_USAGE,
		        "the workbench needs a terminal; use 'athena-jsonl run QUERY -o FILE' in "
		        "scripts");
	if (!name || !*name || setupterm(NULL, STDOUT_FILENO, &result) != OK)
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

static void learn_strings(struct terminal *t)
{
	struct buf b;
	buf_init(&b, 1024);
	add_cap(&b, "smcup");
	add_cap(&b, "smkx");
	buf_add_str(&b, "\033[?2004h");
	if (t->mouse)
		buf_add_str(&b, "\033[?1000h\033[?1006h");
	t->enter = buf_take(&b);
	buf_init(&b, 1024);
	buf_add_str(&b, "\033[?2026l\033[?1006l\033[?1000l\033[?2004l\033[0m");
	add_cap(&b, "rmkx");
	add_cap(&b, "cnorm");
	add_cap(&b, "rmcup");
	t->leave = buf_take(&b);
}

struct terminal *term_open(const struct term_options *o, struct err *err)
{
	if (find_terminal(err) != 0)
		return NULL;
	struct terminal *t = MEM_NEW(struct terminal);
	input_init(&t->input);
	buf_init(&t->out, 64u << 20);
	grid_init(&t->shown, 1, 1);
	t->mouse = o->mouse;
	t->paint = (struct paint_options){theme_find(o->theme), colours(o), true};
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

void term_paint(struct terminal *t, const struct grid *g)
{
	buf_clear(&t->out);
	paint_diff(&t->out, t->have_shown ? &t->shown : NULL, g, &t->paint);
	write_all(t, buf_str(&t->out), t->out.len);
	grid_copy(&t->shown, g);
	t->have_shown = true;
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
	return input_next(&t->input, idle, out);
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
	t->have_shown = false;
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

static void add_base64(struct buf *out, struct slice s)
{
	static const char digit[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.len; i += 3) {
		size_t n = s.len - i < 3 ? s.len - i : 3;
		unsigned v = 0;
		for (size_t j = 0; j < 3; j++)
			v = v << 8 | (j < n ? (unsigned char)s.ptr[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			buf_add_char(out, j <= n ? digit[v >> (18 - 6 * j) & 63] : '=');
	}
}

bool term_copy(struct terminal *t, struct slice text)
{
	const char *name = getenv("TERM");
	bool tmux = getenv("TMUX") != NULL, screen = !tmux && name && !strncmp(name, "screen", 6);
	struct buf code, b;
	buf_init(&code, CLIPBOARD_MAX * 2);
	buf_init(&b, CLIPBOARD_MAX * 3);
	add_base64(&code, text);
	bool fits = !code.failed && code.len <= CLIPBOARD_MAX;
	if (tmux)
		buf_printf(&b, "\033Ptmux;\033\033]52;c;%s\a\033\\", buf_str(&code));
	else if (screen) { /* screen takes a string in pieces of at most 768 bytes */
		buf_add_str(&b, "\033P\033]52;c;");
		for (size_t i = 0; i < code.len; i += 512)
			buf_printf(&b, "%s%.512s", i ? "\033\\\033P" : "", buf_str(&code) + i);
		buf_add_str(&b, "\a\033\\");
	} else
		buf_printf(&b, "\033]52;c;%s\a", buf_str(&code));
	if (fits)
		write_all(t, buf_str(&b), b.len);
	buf_release(&code);
	buf_release(&b);
	return fits;
}
