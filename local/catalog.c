#include "local/catalog.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/slice.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/ban.h"

#define MAX_DEPTH 16

const char *catalog_format_name(enum catalog_format f)
{
	switch (f) {
	case CATALOG_PARQUET: return "parquet";
	case CATALOG_NDJSON: return "ndjson";
	case CATALOG_CSV: return "csv";
	case CATALOG_NONE: break;
	}
	return "";
}

static bool ends_nocase(const char *name, size_t len, const char *end, size_t *stem)
{
	size_t n = strlen(end);
	if (len <= n || strncasecmp(name + len - n, end, n) != 0)
		return false;
	*stem = len - n;
	return true;
}

enum catalog_format catalog_file_format(const char *name, size_t *stem)
{
	static const struct {
		const char *ext;
		enum catalog_format format;
	} kinds[] = {{".parquet", CATALOG_PARQUET}, {".parq", CATALOG_PARQUET},
	        {".pq", CATALOG_PARQUET}, {".ndjson", CATALOG_NDJSON}, {".jsonl", CATALOG_NDJSON},
	        {".json", CATALOG_NDJSON}, {".csv", CATALOG_CSV}, {".tsv", CATALOG_CSV}};
	size_t len = strlen(name), whole = len;
	bool packed = ends_nocase(name, len, ".gz", &len) || ends_nocase(name, len, ".zst", &len);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (ends_nocase(name, len, kinds[i].ext, stem))
			return packed && kinds[i].format == CATALOG_PARQUET ? CATALOG_NONE
			                                                    : kinds[i].format;
	}
	/* Reddit's own dumps are RC_2023-01.zst: compressed NDJSON without saying so. */
	*stem = len;
	return packed && len < whole ? CATALOG_NDJSON : CATALOG_NONE;
}

/* A list that grows by doubling, for the few arrays of a scan. */
static void *grow(void *items, size_t n, size_t size)
{
	if (n == 0 || (n >= 8 && (n & (n - 1)) == 0))
		return mem_realloc(items, n == 0 ? 8 : 2 * n, size);
	return items;
}

static int64_t mtime_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static char *athena_name(const char *s, size_t len)
{
	char *name = mem_strndup(s, len);
	for (char *p = name; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
		else if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || (*p & 0x80)))
			*p = '_';
	}
	return name;
}

struct scan {
	struct catalog *c;
	const char *root;
};

static void note_dir(struct catalog *c, const char *path)
{
	struct stat st;
	c->dir = grow(c->dir, c->n_dirs, sizeof(*c->dir));
	c->dir[c->n_dirs].mtime_ns = stat(path, &st) == 0 ? mtime_ns(&st) : 0;
	c->dir[c->n_dirs++].path = mem_strdup(path);
}

static void note_database(struct catalog *c, const char *name)
{
	if (catalog_has_database(c, name))
		return;
	c->database = grow(c->database, c->n_databases, sizeof(*c->database));
	c->database[c->n_databases++] = mem_strdup(name);
}

static bool visible(const char *name)
{
	return name[0] != '.' && name[0] != '_';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *e)
{
	return visible(e->d_name);
}

/* The file at path, its links resolved; NULL when it is no regular file. */
static char *resolve(struct scan *s, const char *path, struct stat *st)
{
	char real[PATH_MAX];
	if (stat(path, st) != 0 || !S_ISREG(st->st_mode) || !realpath(path, real))
		return NULL;
	size_t n = strlen(s->root);
	if (strncmp(real, s->root, n) != 0 || real[n] != '/') {
		s->c->linked = grow(s->c->linked, s->c->n_linked, sizeof(char *));
		s->c->linked[s->c->n_linked++] = mem_strdup(real);
	}
	return mem_strdup(real);
}

