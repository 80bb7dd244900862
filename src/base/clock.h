/* Time. Monotonic for durations, wall for records. Milliseconds everywhere. Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
int64_t clock_wall_ms(void); /* since 1970-01-01 UTC */
void clock_sleep_ms(int ms);
/* "2026-11-23T17:44:06Z" (20 characters and NUL). */
void clock_iso8601(int64_t wall_ms, char out[21]);
/* SigV4's basic form "20261123T174406Z" (16 characters and NUL). */
void clock_basic8601(int64_t wall_ms, char out[17]);
/* Parses both forms above, with or without fractions, 'Z' or +00:00; -1 when malformed. */
int64_t clock_parse8601(const char *s);
/* RFC 7231 IMF-fixdate ("Mon, 23 Nov 2026 17:44:06 GMT"), written and read (-1 when malformed). */
void clock_http_date(int64_t wall_ms, char out[30]);
int64_t clock_parse_http_date(const char *s);

#endif
