#include "ui/editor.h"

#include "base/file.h"
#include "base/mem.h"
#include "sql/lexer.h"
#include "ui/parts.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/ban.h"

#define MAX_FILE   (64u << 20)
#define WINDOW     (128u << 10) /* bytes before the cursor that are looked at */
#define COUNT_UPTO (1u << 20)   /* statements are counted in texts up to this */
#define MAX_HEAD   (64u << 10)

void editor_init(struct editor *e)
{
	memset(e, 0, sizeof *e);
	textedit_init(&e->text);
	e->query = -1;
}

void editor_release(struct editor *e)
{
	textedit_release(&e->text);
	mem_free(e->path);
	mem_free(e->name);
	mem_free(e->clip);
	mem_free(e->save_to);
	mem_free(e->open_next);
	mem_free(e->found.word);
	mem_free(e->find_old);
	popup_close(&e->popup);
	mem_free(e->replace.old);
	mem_free(e->replace.with);
	queryfile_free(e->head);
	memset(e, 0, sizeof *e);
}

void editor_reset(struct editor *e)
{
	struct autosave *autosave = e->autosave;
	editor_keep_leave(e);
	editor_release(e);
	editor_init(e);
	e->autosave = autosave;
	editor_keep_drop(e);
}

struct file_stamp file_stamp_of(const char *path)
{
	struct stat st;
	if (!path || stat(path, &st) != 0)
		return (struct file_stamp){0};
	return (struct file_stamp){true, st.st_size, st.st_mtim};
}

bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->known == b->known && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static void set_source(struct editor *e, const char *path, const char *name, int query)
{
	char *p = mem_strdup(path), *n = mem_strdup(name);
	mem_free(e->path);
	mem_free(e->name);
	e->path = p;
	e->name = n;
	e->query = query;
	e->stamp = file_stamp_of(path);
	e->top = e->left = 0;
	e->err_text[0] = '\0';
	popup_close(&e->popup);
	editor_keep_drop(e);
}

/* What was there is gone from the screen, but not lost: :restore has it. */
static void take_text(struct editor *e, struct slice text)
{
	editor_keep_leave(e);
	textedit_set(&e->text, text);
}

void editor_open_query(struct model *m, int query)
{
	struct editor *e = &m->editor;
	const struct queryfile *f = m->queries.item[query].file;
	if (e->query != query || !e->path) {
		take_text(e, slice_str(f->text));
		set_source(e, f->path, f->name, query);
	}
	model_go(m, SCREEN_EDITOR);
}

int editor_open_file(struct model *m, const char *path)
{
	struct editor *e = &m->editor;
	struct err err = ERR_INIT;
	struct buf b;
	buf_init(&b, MAX_FILE);
	int rc = file_read(path, &b, &err);
	if (rc != 0)
		model_toast(m, FG_BAD, "%s", err.text);
	else {
		char name[256];
		snprintf(name, sizeof name, "%s", file_base(path));
		size_t n = strlen(name);
		if (n > 4 && strcmp(name + n - 4, ".sql") == 0)
			name[n - 4] = '\0';
		take_text(e, buf_slice(&b));
		set_source(e, path, name, -1);
		model_go(m, SCREEN_EDITOR);
	}
	buf_release(&b);
	return rc;
}

void editor_open(struct model *m, const char *path)
{
	struct editor *e = &m->editor;
	if (path && textedit_modified(&e->text)) {
		char *copy = mem_strdup(path);
		mem_free(e->open_next);
		e->open_next = copy;
		model_ask_yes(m, ACT_OPEN, "Leave the unsaved changes to %s?",
		        e->name ? e->name : "the SQL in the editor");
	} else if (path)
		editor_open_file(m, path);
	else if (e->open_next)
		editor_open_file(m, e->open_next);
}

void editor_new(struct model *m)
{
	static const char start[] = "-- title: \n-- description: \nSELECT\n";
	take_text(&m->editor, slice_str(start));
	set_source(&m->editor, NULL, NULL, -1);
	textedit_goto(&m->editor.text, strcspn(start, "\n"), false);
	model_go(m, SCREEN_EDITOR);
}

void editor_open_text(struct model *m, const char *name, struct slice text)
{
	take_text(&m->editor, text);
	set_source(&m->editor, NULL, name, -1);
	model_go(m, SCREEN_EDITOR);
}

static void ask_where(struct model *m)
{
	char *initial = mem_printf("%s/", m->cfg->queries_dir ? m->cfg->queries_dir : ".");
	model_ask_text(m, ACT_SAVE, "Save as: ", initial);
	mem_free(initial);
}

