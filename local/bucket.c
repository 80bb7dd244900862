#include "local/bucket.h"

#include "base/crypto.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "local/message.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

#define NAME_PART 200 /* file names end at 255 bytes */

struct store {
	pthread_mutex_t lock; /* a rename and the note of its ETag are one step */
	char *buckets, *meta, *tmp;
};

static void sweep(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	while (d && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}

struct store *store_open(const char *dir, struct err *err)
{
	struct store *s = MEM_NEW(struct store);
	pthread_mutex_init(&s->lock, NULL);
	s->buckets = file_join(dir, "buckets");
	s->meta = file_join(dir, "etags");
	s->tmp = file_join(dir, "tmp");
	if (file_mkdir_p(s->buckets, 0700, err) < 0 || file_mkdir_p(s->meta, 0700, err) < 0 ||
	        file_mkdir_p(s->tmp, 0700, err) < 0) {
		store_close(s);
		return NULL;
	}
	sweep(s->tmp);
	return s;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	mem_free(s->buckets);
	mem_free(s->meta);
	mem_free(s->tmp);
	mem_free(s);
}

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool bucket_name_valid(struct slice name)
{
	if (name.len < 3 || name.len > 63)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_lower_alnum(name.ptr[i]) && name.ptr[i] != '-' && name.ptr[i] != '.')
			return false;
	return is_lower_alnum(name.ptr[0]) && is_lower_alnum(name.ptr[name.len - 1]) &&
	       slice_find(name, slice_str("..")) < 0;
}

bool s3_address(struct slice text, struct slice *bucket, struct slice *key)
{
	if (!slice_starts(text, "s3://"))
		return false;
	*key = slice_cut(slice_of(text.ptr + 5, text.len - 5), '/', bucket);
	return bucket_name_valid(*bucket) && key->len <= BUCKET_KEY_MAX &&
	       (key->len == 0 || (utf8_valid(*key) && !memchr(key->ptr, 0, key->len)));
}

static bool kept(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '=' || c == '.';
}

int bucket_key_to_path(struct buf *out, struct slice key)
{
	if (key.len == 0 || key.len > BUCKET_KEY_MAX || memchr(key.ptr, 0, key.len) ||
	        !utf8_valid(key))
		return -1;
	size_t part = 0;
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];
		if (part >= NAME_PART) {
			buf_add_str(out, "%+/");
			part = 0;
		}
		size_t before = out->len;
		if (kept(c) && !(c == '.' && part == 0))
			buf_add_char(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned char)c);
		part += out->len - before;
	}
	return out->failed ? -1 : 0;
}

int bucket_path_to_key(struct buf *out, struct slice path)
{
	struct buf joined;
	buf_init(&joined, 8 * BUCKET_KEY_MAX);
	for (size_t i = 0; i < path.len; i++) {
		if (path.len - i >= 3 && memcmp(path.ptr + i, "%+/", 3) == 0)
			i += 2;
		else
			buf_add_char(&joined, path.ptr[i]);
	}
	int rc = joined.failed ? -1 : percent_decode(out, buf_slice(&joined), false);
	buf_release(&joined);
	return rc;
}

/* root/bucket/key's path; NULL with err when bucket or key is not acceptable. */
static char *object_path(const char *root, const char *bucket, struct slice key, struct err *err)
{
	struct buf b;
	buf_init(&b, 16384);
	buf_printf(&b, "%s/%s/", root, bucket);
	if (!bucket_name_valid(slice_str(bucket)) || bucket_key_to_path(&b, key) < 0) {
		err_set(err, ERR_USAGE, "the bucket or key name is not valid");
		buf_release(&b);
		return NULL;
	}
	return buf_take(&b);
}

bool store_has_bucket(struct store *s, const char *bucket)
{
	if (!bucket_name_valid(slice_str(bucket)))
		return false;
	char *path = file_join(s->buckets, bucket);
	bool found = file_is_dir(path);
	mem_free(path);
	return found;
}

