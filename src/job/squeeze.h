/* Compression of a stream of bytes: the door to zlib and zstd. One thread. */
#ifndef JOB_SQUEEZE_H
#define JOB_SQUEEZE_H

#include "base/buf.h"
#include "base/err.h"
#include "job/output.h"

struct squeeze;
/* gzip: level 6, without name and time; zstd: level 3 with a checksum. Not for COMPRESS_NONE. */
struct squeeze *squeeze_new(enum job_compress c, struct err *err);
void squeeze_free(struct squeeze *z); /* NULL allowed */
/* Appends what is ready to out; end: all of it, and the stream's end. */
int squeeze_add(struct squeeze *z, struct slice in, bool end, struct buf *out, struct err *err);

#endif
