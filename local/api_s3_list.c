#include "local/api_s3.h"

#include "base/clock.h"
#include "base/mem.h"
#include "net/sigv4.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

#define PAGE_MAX 1000

/* One listing: its parameters, and what has been found. */
struct listing {
	struct buf prefix, delimiter, after, token; /* after: greatest key that was given already */
	bool after_is_prefix;                       /* ... and all keys that start with it */
	bool v1, url;
	int64_t max;
	size_t count;
	bool truncated;
	struct buf contents, prefixes, last;
	bool last_is_prefix;
};

static void listing_init(struct listing *l)
{
	struct buf *all[] = {&l->prefix, &l->delimiter, &l->after, &l->token, &l->last};
	*l = (struct listing){.max = PAGE_MAX};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_init(all[i], 16384);
	buf_init(&l->contents, 32u * 1024 * 1024);
	buf_init(&l->prefixes, 32u * 1024 * 1024);
}

static void listing_release(struct listing *l)
{
	struct buf *all[] = {&l->prefix, &l->delimiter, &l->after, &l->token, &l->last,
	        &l->contents, &l->prefixes};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_release(all[i]);
}

/* Our tokens: 'k' or 'p' (a key, a common prefix) and the name in base 16. */
static void write_token(struct buf *out, const struct buf *name, bool is_prefix)
{
	buf_add_char(out, is_prefix ? 'p' : 'k');
	for (size_t i = 0; i < name->len; i++)
		buf_printf(out, "%02x", (unsigned char)name->ptr[i]);
}

static int read_token(struct listing *l)
{
	struct slice t = buf_slice(&l->token);
	if (t.len < 3 || t.len % 2 == 0 || (t.ptr[0] != 'k' && t.ptr[0] != 'p'))
		return -1;
	struct buf percent;
	buf_init(&percent, 16384);
	for (size_t i = 1; i < t.len; i += 2)
		buf_printf(&percent, "%%%.2s", t.ptr + i);
	buf_clear(&l->after);
	int rc = percent_decode(&l->after, buf_slice(&percent), false);
	l->after_is_prefix = t.ptr[0] == 'p';
	buf_release(&percent);
	return rc;
}

static int bad_argument(struct reply *rp, const char *text)
{
	reply_xml_error(rp, 400, "InvalidArgument", "%s", text);
	return -1;
}

static int read_parameters(struct listing *l, const struct request *rq, struct reply *rp)
{
	struct buf v;
	int bad = 0;
	buf_init(&v, 4096);
	bad |= request_param(rq, "list-type", &v) < 0;
	l->v1 = !slice_eq_str(buf_slice(&v), "2");
	bad |= request_param(rq, "encoding-type", &v) < 0;
	l->url = slice_eq_str(buf_slice(&v), "url");
	int max = request_param(rq, "max-keys", &v);
	if (max == 1)
		l->max = parse_number(buf_slice(&v));
	buf_release(&v);
	bad |= max < 0 || request_param(rq, "prefix", &l->prefix) < 0;
	bad |= request_param(rq, "delimiter", &l->delimiter) < 0;
	bad |= request_param(rq, l->v1 ? "marker" : "start-after", &l->after) < 0;
	int token = l->v1 ? 0 : request_param(rq, "continuation-token", &l->token);
	l->after_is_prefix =
	        l->delimiter.len && slice_ends(buf_slice(&l->after), buf_str(&l->delimiter));
	if (bad || l->max < 0)
		return bad_argument(rp, "A parameter of the listing is not valid");
	if (token < 0 || (token == 1 && read_token(l) < 0))
		return bad_argument(rp, "The continuation token provided is incorrect");
	if (l->max > PAGE_MAX)
		l->max = PAGE_MAX;
	return 0;
}

static void put_name(const struct listing *l, struct buf *out, struct slice name)
{
	if (l->url)
		sigv4_encode(out, name, true);
	else
		xml_text(out, name);
}

static void put_element(
        const struct listing *l, struct buf *out, const char *tag, struct slice name)
{
	buf_printf(out, "<%s>", tag);
	put_name(l, out, name);
	buf_printf(out, "</%s>", tag);
}

static void put_object(struct listing *l, struct slice key, const struct object_info *info)
{
	char date[21];
	clock_iso8601(info->mtime_ms, date);
	buf_add_str(&l->contents, "<Contents>");
	put_element(l, &l->contents, "Key", key);
	buf_printf(&l->contents,
	        "<LastModified>%.19s.%03dZ</LastModified><ETag>&quot;%s&quot;</ETag><Size>%lld</"
	        "Size>"
	        "<StorageClass>STANDARD</StorageClass></Contents>",
	        date, (int)(info->mtime_ms % 1000), info->etag, (long long)info->size);
}

