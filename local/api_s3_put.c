#include "local/api_s3.h"

#include "base/crypto.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "local/awschunk.h"
#include "local/md5.h"

#include <string.h>
#include <unistd.h>

#include "base/ban.h"

struct s3_upload {
	struct store *store;
	char *bucket, *temp;
	struct buf key;
	struct outfile *file;
	struct awschunk *chunks; /* NULL: the body is the object */
	struct sha256 *hash;     /* NULL: the body is not hashed */
	char want_hash[80], want_md5[32];
	int64_t want_length; /* -1: not said */
	bool only_new;
	struct md5 md5;
	struct err err; /* the first failure; what follows is read and dropped */
};

static int64_t decoded_length(const struct request *rq)
{
	const char *n = request_header(rq, "x-amz-decoded-content-length");
	if (!n)
		n = request_header(rq, "content-length");
	return n ? parse_number(slice_str(n)) : -1;
}

static bool payload_known(const struct auth_claim *claim)
{
	const char *p = claim->payload;
	return strlen(p) == 64 || strcmp(p, "UNSIGNED-PAYLOAD") == 0 ||
	       strncmp(p, "STREAMING-", 10) == 0;
}

static bool refuse_put(struct store *s, const struct request *rq, const struct s3_target *t,
        const struct auth_claim *claim, struct reply *rp)
{
	if (request_header(rq, "x-amz-copy-source") || request_has_param(rq, "partNumber") ||
	        request_has_param(rq, "acl") || request_has_param(rq, "tagging"))
		reply_xml_error(rp, 501, "NotImplemented", "Only plain uploads are implemented");
	else if (!store_has_bucket(s, t->bucket))
		reply_xml_error(rp, 404, "NoSuchBucket", "The specified bucket does not exist");
	else if (decoded_length(rq) > S3_PUT_MAX)
		reply_xml_error(rp, 400, "EntityTooLarge",
		        "Your proposed upload exceeds the maximum allowed size");
	else if (!payload_known(claim))
		reply_xml_error(rp, 400, "InvalidArgument", "x-amz-content-sha256 is not valid");
	else
		return false;
	return true;
}

struct s3_upload *s3_upload_new(struct store *s, const struct request *rq,
        const struct s3_target *t, const struct auth_claim *claim, const struct auth_keys *keys,
        struct reply *rp)
{
	const char *md5 = request_header(rq, "content-md5"),
	           *none = request_header(rq, "if-none-match");
	if (refuse_put(s, rq, t, claim, rp))
		return NULL;
	struct s3_upload *u = MEM_NEW(struct s3_upload);
	u->store = s;
	u->bucket = mem_strdup(t->bucket);
	buf_init(&u->key, 4 * BUCKET_KEY_MAX);
	buf_add_slice(&u->key, buf_slice(&t->key));
	u->only_new = none && strcmp(none, "*") == 0;
	u->want_length = decoded_length(rq);
	memcpy(u->want_hash, claim->payload, sizeof(u->want_hash));
	if (md5 && strlen(md5) < sizeof(u->want_md5))
		memcpy(u->want_md5, md5, strlen(md5));
	md5_init(&u->md5);
	u->chunks = awschunk_new(claim, keys);
	if (strlen(claim->payload) == 64)
		u->hash = sha256_new();
	u->temp = store_temp_path(s);
	u->file = outfile_open(u->temp, &u->err);
	return u;
}

void s3_upload_free(struct s3_upload *u)
{
	if (!u)
		return;
	outfile_abort(u->file);
	awschunk_free(u->chunks);
	sha256_free(u->hash);
	buf_release(&u->key);
	mem_free(u->bucket);
	mem_free(u->temp);
	mem_free(u);
}

static int store_data(void *arg, struct slice data, struct err *err)
{
	struct s3_upload *u = arg;
	if (outfile_bytes(u->file) + (int64_t)data.len > S3_PUT_MAX)
		return err_set(err, ERR_DATA, "the object is larger than 5 GiB");
	md5_add(&u->md5, data.ptr, data.len);
	return outfile_write(u->file, data.ptr, data.len, err);
}

