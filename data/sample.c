#include "data/sample.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "data/comment.h"
#include "local/duck.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/ban.h"

#define MONTHS     12
#define FIRST_YEAR 2023
#define FIRST_MON  7 /* July */
#define GENERATOR  1 /* raised when the same seed gives other rows */
#define WRITE_AT   (256u << 10)

static const char readme[] = "This sample is SYNTHETIC. Every comment, name, address and number in "
                             "it was made by a program\n"
                             "(data/make-sample.c of athena-jsonl); none was written by a person, "
                             "and any likeness is chance.\n"
                             "\n"
                             "It imitates the shape of Reddit comment dumps so that queries, "
                             "cleaning and exports can be tried\n"
                             "without an account and without anyone's words. It may be deleted at "
                             "any time and made again.\n";

struct month {
	int year, mon;
	int64_t start, seconds; /* Unix time */
	uint64_t rows;
};

/* Days since 1970-01-01 of the first of a month (proleptic Gregorian). */
static int64_t days_before(int year, int mon)
{
	int64_t y = mon <= 2 ? year - 1 : year, m = (mon + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 - 719468;
}

/* Month i of the sample; later months have a little more, as boards grow. */
static struct month month_of(const struct sample_spec *spec, int i)
{
	uint64_t total = MONTHS * 20 + MONTHS * (MONTHS - 1) / 2;
	uint64_t before = (uint64_t)(i * 20 + i * (i - 1) / 2);
	uint64_t after = before + 20 + (uint64_t)i;
	int at = FIRST_MON - 1 + i;
	struct month m = {.year = FIRST_YEAR + at / 12, .mon = at % 12 + 1};
	int64_t first = days_before(m.year, m.mon);
	int64_t next = days_before(m.year + m.mon / 12, m.mon % 12 + 1);

	m.start = first * 86400;
	m.seconds = (next - first) * 86400;
	m.rows = spec->rows * after / total - spec->rows * before / total;
	return m;
}

static char *month_dir(const char *dir, const struct month *m)
{
	return mem_printf("%s/reddit/comments/year=%d/month=%02d", dir, m->year, m->mon);
}

static void stamp_text(const struct sample_spec *spec, struct buf *out)
{
	buf_printf(out,
	        "{\"generator\": %d, \"rows\": %llu, \"seed\": %llu, \"format\": \"%s\", "
	        "\"synthetic\": true}\n",
	        GENERATOR, (unsigned long long)spec->rows, (unsigned long long)spec->seed,
	        spec->parquet ? "parquet" : "ndjson");
}

/* Comment i's second: spread evenly, each moved a little within its own share of the month. */
static int64_t second_of(const struct month *m, uint64_t i)
{
	uint64_t share = (uint64_t)m->seconds / m->rows;
	uint64_t moved = share ? (i * UINT64_C(2654435761) >> 7) % share : 0;

	return m->start + (int64_t)((uint64_t)m->seconds * i / m->rows + moved);
}

/* The comments of one month, in order of time. */
static int write_rows(struct comments *c, const struct month *m, const char *path, struct err *err)
{
	struct outfile *f = outfile_open(path, err);
	struct buf lines;
	uint64_t i;
	int rc = f ? 0 : -1;

	buf_init(&lines, BUF_NO_LIMIT);
	for (i = 0; rc == 0 && i < m->rows; i++) {
		comments_next(c, second_of(m, i), &lines);
		if (lines.len < WRITE_AT && i + 1 < m->rows)
			continue;
		rc = outfile_write(f, lines.ptr, lines.len, err);
		buf_clear(&lines);
	}
	buf_release(&lines);
	if (rc == 0)
		return outfile_commit(f, err);
	outfile_abort(f);
	return -1;
}

static int write_month(const struct sample_spec *spec, struct comments *c, const struct month *m,
        const char *tmp, struct err *err)
{
	char *dir = month_dir(tmp, m);
	char *text = mem_printf("%s/part-0.ndjson", dir);
	char *parquet = mem_printf("%s/part-0.parquet", dir);
	int rc = file_mkdir_p(dir, 0755, err);

	if (rc == 0)
		rc = write_rows(c, m, text, err);
	if (rc == 0 && spec->parquet) {
		rc = duck_ndjson_to_parquet(text, comments_columns(), parquet, err);
		unlink(text);
	}
	mem_free(dir);
	mem_free(text);
	mem_free(parquet);
	return rc;
}

static void remove_in(const char *dir, const char *name)
{
	char *path = file_join(dir, name);

	if (unlink(path) != 0 && errno == EISDIR)
		rmdir(path);
	mem_free(path);
}

/* Removes what sample_make writes, by name: anything else in the folder is left, and keeps it. */
static void remove_sample(const struct sample_spec *spec, const char *dir)
{
	static const char *const folders[] = {"reddit/comments/year=2023",
	        "reddit/comments/year=2024", "reddit/comments", "reddit"};
	size_t k;
	int i;

	for (i = 0; i < MONTHS; i++) {
		struct month m = month_of(spec, i);
		char *path = month_dir(dir, &m);

		remove_in(path, "part-0.ndjson");
		remove_in(path, "part-0.parquet");
		rmdir(path);
		mem_free(path);
	}
	for (k = 0; k < sizeof folders / sizeof *folders; k++)
		remove_in(dir, folders[k]);
	remove_in(dir, "_README.txt");
	remove_in(dir, ".sample.json");
	rmdir(dir);
}

static int write_notes(const struct sample_spec *spec, const char *tmp, struct err *err)
{
	char *notes = file_join(tmp, "_README.txt"), *stamp = file_join(tmp, ".sample.json");
	struct buf text;
	int rc;

	buf_init(&text, 4096);
	stamp_text(spec, &text);
	rc = file_write(notes, slice_str(readme), 0644, err);
	if (rc == 0)
		rc = file_write(stamp, buf_slice(&text), 0644, err);
	buf_release(&text);
	mem_free(notes);
	mem_free(stamp);
	return rc;
}

static int write_all(const struct sample_spec *spec, const char *tmp, struct err *err)
{
	struct comments *c = comments_new(spec->seed);
	uint64_t done = 0;
	int i, rc = 0;

	for (i = 0; rc == 0 && i < MONTHS; i++) {
		struct month m = month_of(spec, i);

		if (m.rows)
			rc = write_month(spec, c, &m, tmp, err);
		done += m.rows;
		if (rc == 0 && spec->progress)
			spec->progress(i + 1, MONTHS, done);
	}
	comments_free(c);
	return rc == 0 ? write_notes(spec, tmp, err) : rc;
}

/* 1: this very sample; 0: nothing, or another sample; -1: a folder that is not ours. */
static int look_at(const struct sample_spec *spec, struct err *err)
{
	char *path = file_join(spec->dir, ".sample.json");
	struct buf have, want;
	int rc = 0;

	buf_init(&have, 4096);
	buf_init(&want, 4096);
	stamp_text(spec, &want);
	if (file_exists(path) && file_read(path, &have, NULL) == 0)
		rc = slice_eq(buf_slice(&have), buf_slice(&want));
	else if (file_exists(spec->dir) && rmdir(spec->dir) != 0)
		rc = err_set(err, ERR_USAGE,
		        "%s exists and holds no sample: nothing was written; give another folder "
		        "with --out",
		        spec->dir);
	buf_release(&have);
	buf_release(&want);
	mem_free(path);
	return rc;
}

/* Puts the finished folder in place; an older sample goes, but not what others put into it. */
static int put_in_place(const struct sample_spec *spec, const char *tmp, struct err *err)
{
	char *old = mem_printf("%s.old", spec->dir);
	bool replace = file_exists(spec->dir);
	int rc = 0;

	if (replace && rename(spec->dir, old) != 0)
		rc = err_set_errno(err, ERR_IO, errno, "cannot move %s to %s", spec->dir, old);
	if (rc == 0 && rename(tmp, spec->dir) != 0)
		rc = err_set_errno(err, ERR_IO, errno, "cannot move %s to %s", tmp, spec->dir);
	if (rc == 0 && replace)
		remove_sample(spec, old);
	if (rc == 0 && replace && file_exists(old) && spec->note)
		spec->note("files that are not of the sample were kept in", old);
	if (rc != 0 && replace && rename(old, spec->dir) != 0)
		err_prefix(err, "the older sample is now %s", old);
	mem_free(old);
	return rc;
}

int sample_make(const struct sample_spec *spec, bool *made, struct err *err)
{
	char *tmp;
	int rc = look_at(spec, err);

	*made = rc == 0;
	if (rc != 0)
		return rc > 0 ? 0 : -1;
	tmp = mem_printf("%s.tmp", spec->dir);
	remove_sample(spec, tmp); /* of a run that was killed */
	rc = file_mkdir_p(tmp, 0755, err);
	if (rc == 0)
		rc = write_all(spec, tmp, err);
	if (rc == 0)
		rc = put_in_place(spec, tmp, err);
	if (rc != 0)
		remove_sample(spec, tmp);
	mem_free(tmp);
	return rc;
}
