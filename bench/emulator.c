#include "bench/emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <pty.h>
#include <utmp.h>

static const char frame_begin[] = "\033[?2026h", frame_end[] = "\033[?2026l";

int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void on_reply(const char *s, size_t n, void *user)
{
	struct emulator *e = user;
	if (e->pid)
		emulator_send(e, s, n);
}

static int on_property(VTermProp prop, VTermValue *v, void *user)
{
	if (prop == VTERM_PROP_CURSORVISIBLE)
		((struct emulator *)user)->cursor_shown = v->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

void emulator_init(struct emulator *e, int w, int h)
{
	memset(e, 0, sizeof *e);
	e->w = w;
	e->h = h;
	e->fd = e->slave = -1;
	e->vt = vterm_new(h, w);
	vterm_set_utf8(e->vt, 1);
	vterm_output_set_callback(e->vt, on_reply, e);
	e->screen = vterm_obtain_screen(e->vt);
	vterm_screen_set_callbacks(e->screen, &callbacks, e);
	vterm_screen_enable_altscreen(e->screen, 1);
	vterm_screen_reset(e->screen, 1);
}

void emulator_release(struct emulator *e)
{
	if (e->pid && !e->ended) {
		kill(e->pid, SIGKILL);
		kill(e->pid, SIGCONT);
		waitpid(e->pid, &e->status, 0);
	}
	if (e->fd >= 0)
		close(e->fd);
	if (e->slave >= 0)
		close(e->slave);
	if (e->tee)
		fclose(e->tee);
	free(e->held);
	vterm_free(e->vt);
}

int emulator_start(struct emulator *e, char *const *argv)
{
	struct winsize ws = {(unsigned short)e->h, (unsigned short)e->w, 0, 0};
	if (openpty(&e->fd, &e->slave, NULL, NULL, &ws) != 0)
		return -1;
	tcgetattr(e->slave, &e->before);
	fcntl(e->fd, F_SETFD, FD_CLOEXEC);
	e->read_us = e->frame_us = now_us();
	e->pid = fork();
	if (e->pid == 0) {
		login_tty(e->slave);
		execvp(argv[0], argv);
		_exit(127);
	}
	return e->pid < 0 ? -1 : 0;
}

void emulator_resize(struct emulator *e, int w, int h)
{
	struct winsize ws = {(unsigned short)h, (unsigned short)w, 0, 0};
	e->w = w;
	e->h = h;
	vterm_set_size(e->vt, h, w);
	if (e->fd >= 0)
		ioctl(e->fd, TIOCSWINSZ, &ws);
}

/* Held bytes up to n become picture. */
static void show(struct emulator *e, size_t n)
{
	if (n > 0) {
		vterm_input_write(e->vt, e->held, n);
		vterm_screen_flush_damage(e->screen);
		memmove(e->held, e->held + n, e->n_held - n);
		e->n_held -= n;
	}
	e->seen = 0;
}

/* The first n bytes held are a frame. */
static void frame(struct emulator *e, size_t n)
{
	e->frames++;
	e->frame_bytes = n;
	e->frame_us = e->read_us;
	show(e, n);
}

/* A frame is what stands in brackets of synchronised output; without them it is small and came
 * whole. */
static void find_frames(struct emulator *e)
{
	size_t mark = sizeof frame_end - 1;
	while (e->n_held > 0) {
		char *begin = memmem(e->held, e->n_held, frame_begin, sizeof frame_begin - 1);
		if (begin != e->held) {
			frame(e, begin ? (size_t)(begin - e->held) : e->n_held);
			continue;
		}
		size_t from = e->seen > mark ? e->seen - mark : 0;
		char *at = memmem(e->held + from, e->n_held - from, frame_end, mark);
		e->seen = e->n_held;
		if (!at)
			return;
		frame(e, (size_t)(at - e->held) + mark);
	}
}

void emulator_settle(struct emulator *e)
{
	show(e, e->n_held);
}

bool emulator_read(struct emulator *e, int ms)
{
	struct pollfd f = {e->fd, POLLIN, 0};
	if (poll(&f, 1, ms) <= 0) {
		if (!e->ended && waitpid(e->pid, &e->status, WNOHANG) == e->pid)
			e->ended = true;
		return false;
	}
	if (e->cap_held - e->n_held < 65536)
		e->held = realloc(e->held, e->cap_held = e->n_held + 262144);
	ssize_t n = read(e->fd, e->held + e->n_held, 65536);
	if (n <= 0)
		return false;
	e->read_us = now_us();
	if (e->tee)
		fwrite(e->held + e->n_held, 1, (size_t)n, e->tee);
	e->n_held += (size_t)n;
	e->bytes += (uint64_t)n;
	find_frames(e);
	return true;
}

void emulator_send(struct emulator *e, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t k = write(e->fd, bytes, n);
		if (k < 0 && errno != EINTR)
			return;
		if (k > 0) {
			bytes += k;
			n -= (size_t)k;
		}
	}
}

