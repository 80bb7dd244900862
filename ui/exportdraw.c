/* Drawings of the Export screen: the form, what will be made, how it goes, the first lines. */
#include "ui/export.h"

#include "base/file.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/wrap.h"
#include "ui/parts.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/ban.h"

enum { VALUE_AT = 16, HINT_AT = 48, HINT_AT_80 = 38 };

/* ---- the form ---- */

static const char *const labels[FIELDS] = {"file", "recipe", "format", "compression",
        "rows per file", "validation", "split by", "seed", "rejects", ""};

static void share(char *out, size_t size, uint32_t ppm)
{
	snprintf(out, size, "%g%%", (double)ppm / (OUTPUT_WHOLE / 100));
}

/* What stands in a field; the style says whether it has an effect. */
static struct style value_of(struct model *m, enum export_field f, char *out, size_t size)
{
	const struct write *w = &m->write;
	const struct job_output *o = &w->output;
	char n[FMT_SIZE];
	bool on = true;
	switch (f) {
	case FIELD_PATH: snprintf(out, size, "%s", w->path); break;
	case FIELD_RECIPE: snprintf(out, size, "%s", w->recipe ? w->recipe : "none"); break;
	case FIELD_FORMAT:
		snprintf(out, size, "%s",
		        w->format ? w->format
		        : w->base ? recipe_format(w->base)
		                  : "none");
		break;
	case FIELD_COMPRESS:
		on = o->compress != COMPRESS_NONE;
		snprintf(out, size, "%s", compress_name(o->compress));
		break;
	case FIELD_SHARDS:
		on = o->shard_rows > 0;
		snprintf(out, size, "%s",
		        on ? fmt_thousands(n, (int64_t)o->shard_rows) : "all in one");
		break;
	case FIELD_SPLIT:
		on = o->validation_ppm > 0;
		share(out, size, o->validation_ppm);
		if (!on)
			snprintf(out, size, "none");
		break;
	case FIELD_SPLIT_BY:
		on = o->validation_ppm > 0;
		snprintf(out, size, "%s", o->split_by ? o->split_by : "whole row");
		break;
	case FIELD_SEED:
		on = o->validation_ppm > 0;
		snprintf(out, size, "%" PRIu64, o->seed);
		break;
	default: on = o->rejects != NULL; snprintf(out, size, "%s", on ? o->rejects : "not kept");
	}
	return ST(on ? FG_STRONG : FG_DIM);
}

static const char *format_title(const struct write *w)
{
	const char *name = w->format ? w->format : w->base ? recipe_format(w->base) : "";
	for (size_t i = 0; i < recipe_format_count(); i++)
		if (strcmp(recipe_format_name(i), name) == 0)
			return recipe_format_title(i);
	return "";
}

static const char *hint_of(struct model *m, enum export_field f, char *out, size_t size)
{
	const struct write *w = &m->write;
	const struct job_output *o = &w->output;
	switch (f) {
	case FIELD_PATH:
		if (output_is_set(o))
			return "a set of files";
		if (o->compress == COMPRESS_NONE)
			return "";
		snprintf(out, size, "with %s added", compress_suffix(o->compress));
		return out;
	case FIELD_RECIPE: return w->base ? recipe_description(w->base) : "";
	case FIELD_FORMAT:
		if (!w->format && !w->base)
			return "a recipe has one";
		snprintf(out, size, "%s%s", w->format ? "" : "the recipe's: ", format_title(w));
		return out;
	case FIELD_COMPRESS: return o->compress ? "loaders read it as it is" : "gzip or zstd";
	case FIELD_SHARDS: return o->shard_rows ? "shards: NAME-00000-of-..." : "";
	case FIELD_SPLIT:
		return o->validation_ppm ? "NAME.train and NAME.validation" : "a share held back";
	case FIELD_SPLIT_BY:
		if (!o->validation_ppm)
			return "no effect without validation";
		return o->split_by ? "rows of one value stay on one side"
		                   : "only equal rows stay together";
	case FIELD_SEED: return o->validation_ppm ? "another seed, another split" : "";
	case FIELD_REJECTS: return o->rejects ? "dropped rows, with reasons" : "";
	default: return "";
	}
}

