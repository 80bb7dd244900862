/*
 * A bounded sample of result rows for the screens: the first `head` rows, then a uniform reservoir
 * (Vitter's algorithm R, fixed seed) of the rest. Byte-bounded too: rows above max_row_bytes are
 * not taken. The transform thread adds; others take immutable snapshots.
 */
#ifndef ROWS_SAMPLE_H
#define ROWS_SAMPLE_H

#include "rows/rows.h"

#include <stdint.h>

struct sample;
struct sample *sample_new(const struct columns *c, size_t head, size_t reservoir, size_t max_bytes);
void sample_free(struct sample *s); /* NULL allowed */
/* row_number: 0-based position in the result. */
void sample_add(struct sample *s, const struct cell *cells, uint64_t row_number);

/* An immutable, reference-counted copy in result order. Any thread. */
struct sample_view;
struct sample_view *sample_view_new(const struct sample *s);
struct sample_view *sample_view_ref(struct sample_view *v);
void sample_view_unref(struct sample_view *v); /* NULL allowed */
size_t sample_view_count(const struct sample_view *v);
const struct columns *sample_view_columns(const struct sample_view *v);
const struct cell *sample_view_row(const struct sample_view *v, size_t i, uint64_t *row_number);

#endif