void emulator_cell(const struct emulator *e, int x, int y, VTermScreenCell *out)
{
	vterm_screen_get_cell(e->screen, (VTermPos){y, x}, out);
}

size_t cell_text(const VTermScreenCell *c, char *out)
{
	size_t n = 0;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && c->chars[i]; i++) {
		uint32_t u = c->chars[i];
		if (u == (uint32_t)-1) /* the right half of a wide character */
			continue;
		if (u < 0x80)
			out[n++] = (char)u;
		else if (u < 0x800) {
			out[n++] = (char)(0xc0 | u >> 6);
			out[n++] = (char)(0x80 | (u & 63));
		} else if (u < 0x10000) {
			out[n++] = (char)(0xe0 | u >> 12);
			out[n++] = (char)(0x80 | (u >> 6 & 63));
			out[n++] = (char)(0x80 | (u & 63));
		} else {
			out[n++] = (char)(0xf0 | u >> 18);
			out[n++] = (char)(0x80 | (u >> 12 & 63));
			out[n++] = (char)(0x80 | (u >> 6 & 63));
			out[n++] = (char)(0x80 | (u & 63));
		}
	}
	out[n] = '\0';
	return n;
}

static uint64_t mix(uint64_t hash, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ ((const unsigned char *)p)[i]) * 0x100000001b3u;
	return hash;
}

static void mix_colour(uint64_t *hash, VTermColor c)
{
	unsigned char v[4] = {c.type, 0, 0, 0};
	if (VTERM_COLOR_IS_INDEXED(&c))
		v[1] = c.indexed.idx;
	else if (VTERM_COLOR_IS_RGB(&c)) {
		v[1] = c.rgb.red;
		v[2] = c.rgb.green;
		v[3] = c.rgb.blue;
	}
	*hash = mix(*hash, v, sizeof v);
}

uint64_t emulator_hash(const struct emulator *e, int from, int to)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (int y = from; y < to; y++)
		for (int x = 0; x < e->w; x++) {
			VTermScreenCell c;
			emulator_cell(e, x, y, &c);
			hash = mix(hash, c.chars, sizeof c.chars);
			mix_colour(&hash, c.fg);
			mix_colour(&hash, c.bg);
			unsigned a = c.attrs.bold | c.attrs.underline << 1 | c.attrs.reverse << 3;
			hash = mix(hash, &a, sizeof a);
		}
	return hash;
}

size_t emulator_row(const struct emulator *e, int y, char *out, size_t cap)
{
	size_t n = 0, keep = 0;
	for (int x = 0; x < e->w && n + 32 < cap; x++) {
		VTermScreenCell c;
		emulator_cell(e, x, y, &c);
		if (c.chars[0] == (uint32_t)-1)
			continue;
		size_t k = cell_text(&c, out + n);
		if (k == 0)
			out[n++] = ' ';
		n += k;
		if (k > 0 && out[n - 1] != ' ')
			keep = n;
	}
	out[keep] = '\0';
	return keep;
}

bool emulator_shows(const struct emulator *e, const char *text)
{
	char row[16384];
	for (int y = 0; y < e->h; y++) {
		emulator_row(e, y, row, sizeof row);
		if (strstr(row, text))
			return true;
	}
	return false;
}
