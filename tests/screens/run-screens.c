/*
 * Runs every *.script of this folder and compares its pictures with the *.golden beside it. With
 * AJ_RECORD=1 in the environment the goldens are written anew: look at the difference before you
 * commit it. TAP on stdout.
 */
#include "ui/ui.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

static int is_script(const struct dirent *e)
{
	size_t n = strlen(e->d_name);
	return n > 7 && strcmp(e->d_name + n - 7, ".script") == 0;
}

/* Says the first line that differs, for the log. */
static void explain(const struct buf *want, const struct buf *got)
{
	const char *a = buf_str(want), *b = buf_str(got);
	char name[200] = "";
	for (int line = 1; *a || *b; line++) {
		size_t n = strcspn(a, "\n"), k = strcspn(b, "\n");
		if (strncmp(a, "===", 3) == 0)
			snprintf(name, sizeof name, "%.*s", (int)n, a);
		if (n != k || strncmp(a, b, n) != 0) {
			printf("# golden line %d, after \"%s\"\n# - %.*s\n# + %.*s\n", line, name,
			        (int)n, a, (int)k, b);
			return;
		}
		a += n + (a[n] == '\n');
		b += k + (b[k] == '\n');
	}
}

static void run_one(int number, const struct ui_config *cfg, const char *dir, const char *file)
{
	struct err err = ERR_INIT;
	struct buf got, want;
	char *script = mem_printf("%s/%s", dir, file);
	char *golden = mem_printf("%s/%.*s.golden", dir, (int)(strlen(file) - 7), file);
	bool ok = false;
	buf_init(&got, 1u << 24);
	buf_init(&want, 1u << 24);
	if (ui_script(cfg, script, &got, &err) != 0)
		printf("# %s\n", err.text);
	else if (getenv("AJ_RECORD"))
		ok = file_write(golden, buf_slice(&got), 0644, &err) == 0;
	else if (file_read(golden, &want, &err) != 0)
		printf("# %s; AJ_RECORD=1 makes it\n", err.text);
	else if (!(ok = slice_eq(buf_slice(&got), buf_slice(&want))))
		explain(&want, &got);
	printf("%sok %d - screens: %s\n", ok ? "" : "not ", number, file);
	buf_release(&got);
	buf_release(&want);
	mem_free(script);
	mem_free(golden);
}

/* The scripts of one folder; names in their pictures are relative to it. */
static int run_folder(int done, const struct ui_config *cfg, const char *dir)
{
	struct dirent **file;
	if (chdir(dir) != 0)
		return done;
	int n = scandir(".", &file, is_script, alphasort);
	for (int i = 0; i < n; i++) {
		run_one(++done, cfg, ".", file[i]->d_name);
		free(file[i]);
	}
	if (n >= 0)
		free(file);
	return done;
}

int main(void)
{
	static const char *const recipe_dirs[] = {"recipes", NULL};
	static const char *const recorded_recipes[] = {"../recipes", NULL};
	const char *src = getenv("AJ_SRCDIR");
	char *dir = mem_printf("%s/tests/screens", src ? src : ".");
	struct ui_config cfg = {.complete_auto = true,
	        .queries_dir = "queries",
	        .recipe_dirs = recipe_dirs,
	        .database = "reddit",
	        .where = "local: 127.0.0.1:4321",
	        .confirm_quit = true,
	        .timeout_ms = 300000,
	        .price_per_tb = 5000000};
	setenv("INPUTRC", "/dev/null", 1); /* somebody's key bindings are not part of the test */
	setlocale(LC_CTYPE, "C.UTF-8");
	int n = run_folder(0, &cfg, dir);
	cfg.recipe_dirs = recorded_recipes;
	n = run_folder(n, &cfg, "recorded");
	printf("1..%d\n", n);
	mem_free(dir);
	return n ? 0 : 1;
}
