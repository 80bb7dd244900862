#include "job/squeeze.h"

#include "base/mem.h"

#include <zlib.h>
#include <zstd.h>

#include "base/ban.h"

enum { ROOM = 64 * 1024, GZIP_LEVEL = 6, GZIP_WINDOW = 15 + 16, ZSTD_LEVEL = 3 };

struct squeeze {
	enum job_compress kind;
	z_stream gz;
	ZSTD_CCtx *zst;
};

static int no_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "no memory to compress with");
}

struct squeeze *squeeze_new(enum job_compress c, struct err *err)
{
	struct squeeze *z = MEM_NEW(struct squeeze);
	z->kind = c;
	bool ok;
	if (c == COMPRESS_ZSTD) {
		z->zst = ZSTD_createCCtx();
		ok = z->zst &&
		     !ZSTD_isError(
		             ZSTD_CCtx_setParameter(z->zst, ZSTD_c_compressionLevel, ZSTD_LEVEL)) &&
		     !ZSTD_isError(ZSTD_CCtx_setParameter(z->zst, ZSTD_c_checksumFlag, 1));
	} else {
		ok = deflateInit2(&z->gz, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8,
		             Z_DEFAULT_STRATEGY) == Z_OK;
	}
	if (ok)
		return z;
	squeeze_free(z);
	no_memory(err);
	return NULL;
}

void squeeze_free(struct squeeze *z)
{
	if (!z)
		return;
	if (z->kind == COMPRESS_ZSTD)
		ZSTD_freeCCtx(z->zst);
	else
		deflateEnd(&z->gz);
	mem_free(z);
}

static int add_zstd(struct squeeze *z, struct slice in, bool end, struct buf *out, struct err *err)
{
	ZSTD_inBuffer from = {in.ptr, in.len, 0};
	size_t left;
	do {
		char *p = buf_reserve(out, ROOM);
		if (!p)
			return no_memory(err);
		ZSTD_outBuffer to = {p, ROOM, 0};
		left = ZSTD_compressStream2(z->zst, &to, &from, end ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return err_set(err, ERR_INTERNAL, "zstd: %s", ZSTD_getErrorName(left));
		buf_added(out, to.pos);
	} while (end ? left > 0 : from.pos < from.size);
	return 0;
}

/* in.len fits zlib's 32 bits: pieces of at most 1 GiB. */
static int add_gzip(struct squeeze *z, struct slice in, bool end, struct buf *out, struct err *err)
{
	int rc;
	z->gz.next_in = (Bytef *)(uintptr_t)in.ptr;
	z->gz.avail_in = (uInt)in.len;
	do {
		char *p = buf_reserve(out, ROOM);
		if (!p)
			return no_memory(err);
		z->gz.next_out = (Bytef *)p;
		z->gz.avail_out = ROOM;
		rc = deflate(&z->gz, end ? Z_FINISH : Z_NO_FLUSH);
		if (rc == Z_STREAM_ERROR)
			return err_set(err, ERR_INTERNAL, "zlib: the stream is broken");
		buf_added(out, ROOM - z->gz.avail_out);
	} while (end ? rc != Z_STREAM_END : z->gz.avail_out == 0);
	return 0;
}

int squeeze_add(struct squeeze *z, struct slice in, bool end, struct buf *out, struct err *err)
{
	enum { PIECE = 1 << 30 };
	if (z->kind == COMPRESS_ZSTD)
		return add_zstd(z, in, end, out, err);
	while (in.len > PIECE) {
		if (add_gzip(z, slice_of(in.ptr, PIECE), false, out, err) != 0)
			return -1;
		in = slice_of(in.ptr + PIECE, in.len - PIECE);
	}
	return add_gzip(z, in, end, out, err);
}
