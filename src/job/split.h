/*
 * Which side of the split a row is on. A pure function of seed and value, so that rows with equal
 * values (of one thread, of one author) are never on both sides, whatever their order:
 *
 *   h = the first 4 bytes, big-endian, of SHA-256("SEED\n" + value)
 *   validation when h * 1000000 / 2^32 < the share in parts per million
 *
 * SEED is decimal. value: "=" and the bytes of the column; "0" for NULL. For whole rows all cells
 * one after the other, each "LENGTH=" and its bytes, or "0". A larger share only moves values from
 * train to validation. Not thread-safe: one per thread.
 */
#ifndef JOB_SPLIT_H
#define JOB_SPLIT_H

#include "job/output.h"
#include "rows/rows.h"

struct split;
/* NULL with an error that names the columns there are when split_by is none of them. */
struct split *split_new(const struct job_output *o, const struct columns *c, struct err *err);
void split_free(struct split *s); /* NULL allowed */
/* SIDE_ALL when there is no split. cells: of a result with those columns. */
enum output_side split_side(struct split *s, const struct cell *cells);

#endif
