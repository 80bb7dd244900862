/*
 * Parameter values as SQL literals. A value is checked against its type first, and quoted so that
 * nothing in it can leave its place.
 */
#ifndef SQL_LITERAL_H
#define SQL_LITERAL_H

#include "base/buf.h"
#include "base/err.h"

#define LITERAL_TYPES "integer, number, string, regex, date, boolean, identifier, list"

bool literal_is_type(const char *type);
bool literal_is_name(struct slice name); /* [A-Za-z_][A-Za-z0-9_]* */
/* ERR_USAGE that names the parameter, the value and what is expected. */
int literal_check(const char *name, const char *type, const char *value, struct err *err);
/*
 * Appends: integer 2, number 0.5, string and regex 'it''s', date DATE '2024-01-31', boolean TRUE,
 * identifier "a", list 'a','b' (from: a, b; an item with a comma is written 'a, b').
 */
int literal_add(
        struct buf *out, const char *name, const char *type, const char *value, struct err *err);

#endif