int store_make_bucket(struct store *s, const char *bucket, struct err *err)
{
	if (!bucket_name_valid(slice_str(bucket)))
		return err_set(err, ERR_USAGE, "'%s' is not a valid bucket name", bucket);
	char *path = file_join(s->buckets, bucket);
	int rc = file_mkdir_p(path, 0700, err);
	mem_free(path);
	return rc;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **v;
	size_t n, cap;
};

static void names_add(struct names *list, char *name)
{
	if (list->n == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 64;
		list->v = mem_realloc(list->v, list->cap, sizeof(char *));
	}
	list->v[list->n++] = name;
}

size_t store_buckets(struct store *s, char ***names)
{
	struct names list = {0};
	DIR *d = opendir(s->buckets);
	struct dirent *e;
	while (d && (e = readdir(d)) != NULL)
		if (bucket_name_valid(slice_str(e->d_name)))
			names_add(&list, mem_strdup(e->d_name));
	if (d)
		closedir(d);
	if (list.n)
		qsort(list.v, list.n, sizeof(char *), by_bytes);
	*names = list.v;
	return list.n;
}

void store_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(names[i]);
	mem_free(names);
}

/* The note beside an object: its ETag and the file that it was made for. */
static void read_etag(const char *path, const struct stat *st, struct object_info *info)
{
	struct buf b;
	char etag[48];
	unsigned long long ino;
	long long size, sec, nsec;
	buf_init(&b, 256);
	snprintf(info->etag, sizeof(info->etag), "%016llx%08lx%08lx-1",
	        (unsigned long long)st->st_mtim.tv_sec << 20 ^ (unsigned long long)st->st_ino,
	        (unsigned long)st->st_mtim.tv_nsec & 0xffffffff,
	        (unsigned long)st->st_size & 0xffffffff);
	if (file_exists(path) && file_read(path, &b, NULL) == 0 &&
	        sscanf(buf_str(&b), "%47s %llu %lld %lld.%lld", etag, &ino, &size, &sec, &nsec) ==
	                5 &&
	        ino == st->st_ino && size == st->st_size && sec == st->st_mtim.tv_sec &&
	        nsec == st->st_mtim.tv_nsec)
		snprintf(info->etag, sizeof(info->etag), "%s", etag);
	buf_release(&b);
}

static void fill_info(const char *meta, const struct stat *st, struct object_info *info)
{
	info->size = st->st_size;
	info->mtime_ms = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
	read_etag(meta, st, info);
}

