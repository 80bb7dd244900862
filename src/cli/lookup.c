#include "cli/lookup.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

char *lookup_exe_dir(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n <= 0)
		return mem_strdup(".");
	path[n] = '\0';
	return file_dir(path);
}

/* dir/name when it is a folder; NULL dir allowed. */
static char *folder(const char *dir, const char *name)
{
	if (dir == NULL || *dir == '\0')
		return NULL;
	char *p = file_join(dir, name);
	if (file_is_dir(p))
		return p;
	mem_free(p);
	return NULL;
}

char *lookup_shipped_queries(void)
{
	char *exe = lookup_exe_dir();
	char *p = folder(getenv("ATHENA_JSONL_DATA"), "queries");
	if (p == NULL)
		p = folder(exe, "queries");
	if (p == NULL)
		p = folder(exe, "../queries");
	if (p == NULL)
		p = folder(AJ_DATADIR, "queries");
	if (p == NULL)
		p = folder(exe, "../share/athena-jsonl/queries");
	mem_free(exe);
	return p;
}

char *lookup_queries_dir(const struct settings *s)
{
	if (s->queries_dir)
		return mem_strdup(s->queries_dir);
	char *here = folder(".", "queries");
	return here ? here : lookup_shipped_queries();
}

static char *query_in(const char *dir, const char *name)
{
	if (dir == NULL)
		return NULL;
	char *p =
	        mem_printf("%s/%s%s", dir, name, slice_ends(slice_str(name), ".sql") ? "" : ".sql");
	if (file_exists(p) && !file_is_dir(p))
		return p;
	mem_free(p);
	return NULL;
}

char *lookup_query(const struct settings *s, const char *ref, struct err *err)
{
	if (file_exists(ref) && !file_is_dir(ref))
		return mem_strdup(ref);
	char *shipped = lookup_shipped_queries(), *found = NULL;
	const char *const dirs[] = {s->queries_dir, "queries", shipped};
	for (size_t i = 0; !strchr(ref, '/') && found == NULL && i < 3; i++)
		found = query_in(dirs[i], ref);
	if (found == NULL)
		err_set(err, ERR_NOT_FOUND,
		        "there is no query %s%s%s; athena-jsonl queries lists them", ref,
		        strchr(ref, '/') ? "" : ", neither here nor in queries",
		        shipped && !strchr(ref, '/') ? " nor among the shipped ones" : "");
	mem_free(shipped);
	return found;
}

char **lookup_recipe_dirs(const struct settings *s, const char *near)
{
	char **d = mem_calloc(6, sizeof *d);
	size_t n = 0;
	char *config = s->recipes_dir ? NULL : file_config_dir(NULL);
	if (s->recipes_dir)
		d[n++] = mem_strdup(s->recipes_dir);
	else if (config)
		d[n++] = file_join(config, "recipes");
	mem_free(config);
	if (near)
		d[n++] = file_dir(near);
	char *q = lookup_queries_dir(s);
	if (q)
		d[n++] = q;
	q = lookup_shipped_queries();
	if (q)
		d[n++] = q;
	d[n] = NULL;
	return d;
}

void lookup_dirs_free(char **dirs)
{
	for (char **d = dirs; d && *d; d++)
		mem_free(*d);
	mem_free(dirs);
}

static char *sample_in_home(void)
{
	const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	char *base = xdg && *xdg ? mem_strdup(xdg)
	             : home      ? mem_printf("%s/.local/share", home)
	                         : NULL;
	char *p = folder(base, "athena-jsonl/sample");
	mem_free(base);
	return p;
}

char *lookup_data_dir(const struct settings *s, struct err *err)
{
	if (s->data_dir) {
		if (file_is_dir(s->data_dir))
			return mem_strdup(s->data_dir);
		err_set(err, ERR_CONFIG,
		        "there is no data folder %s: give --data DIR, where a folder in DIR is a "
		        "database and a file in that a table",
		        s->data_dir);
		return NULL;
	}
	char *exe = lookup_exe_dir();
	char *p = folder(getenv("ATHENA_JSONL_DATA"), "sample");
	if (p == NULL)
		p = folder(exe, "sample");
	if (p == NULL)
		p = sample_in_home();
	if (p == NULL)
		p = folder(AJ_DATADIR, "sample");
	mem_free(exe);
	if (p == NULL)
		err_set(err, ERR_CONFIG,
		        "there is no data for the embedded engine: give --data DIR (a folder in "
		        "DIR is a "
		        "database, a file in that a table), or make the sample with ./bootstrap "
		        "run");
	return p;
}

static char *in_path(const char *name)
{
	const char *path = getenv("PATH");
	struct slice rest = slice_str(path), dir;
	while (rest.len > 0) {
		rest = slice_cut(rest, ':', &dir);
		char *p = mem_printf("%.*s/%s", (int)dir.len, dir.len ? dir.ptr : "", name);
		if (dir.len > 0 && access(p, X_OK) == 0 && !file_is_dir(p))
			return p;
		mem_free(p);
	}
	return NULL;
}

char *lookup_duck(struct err *err)
{
	char *exe = lookup_exe_dir();
	const char *const dirs[] = {exe, AJ_LIBEXECDIR};
	char *found = NULL;
	for (size_t i = 0; found == NULL && i < 2; i++) {
		char *p = file_join(dirs[i], "athena-duck");
		if (access(p, X_OK) == 0)
			found = p;
		else
			mem_free(p);
	}
	mem_free(exe);
	if (found == NULL)
		found = in_path("athena-duck");
	if (found == NULL)
		err_set(err, ERR_CONFIG,
		        "the embedded engine athena-duck is not installed (built "
		        "--without-local?): "
		        "install it, or set up an AWS account");
	return found;
}
