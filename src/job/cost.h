/*
 * Athena's price: $5 per TB scanned (a setting), rounded up to the next MB, at least 10 MB per
 * query; DDL, failed queries and reused results are free; cancelled ones are billed for what they
 * scanned. Money is integer micro-dollars. TB here is 10^12 bytes and MB 10^6 for guards:
 * published clients disagree, and both readings are within 10 %.
 */
#ifndef JOB_COST_H
#define JOB_COST_H

#include <stdbool.h>
#include <stdint.h>

#define COST_DEFAULT_PER_TB 5000000 /* micro-dollars */

int64_t cost_billed_bytes(
        int64_t scanned_bytes); /* rounding and minimum; 0 stays 0 only when free */
int64_t cost_micro_usd(int64_t scanned_bytes, int64_t price_per_tb_micro_usd, bool free_of_charge);

#endif
