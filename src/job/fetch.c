/* The result of a finished query: its object by ranged reads, or result pages. Net thread. */
#include "job/run.h"

#include "base/log.h"
#include "net/s3.h"

#include <inttypes.h>
#include <string.h>

#include "base/ban.h"

enum { PAGE_ROWS = 1000 };

static bool tick_fetch(void *arg)
{
	struct run *r = arg;
	feed_flush(r->feed, false);
	feed_publish(r->feed, false);
	if (transform_failed(r->feed->t)) {
		run_give_up(r);
		return false;
	}
	return run_keep_going(r);
}

static void object_opened(void *arg, int64_t size, const char *etag)
{
	struct run *r = arg;
	log_debug("job", "result object: %" PRId64 " bytes, ETag %s", size, etag ? etag : "-");
	board_edit(&r->e->board, NULL)->result_bytes = size;
	board_done(&r->e->board, true);
}

static int object_part(void *arg, int64_t offset, struct slice bytes, struct err *err)
{
	struct run *r = arg;
	if (offset != r->feed->got)
		return err_set(err, ERR_INTERNAL,
		        "the download skipped from byte %" PRId64 " to %" PRId64, r->feed->got,
		        offset);
	int rc = feed_bytes(r->feed, bytes, err);
	feed_publish(r->feed, false);
	return rc;
}

static int fetch_object(struct run *r, struct err *err)
{
	const struct s3_get_events ev = {object_opened, object_part, r};
	struct exchange *x =
	        s3_get_new(r->e->identity, r->j->athena.output, 0, &r->e->bucket, &ev, err);
	if (x == NULL || run_drive(r, x, tick_fetch, err) != 0)
		return -1;
	struct job_progress p;
	board_copy(&r->e->board, &p);
	if (p.result_bytes >= 0 && r->feed->got != p.result_bytes)
		return err_set(err, ERR_DATA,
		        "the result object has %" PRId64 " bytes but %" PRId64 " came",
		        p.result_bytes, r->feed->got);
	return 0;
}

static int result_page(void *arg, size_t index, struct slice json, struct err *err)
{
	struct run *r = arg;
	int rc = feed_page(r->feed, index == 0 && r->dml, json, err);
	feed_publish(r->feed, false);
	return rc;
}

static int fetch_pages(struct run *r, struct err *err)
{
	const struct athena_status *st = &r->j->athena;
	r->dml = strcmp(st->statement_type, "DML") == 0 ||
	         strcmp(st->substatement_type, "SHOW_FUNCTIONS") == 0;
	struct job_progress *p = board_edit(&r->e->board, NULL);
	p->by_pages = true;
	p->result_bytes = -1;
	board_done(&r->e->board, true);
	struct exchange *x =
	        athena_pages_new(r->e->identity, st->id, PAGE_ROWS, &r->e->bucket, result_page, r);
	return run_drive(r, x, tick_fetch, err);
}

static bool is_csv(const struct job *j)
{
	return slice_ends(slice_str(j->athena.output), ".csv");
}

/* Only a CSV object is read as one: texts of EXPLAIN, SHOW and DDL come better by pages. */
static bool wants_pages(const struct job *j)
{
	if (j->spec.fetch == FETCH_OBJECT)
		return false;
	return j->spec.fetch == FETCH_PAGES || !is_csv(j);
}

int run_fetch(struct run *r, struct err *err)
{
	struct job *j = r->j;
	if (wants_pages(j))
		return fetch_pages(r, err);
	if (j->athena.output[0] == '\0')
		return err_set(err, ERR_CONFIG,
		        "this workgroup keeps results itself: there is no object to read; use "
		        "result "
		        "pages");
	if (!is_csv(j))
		return err_set(err, ERR_CONFIG,
		        "the result object of this statement is not CSV; use result pages (--fetch "
		        "pages)");
	if (fetch_object(r, err) == 0)
		return 0;
	bool unreadable = err->code == ERR_DENIED || err->code == ERR_NOT_FOUND;
	if (j->spec.fetch == FETCH_OBJECT || !unreadable || r->feed->got > 0)
		return -1;
	engine_emit(r->e, j, EV_NOTE, NULL, "Reading result pages instead: %.200s", err->text);
	err_clear(err);
	return fetch_pages(r, err);
}
