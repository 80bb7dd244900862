#include "job/split.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/mem.h"

#include <inttypes.h>

#include "base/ban.h"

struct split {
	uint32_t ppm;
	int column; /* -1: the whole row */
	size_t n;
	size_t seed_len; /* of text, which begins with the seed */
	struct buf text;
};

static int no_column(const struct job_output *o, const struct columns *c, struct err *err)
{
	struct buf names;
	buf_init(&names, 300);
	for (size_t i = 0; i < c->n && !names.failed; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", c->col[i].name);
	err_set(err, ERR_USAGE,
	        "cannot split by '%.100s': the result has no such column; it has %s%s", o->split_by,
	        buf_str(&names), names.failed ? " ..." : "");
	buf_release(&names);
	return -1;
}

struct split *split_new(const struct job_output *o, const struct columns *c, struct err *err)
{
	int column = o->split_by && o->validation_ppm ? columns_find(c, o->split_by) : -1;
	if (o->validation_ppm && o->split_by && column < 0) {
		no_column(o, c, err);
		return NULL;
	}
	struct split *s = MEM_NEW(struct split);
	*s = (struct split){.ppm = o->validation_ppm, .column = column, .n = c->n};
	buf_init(&s->text, BUF_NO_LIMIT);
	buf_printf(&s->text, "%" PRIu64 "\n", o->seed);
	s->seed_len = s->text.len;
	return s;
}

void split_free(struct split *s)
{
	if (!s)
		return;
	buf_release(&s->text);
	mem_free(s);
}

enum output_side split_side(struct split *s, const struct cell *cells)
{
	uint8_t sum[SHA256_SIZE];
	if (s->ppm == 0)
		return SIDE_ALL;
	s->text.len = s->seed_len;
	for (size_t i = 0; i < s->n; i++) {
		if (s->column >= 0 && i != (size_t)s->column)
			continue;
		if (cell_is_null(cells[i])) {
			buf_add_char(&s->text, '0');
			continue;
		}
		if (s->column < 0)
			buf_printf(&s->text, "%" PRIu32, cells[i].len);
		buf_add_char(&s->text, '=');
		buf_add(&s->text, cells[i].ptr, cells[i].len);
	}
	crypto_sha256(buf_slice(&s->text), sum);
	uint64_t h =
	        (uint64_t)sum[0] << 24 | (uint64_t)sum[1] << 16 | (uint64_t)sum[2] << 8 | sum[3];
	return h * OUTPUT_WHOLE >> 32 < s->ppm ? SIDE_VALIDATION : SIDE_TRAIN;
}