int s3_upload_data(struct s3_upload *u, struct slice part)
{
	if (u->err.code != ERR_NONE || !u->file)
		return -1;
	if (u->hash)
		sha256_add(u->hash, part.ptr, part.len);
	if (u->chunks)
		return awschunk_feed(u->chunks, part, store_data, u, &u->err);
	return store_data(u, part, &u->err);
}

static void base64_16(const uint8_t in[MD5_SIZE], char out[25])
{
	static const char digit[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t o = 0;
	for (size_t i = 0; i < MD5_SIZE; i += 3) {
		bool whole = i + 2 < MD5_SIZE; /* the last group has one byte */
		uint32_t v =
		        (uint32_t)in[i] << 16 | (whole ? (uint32_t)in[i + 1] << 8 | in[i + 2] : 0);
		out[o++] = digit[v >> 18];
		out[o++] = digit[v >> 12 & 63];
		out[o++] = whole ? digit[v >> 6 & 63] : '=';
		out[o++] = whole ? digit[v & 63] : '=';
	}
	out[o] = 0;
}

/* What the sender promised about the body. False with the error reply. */
static bool body_is_right(struct s3_upload *u, const uint8_t md5[MD5_SIZE], struct reply *rp)
{
	char hash[SHA256_HEX], b64[25];
	if (u->want_length >= 0 && outfile_bytes(u->file) != u->want_length) {
		reply_xml_error(rp, 400, "IncompleteBody",
		        "You did not provide the number of bytes specified by the Content-Length "
		        "HTTP header");
		return false;
	}
	if (u->hash) {
		sha256_hex_free(u->hash, hash);
		u->hash = NULL;
		if (strcmp(hash, u->want_hash) != 0) {
			reply_xml_error(rp, 400, "XAmzContentSHA256Mismatch",
			        "The provided 'x-amz-content-sha256' header does not match what "
			        "was computed.");
			return false;
		}
	}
	base64_16(md5, b64);
	if (u->want_md5[0] && strcmp(b64, u->want_md5) != 0) {
		reply_xml_error(rp, 400, "BadDigest",
		        "The Content-MD5 you specified did not match what we received.");
		return false;
	}
	return true;
}

static void publish(struct s3_upload *u, const char *md5_hex, struct reply *rp)
{
	struct object_info info;
	struct outfile *file = u->file;
	u->file = NULL;
	int rc = outfile_commit(file, &u->err);
	if (rc == 0) {
		rc = store_commit(u->store, u->temp, u->bucket, buf_slice(&u->key), md5_hex,
		        u->only_new, &info, &u->err);
		if (rc != 0)
			unlink(u->temp);
	}
	if (rc == 1)
		reply_xml_error(rp, 412, "PreconditionFailed",
		        "At least one of the pre-conditions you specified did not hold");
	else if (rc < 0)
		reply_xml_error(rp, 500, "InternalError", "%s", u->err.text);
	else
		reply_header(rp, "ETag", "\"%s\"", info.etag);
}

void s3_upload_end(struct s3_upload *u, struct reply *rp)
{
	uint8_t md5[MD5_SIZE];
	char md5_hex[2 * MD5_SIZE + 1];
	if (u->err.code == ERR_NONE && u->chunks)
		awschunk_end(u->chunks, &u->err);
	if (u->err.code == ERR_DENIED) {
		auth_refuse_s3(AUTH_MISMATCH, rp);
	} else if (u->err.code == ERR_DATA) {
		reply_xml_error(rp, 400, "InvalidRequest", "%s", u->err.text);
	} else if (u->err.code != ERR_NONE) {
		reply_xml_error(rp, 500, "InternalError", "%s", u->err.text);
	} else {
		md5_end(&u->md5, md5);
		crypto_hex(md5, MD5_SIZE, md5_hex);
		if (body_is_right(u, md5, rp))
			publish(u, md5_hex, rp);
	}
	log_debug("s3", "PUT %s/%s -> %d", u->bucket, buf_str(&u->key), rp->status);
}
