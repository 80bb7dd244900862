/*
 * UTF-8 (RFC 3629) and what terminals make of it (UAX #29 graphemes, UAX #11 width). The only door
 * to libutf8proc.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFDu

bool utf8_valid(struct slice s);
/*
 * Decodes one code point at s.ptr. Returns the bytes used (1..4; 0 only when s is empty); *cp is
 * UTF8_REPLACEMENT for an ill-formed sequence, which is consumed by maximal subpart (Unicode 15,
 * section 3.9, table 3-8). *ok (may be NULL) tells the two apart.
 */
size_t utf8_decode(struct slice s, uint32_t *cp, bool *ok);
size_t utf8_encode(uint32_t cp, char out[4]); /* bytes written; surrogates become U+FFFD */
/* Number of code points; ill-formed subparts count one each. */
size_t utf8_count(struct slice s);
/* Appends s with every ill-formed subpart replaced by U+FFFD. */
void utf8_repair(struct buf *out, struct slice s);
/* Appends the NFC form of s (which must be valid UTF-8). */
int utf8_nfc(struct buf *out, struct slice s);

/*
 * One screen cell's worth of text, made safe for a terminal: this is the only function that turns
 * foreign bytes into something that may be painted. Takes one grapheme cluster off s.
 *  - text: NUL-terminated UTF-8, never a control, C1, bidi control, invisible or ill-formed
 *    sequence: those are shown as a visible stand-in (control pictures U+2400.., U+FFFD, a
 *    "middle dot" for invisible format characters)
 *  - width: columns, 1 or 2 (never 0: a lone combining mark gets a dotted circle before it)
 *  - used: bytes of s consumed (> 0 unless s is empty)
 *  - special: true when a stand-in was used (to be painted dim)
 * TAB, LF and CR are also stand-ins here; callers that want them to mean layout handle them first.
 */
struct utf8_cell {
	char text[40];
	int width;
	size_t used;
	bool special;
};
bool utf8_next_cell(struct slice s, struct utf8_cell *out); /* false when s is empty */
/* Columns that s takes when painted by utf8_next_cell. */
int utf8_width(struct slice s);
/* Appends s as utf8_next_cell would paint it: for foreign text in messages to stderr and logs. */
void utf8_sanitize(struct buf *out, struct slice s);
/* Code point properties. */
bool utf8_is_space(uint32_t cp); /* White_Space property */
bool utf8_is_alnum(uint32_t cp); /* general category L* or N* */
bool utf8_is_mark(uint32_t cp);  /* general category M* */

#endif
