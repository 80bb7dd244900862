#include "local/coltypes.h"

#include "base/mem.h"
#include "local/message.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

/* Numbers that Athena reports for each type. */
static const struct {
	const char *name;
	int32_t precision;
	bool case_sensitive;
} known[] = {{"varchar", 2147483647, true}, {"char", 2147483647, true}, {"tinyint", 3, false},
        {"smallint", 5, false}, {"integer", 10, false}, {"bigint", 19, false}, {"float", 17, false},
        {"double", 17, false}, {"timestamp", 3, false}, {"timestamp with time zone", 3, false},
        {"varbinary", 1073741824, false}};

void coltype_of(struct coltype *out, const char *type)
{
	struct slice name, rest = slice_cut(slice_str(type), '(', &name), first;
	*out = (struct coltype){0};
	snprintf(out->name, sizeof(out->name), "%.*s", (int)name.len, name.ptr ? name.ptr : "");
	if (strcmp(out->name, "real") == 0)
		snprintf(out->name, sizeof(out->name), "float");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(out->name, known[i].name) == 0) {
			out->precision = known[i].precision;
			out->case_sensitive = known[i].case_sensitive;
		}
	if (strcmp(out->name, "decimal") == 0) {
		rest = slice_cut(rest, ',', &first);
		struct slice scale;
		slice_cut(rest, ')', &scale);
		int64_t p = parse_number(slice_trim(first)), s = parse_number(slice_trim(scale));
		out->precision = p > 0 && p <= 38 ? (int32_t)p : 38;
		out->scale = s > 0 && s <= 38 ? (int32_t)s : 0;
	}
}

static void put_varint(struct buf *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_add_char(out, (char)(v | 0x80));
	buf_add_char(out, (char)v);
}

static void put_int(struct buf *out, unsigned field, uint64_t v)
{
	put_varint(out, field << 3);
	put_varint(out, v);
}

static void put_bytes(struct buf *out, unsigned field, struct slice s)
{
	put_varint(out, field << 3 | 2);
	put_varint(out, s.len);
	buf_add_slice(out, s);
}

static void put_column(struct buf *out, const struct column *c)
{
	struct coltype t;
	struct buf m;
	coltype_of(&t, c->type);
	buf_init(&m, 1024 * 1024);
	put_bytes(&m, 1, slice_str("hive"));
	put_bytes(&m, 4, slice_str(c->name));
	put_bytes(&m, 5, slice_str(c->name));
	put_bytes(&m, 6, slice_str(t.name));
	put_int(&m, 7, (uint64_t)t.precision);
	put_int(&m, 8, (uint64_t)t.scale);
	put_int(&m, 9, 3); /* nullable: unknown */
	put_int(&m, 10, t.case_sensitive);
	put_bytes(out, 4, buf_slice(&m));
	buf_release(&m);
}

void coltypes_metadata(struct buf *out, const char *query_id, const struct columns *c)
{
	put_bytes(out, 1, slice_str(query_id));
	put_int(out, 3, 0);
	for (size_t i = 0; i < c->n; i++)
		put_column(out, &c->col[i]);
}

static const char *hive_name(struct slice trino)
{
	static const char *const pairs[][2] = {{"varchar", "string"}, {"integer", "int"},
	        {"real", "float"}, {"varbinary", "binary"}, {"char", "string"}};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (slice_eq_str(trino, pairs[i][0]))
			return pairs[i][1];
	return NULL;
}

/* The comma that ends the first argument, outside inner parentheses and quotes. */
static size_t argument_end(struct slice s)
{
	int depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		else if (c == ',' && depth == 0)
			return i;
	}
	return s.len;
}

static void hive_type(struct buf *out, struct slice t, int depth);

/* "a varchar" of a row: the name may be quoted. */
static void hive_field(struct buf *out, struct slice field, int depth)
{
	struct slice name, type;
	if (field.len && field.ptr[0] == '"') {
		struct slice rest = slice_of(field.ptr + 1, field.len - 1);
		type = slice_cut(rest, '"', &name);
	} else {
		type = slice_cut(field, ' ', &name);
	}
	buf_add_slice(out, name);
	buf_add_char(out, ':');
	hive_type(out, slice_trim(type), depth);
}

static void hive_arguments(struct buf *out, struct slice args, bool fields, int depth)
{
	for (bool first = true; args.len; first = false) {
		size_t end = argument_end(args);
		struct slice one = slice_trim(slice_of(args.ptr, end));
		if (!first)
			buf_add_char(out, ',');
		if (fields)
			hive_field(out, one, depth + 1);
		else
			hive_type(out, one, depth + 1);
		args = end < args.len ? slice_of(args.ptr + end + 1, args.len - end - 1)
		                      : slice_of(NULL, 0);
	}
}

static void hive_type(struct buf *out, struct slice t, int depth)
{
	struct slice name, args = slice_cut(t, '(', &name);
	if (args.len && args.ptr[args.len - 1] == ')')
		args.len--;
	bool row = slice_eq_str(name, "row");
	if (depth < 50 && (row || slice_eq_str(name, "array") || slice_eq_str(name, "map"))) {
		buf_add_str(out, row ? "struct" : "");
		buf_add_slice(out, row ? slice_of("", 0) : name);
		buf_add_char(out, '<');
		hive_arguments(out, args, row, depth);
		buf_add_char(out, '>');
	} else if (slice_starts(t, "timestamp")) {
		buf_add_str(out, "timestamp");
	} else if (hive_name(name)) {
		buf_add_str(out, hive_name(name));
	} else {
		buf_add_slice(out, t);
	}
}

void coltype_hive(struct buf *out, const char *trino)
{
	hive_type(out, slice_trim(slice_str(trino)), 0);
}