static bool is_real_dir(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Partition folders on the way to a file: keys and values in order. */
struct parts {
	size_t n;
	char *key[MAX_DEPTH], *value[MAX_DEPTH];
};

static char *unescape(const char *s)
{
	char *out = mem_strdup(s), *to = out;
	for (const char *p = s; *p; p++) {
		unsigned v;
		if (*p == '%' && p[1] && p[2] && sscanf(p + 1, "%2x", &v) == 1 && v) {
			*to++ = (char)v;
			p += 2;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return out;
}

static bool same_keys(const struct catalog_table *t, const struct parts *p)
{
	if (t->n_keys != p->n)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(t->key[i], p->key[i]) != 0)
			return false;
	}
	return true;
}

static void add_file(
        struct scan *s, struct catalog_table *t, const char *path, const struct parts *p)
{
	size_t stem;
	enum catalog_format f = catalog_file_format(file_base(path), &stem);
	struct stat st;
	if (f == CATALOG_NONE || (t->format != CATALOG_NONE && t->format != f))
		return;
	if (t->n_files > 0 && !same_keys(t, p))
		return; /* as Glue's crawler: the first layout decides */
	char *real = resolve(s, path, &st);
	if (!real)
		return;
	if (t->n_files == 0) {
		t->format = f;
		t->n_keys = p->n;
		t->key = p->n ? mem_calloc(p->n, sizeof(char *)) : NULL;
		for (size_t i = 0; i < p->n; i++)
			t->key[i] = mem_strdup(p->key[i]);
	}
	t->file = grow(t->file, t->n_files, sizeof(*t->file));
	struct catalog_file *file = &t->file[t->n_files++];
	*file = (struct catalog_file){real, st.st_size, mtime_ns(&st), NULL};
	file->part = p->n ? mem_calloc(p->n, sizeof(char *)) : NULL;
	for (size_t i = 0; i < p->n; i++)
		file->part[i] = mem_strdup(p->value[i]);
}

static void add_folder(
        struct scan *s, struct catalog_table *t, const char *dir, struct parts *p, int depth)
{
	struct dirent **e;
	int n = depth < MAX_DEPTH ? scandir(dir, &e, is_visible, by_name) : -1;
	if (n < 0)
		return;
	note_dir(s->c, dir);
	for (int i = 0; i < n; i++) {
		char *path = file_join(dir, e[i]->d_name);
		const char *eq = strchr(e[i]->d_name, '=');
		if (!is_real_dir(path)) {
			add_file(s, t, path, p);
		} else if (eq && p->n < MAX_DEPTH) {
			p->key[p->n] = athena_name(e[i]->d_name, (size_t)(eq - e[i]->d_name));
			p->value[p->n++] = unescape(eq + 1);
			add_folder(s, t, path, p, depth + 1);
			mem_free(p->key[--p->n]);
			mem_free(p->value[p->n]);
		} else {
			add_folder(s, t, path, p, depth + 1);
		}
		mem_free(path);
		free(e[i]);
	}
	free(e);
}

static void table_release(struct catalog_table *t)
{
	for (size_t i = 0; i < t->n_files; i++) {
		for (size_t k = 0; k < t->n_keys; k++)
			mem_free(t->file[i].part[k]);
		mem_free(t->file[i].part);
		mem_free(t->file[i].path);
	}
	for (size_t k = 0; k < t->n_keys; k++)
		mem_free(t->key[k]);
	mem_free(t->key);
	mem_free(t->file);
	mem_free(t->database);
	mem_free(t->name);
	mem_free(t->location);
}

static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
	return h;
}

static uint64_t table_stamp(const struct catalog_table *t)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < t->n_files; i++) {
		h = mix(h, t->file[i].path, strlen(t->file[i].path) + 1);
		h = mix(h, &t->file[i].size, sizeof(int64_t));
		h = mix(h, &t->file[i].mtime_ns, sizeof(int64_t));
	}
	return h;
}

