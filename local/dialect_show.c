/* SHOW and DESCRIBE, which the catalog answers. */
#include "local/dialect_tokens.h"

#include "base/mem.h"

#include "base/ban.h"

/* [catalog.][database.]table, or just a database; moves *i past it. */
static int name(struct dialect *d, const struct dtoks *k, size_t *i, bool database, struct err *err)
{
	size_t part[3], n = 0;
	do {
		if (!dtok_name(k, *i))
			return dtok_mismatch(k, *i, err);
		if (n == 3)
			return dtok_mismatch(k, *i, err);
		part[n++] = *i;
		++*i;
	} while (dtok_punct(k, *i, '.') && ++*i);
	size_t last = n;
	if (!database) {
		d->table = dtok_unquoted(k, part[--last]);
		d->table_at = k->t[part[0]].start;
	}
	if (last > 0) {
		d->database = dtok_unquoted(k, part[last - 1]);
		d->database_at = k->t[part[last - 1]].start;
	}
	return 0;
}

static int pattern(struct dialect *d, const struct dtoks *k, size_t *i, struct err *err)
{
	d->like = dtok_is(k, *i, "like");
	*i += d->like;
	if (*i < k->n && k->t[*i].kind == SQL_STRING) {
		d->pattern = dtok_unquoted(k, *i);
		++*i;
	}
	return *i == k->n ? 0 : dtok_mismatch(k, *i, err);
}

static bool in_or_from(const struct dtoks *k, size_t i)
{
	return dtok_is(k, i, "in") || dtok_is(k, i, "from");
}

static int show_list(struct dialect *d, const struct dtoks *k, size_t i, struct err *err)
{
	if (in_or_from(k, i)) {
		i++;
		if (name(d, k, &i, true, err) < 0)
			return -1;
	}
	return pattern(d, k, &i, err);
}

static int show_of_table(struct dialect *d, const struct dtoks *k, size_t i, struct err *err)
{
	if (name(d, k, &i, false, err) < 0)
		return -1;
	if (in_or_from(k, i) && !d->database) { /* SHOW COLUMNS IN table IN database */
		struct dialect other = {0};
		i++;
		if (name(&other, k, &i, true, err) < 0)
			return -1;
		d->database = other.database;
		d->database_at = other.database_at;
	}
	return i == k->n ? 0 : dtok_mismatch(k, i, err);
}

int dialect_show(struct dialect *d, const struct dtoks *k, struct err *err)
{
	if (!dtok_is(k, 0, "show")) {
		size_t i = 1;
		d->kind = DIALECT_DESCRIBE;
		i += dtok_is(k, i, "extended") || dtok_is(k, i, "formatted");
		return show_of_table(d, k, i, err);
	}
	if (dtok_is(k, 1, "databases") || dtok_is(k, 1, "schemas")) {
		d->kind = DIALECT_SHOW_DATABASES;
		return show_list(d, k, 2, err);
	}
	if (dtok_is(k, 1, "tables")) {
		d->kind = DIALECT_SHOW_TABLES;
		return show_list(d, k, 2, err);
	}
	if (dtok_is(k, 1, "columns") && in_or_from(k, 2)) {
		d->kind = DIALECT_SHOW_COLUMNS;
		return show_of_table(d, k, 3, err);
	}
	if (dtok_is(k, 1, "partitions")) {
		d->kind = DIALECT_SHOW_PARTITIONS;
		return show_of_table(d, k, 2 + in_or_from(k, 2), err);
	}
	if (dtok_is(k, 1, "create") && dtok_is(k, 2, "table")) {
		d->kind = DIALECT_SHOW_CREATE;
		return show_of_table(d, k, 3, err);
	}
	return dtok_mismatch(k, 1, err);
}
