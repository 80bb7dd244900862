/* Hot-path JSON writing (RFC 8259): our own, because jansson would build a tree per row. */
#ifndef RECIPE_JSON_H
#define RECIPE_JSON_H

#include "base/buf.h"

/*
 * Appends a quoted JSON string: '"', '\\' and controls escaped (short forms where JSON has them),
 * U+2028/2029 as \u2028/\u2029, '/' and all else raw. Ill-formed UTF-8 becomes U+FFFD.
 */
void json_write_string(struct buf *out, struct slice s);
/* The same for bytes that are known to be valid UTF-8: not looked at again. */
void json_write_valid(struct buf *out, struct slice s);

#endif
