#include "job/js.h"

#include "base/utf8.h"

#include "base/ban.h"

void js_str(json_t *o, const char *key, const char *s)
{
	if (s == NULL) {
		json_object_set_new(o, key, json_null());
		return;
	}
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	utf8_repair(&b, slice_str(s));
	json_object_set_new(o, key, json_stringn(buf_str(&b), b.len));
	buf_release(&b);
}

void js_int(json_t *o, const char *key, int64_t n)
{
	json_object_set_new(o, key, json_integer(n));
}

void js_known(json_t *o, const char *key, int64_t n)
{
	json_object_set_new(o, key, n < 0 ? json_null() : json_integer(n));
}

void js_money(json_t *o, const char *key, int64_t micro_usd)
{
	json_object_set_new(o, key, json_real((double)micro_usd / 1e6));
}

static int add(const char *bytes, size_t n, void *out)
{
	buf_add(out, bytes, n);
	return 0;
}

void js_dump(struct buf *out, json_t *o, size_t flags)
{
	json_dump_callback(o, add, out, flags | JSON_REAL_PRECISION(12));
	json_decref(o);
}

const char *js_get_str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

int64_t js_get_int(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}