static void put_prefix(struct listing *l, struct slice name)
{
	buf_add_str(&l->prefixes, "<CommonPrefixes>");
	put_element(l, &l->prefixes, "Prefix", name);
	buf_add_str(&l->prefixes, "</CommonPrefixes>");
}

static bool given_already(const struct listing *l, struct slice key)
{
	size_t n = l->after.len < key.len ? l->after.len : key.len;
	if (l->after.len == 0)
		return false;
	int order = memcmp(key.ptr, l->after.ptr, n);
	if (order == 0 && l->after_is_prefix && key.len >= l->after.len)
		return true;
	return order < 0 || (order == 0 && key.len <= l->after.len);
}

/* The part of the key up to the delimiter after the prefix; empty when there is none. */
static struct slice common_prefix(const struct listing *l, struct slice key)
{
	struct slice rest = slice_of(key.ptr + l->prefix.len, key.len - l->prefix.len);
	ptrdiff_t at = l->delimiter.len ? slice_find(rest, buf_slice(&l->delimiter)) : -1;
	return slice_of(key.ptr, at < 0 ? 0 : l->prefix.len + (size_t)at + l->delimiter.len);
}

/* False when the page is full. */
static bool take_key(struct listing *l, struct store *s, const char *bucket, struct slice key)
{
	struct slice group = common_prefix(l, key);
	struct object_info info;
	if (given_already(l, key) ||
	        (group.len && l->last_is_prefix && slice_eq(group, buf_slice(&l->last))))
		return true;
	if (!group.len && store_object(s, bucket, key, &info, NULL, NULL) < 0)
		return true; /* deleted meanwhile */
	if (l->count == (size_t)l->max) {
		l->truncated = true;
		return false;
	}
	if (group.len)
		put_prefix(l, group);
	else
		put_object(l, key, &info);
	buf_clear(&l->last);
	buf_add_slice(&l->last, group.len ? group : key);
	l->last_is_prefix = group.len > 0;
	l->count++;
	return true;
}

static void put_next(struct listing *l, struct buf *out)
{
	if (!l->truncated || !l->last.len)
		return;
	if (l->v1) {
		put_element(l, out, "NextMarker", buf_slice(&l->last));
		return;
	}
	buf_add_str(out, "<NextContinuationToken>");
	write_token(out, &l->last, l->last_is_prefix);
	buf_add_str(out, "</NextContinuationToken>");
}

static void write_listing(
        struct listing *l, const struct request *rq, const char *bucket, struct buf *out)
{
	buf_printf(out,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
	        "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>%s</Name>",
	        bucket);
	put_element(l, out, "Prefix", buf_slice(&l->prefix));
	if (l->delimiter.len)
		put_element(l, out, "Delimiter", buf_slice(&l->delimiter));
	if (l->url)
		buf_add_str(out, "<EncodingType>url</EncodingType>");
	if (l->v1)
		put_element(l, out, "Marker", buf_slice(&l->after));
	else if (request_has_param(rq, "start-after"))
		put_element(l, out, "StartAfter",
		        l->token.len ? slice_of("", 0) : buf_slice(&l->after));
	if (l->token.len)
		buf_printf(out, "<ContinuationToken>%s</ContinuationToken>", buf_str(&l->token));
	if (!l->v1)
		buf_printf(out, "<KeyCount>%zu</KeyCount>", l->count);
	buf_printf(out, "<MaxKeys>%lld</MaxKeys><IsTruncated>%s</IsTruncated>", (long long)l->max,
	        l->truncated ? "true" : "false");
	put_next(l, out);
	buf_add_slice(out, buf_slice(&l->contents));
	buf_add_slice(out, buf_slice(&l->prefixes));
	buf_add_str(out, "</ListBucketResult>");
}

void s3_list(struct store *s, const struct request *rq, const char *bucket, struct reply *rp)
{
	struct listing l;
	listing_init(&l);
	if (read_parameters(&l, rq, rp) == 0) {
		char **keys;
		size_t n = store_keys(s, bucket, buf_slice(&l.prefix), &keys);
		for (size_t i = 0; i < n && l.max > 0; i++)
			if (!take_key(&l, s, bucket, slice_str(keys[i])))
				break;
		write_listing(&l, rq, bucket, &rp->body);
		reply_header(rp, "Content-Type", "application/xml");
		store_names_free(keys, n);
	}
	listing_release(&l);
}
