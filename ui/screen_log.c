/* The newest lines of the log; follows the end unless scrolled up. */
#include "ui/parts.h"

#include "base/log.h"
#include "base/mem.h"

#include "base/ban.h"

#define LINES 1000

static struct style style_of(struct slice line)
{
	if (memmem(line.ptr, line.len, " ERROR ", 7))
		return ST(FG_BAD);
	return ST(memmem(line.ptr, line.len, " DEBUG ", 7) ? FG_DIM : FG_TEXT);
}

static int count_lines(struct slice s)
{
	int n = 0;
	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == '\n';
	return n;
}

static void draw(struct model *m, const struct pane *p)
{
	struct buf b;
	buf_init(&b, 4u << 20);
	log_tail(&b, LINES);
	m->log_seen = log_generation();
	struct slice all = buf_slice(&b);
	int n = count_lines(all), i = 0;
	struct pane body = pane_sub(p, 1, 1, p->w - 2, p->h - 1);
	put_rule(p, 0, 0, p->w, "Log, newest last");
	if (m->log.at) /* following the end */
		m->log.top = n;
	scroll_fit(&m->log, n, body.h);
	if (n == 0)
		put_str(&body, 1, 1, ST(FG_DIM), "Nothing has been logged yet.");
	for (const char *s = all.ptr, *nl;
	        s && (nl = memchr(s, '\n', (size_t)(all.ptr + all.len - s))); s = nl + 1, i++) {
		struct slice line = slice_of(s, (size_t)(nl - s));
		if (i >= m->log.top && i < m->log.top + body.h)
			put_fit(&body, 0, i - m->log.top, body.w - 1, style_of(line), line);
	}
	table_scrollbar(&body, m->log.top, n);
	m->log.at = m->log.top + body.h >= n;
	buf_release(&b);
}

static bool act(struct model *m, enum action a, int arg)
{
	(void)arg;
	if (a == ACT_COPY) {
		struct buf b;
		buf_init(&b, 1u << 20);
		log_tail(&b, 200);
		model_copy(m, buf_slice(&b), "the newest 200 lines");
		buf_release(&b);
		return true;
	}
	if (!scroll_act(&m->log, a))
		return false;
	m->log.at = 0; /* the drawing sets it again where this was the end */
	return true;
}

static bool find(struct model *m, const char *word, int direction)
{
	struct slice line[LINES], rest;
	struct buf b;
	bool found = false;
	int n = 0, by = direction < 0 ? -1 : 1;
	buf_init(&b, 4u << 20);
	log_tail(&b, LINES);
	for (rest = buf_slice(&b); rest.len && n < LINES; n++)
		rest = slice_cut(rest, '\n', &line[n]);
	for (int k = direction ? 1 : 0; k <= n && n && !found; k++) {
		int at = ((m->log.top + by * k) % n + n) % n;
		found = search_has(line[at], word);
		if (found) {
			m->log.top = at;
			m->log.at = 0;
		}
	}
	buf_release(&b);
	return found;
}

static int tick(struct model *m)
{
	(void)m;
	return 500;
}

const struct screen_ops screen_log = {.draw = draw, .act = act, .find = find, .tick = tick};
