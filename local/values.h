/*
 * Single values as Athena writes them (java.lang.Double.toString and Trino's types). Each writes
 * into `out`, which must have VALUES_SIZE bytes, and returns the length (no NUL is written). No
 * memory is taken. Any thread.
 */
#ifndef LOCAL_VALUES_H
#define LOCAL_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUES_SIZE 64

size_t values_bigint(char *out, int64_t v);
/* A 128-bit integer as high and low halves, with `scale` digits after the point. */
size_t values_decimal(char *out, int64_t high, uint64_t low, int scale);
/* Shortest digits that read back as v; plain from 1e-3 to below 1e7, else 1.0E10. */
size_t values_double(char *out, double v);
size_t values_real(char *out, float v);
/* As CAST(x AS varchar) writes: 1.5E0, -0E0. */
size_t values_double_cast(char *out, double v);
size_t values_real_cast(char *out, float v);
size_t values_date(char *out, int32_t days);    /* since 1970-01-01: 2024-01-01 */
size_t values_time(char *out, int64_t us);      /* 10:11:12.345, rounded */
size_t values_timestamp(char *out, int64_t us); /* 2024-01-01 00:00:00.000, rounded */
/* Trino has two interval types; DuckDB one: months alone are year to month. */
size_t values_interval(char *out, int32_t months, int32_t days, int64_t us);
size_t values_uuid(char *out, uint64_t high, uint64_t low);

#endif
