/* What stands between the sentences of a comment: links, lists, code, tables, contact data ... */
#ifndef DATA_DECORATE_H
#define DATA_DECORATE_H

#include "data/grammar.h"

void decorate_link(const struct voice *v, struct buf *out);    /* a sentence with a URL */
void decorate_mention(const struct voice *v, struct buf *out); /* a sentence with u/ or r/ */
void decorate_contact(const struct voice *v, struct buf *out); /* e-mail, telephone, IP: invented */
void decorate_list(const struct voice *v, struct buf *out);
void decorate_code(const struct voice *v, struct buf *out);
void decorate_table(const struct voice *v, struct buf *out);
void decorate_quote(const struct voice *v, const char *quoted, struct buf *out);
/* A sentence with emphasis, spoiler, escape or another mark in it. */
void decorate_markup(const struct voice *v, struct buf *out);
/* An invented user name. */
void decorate_user(struct rng *r, struct buf *out);

#endif