static int open_object(const char *path, struct stat *st, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return err_set(err, ERR_NOT_FOUND, "the object does not exist");
	if (fd < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot open %s", path);
	if (fstat(fd, st) < 0 || !S_ISREG(st->st_mode)) {
		close(fd);
		return err_set(err, ERR_NOT_FOUND, "the object does not exist");
	}
	return fd;
}

int store_object(struct store *s, const char *bucket, struct slice key, struct object_info *info,
        int *fd, struct err *err)
{
	char *path = object_path(s->buckets, bucket, key, err);
	char *meta = object_path(s->meta, bucket, key, err);
	struct stat st;
	int f = -1;
	if (path && meta) {
		pthread_mutex_lock(&s->lock);
		f = open_object(path, &st, err);
		if (f >= 0)
			fill_info(meta, &st, info);
		pthread_mutex_unlock(&s->lock);
	}
	mem_free(path);
	mem_free(meta);
	if (f < 0)
		return -1;
	if (fd)
		*fd = f;
	else
		close(f);
	return 0;
}

char *store_temp_path(struct store *s)
{
	char id[37];
	crypto_uuid(id);
	return file_join(s->tmp, id);
}

static int make_parent(const char *path, struct err *err)
{
	char *dir = file_dir(path);
	int rc = file_mkdir_p(dir, 0700, err);
	mem_free(dir);
	return rc;
}

static int write_etag(const char *meta, const struct stat *st, const char *md5_hex, struct err *err)
{
	char line[160];
	int n = snprintf(line, sizeof(line), "%s %llu %lld %lld.%lld\n", md5_hex,
	        (unsigned long long)st->st_ino, (long long)st->st_size,
	        (long long)st->st_mtim.tv_sec, (long long)st->st_mtim.tv_nsec);
	if (make_parent(meta, err) < 0)
		return -1;
	return file_write(meta, slice_of(line, (size_t)n), 0600, err);
}

static int publish(const char *temp, const char *path, const char *meta, const char *md5_hex,
        struct object_info *info, struct err *err)
{
	struct stat st;
	if (stat(temp, &st) < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot read %s", temp);
	if (md5_hex && write_etag(meta, &st, md5_hex, err) < 0)
		return -1;
	if (rename(temp, path) < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot rename to %s", path);
	if (info)
		fill_info(meta, &st, info);
	return 0;
}

int store_commit(struct store *s, const char *temp_path, const char *bucket, struct slice key,
        const char *md5_hex, bool only_new, struct object_info *info, struct err *err)
{
	char *path = object_path(s->buckets, bucket, key, err);
	char *meta = object_path(s->meta, bucket, key, err);
	int rc = path && meta ? make_parent(path, err) : -1;
	if (rc == 0) {
		pthread_mutex_lock(&s->lock);
		rc = only_new && file_exists(path)
		             ? 1
		             : publish(temp_path, path, meta, md5_hex, info, err);
		pthread_mutex_unlock(&s->lock);
	}
	mem_free(path);
	mem_free(meta);
	return rc;
}

int store_delete(struct store *s, const char *bucket, struct slice key, struct err *err)
{
	char *path = object_path(s->buckets, bucket, key, err);
	char *meta = object_path(s->meta, bucket, key, err);
	int rc = path && meta ? 0 : -1;
	if (rc == 0) {
		pthread_mutex_lock(&s->lock);
		if (unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR)
			rc = err_set_errno(err, ERR_IO, errno, "cannot remove %s", path);
		else
			unlink(meta);
		pthread_mutex_unlock(&s->lock);
	}
	mem_free(path);
	mem_free(meta);
	return rc;
}

static void add_key(struct names *list, const char *rel, struct slice prefix)
{
	struct buf key;
	buf_init(&key, 4 * BUCKET_KEY_MAX);
	if (bucket_path_to_key(&key, slice_str(rel)) == 0 && key.len >= prefix.len &&
	        (prefix.len == 0 || memcmp(key.ptr, prefix.ptr, prefix.len) == 0))
		names_add(list, mem_strdup(buf_str(&key)));
	buf_release(&key);
}

/* Folders only continue long names, so the depth is bounded by the key's length. */
static void walk(
        struct names *list, const char *dir, const char *rel, struct slice prefix, int depth)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	while (d && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		char *path = file_join(dir, e->d_name);
		char *name = mem_printf("%s%s", rel, e->d_name);
		if (!slice_ends(slice_str(e->d_name), "%+")) {
			add_key(list, name, prefix);
		} else if (depth < 20) {
			char *deeper = mem_printf("%s/", name);
			walk(list, path, deeper, prefix, depth + 1);
			mem_free(deeper);
		}
		mem_free(path);
		mem_free(name);
	}
	if (d)
		closedir(d);
}

size_t store_keys(struct store *s, const char *bucket, struct slice prefix, char ***keys)
{
	struct names list = {0};
	if (store_has_bucket(s, bucket)) {
		char *dir = file_join(s->buckets, bucket);
		walk(&list, dir, "", prefix, 0);
		mem_free(dir);
	}
	if (list.n)
		qsort(list.v, list.n, sizeof(char *), by_bytes);
	*keys = list.v;
	return list.n;
}