/* A reason against this very field, or NULL. */
static const char *fault_of(const struct write *w, enum export_field f)
{
	const struct err *e = f == FIELD_PATH     ? &w->place_err
	                      : f == FIELD_FORMAT ? &w->shape_err
	                                          : NULL;
	bool lines = w->lines && w->lines->err.code;
	if (lines && f == FIELD_RECIPE && w->lines->err.code == ERR_RECIPE)
		e = &w->lines->err;
	if (lines && f == FIELD_SPLIT_BY && w->lines->err.code == ERR_USAGE)
		e = &w->lines->err;
	return e && e->code ? e->text : NULL;
}

static void draw_steps(const struct pane *p, int y, int end)
{
	put_str(p, VALUE_AT - 2, y, ST(FG_ACCENT), "‹");
	put_str(p, end + 1, y, ST(FG_ACCENT), "›");
	put_hit(p, VALUE_AT - 2, y, 1, 1, ACT_LEFT, 0);
	put_hit(p, end + 1, y, 1, 1, ACT_RIGHT, 0);
}

static void draw_field(struct model *m, const struct pane *p, int y, enum export_field f)
{
	char value[600], hint[200];
	struct write *w = &m->write;
	bool here = w->field == (int)f && w->pane == EXPORT_FORM,
	     wide = f == FIELD_PATH || f == FIELD_REJECTS;
	struct style st = value_of(m, f, value, sizeof value);
	const char *fault = fault_of(w, f), *text = hint_of(m, f, hint, sizeof hint);
	int hint_at = p->w < 100 ? HINT_AT_80 : HINT_AT;
	int room = hint_at - VALUE_AT - 4;
	if (wide) /* a path needs the room more than the hint does */
		room = p->w - VALUE_AT - 4 - (fault ? 24 : utf8_width(slice_str(text)) + 2);
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)f);
	put_str(p, 2, y, ST(FG_DIM), labels[f]);
	int end = VALUE_AT + put_fit(p, VALUE_AT, y, room, st, slice_str(value));
	int at = end + 3 > hint_at ? end + 3 : hint_at;
	if (fault) {
		put_str(p, at, y, ST(FG_BAD), "✗");
		put_fit(p, at + 2, y, p->w - at - 3, ST(FG_BAD), slice_str(fault));
	} else
		put_fit(p, at, y, p->w - at - 1, ST(FG_DIM), slice_str(text));
	if (!here)
		return;
	put_bg(p, 0, y, p->w, 1, BG_SELECT);
	put_str(p, 0, y, STB(FG_ACCENT, BG_SELECT), "▌");
	if (f != FIELD_PATH) {
		struct pane all = *p;
		draw_steps(&all, y, end);
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
	}
}

void export_draw_form(struct model *m, const struct pane *p, int y)
{
	for (enum export_field f = 0; f < FIELD_WRITE; f++)
		draw_field(m, p, y + (int)f, f);
}

/* ---- what will be made ---- */

static void summary(struct model *m, char *out, size_t size)
{
	char kept[FMT_SIZE], rows[FMT_SIZE], files[FMT_SIZE];
	struct export_count c;
	struct export_side side[2];
	size_t n = export_files(m), sides;
	bool sure;
	export_count(m, &c);
	sides = export_sides(m, side);
	sure = m->write.output.shard_rows == 0 || (side[0].exact && side[sides - 1].exact);
	fmt_thousands(kept, (int64_t)c.kept);
	fmt_thousands(rows, (int64_t)c.rows);
	fmt_thousands(files, (int64_t)n);
	if (!c.known)
		snprintf(out, size, "write the examples of %s rows", rows);
	else
		snprintf(out, size, "write %s%s examples of %s rows into %s%s file%s",
		        c.exact ? "" : "about ", kept, rows, sure ? "" : "about ", files,
		        n == 1 ? "" : "s");
}

