#include "job/part.h"

#include "base/clock.h"

#include <string.h>

#include "base/ban.h"

enum { FLUSH_AT = 256 * 1024 };

int part_open(struct part *p, struct outfile *file, enum job_compress c, struct err *err)
{
	*p = (struct part){.file = file};
	buf_init(&p->pending, BUF_NO_LIMIT);
	buf_init(&p->packed, BUF_NO_LIMIT);
	p->sum = sha256_new();
	if (c == COMPRESS_NONE || (p->squeeze = squeeze_new(c, err)) != NULL)
		return 0;
	part_release(p);
	return -1;
}

void part_release(struct part *p)
{
	outfile_abort(p->file);
	squeeze_free(p->squeeze);
	sha256_free(p->sum);
	buf_release(&p->pending);
	buf_release(&p->packed);
	p->file = NULL;
	p->squeeze = NULL;
	p->sum = NULL;
}

static int write_bytes(struct part *p, struct slice s, struct err *err)
{
	sha256_add(p->sum, s.ptr, s.len);
	return outfile_write(p->file, s.ptr, s.len, err);
}

static int flush(struct part *p, bool end, struct err *err)
{
	int64_t t0 = clock_mono_us();
	int rc;
	if (p->squeeze) {
		rc = squeeze_add(p->squeeze, buf_slice(&p->pending), end, &p->packed, err);
		p->bytes += (int64_t)p->packed.len;
		if (rc == 0)
			rc = write_bytes(p, buf_slice(&p->packed), err);
		buf_clear(&p->packed);
	} else {
		rc = write_bytes(p, buf_slice(&p->pending), err);
	}
	buf_clear(&p->pending);
	p->busy_us += clock_mono_us() - t0;
	return rc;
}

int part_line(struct part *p, struct slice line, struct err *err)
{
	buf_add_slice(&p->pending, line);
	buf_add_char(&p->pending, '\n');
	if (p->pending.failed)
		return err_set(err, ERR_MEMORY, "no memory for a line of %zu bytes", line.len);
	p->rows++;
	if (!p->squeeze)
		p->bytes += (int64_t)line.len + 1;
	return p->pending.len >= FLUSH_AT ? flush(p, false, err) : 0;
}

int part_finish(struct part *p, struct err *err)
{
	if (flush(p, true, err) != 0)
		return -1;
	int64_t t0 = clock_mono_us();
	sha256_hex_free(p->sum, p->sha256);
	p->sum = NULL;
	squeeze_free(p->squeeze);
	p->squeeze = NULL;
	buf_release(&p->pending);
	buf_release(&p->packed);
	int rc = outfile_settle(p->file, err);
	p->busy_us += clock_mono_us() - t0;
	return rc;
}
