/* Small helpers over jansson for journal, manifest and report: nothing here fails on odd text. */
#ifndef JOB_JS_H
#define JOB_JS_H

#include "base/buf.h"

#include <jansson.h>
#include <stdint.h>

/* Ill-formed UTF-8 is repaired, NULL becomes JSON null. */
void js_str(json_t *o, const char *key, const char *s);
void js_int(json_t *o, const char *key, int64_t n);
/* Below zero means "not reported" in all our numbers: JSON null. */
void js_known(json_t *o, const char *key, int64_t n);
void js_money(json_t *o, const char *key, int64_t micro_usd); /* dollars, 6 decimals at most */
/* Takes o. Appends its compact text. */
void js_dump(struct buf *out, json_t *o, size_t flags);
/* Borrowed; "" and 0 when absent or of another type. */
const char *js_get_str(const json_t *o, const char *key);
int64_t js_get_int(const json_t *o, const char *key);

#endif
