#include "local/api_s3.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <string.h>
#include <unistd.h>

#include "base/ban.h"

#define NAMESPACE "http://s3.amazonaws.com/doc/2006-03-01/"

int s3_target_parse(
        struct s3_target *t, const struct request *rq, const char *host_bucket, struct reply *rp)
{
	struct slice path = slice_str(rq->path + 1), bucket = slice_str(host_bucket);
	*t = (struct s3_target){0};
	buf_init(&t->key, 4 * BUCKET_KEY_MAX);
	if (!host_bucket)
		path = slice_cut(path, '/', &bucket);
	if (!host_bucket && bucket.len == 0 && path.len == 0 && strcmp(rq->path, "/") == 0)
		return 0;
	if (!bucket_name_valid(bucket)) {
		reply_xml_error(rp, 400, "InvalidBucketName", "The specified bucket is not valid.");
		return -1;
	}
	t->bucket = mem_strndup(bucket.ptr, bucket.len);
	if (percent_decode(&t->key, path, false) < 0) {
		reply_xml_error(rp, 400, "InvalidURI", "Couldn't parse the specified URI.");
		return -1;
	}
	if (t->key.len > BUCKET_KEY_MAX) {
		reply_xml_error(rp, 400, "KeyTooLongError", "Your key is too long");
		return -1;
	}
	return 0;
}

void s3_target_release(struct s3_target *t)
{
	mem_free(t->bucket);
	buf_release(&t->key);
}

/* "bytes=a-b", "bytes=a-", "bytes=-n" */
int s3_range(const char *header, int64_t size, int64_t *first, int64_t *length)
{
	struct slice from, to, text = slice_str(header);
	if (!slice_starts(text, "bytes=") || memchr(text.ptr, ',', text.len))
		return -1;
	if (slice_find(text, slice_str("-")) < 0)
		return -1;
	to = slice_trim(slice_cut(slice_of(text.ptr + 6, text.len - 6), '-', &from));
	int64_t a = parse_number(slice_trim(from)), b = parse_number(to);
	if (from.len == 0) {
		if (b < 0)
			return -1;
		*length = b < size ? b : size;
		*first = size - *length;
		return *length > 0;
	}
	if (a < 0 || (to.len && (b < 0 || b < a)))
		return -1;
	*first = a;
	*length = to.len && b < size ? b - a + 1 : size - a;
	return a < size;
}

/* Whether a list of ETags ("*", quoted or bare, weak ones too) names this one. */
static bool etag_listed(const char *header, const char *etag)
{
	struct slice rest = slice_str(header), one;
	while (rest.len) {
		rest = slice_cut(rest, ',', &one);
		one = slice_trim(one);
		if (slice_starts(one, "W/"))
			one = slice_of(one.ptr + 2, one.len - 2);
		if (one.len >= 2 && one.ptr[0] == '"' && one.ptr[one.len - 1] == '"')
			one = slice_of(one.ptr + 1, one.len - 2);
		if (slice_eq_str(one, "*") || slice_eq_str(one, etag))
			return true;
	}
	return false;
}

/* RFC 7232 section 6: 0 go on, else the status. Dates have whole seconds. */
static int precondition(const struct request *rq, const struct object_info *info)
{
	const char *match = request_header(rq, "if-match");
	const char *none = request_header(rq, "if-none-match");
	const char *since = request_header(rq, "if-modified-since");
	const char *unmodified = request_header(rq, "if-unmodified-since");
	int64_t changed = info->mtime_ms / 1000 * 1000, date;
	if (match && !etag_listed(match, info->etag))
		return 412;
	if (!match && unmodified && (date = clock_parse_http_date(unmodified)) >= 0 &&
	        changed > date)
		return 412;
	if (none && etag_listed(none, info->etag))
		return 304;
	if (!none && since && (date = clock_parse_http_date(since)) >= 0 && changed <= date)
		return 304;
	return 0;
}

static void object_headers(struct reply *rp, const struct object_info *info)
{
	char date[30];
	clock_http_date(info->mtime_ms, date);
	reply_header(rp, "ETag", "\"%s\"", info->etag);
	reply_header(rp, "Last-Modified", "%s", date);
	reply_header(rp, "Accept-Ranges", "bytes");
	reply_header(rp, "Content-Type", "binary/octet-stream");
}

static void no_such_key(struct store *s, const struct s3_target *t, struct reply *rp)
{
	if (store_has_bucket(s, t->bucket))
		reply_xml_error(rp, 404, "NoSuchKey", "The specified key does not exist.");
	else
		reply_xml_error(rp, 404, "NoSuchBucket", "The specified bucket does not exist");
}

static void reply_part(const struct request *rq, const struct object_info *info, struct reply *rp)
{
	const char *range = request_header(rq, "range");
	int64_t first = 0, length = info->size;
	int kind = range ? s3_range(range, info->size, &first, &length) : -1;
	if (kind == 0) {
		reply_xml_error(rp, 416, "InvalidRange", "The requested range is not satisfiable");
		reply_header(rp, "Content-Range", "bytes */%lld", (long long)info->size);
		return;
	}
	object_headers(rp, info);
	rp->status = kind == 1 ? 206 : 200;
	rp->fd_offset = kind == 1 ? first : 0;
	rp->fd_length = kind == 1 ? length : info->size;
	if (kind == 1)
		reply_header(rp, "Content-Range", "bytes %lld-%lld/%lld", (long long)first,
		        (long long)(first + length - 1), (long long)info->size);
}

