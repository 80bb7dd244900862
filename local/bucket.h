/*
 * S3's buckets as folders: state/buckets/<bucket>/<file>. A key is one file whose name is the key
 * percent-encoded ('/' too), so no key can name anything outside its bucket; names over 200 bytes
 * go on in folders ending in "%+". Objects appear by rename from state/tmp, whole or not at all.
 * Any thread.
 */
#ifndef LOCAL_BUCKET_H
#define LOCAL_BUCKET_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define BUCKET_KEY_MAX 1024 /* bytes, S3's limit */

struct store;
/* Creates what is missing below dir and sweeps dir/tmp, which dead processes may have left. */
struct store *store_open(const char *dir, struct err *err);
void store_close(struct store *s); /* NULL allowed */

/* S3's naming rules: 3..63 of a-z 0-9 . -, no "..", alphanumeric ends. */
bool bucket_name_valid(struct slice name);
/* "s3://bucket/prefix": false when malformed. The parts borrow from text. */
bool s3_address(struct slice text, struct slice *bucket, struct slice *key);
bool store_has_bucket(struct store *s, const char *bucket);
int store_make_bucket(struct store *s, const char *bucket, struct err *err);
size_t store_buckets(struct store *s, char ***names); /* sorted; free with store_names_free */
void store_names_free(char **names, size_t n);

struct object_info {
	int64_t size, mtime_ms;
	char etag[48]; /* without quotes: MD5 of a PUT, otherwise stable for the file's life */
};
/* fd may be NULL (HEAD). ERR_NOT_FOUND when there is none. */
int store_object(struct store *s, const char *bucket, struct slice key, struct object_info *info,
        int *fd, struct err *err);
/* A fresh path below state/tmp; the caller frees it, and unlinks the file unless it is committed.
 */
char *store_temp_path(struct store *s);
/*
 * Renames a complete file to its key. md5_hex NULL: the ETag is made from the file's identity.
 * only_new: 1 is returned when the key exists already. 0 done, -1 failed.
 */
int store_commit(struct store *s, const char *temp_path, const char *bucket, struct slice key,
        const char *md5_hex, bool only_new, struct object_info *info, struct err *err);
int store_delete(struct store *s, const char *bucket, struct slice key, struct err *err);
/* Keys that start with prefix, in byte order (S3's order). */
size_t store_keys(struct store *s, const char *bucket, struct slice prefix, char ***keys);

/* The file name of a key, relative to its bucket; for tests. -1 when the key is not acceptable. */
int bucket_key_to_path(struct buf *out, struct slice key);
int bucket_path_to_key(struct buf *out, struct slice path);

#endif
