#include "job/cost.h"

#include "base/ban.h"

enum { MB = 1000000, MIN_MB = 10 };

static int64_t billed_mb(int64_t scanned_bytes)
{
	int64_t mb = scanned_bytes / MB + (scanned_bytes % MB != 0);
	return mb < MIN_MB ? MIN_MB : mb;
}

int64_t cost_billed_bytes(int64_t scanned_bytes)
{
	if (scanned_bytes < 0)
		return 0; /* not reported: nothing to say */
	int64_t mb = billed_mb(scanned_bytes);
	return mb > INT64_MAX / MB ? INT64_MAX : mb * MB;
}

int64_t cost_micro_usd(int64_t scanned_bytes, int64_t price_per_tb_micro_usd, bool free_of_charge)
{
	if (free_of_charge || scanned_bytes < 0 || price_per_tb_micro_usd <= 0)
		return 0;
	/* Counted in MB, so that a petabyte times a price stays far from overflow. A fraction of a
	 * micro-dollar is rounded up: a guard must not be passed by rounding. */
	int64_t mb = billed_mb(scanned_bytes);
	int64_t whole = price_per_tb_micro_usd / MB, part = price_per_tb_micro_usd % MB;
	return mb * whole + (mb * part + MB - 1) / MB;
}