/* What would be lost at that path, if anything: then a question stands at the foot. */
static bool would_lose(struct model *m, const char *path)
{
	struct editor *e = &m->editor;
	struct file_stamp now = file_stamp_of(path);
	bool own = e->path && strcmp(path, e->path) == 0;
	if (!now.known || (own && (!e->stamp.known || file_stamp_same(&now, &e->stamp))))
		return false;
	char *copy = mem_strdup(path);
	mem_free(e->save_to);
	e->save_to = copy;
	if (own)
		model_ask_yes(m, ACT_SAVE,
		        "%s has changed on disk since it was read. Overwrite it?", path);
	else
		model_ask_yes(m, ACT_SAVE, "%s exists. Overwrite it?", path);
	return true;
}

static void now_saved_at(struct model *m, const char *path)
{
	struct editor *e = &m->editor;
	textedit_saved(&e->text);
	if (!e->path || strcmp(path, e->path) != 0) {
		char *copy = mem_strdup(path); /* may be e->save_to */
		mem_free(e->path);
		e->path = copy;
		mem_free(e->name);
		e->name = mem_strndup(file_base(copy), strcspn(file_base(copy), "."));
	}
	e->stamp = file_stamp_of(e->path);
	editor_keep_drop(e);
	queries_load(m);
	e->query = -1;
	for (size_t i = 0; i < m->queries.n; i++)
		if (m->queries.item[i].file->path &&
		        strcmp(m->queries.item[i].file->path, e->path) == 0)
			e->query = (int)i;
}

int editor_save(struct model *m, const char *path, bool sure)
{
	struct editor *e = &m->editor;
	struct err err = ERR_INIT;
	if (!path)
		path = sure && e->save_to ? e->save_to : e->path;
	if (!path) {
		ask_where(m);
		return -1;
	}
	if (strstr(path, "//")) /* a whole path typed behind the folder that was offered */
		path = strstr(path, "//") + 1;
	if (!sure && would_lose(m, path))
		return -1;
	if (file_write(path, textedit_text(&e->text), 0644, &err) != 0) {
		model_toast(m, FG_BAD, "%s", err.text);
		return -1;
	}
	now_saved_at(m, path);
	model_toast(m, FG_GOOD, "Saved %s", e->path);
	return 0;
}

void editor_mark_error(struct model *m, const struct err *err, int line, int col)
{
	struct editor *e = &m->editor;
	snprintf(e->err_text, sizeof e->err_text, "%s", err->text);
	e->err_line = line;
	e->err_col = col;
	e->err_at = line > 0 ? sql_offset(textedit_text(&e->text), line, col > 0 ? col : 1) : 0;
	e->adrift = false;
	if (line > 0)
		textedit_goto(&e->text, e->err_at, false);
}

void editor_take_external(struct model *m, struct slice text)
{
	textedit_replace_all(&m->editor.text, text);
	m->editor.err_text[0] = '\0';
}

/* The comment lines at the start. */
static struct slice head_of(const struct textedit *t)
{
	size_t end = 0;
	for (size_t i = 0; i < t->n_lines && end < MAX_HEAD; i++) {
		struct slice line = slice_trim(textedit_line(t, i));
		if (line.len && !slice_starts(line, "--"))
			break;
		end = (size_t)(textedit_line(t, i).ptr - t->text) + textedit_line(t, i).len;
	}
	return slice_of(t->text, end);
}

const struct query_param *editor_params(struct editor *e, size_t *n)
{
	if (!e->head || e->head_generation != e->text.generation) {
		struct err err = ERR_INIT;
		queryfile_free(e->head);
		e->head = queryfile_parse(head_of(&e->text), NULL, &err);
		e->head_generation = e->text.generation;
	}
	*n = e->head ? e->head->n_params : 0;
	return e->head ? e->head->param : NULL;
}

size_t editor_window(struct editor *e, enum sql_inside *inside)
{
	struct textedit *t = &e->text;
	size_t line = textedit_line_of(t, t->cursor);
	while (line > 0 && t->cursor - t->line[line] < WINDOW)
		line--;
	do
		*inside = sql_lines_at(&t->sql, textedit_text(t), t->line, line);
	while (*inside != SQL_INSIDE_NOTHING && line-- > 0);
	return t->line[line];
}

const struct here *editor_here(struct editor *e)
{
	struct here *h = &e->here;
	struct textedit *t = &e->text;
	enum sql_inside inside;
	if (h->valid && h->generation == t->generation && h->cursor == t->cursor)
		return h;
	bool count = t->len <= COUNT_UPTO, recount = !h->valid || h->generation != t->generation;
	size_t from = count ? 0 : editor_window(e, &inside);
	if (count)
		inside = SQL_INSIDE_NOTHING;
	size_t n = h->n;
	h->some = sql_statement_at(textedit_text(t), from, inside, t->cursor, &h->start, &h->end);
	h->number = 0;
	if (!count)
		n = 0;
	else if (recount || n > 1)
		n = sql_count_statements(textedit_text(t), h->start, &h->number);
	h->n = n;
	h->valid = true;
	h->generation = t->generation;
	h->cursor = t->cursor;
	return h;
}
