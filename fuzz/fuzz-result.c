/* A result on disk gives the same rows by number as the decoder gives them in a row, and orders all
 * of them. */
#include "base/clock.h"
#include "base/mem.h"
#include "job/result.h"
#include "rows/csv.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct check {
	struct result *result;
	uint64_t rows;
	bool header;
};

static int same_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct check *c = arg;
	const struct cell *have;

	if (!c->header) {
		c->header = true;
		return 0;
	}
	if (result_row(c->result, c->rows++, &have, err) != 0)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!have[i].ptr != !cells[i].ptr ||
		        !slice_eq(cell_slice(have[i]), cell_slice(cells[i])))
			abort();
	return 0;
}

static void wait_order(struct result *r)
{
	struct result_progress p;

	for (result_progress(r, RESULT_ORDER, &p); p.phase == RESULT_WORKING;
	        result_progress(r, RESULT_ORDER, &p))
		clock_sleep_ms(1);
	if (p.phase != RESULT_DONE)
		abort();
}

static void check_order(struct result *r, uint64_t rows)
{
	unsigned char *seen = mem_zalloc((size_t)rows + 1);

	result_order(r, &(struct result_order){.sort_col = 0});
	wait_order(r);
	if (result_shown(r) != rows)
		abort();
	for (uint64_t i = 0; i < rows; i++) {
		uint64_t row = result_at(r, i);

		if (row >= rows || seen[row]++)
			abort();
	}
	mem_free(seen);
}

static void check_file(const char *path, struct slice in)
{
	struct result_state s;
	struct err err = ERR_INIT, seen = ERR_INIT;
	struct check c = {result_open(path, NULL, NULL, &err), 0, false};
	struct csv *csv = csv_new(0);

	if (!c.result)
		abort();
	for (result_state(c.result, &s); !s.complete; result_state(c.result, &s))
		clock_sleep_ms(1);
	if (csv_feed(csv, in, same_row, &c, &seen) == 0)
		csv_finish(csv, same_row, &c, &seen);
	if (c.rows != s.rows || (c.header && seen.code != s.err.code))
		abort();
	if (c.header)
		check_order(c.result, c.rows);
	result_close(c.result);
	csv_free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/aj-fuzz-result-XXXXXX";
	int fd = size <= 1 << 17 ? mkstemp(path) : -1;

	if (fd < 0)
		return 0;
	if (size == 0 || write(fd, data, size) == (ssize_t)size)
		check_file(path, slice_of((const char *)data, size));
	close(fd);
	unlink(path);
	return 0;
}