static void add_table(struct scan *s, const char *database, const char *dir, const char *entry)
{
	struct catalog_table t = {0};
	struct parts p = {0};
	char *path = file_join(dir, entry);
	size_t stem = strlen(entry);
	if (is_real_dir(path)) {
		add_folder(s, &t, path, &p, 0);
		stem = strlen(entry);
	} else {
		add_file(s, &t, path, &p);
		catalog_file_format(entry, &stem);
	}
	t.name = athena_name(entry, stem);
	t.database = mem_strdup(database);
	t.location = path;
	t.stamp = table_stamp(&t);
	if (t.n_files == 0 || catalog_find(s->c, database, t.name)) {
		table_release(&t);
		return;
	}
	note_database(s->c, database);
	s->c->table = grow(s->c->table, s->c->n_tables, sizeof(t));
	s->c->table[s->c->n_tables++] = t;
}

static void add_database(struct scan *s, const char *dir, const char *name)
{
	struct dirent **e;
	int n = scandir(dir, &e, is_visible, by_name);
	if (n < 0)
		return;
	note_dir(s->c, dir);
	note_database(s->c, name);
	for (int i = 0; i < n; i++) {
		add_table(s, name, dir, e[i]->d_name);
		free(e[i]);
	}
	free(e);
}

static int table_cmp(const void *a, const void *b)
{
	const struct catalog_table *x = a, *y = b;
	int d = strcmp(x->database, y->database);
	return d ? d : strcmp(x->name, y->name);
}

static int name_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct catalog *catalog_scan(const char *dir, struct err *err)
{
	struct dirent **e;
	int n = scandir(dir, &e, is_visible, by_name);
	if (n < 0) {
		err_set_errno(err, ERR_IO, errno, "data directory %s cannot be read", dir);
		return NULL;
	}
	struct scan s = {MEM_NEW(struct catalog), dir};
	note_dir(s.c, dir);
	for (int i = 0; i < n; i++) {
		char *path = file_join(dir, e[i]->d_name);
		if (is_real_dir(path)) {
			char *name = athena_name(e[i]->d_name, strlen(e[i]->d_name));
			add_database(&s, path, name);
			mem_free(name);
		} else {
			add_table(&s, "default", dir, e[i]->d_name);
		}
		mem_free(path);
		free(e[i]);
	}
	free(e);
	if (s.c->n_tables > 0)
		qsort(s.c->table, s.c->n_tables, sizeof(*s.c->table), table_cmp);
	if (s.c->n_databases > 0)
		qsort(s.c->database, s.c->n_databases, sizeof(char *), name_cmp);
	return s.c;
}

static void strings_free(char **s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(s[i]);
	mem_free(s);
}

void catalog_free(struct catalog *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_tables; i++)
		table_release(&c->table[i]);
	mem_free(c->table);
	strings_free(c->database, c->n_databases);
	strings_free(c->linked, c->n_linked);
	for (size_t i = 0; i < c->n_dirs; i++)
		mem_free(c->dir[i].path);
	mem_free(c->dir);
	mem_free(c);
}

static bool file_changed(const struct catalog_file *f)
{
	struct stat st;
	return stat(f->path, &st) != 0 || st.st_size != f->size || mtime_ns(&st) != f->mtime_ns;
}

bool catalog_changed(const struct catalog *c)
{
	struct stat st;
	for (size_t i = 0; i < c->n_dirs; i++) {
		if (stat(c->dir[i].path, &st) != 0 || mtime_ns(&st) != c->dir[i].mtime_ns)
			return true;
	}
	for (size_t i = 0; i < c->n_tables; i++) {
		for (size_t k = 0; k < c->table[i].n_files; k++) {
			if (file_changed(&c->table[i].file[k]))
				return true;
		}
	}
	return false;
}

const struct catalog_table *catalog_find(
        const struct catalog *c, const char *database, const char *name)
{
	for (size_t i = 0; i < c->n_tables; i++) {
		if (strcasecmp(c->table[i].name, name) == 0 &&
		        strcasecmp(c->table[i].database, database) == 0)
			return &c->table[i];
	}
	return NULL;
}

bool catalog_has_database(const struct catalog *c, const char *database)
{
	for (size_t i = 0; i < c->n_databases; i++) {
		if (strcasecmp(c->database[i], database) == 0)
			return true;
	}
	return false;
}