static void draw_facts(struct model *m, const struct pane *p, int y)
{
	char size[FMT_SIZE], s[160];
	double bytes = export_bytes(m);
	if (bytes > 0)
		snprintf(s, sizeof s, "about %s%s; nothing is billed",
		        fmt_bytes(size, (int64_t)bytes),
		        m->write.output.compress ? " before compression" : "");
	else
		snprintf(s, sizeof s, "nothing is billed");
	put_fit(p, VALUE_AT, y, p->w - VALUE_AT - 1, ST(FG_DIM), slice_str(s));
}

int export_draw_summary(struct model *m, const struct pane *p, int y)
{
	struct err why;
	char s[200];
	struct write *w = &m->write;
	bool here = w->field == FIELD_WRITE && w->pane == EXPORT_FORM;
	if (export_refusal(m, &why)) {
		put_str(p, 2, y, STA(FG_BAD, AT_BOLD), "✗ not yet");
		struct pane box = pane_sub(p, VALUE_AT, y, p->w - VALUE_AT - 1, 2);
		put_wrapped(&box, ST(FG_BAD), slice_str(why.text), 0);
	} else {
		summary(m, s, sizeof s);
		put_str(p, 2, y, STA(FG_GOOD, AT_BOLD), "w write");
		put_fit(p, VALUE_AT, y, p->w - VALUE_AT - 1, STA(FG_STRONG, AT_BOLD),
		        slice_str(s + strlen("write ")));
		draw_facts(m, p, y + 1);
	}
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, FIELD_WRITE);
	if (here) {
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
		put_str(p, 0, y, STB(FG_ACCENT, BG_SELECT), "▌");
	}
	return 2;
}

/* The number of shards is not known before the end, unless all is counted. */
static void hide_total(char *name)
{
	char *at = NULL;
	for (char *s = strstr(name, "-of-"); s; s = strstr(s + 1, "-of-"))
		at = s;
	for (int i = 0; at && i < 5; i++)
		at[4 + i] = '?';
}

static void draw_name(struct model *m, const struct pane *p, int y, const struct export_side *s,
        size_t shard, bool exact)
{
	const struct write *w = &m->write;
	char n[FMT_SIZE], rows[64];
	char *name = output_file(w->path, &w->output, s->side, shard, s->shards);
	bool full = s->shards > 1 && shard + 1 < s->shards;
	uint64_t lines = s->shards < 2 ? s->rows
	                 : full        ? w->output.shard_rows
	                               : s->rows - shard * w->output.shard_rows;
	if (s->shards && !exact)
		hide_total(name);
	snprintf(rows, sizeof rows, "%s%s lines", exact || full ? "" : "≈ ",
	        fmt_thousands(n, (int64_t)lines));
	put_fit(p, 2, y, p->w - 22, ST(FG_TEXT), slice_str(name));
	put_right(p, p->w - 1, y, ST(FG_DIM), rows);
	mem_free(name);
}

/* All of a side's shards in `room` rows; else the first ones, how many more, and the last. */
static int draw_side_names(struct model *m, const struct pane *p, int y,
        const struct export_side *s, int room, bool exact)
{
	char n[FMT_SIZE];
	size_t count = s->shards ? s->shards : 1, first = count;
	if (count > (size_t)room)
		first = room > 3 ? (size_t)room - 2 : 1;
	for (size_t i = 0; i < first; i++)
		draw_name(m, p, y++, s, i, exact);
	if (first + 1 < count)
		put_fmt(p, 2, y++, ST(FG_DIM), "... %s%s more", exact ? "" : "about ",
		        fmt_thousands(n, (int64_t)(count - first - 1)));
	if (first < count)
		draw_name(m, p, y++, s, count - 1, exact);
	return y;
}