static void get_object(
        struct store *s, const struct request *rq, const struct s3_target *t, struct reply *rp)
{
	struct object_info info;
	struct err err = ERR_INIT;
	int fd;
	if (store_object(s, t->bucket, buf_slice(&t->key), &info, &fd, &err) < 0) {
		if (err.code == ERR_NOT_FOUND)
			no_such_key(s, t, rp);
		else
			reply_xml_error(rp, 500, "InternalError", "%s", err.text);
		return;
	}
	rp->fd = fd;
	int refused = precondition(rq, &info);
	if (refused == 304) {
		object_headers(rp, &info);
		rp->status = 304;
	} else if (refused) {
		reply_xml_error(rp, 412, "PreconditionFailed",
		        "At least one of the pre-conditions you specified did not hold");
	} else {
		reply_part(rq, &info, rp);
	}
	if (rp->status != 200 && rp->status != 206) {
		close(rp->fd);
		rp->fd = -1;
	}
}

static void delete_object(struct store *s, const struct s3_target *t, struct reply *rp)
{
	struct err err = ERR_INIT;
	if (!store_has_bucket(s, t->bucket))
		no_such_key(s, t, rp);
	else if (store_delete(s, t->bucket, buf_slice(&t->key), &err) < 0)
		reply_xml_error(rp, 500, "InternalError", "%s", err.text);
	else
		rp->status = 204;
}

static void list_buckets(struct store *s, struct reply *rp)
{
	char **names, date[21];
	size_t n = store_buckets(s, &names);
	clock_iso8601(clock_wall_ms(), date);
	buf_add_str(&rp->body,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListAllMyBucketsResult "
	        "xmlns=\"" NAMESPACE "\"><Owner><ID>athena-duck</ID></Owner><Buckets>");
	for (size_t i = 0; i < n; i++)
		buf_printf(&rp->body,
		        "<Bucket><Name>%s</Name><CreationDate>%s</CreationDate></Bucket>", names[i],
		        date);
	buf_add_str(&rp->body, "</Buckets></ListAllMyBucketsResult>");
	reply_header(rp, "Content-Type", "application/xml");
	store_names_free(names, n);
}

static void bucket_location(struct reply *rp)
{
	buf_add_str(&rp->body,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"" NAMESPACE
	        "\"/>");
	reply_header(rp, "Content-Type", "application/xml");
}

static void not_implemented(struct reply *rp)
{
	reply_xml_error(rp, 501, "NotImplemented",
	        "A header or parameter you provided implies functionality that is not implemented");
}

/* ?acl, ?versioning ...: refused rather than mistaken for a listing. */
static bool asks_for_more(const struct request *rq)
{
	static const char *const names[] = {"acl", "versioning", "versions", "policy", "tagging",
	        "cors", "lifecycle", "website", "uploads", "uploadId", "delete", "notification",
	        "encryption", "logging", "replication", "object-lock", "retention", "torrent",
	        "select", "restore", "attributes", "versionId", "partNumber"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (request_has_param(rq, names[i]))
			return true;
	return false;
}

static void handle_bucket(
        struct store *s, const struct request *rq, const char *bucket, struct reply *rp)
{
	struct err err = ERR_INIT;
	bool exists = store_has_bucket(s, bucket);
	bool get = strcmp(rq->method, "GET") == 0;
	if (strcmp(rq->method, "PUT") == 0) {
		if (store_make_bucket(s, bucket, &err) < 0)
			reply_xml_error(rp, 500, "InternalError", "%s", err.text);
		reply_header(rp, "Location", "/%s", bucket);
	} else if (!get && strcmp(rq->method, "HEAD") != 0) {
		not_implemented(rp);
	} else if (!exists) {
		reply_xml_error(rp, 404, "NoSuchBucket", "The specified bucket does not exist");
	} else if (get && request_has_param(rq, "location")) {
		bucket_location(rp);
	} else if (get) {
		s3_list(s, rq, bucket, rp);
	}
	if (exists)
		reply_header(rp, "x-amz-bucket-region", "us-east-1");
}

void s3_handle(
        struct store *s, const struct request *rq, const struct s3_target *t, struct reply *rp)
{
	const char *m = rq->method;
	bool read = strcmp(m, "GET") == 0 || strcmp(m, "HEAD") == 0;
	if (asks_for_more(rq))
		not_implemented(rp);
	else if (!t->bucket && strcmp(m, "GET") == 0)
		list_buckets(s, rp);
	else if (t->bucket && t->key.len == 0)
		handle_bucket(s, rq, t->bucket, rp);
	else if (t->bucket && read)
		get_object(s, rq, t, rp);
	else if (t->bucket && strcmp(m, "DELETE") == 0)
		delete_object(s, t, rp);
	else
		reply_xml_error(rp, 405, "MethodNotAllowed",
		        "The specified method is not allowed against this resource.");
	log_debug("s3", "%s %s -> %d", m, rq->path, rp->status);
}
