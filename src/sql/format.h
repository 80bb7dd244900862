/*
 * Lays out Trino SQL: clauses on lines of their own, lists and AND/OR broken where a line gets too
 * long, subqueries and CASE indented by two, keywords in upper case. Names, strings, comments,
 * :parameters and the case of functions stay to the byte. Pure.
 */
#ifndef SQL_FORMAT_H
#define SQL_FORMAT_H

#include "base/buf.h"
#include "base/err.h"

#define SQL_FORMAT_WIDTH 88         /* columns that a line should keep to */
#define SQL_FORMAT_MAX   (4u << 20) /* bytes; Athena takes 262,144 */

/*
 * Appends the laid-out text. Its tokens but blanks are those of the input (but for the case of
 * keywords), and laying it out again changes nothing. What cannot be read with certainty (an open
 * string, a stray byte, brackets that do not pair) is refused with ERR_SYNTAX and its place, and
 * *out is as it was.
 */
int sql_format(struct slice text, struct buf *out, struct err *err);
/* Where a place of the text before is in the text after: the same byte of the same token. */
size_t sql_format_place(struct slice before, struct slice after, size_t offset);

#endif
