#include "cli/narrate.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/utf8.h"
#include "job/manifest.h"
#include "job/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/ban.h"

enum { LIVE_MS = 100, LISTED = 12 };

void narrator_init(struct narrator *n, bool quiet)
{
	const char *term = getenv("TERM");
	*n = (struct narrator){.quiet = quiet};
	n->tty = isatty(2) && term && strcmp(term, "dumb") != 0;
}

void narrator_clear(struct narrator *n)
{
	if (n->drawn)
		fputs("\r\033[K", stderr);
	n->drawn = false;
}

static void line(struct narrator *n, const char *text)
{
	struct buf safe;
	buf_init(&safe, BUF_NO_LIMIT);
	utf8_sanitize(&safe, slice_str(text));
	narrator_clear(n);
	fprintf(stderr, "%s\n", buf_str(&safe));
	buf_release(&safe);
}

void narrator_event(struct narrator *n, const struct job_event *ev)
{
	if (n->quiet || ev->text[0] == '\0')
		return;
	if (ev->kind == EV_SUBMITTED || ev->kind == EV_STATE || ev->kind == EV_BATCH ||
	        ev->kind == EV_NOTE)
		line(n, ev->text);
}

static void live_query(struct buf *b, const struct job_progress *p)
{
	char s[FMT_SIZE];
	if (p->athena.stats.scanned_bytes >= 0)
		buf_printf(b, "  scanned %s", fmt_bytes(s, p->athena.stats.scanned_bytes));
	if (p->cost > 0)
		buf_printf(b, "  %s", fmt_money(s, p->cost));
}

static void live_download(struct buf *b, const struct job_progress *p)
{
	char s[FMT_SIZE], t[FMT_SIZE];
	buf_printf(b, "  %s", fmt_bytes(s, p->got_bytes));
	if (p->result_bytes > 0)
		buf_printf(b, " of %s (%d %%)", fmt_bytes(t, p->result_bytes),
		        (int)(p->got_bytes * 100 / p->result_bytes));
	if (p->rate > 0)
		buf_printf(b, "  %s", fmt_rate(s, p->rate));
	buf_printf(b, "  %s rows", fmt_thousands(s, (int64_t)p->rows));
	if (p->funnel.rows)
		buf_printf(b, "  %s kept", fmt_thousands(s, (int64_t)p->funnel.kept));
}

static int columns(void)
{
	struct winsize w;
	return ioctl(2, TIOCGWINSZ, &w) == 0 && w.ws_col > 10 ? w.ws_col : 80;
}

void narrator_live(struct narrator *n, const struct job_progress *p)
{
	int64_t now = clock_mono_ms();
	if (n->quiet || !n->tty || now - n->drawn_ms < LIVE_MS || p->phase >= PHASE_DONE)
		return;
	char s[FMT_SIZE];
	struct buf b;
	buf_init(&b, 1024);
	buf_printf(&b, "%s  %s", fmt_duration(s, p->elapsed_ms), job_phase_name(p->phase));
	if (p->phase >= PHASE_DOWNLOAD)
		live_download(&b, p);
	else
		live_query(&b, p);
	/* Our own ASCII: bytes are columns. One column stays free, so that nothing wraps. */
	fprintf(stderr, "\r\033[K%.*s", columns() - 1, buf_str(&b));
	fflush(stderr);
	buf_release(&b);
	n->drawn = true;
	n->drawn_ms = now;
}

static void written_set(struct buf *b, const struct job_event *end)
{
	struct output_file *f = NULL;
	size_t n = 0;
	char rows[FMT_SIZE], size[FMT_SIZE];
	manifest_files(end->manifest_path, &f, &n, NULL);
	buf_printf(b, "Wrote %s examples (%s) to %zu files\n",
	        fmt_thousands(rows, (int64_t)end->progress.out_rows),
	        fmt_bytes(size, end->progress.out_bytes), n);
	for (size_t i = 0; i < n; i++)
		if (n <= LISTED || i < LISTED - 1 || i == n - 1)
			buf_printf(b, "  %s: %s lines, %s\n", f[i].path,
			        fmt_thousands(rows, (int64_t)f[i].rows),
			        fmt_bytes(size, f[i].bytes));
		else if (i == n - 2)
			buf_printf(b, "  ... %zu more\n", n - LISTED);
	output_files_free(f, n);
	buf_printf(b, "Manifest: %s\n", end->manifest_path);
}

static void written(struct buf *b, const struct job_event *end, const struct job_spec *spec)
{
	char rows[FMT_SIZE], size[FMT_SIZE];
	if (spec->out_path == NULL || end->kind != EV_DONE)
		return;
	if (output_is_set(&spec->output)) {
		written_set(b, end);
		return;
	}
	buf_printf(b, "Wrote %s examples (%s) to %s\n",
	        fmt_thousands(rows, (int64_t)end->progress.out_rows),
	        fmt_bytes(size, end->progress.out_bytes),
	        strcmp(spec->out_path, "-") == 0 ? "standard output" : spec->out_path);
	if (end->manifest_path[0])
		buf_printf(b, "Manifest: %s\n", end->manifest_path);
}

static void lines(struct narrator *n, struct slice text)
{
	struct slice one;
	while (text.len > 0) {
		text = slice_cut(text, '\n', &one);
		struct buf b;
		buf_init(&b, BUF_NO_LIMIT);
		buf_add_slice(&b, one);
		line(n, buf_str(&b));
		if (one.len)
			log_info("report", "%s", buf_str(&b));
		buf_release(&b);
	}
}

void narrator_report(struct narrator *n, const struct job_event *end, const struct job_spec *spec)
{
	const struct job_progress *p = &end->progress;
	struct buf b;
	narrator_clear(n);
	if (n->quiet)
		return;
	buf_init(&b, BUF_NO_LIMIT);
	if (p->athena.state != ATHENA_NONE)
		report_statistics(&b, p, spec->price_per_tb);
	if (end->kind == EV_DONE) {
		report_download(&b, p);
		report_funnel(&b, p, spec->recipe);
		report_timing(&b, p);
	}
	written(&b, end, spec);
	lines(n, buf_slice(&b));
	buf_release(&b);
}
