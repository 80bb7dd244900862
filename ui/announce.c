/* What is said outside of the screen: the window's title, and a word when a long run ends. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/mem.h"

#include <stdio.h>

#include "base/ban.h"

static const char *state_word(const struct run *r)
{
	switch (r->state) {
	case RUN_DONE: return "done";
	case RUN_FAILED: return "failed";
	case RUN_CANCELLED: return "cancelled";
	default: return run_is_waiting(r) ? "waiting" : "running";
	}
}

void announce_title(struct model *m, char *out, size_t size)
{
	const struct run *live = model_live(m), *r = live ? live : m->run;
	if (m->write.state == RUN_LIVE && m->write.path)
		snprintf(out, size, "writing %s · athena-jsonl", m->write.path);
	else if (r->state != RUN_NONE && r->name)
		snprintf(out, size, "%s %s · athena-jsonl", r->name, state_word(r));
	else
		snprintf(out, size, "athena-jsonl");
}

static void announce(struct model *m, int64_t took_ms, const char *text)
{
	const char *how = m->cfg->notify ? m->cfg->notify : "off";
	bool all = strcmp(how, "all") == 0;
	struct wants *w = &m->wants;
	if (strcmp(how, "off") == 0 || took_ms < m->cfg->notify_after_ms)
		return;
	mem_free(w->notify);
	w->notify = mem_strdup(text);
	w->bell = all || strcmp(how, "bell") == 0;
	w->desktop = all || strcmp(how, "desktop") == 0;
}

void announce_run(struct model *m, const struct run *r)
{
	char text[256], t[FMT_SIZE], n[FMT_SIZE];
	fmt_duration(t, r->p.elapsed_ms);
	if (r->state == RUN_DONE)
		snprintf(text, sizeof text, "%s done in %s, %s rows", r->name, t,
		        fmt_thousands(n, (int64_t)r->p.rows));
	else
		snprintf(text, sizeof text, "%s %s after %s", r->name, state_word(r), t);
	announce(m, r->p.elapsed_ms, text);
}

void announce_write(struct model *m)
{
	const struct write *w = &m->write;
	char text[256], t[FMT_SIZE];
	snprintf(text, sizeof text, "%s %s after %s", w->path ? w->path : "output",
	        w->state == RUN_DONE ? "written" : "not written", fmt_duration(t, w->p.elapsed_ms));
	announce(m, w->p.elapsed_ms, text);
}