int export_draw_files(struct model *m, const struct pane *p)
{
	struct export_side side[2];
	struct export_count c;
	size_t n = export_sides(m, side);
	const char *rejects = m->write.output.rejects;
	char *manifest = output_manifest(m->write.path, &m->write.output);
	int y = 1, room = p->h - 2 - (rejects != NULL);
	export_count(m, &c);
	put_rule(p, 0, 0, p->w, "files");
	int keep = n == 2 ? (side[1].shards < 3 ? (side[1].shards < 2 ? 1 : 2) : 3) : 0;
	for (size_t i = 0; i < n && c.known; i++)
		y = draw_side_names(
		        m, p, y, &side[i], room + 1 - y - (i == 0 ? keep : 0), side[i].exact);
	put_fit(p, 2, y, p->w - 12, ST(FG_DIM), slice_str(manifest));
	put_right(p, p->w - 1, y++, ST(FG_DIM), "manifest");
	if (rejects) {
		put_fit(p, 2, y, p->w - 12, ST(FG_DIM), slice_str(rejects));
		put_right(p, p->w - 1, y++, ST(FG_DIM), "rejects");
	}
	mem_free(manifest);
	return y;
}

/* ---- progress and end ---- */

static int draw_progress(struct model *m, const struct pane *p)
{
	const struct job_progress *g = &m->write.p;
	char a[FMT_SIZE], b[FMT_SIZE], s[200];
	struct export_count c;
	const struct run *other = model_live(m);
	int w = p->w - VALUE_AT - 32;
	export_count(m, &c);
	put_rule(p, 0, 0, p->w, g->phase == PHASE_WRITE ? "finishing" : "writing");
	put_str(p, 2, 1, ST(FG_DIM), "rows");
	put_bar(p, VALUE_AT, 1, w, ST(FG_FILL), (double)g->rows, c.rows ? (double)c.rows : 1);
	put_fmt(p, VALUE_AT + w + 2, 1, ST(FG_TEXT), "%s of %s", fmt_thousands(a, (int64_t)g->rows),
	        fmt_thousands(b, (int64_t)c.rows));
	put_str(p, 2, 2, ST(FG_DIM), "examples");
	put_bar(p, VALUE_AT, 2, w, ST(FG_FILL2), (double)g->out_rows, c.rows ? (double)c.rows : 1);
	put_fmt(p, VALUE_AT + w + 2, 2, ST(FG_TEXT), "%s, %s",
	        fmt_thousands(a, (int64_t)g->out_rows), fmt_bytes(b, g->out_bytes));
	if (g->phase == PHASE_QUEUED_HERE && other)
		snprintf(s, sizeof s, "It waits for its turn: %.80s is running.", other->name);
	else if (g->phase == PHASE_WRITE)
		snprintf(s, sizeof s, "The last bytes go to disk; then all files get their names.");
	else
		snprintf(s, sizeof s,
		        "%s; nothing stands under a final name before all is "
		        "written. x cancels.",
		        fmt_duration(a, g->elapsed_ms));
	put_fit(p, 2, 3, p->w - 3, ST(FG_DIM), slice_str(s));
	return 4;
}

/* Columns from the right: SHA-256 (its beginning), size, lines. */
static int sum_width(const struct pane *p)
{
	return p->w < 100 ? 8 : 16;
}

static void draw_written_file(const struct pane *p, int y, const struct output_file *f)
{
	char a[FMT_SIZE], b[FMT_SIZE];
	int right = p->w - 1 - sum_width(p);
	put_fmt(p, right, y, ST(FG_DIM), "%.*s", sum_width(p), f->sha256);
	put_right(p, right - 2, y, ST(FG_TEXT), fmt_bytes(a, f->bytes));
	put_right(p, right - 13, y, ST(FG_TEXT), fmt_thousands(b, (int64_t)f->rows));
	put_fit(p, 2, y, right - 24, ST(FG_STRONG), slice_str(f->path));
}

