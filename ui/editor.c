/* The editor's data: where its text comes from and goes to, and its typing keys. */
#include "ui/parts.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "sql/lexer.h"

#include <stdio.h>

#include "base/ban.h"

#define MAX_FILE (64u << 20)

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
	memset(e, 0, sizeof *e);
}

void editor_reset(struct editor *e)
{
	editor_release(e);
	editor_init(e);
}

static void set_source(struct editor *e, const char *path, const char *name, int query)
{
	char *p = mem_strdup(path), *n = mem_strdup(name);
	mem_free(e->path);
	mem_free(e->name);
	e->path = p;
	e->name = n;
	e->query = query;
	e->top = e->left = 0;
	e->err_text[0] = '\0';
}

void editor_open_query(struct model *m, int query)
{
	struct editor *e = &m->editor;
	const struct queryfile *f = m->queries.item[query].file;
	if (e->query != query || !e->path) {
		textedit_set(&e->text, slice_str(f->text));
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
		textedit_set(&e->text, buf_slice(&b));
		set_source(e, path, name, -1);
		model_go(m, SCREEN_EDITOR);
	}
	buf_release(&b);
	return rc;
}

void editor_new(struct model *m)
{
	static const char start[] = "-- title: \n-- description: \nSELECT\n";
	textedit_set(&m->editor.text, slice_str(start));
	set_source(&m->editor, NULL, NULL, -1);
	textedit_goto(&m->editor.text, strcspn(start, "\n"), false);
	model_go(m, SCREEN_EDITOR);
}

void editor_open_text(struct model *m, const char *name, struct slice text)
{
	textedit_set(&m->editor.text, text);
	set_source(&m->editor, NULL, name, -1);
	model_go(m, SCREEN_EDITOR);
}

int editor_save(struct model *m, const char *path)
{
	struct editor *e = &m->editor;
	struct err err = ERR_INIT;
	if (!path)
		path = e->path;
	if (!path) {
		char *initial = mem_printf("%s/", m->cfg->queries_dir ? m->cfg->queries_dir : ".");
		model_ask_text(m, ACT_SAVE, "Save as: ", initial);
		mem_free(initial);
		return -1;
	}
	if (file_write(path, textedit_text(&e->text), 0644, &err) != 0) {
		model_toast(m, FG_BAD, "%s", err.text);
		return -1;
	}
	textedit_saved(&e->text);
	if (path != e->path) {
		mem_free(e->path);
		e->path = mem_strdup(path);
		mem_free(e->name);
		e->name = mem_strndup(file_base(path), strcspn(file_base(path), "."));
	}
	model_toast(m, FG_GOOD, "Saved %s", e->path);
	queries_load(m);
	e->query = -1;
	for (size_t i = 0; i < m->queries.n; i++)
		if (m->queries.item[i].file->path &&
		        strcmp(m->queries.item[i].file->path, e->path) == 0)
			e->query = (int)i;
	return 0;
}

void editor_mark_error(struct model *m, const struct err *err, int line, int col)
{
	struct editor *e = &m->editor;
	snprintf(e->err_text, sizeof e->err_text, "%s", err->text);
	e->err_line = line;
	e->err_col = col;
	e->err_at = line > 0 ? sql_offset(textedit_text(&e->text), line, col > 0 ? col : 1) : 0;
	if (line > 0)
		textedit_goto(&e->text, e->err_at, false);
}

void editor_take_external(struct model *m, struct slice text)
{
	textedit_replace_all(&m->editor.text, text);
	m->editor.err_text[0] = '\0';
}

static bool move_key(struct editor *e, const struct key *k)
{
	static const struct {
		enum key_code code;
		enum text_move plain, ctrl;
	} t[] = {
	        {K_LEFT, MOVE_LEFT, MOVE_WORD_LEFT},
	        {K_RIGHT, MOVE_RIGHT, MOVE_WORD_RIGHT},
	        {K_UP, MOVE_UP, MOVE_UP},
	        {K_DOWN, MOVE_DOWN, MOVE_DOWN},
	        {K_HOME, MOVE_LINE_START, MOVE_START},
	        {K_END, MOVE_LINE_END, MOVE_END},
	        {K_PAGE_UP, MOVE_PAGE_UP, MOVE_PAGE_UP},
	        {K_PAGE_DOWN, MOVE_PAGE_DOWN, MOVE_PAGE_DOWN},
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (t[i].code == k->code) {
			bool word = k->mods & (MOD_CTRL | MOD_ALT);
			textedit_move(&e->text, word ? t[i].ctrl : t[i].plain, k->mods & MOD_SHIFT,
			        e->page > 1 ? e->page - 1 : 1);
			return true;
		}
	return false;
}

bool editor_key(struct model *m, const struct key *k)
{
	struct editor *e = &m->editor;
	char utf8[4];
	unsigned long before = e->text.generation;
	bool word = k->mods & (MOD_CTRL | MOD_ALT);
	if (move_key(e, k))
		return true;
	switch (k->code) {
	case K_CHAR:
		if (!word)
			textedit_insert(&e->text, slice_of(utf8, utf8_encode(k->ch, utf8)));
		break;
	case K_ENTER: textedit_newline(&e->text); break;
	case K_TAB: textedit_insert(&e->text, slice_str("  ")); break;
	case K_BACKSPACE: textedit_backspace(&e->text, word); break;
	case K_DELETE: textedit_delete(&e->text, word); break;
	case K_PASTE: textedit_insert(&e->text, k->text); break;
	default: return false;
	}
	if (e->text.generation != before)
		e->err_text[0] = '\0'; /* the mark would point at other text */
	return true;
}
