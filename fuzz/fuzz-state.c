/* Any bytes as each file that the program left behind: the session, the marks, the journal, a
 * manifest. What was read once is written and read again as the same. */
#include "base/file.h"
#include "base/mem.h"
#include "job/desk.h"
#include "job/journal.h"
#include "job/manifest.h"
#include "job/marks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(const char *dir, const char *name, struct slice text)
{
	char *path = file_join(dir, name);
	if (file_keep(path, text, 0600, NULL) != 0)
		abort();
	mem_free(path);
}

static void take_away(const char *dir, const char *name)
{
	char *path = file_join(dir, name);
	unlink(path);
	mem_free(path);
}

static void check_desk(const char *dir)
{
	struct desk d, again;
	struct buf one, two;
	bool found;

	if (desk_load(dir, &d, &found, NULL) == 0) {
		buf_init(&one, BUF_NO_LIMIT);
		buf_init(&two, BUF_NO_LIMIT);
		desk_text(&d, &one);
		put(dir, "session.json", buf_slice(&one));
		if (desk_load(dir, &again, &found, NULL) != 0 || !found)
			abort();
		desk_text(&again, &two);
		if (!slice_eq(buf_slice(&one), buf_slice(&two)))
			abort();
		desk_release(&again);
		buf_release(&one);
		buf_release(&two);
	}
	desk_release(&d);
}

static void check_marks(const char *dir)
{
	struct marks *m = marks_open(dir, "q", NULL);
	size_t n = marks_count(m, MARK_GOOD) + marks_count(m, MARK_BAD);

	for (size_t i = 0; i < n; i++) {
		const struct marked *x = marks_at(m, i);
		if (!x || marks_get(m, x->row) != x->mark ||
		        (i && x->row <= marks_at(m, i - 1)->row))
			abort();
	}
	if (marks_at(m, n))
		abort();
	marks_set(m, (struct marked){7, MARK_BAD, 0}, "r", NULL);
	marks_free(m);
	m = marks_open(dir, "q", NULL); /* also behind half a line */
	if (marks_get(m, 7) != MARK_BAD)
		abort();
	marks_free(m);
}

static void check_journal(const char *dir)
{
	struct history_entry *h = NULL;
	size_t n = 0, before;
	int64_t offset = 0;

	if (history_more(dir, &offset, &h, &n, NULL) != 0)
		abort();
	before = n;
	for (size_t i = 0; i < n; i++)
		if (!h[i].query_name || !h[i].query_id || !h[i].state || !h[i].sql ||
		        !h[i].spool_path || !h[i].error)
			abort();
	if (history_more(dir, &offset, &h, &n, NULL) != 0 || n != before)
		abort();
	history_last(h, n, "q");
	history_free(h, n);
}

static void check_manifest(const char *dir)
{
	char *path = file_join(dir, "x.manifest.json");
	struct output_file *f;
	size_t n;

	manifest_files(path, &f, &n, NULL);
	for (size_t i = 0; i < n; i++)
		if (strncmp(f[i].path, dir, strlen(dir)) != 0 ||
		        strchr(f[i].path + strlen(dir) + 1, '/'))
			abort();
	output_files_free(f, n);
	mem_free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
	        "session.json", "marks.jsonl", "journal.jsonl", "x.manifest.json"};
	struct slice text = slice_of((const char *)data, size);
	char dir[] = "/tmp/aj-fuzz-state-XXXXXX";

	if (size > 1 << 17 || !mkdtemp(dir))
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		put(dir, names[i], text);
	check_desk(dir);
	check_marks(dir);
	check_journal(dir);
	check_manifest(dir);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		take_away(dir, names[i]);
	rmdir(dir);
	return 0;
}
