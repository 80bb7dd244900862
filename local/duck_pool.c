/* Connections that report progress and operators. The lock-down forbids those two settings later,
 * so a few connections are made before it; a query beyond them runs on a new one, which reports
 * less. */
#include "local/duck_internal.h"

#include "base/mem.h"

#include "base/ban.h"

int duck_pool_fill(struct duck *d, struct err *err)
{
	static const char *const settings[] = {"enable_progress_bar = true",
	        "enable_progress_bar_print = false", "enable_profiling = 'no_output'"};
	for (size_t i = 0; i < DUCK_POOL; i++) {
		duckdb_connection con;
		if (duckdb_connect(d->db, &con) == DuckDBError)
			return err_set(err, ERR_INTERNAL, "DuckDB takes no connection");
		d->idle[d->n_idle++] = con;
		for (size_t k = 0; k < sizeof settings / sizeof *settings; k++)
			if (duck_exec(con, err, "SET %s", settings[k]) < 0)
				return -1;
	}
	return 0;
}

void duck_pool_release(struct duck *d)
{
	while (d->n_idle > 0)
		duckdb_disconnect(&d->idle[--d->n_idle]);
}

int duck_pool_take(struct duck *d, duckdb_connection *con, struct err *err)
{
	pthread_mutex_lock(&d->lock);
	bool have = d->n_idle > 0;
	if (have)
		*con = d->idle[--d->n_idle];
	pthread_mutex_unlock(&d->lock);
	if (!have && duckdb_connect(d->db, con) == DuckDBError)
		return err_set(err, ERR_INTERNAL, "DuckDB takes no connection");
	return 0;
}

void duck_pool_give(struct duck *d, duckdb_connection con)
{
	pthread_mutex_lock(&d->lock);
	bool room = d->n_idle < DUCK_POOL;
	if (room)
		d->idle[d->n_idle++] = con;
	pthread_mutex_unlock(&d->lock);
	if (!room)
		duckdb_disconnect(&con);
}
