/*
 * Numbers as people read them. Each writes into `out` of the stated size and returns out.
 * Money is counted in integer micro-dollars (1e-6 USD).
 */
#ifndef BASE_FMT_H
#define BASE_FMT_H

#include <stddef.h>
#include <stdint.h>

#define FMT_SIZE 48

char *fmt_thousands(char out[FMT_SIZE], int64_t n); /* 1,234,567,890 */
char *fmt_bytes(char out[FMT_SIZE], int64_t bytes); /* 1.15 GB (1024-based, as the seed), 512 B */
char *fmt_money(char out[FMT_SIZE], int64_t micro_usd); /* $12.34, $0.0058, $0.00005 */
char *fmt_duration(char out[FMT_SIZE], int64_t ms);     /* 0.52 s, 15.2 s, 2:05, 1:02:03 */
char *fmt_rate(char out[FMT_SIZE], double bytes_per_s); /* 3.4 MB/s */
char *fmt_ago(char out[FMT_SIZE], int64_t then_wall_ms, int64_t now_wall_ms); /* 3 min ago */

#endif