static void draw_done_head(struct model *m, const struct pane *p)
{
	const struct job_progress *g = &m->write.p;
	char a[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE], d[FMT_SIZE], s[240];
	int right = p->w - 1 - sum_width(p);
	snprintf(s, sizeof s, "%s examples%s%s%s, %s in %s", fmt_thousands(a, (int64_t)g->out_rows),
	        p->w < 100 ? "" : " of ", p->w < 100 ? "" : fmt_thousands(b, (int64_t)g->rows),
	        p->w < 100 ? "" : " rows", fmt_bytes(c, g->out_bytes),
	        fmt_duration(d, g->elapsed_ms));
	put_rule(p, 0, 0, p->w, "written");
	put_str(p, 2, 1, STA(FG_GOOD, AT_BOLD), "✓");
	put_fit(p, 4, 1, right - 24, ST(FG_TEXT), slice_str(s));
	if (m->write.n_files == 0)
		return;
	put_right(p, right - 13, 1, ST(FG_DIM), "lines");
	put_right(p, right - 2, 1, ST(FG_DIM), "size");
	put_str(p, right, 1, ST(FG_DIM), "sha256");
}

static void draw_written_list(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	int n = (int)w->n_files;
	table_fit(&w->list, n, p->h);
	for (int i = w->list.top; i < n && i - w->list.top < p->h; i++) {
		int y = i - w->list.top;
		draw_written_file(p, y, &w->files[i]);
		put_hit(p, 0, y, p->w, 1, ACT_SELECT, ARG_FILE + i);
		if (w->pane == EXPORT_FILES && i == w->list.at) {
			put_bg(p, 0, y, p->w, 1, BG_SELECT);
			put_str(p, 0, y, STB(FG_ACCENT, BG_SELECT), "▌");
		}
	}
	table_scrollbar(p, w->list.top, n);
}

/* The list takes what it needs; less when there is much, or when keys act on the first lines. */
static int draw_done(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	int y = 2, room = p->h - 3, files = (int)w->n_files;
	draw_done_head(m, p);
	if (w->pane == EXPORT_FILES)
		put_str(p, 3, 0, STA(FG_FOCUS, AT_BOLD), "written");
	if (files == 0)
		put_fit(p, 2, y++, p->w - 3, ST(FG_STRONG), slice_str(w->target));
	if (w->pane == EXPORT_LINES)
		room = room > 16 ? room / 3 : 1;
	else if (w->pane == EXPORT_FORM && room > 16)
		room /= 2;
	struct pane list = pane_sub(p, 0, y, p->w, files < room ? files : room);
	draw_written_list(m, &list);
	y += list.h;
	if (w->manifest[0]) {
		/* The names above are relative to its folder. */
		bool bare = files && !strchr(w->files[0].path, '/');
		const char *name = bare ? file_base(w->manifest) : w->manifest;
		put_fit(p, 2, y, p->w - 14, ST(FG_DIM), slice_str(name));
		put_str(p, p->w - 1 - sum_width(p), y++, ST(FG_DIM), "manifest");
	}
	return y;
}

int export_draw_end(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	switch (w->state) {
	case RUN_ASKED:
	case RUN_LIVE: return draw_progress(m, p);
	case RUN_DONE: return draw_done(m, p);
	case RUN_FAILED:
		put_rule(p, 0, 0, p->w, "not written");
		return 1 + draw_error(p, 1, "", &w->err);
	case RUN_CANCELLED:
		put_rule(p, 0, 0, p->w, "cancelled");
		put_str(p, 2, 1, ST(FG_WARN), "⚠ Cancelled: nothing stands under a final name.");
		return 2;
	default: return 0;
	}
}
