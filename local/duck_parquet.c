#include "local/duck_internal.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/ban.h"

/* "id VARCHAR, score BIGINT" as 'id': 'VARCHAR', 'score': 'BIGINT'. */
static void column_types(struct buf *sql, struct slice list)
{
	for (bool first = true; list.len > 0; first = false) {
		struct slice one, name, type;
		list = slice_cut(list, ',', &one);
		type = slice_cut(slice_trim(one), ' ', &name);
		type = slice_trim(type);
		buf_printf(sql, "%s'%.*s': '%.*s'", first ? "" : ", ", (int)name.len, name.ptr,
		        (int)type.len, type.ptr);
	}
}

static int convert(duckdb_connection con, const char *from, const char *columns, const char *to,
        struct err *err)
{
	struct buf sql;
	duckdb_result r;
	int rc = 0;
	buf_init(&sql, 1 << 22);
	buf_add_str(&sql, "COPY (SELECT * FROM read_ndjson(");
	duck_quote(&sql, from, '\'');
	if (columns && *columns) {
		buf_add_str(&sql, ", columns = {");
		column_types(&sql, slice_str(columns));
		buf_add_str(&sql, "})) TO ");
	} else {
		buf_add_str(&sql, ", sample_size = -1)) TO ");
	}
	duck_quote(&sql, to, '\'');
	buf_add_str(&sql, " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)");
	if (duckdb_query(con, buf_str(&sql), &r) == DuckDBError)
		rc = err_set(err, ERR_DATA, "%s cannot be written from %s: %.300s", to, from,
		        duckdb_result_error(&r));
	duckdb_destroy_result(&r);
	buf_release(&sql);
	return rc;
}

int duck_ndjson_to_parquet(
        const char *ndjson_path, const char *columns_sql, const char *parquet_path, struct err *err)
{
	duckdb_database db;
	duckdb_connection con;
	if (duckdb_open(NULL, &db) == DuckDBError)
		return err_set(err, ERR_INTERNAL, "DuckDB cannot be opened");
	duckdb_connect(db, &con);
	char *temp = mem_printf("%s.tmp", parquet_path);
	/* one thread and kept order: the same file from the same rows */
	int rc = duck_exec(con, err, "SET threads = 1");
	if (rc == 0)
		rc = convert(con, ndjson_path, columns_sql, temp, err);
	if (rc == 0 && rename(temp, parquet_path) != 0)
		rc = err_set_errno(
		        err, ERR_IO, errno, "%s cannot be renamed to %s", temp, parquet_path);
	if (rc < 0)
		unlink(temp);
	mem_free(temp);
	duckdb_disconnect(&con);
	duckdb_close(&db);
	return rc;
}
