/* The editor's keys and actions. */
#include "ui/editor.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "sql/format.h"
#include "ui/parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

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

/* Tab indents a selection, completes behind a word or a dot, and is blanks elsewhere. */
static void tab(struct model *m)
{
	struct textedit *t = &m->editor.text;
	char before = t->cursor ? t->text[t->cursor - 1] : '\n';
	if (textedit_selection(t).len)
		textedit_indent(t);
	else if (sql_is_word(before) || before == '.' || before == ':' || before == '"')
		popup_open(m, true);
	else
		textedit_insert(t, slice_str("  "));
}

static bool type_key(struct model *m, const struct key *k)
{
	struct textedit *t = &m->editor.text;
	char utf8[4];
	bool word = k->mods & (MOD_CTRL | MOD_ALT);
	switch (k->code) {
	case K_CHAR:
		if (!word)
			textedit_insert(t, slice_of(utf8, utf8_encode(k->ch, utf8)));
		return true;
	case K_ENTER: textedit_newline(t); return true;
	case K_TAB: tab(m); return true;
	case K_BACKSPACE: textedit_backspace(t, word); return true;
	case K_DELETE: textedit_delete(t, word); return true;
	case K_PASTE: textedit_insert(t, k->text); return true;
	default: return false;
	}
}

/* A mark of an error would point at other text once that has changed. */
static void text_changed(struct editor *e, unsigned long before)
{
	if (e->text.generation != before)
		e->err_text[0] = '\0';
}

bool editor_key(struct model *m, const struct key *k)
{
	struct editor *e = &m->editor;
	unsigned long before = e->text.generation;
	if (replace_key(m, k) || popup_key(m, k)) {
		text_changed(e, before);
		return true;
	}
	e->adrift = false;
	if (move_key(e, k)) {
		popup_close(&e->popup);
		return true;
	}
	if (!type_key(m, k))
		return false;
	text_changed(e, before);
	if (k->code == K_CHAR || k->code == K_BACKSPACE)
		popup_typed(m);
	else if (k->code != K_TAB)
		popup_close(&e->popup);
	return true;
}

static void copy_selection(struct model *m, bool cut)
{
	struct editor *e = &m->editor;
	struct slice s = textedit_selection(&e->text);
	char what[64];
	if (s.len == 0) {
		if (!cut && (model_running(m) || m->write.state == RUN_LIVE))
			screen_run.act(m, ACT_CANCEL, 0); /* the usual meaning of Ctrl-C */
		else
			model_toast(m, FG_DIM, "Nothing is selected: Shift and arrows select");
		return;
	}
	mem_free(e->clip);
	e->clip = mem_strndup(s.ptr, s.len);
	snprintf(what, sizeof what, "%zu characters", utf8_count(s));
	model_copy(m, s, what);
	if (cut)
		textedit_insert(&e->text, slice_of(NULL, 0));
}

/* Where a place of the view is in the text. */
static size_t place(struct editor *e, int x, int y)
{
	long line = (long)e->top + y;
	if (line < 0)
		line = 0;
	if ((size_t)line >= e->text.n_lines)
		line = (long)e->text.n_lines - 1;
	return textedit_at_column(&e->text, (size_t)line, x + e->left > 0 ? x + e->left : 0);
}

static void click(struct model *m, int arg)
{
	struct editor *e = &m->editor;
	size_t at = place(e, arg & 0xffff, arg >> 16);
	if (m->press.count == 2)
		textedit_select_word(&e->text, at);
	else if (m->press.count == 3)
		textedit_select_line(&e->text, at);
	else
		textedit_goto(&e->text, at, false);
}

void editor_drag(struct model *m, const struct hit *from, int x, int y, bool done)
{
	struct editor *e = &m->editor;
	(void)done;
	if (from->action != ACT_SELECT || m->press.count > 1)
		return;
	textedit_goto(&e->text, place(e, x, y), true);
	e->adrift = false;
}

static void wheel(struct editor *e, int lines)
{
	long top = (long)e->top + lines, most = (long)e->text.n_lines - 1;
	e->top = (int)(top < 0 ? 0 : top > most ? most : top);
	e->adrift = true;
}

static void lay_out(struct model *m)
{
	struct editor *e = &m->editor;
	struct err err = ERR_INIT;
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	if (sql_format(textedit_text(&e->text), &b, &err) != 0)
		editor_mark_error(m, &err, err.line, err.col);
	else if (slice_eq(buf_slice(&b), textedit_text(&e->text)))
		model_toast(m, FG_DIM, "It is laid out like this already");
	else {
		size_t at =
		        sql_format_place(textedit_text(&e->text), buf_slice(&b), e->text.cursor);
		textedit_replace_all(&e->text, buf_slice(&b));
		textedit_goto(&e->text, at, false);
		model_toast(m, FG_GOOD, "Laid out; ^_ undoes it");
	}
	buf_release(&b);
}

/* The statement with the front matter before it, at its own lines and columns: places that an error
 * names are the text's. */
static char *statement_alone(const struct editor *e, const struct here *h)
{
	const struct textedit *t = &e->text;
	size_t line = 0, first = textedit_line_of(t, h->start);
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	for (bool head = true; line < first; line++) {
		struct slice s = textedit_line(t, line);
		head = head && (slice_trim(s).len == 0 || slice_starts(slice_trim(s), "--"));
		if (head)
			buf_add_slice(&b, s);
		buf_add_char(&b, '\n');
	}
	for (size_t i = t->line[first]; i < h->start; i++)
		buf_add_char(&b, ' ');
	buf_add(&b, t->text + h->start, h->end - h->start);
	return buf_take(&b);
}

static void run(struct model *m)
{
	struct editor *e = &m->editor;
	const struct here *h = editor_here(e);
	if (h->n == 1 || !h->some) {
		run_editor(m, textedit_text(&e->text));
		return;
	}
	size_t number = h->number, n = h->n;
	char *text = statement_alone(e, h);
	run_editor(m, slice_str(text));
	mem_free(text);
	if (m->wants.submit != SUBMIT_NONE && n)
		model_toast(m, FG_DIM, "Statement %zu of %zu: the one at the cursor", number, n);
}

static void select_statement(struct model *m)
{
	const struct here *h = editor_here(&m->editor);
	if (h->some)
		textedit_select(&m->editor.text, h->start, h->end);
	else
		model_toast(m, FG_DIM, "There is no statement here");
}

/* What is selected is what is looked for, unless it is long. */
static void ask_find(struct model *m)
{
	struct slice s = textedit_selection(&m->editor.text);
	char *initial = s.len && s.len < 100 && !memchr(s.ptr, '\n', s.len)
	                        ? mem_strndup(s.ptr, s.len)
	                        : mem_strdup(m->search.word);
	struct editor *e = &m->editor;
	e->find_from = s.len ? (size_t)(s.ptr - e->text.text) : e->text.cursor;
	mem_free(e->find_old);
	e->find_old = mem_strdup(model_search_word(m));
	model_ask_text(m, ACT_FIND, "find: ", initial);
	mem_free(initial);
}

void editor_find_typed(struct model *m, const char *word)
{
	struct editor *e = &m->editor;
	const char *now = word ? word : e->find_old;
	char *copy = now && *now ? mem_strdup(now) : NULL;
	mem_free(m->search.word);
	m->search = (struct search){copy, SCREEN_EDITOR, false};
	e->adrift = false;
	textedit_goto(&e->text, e->find_from, false);
	if (word && copy)
		textedit_find(&e->text, slice_str(copy), 0);
}

static bool back(struct model *m)
{
	struct editor *e = &m->editor;
	if (e->popup.open)
		popup_close(&e->popup);
	else if (e->replace.stage == REPLACE_ASKS)
		replace_end(m);
	else
		return false;
	return true;
}

static void work_on_lines(struct model *m, void (*fn)(struct textedit *), const char *why_not)
{
	unsigned long before = m->editor.text.generation;
	fn(&m->editor.text);
	if (m->editor.text.generation == before)
		model_toast(m, FG_DIM, "%s", why_not);
}

static bool act_on_text(struct model *m, enum action a)
{
	struct textedit *t = &m->editor.text;
	switch (a) {
	case ACT_UNDO:
		if (!textedit_undo(t))
			model_toast(m, FG_DIM, "Nothing to undo");
		return true;
	case ACT_REDO:
		if (!textedit_redo(t))
			model_toast(m, FG_DIM, "Nothing to redo");
		return true;
	case ACT_COPY: copy_selection(m, false); return true;
	case ACT_CUT: copy_selection(m, true); return true;
	case ACT_PASTE:
		if (m->editor.clip)
			textedit_insert(t, slice_str(m->editor.clip));
		else
			model_toast(m, FG_DIM,
			        "Nothing was copied or cut here; paste with the terminal's key");
		return true;
	case ACT_SELECT_ALL: textedit_select_all(t); return true;
	case ACT_SELECT_STATEMENT: select_statement(m); return true;
	case ACT_COMMENT:
		work_on_lines(m, textedit_comment, "There is nothing to comment out");
		return true;
	case ACT_INDENT:
		work_on_lines(m, textedit_indent, "There is nothing to indent");
		return true;
	case ACT_UNINDENT: work_on_lines(m, textedit_unindent, "This is not indented"); return true;
	case ACT_DUPLICATE: textedit_duplicate(t); return true;
	case ACT_LINE_UP:
		if (!textedit_move_lines(t, -1))
			model_toast(m, FG_DIM, "This is the first line");
		return true;
	case ACT_LINE_DOWN:
		if (!textedit_move_lines(t, 1))
			model_toast(m, FG_DIM, "This is the last line");
		return true;
	case ACT_FORMAT_SQL: lay_out(m); return true;
	default: return false;
	}
}

static bool act_on_screen(struct model *m, enum action a, int arg)
{
	struct editor *e = &m->editor;
	switch (a) {
	case ACT_RUN:
	case ACT_RUN_STATEMENT: run(m); return true;
	case ACT_SAVE: editor_save(m, NULL, arg == ARG_YES); return true;
	case ACT_EXTERNAL: m->wants.external_editor = true; return true;
	case ACT_FIND: ask_find(m); return true;
	case ACT_REPLACE: replace_begin(m); return true;
	case ACT_COMPLETE: popup_open(m, true); return true;
	case ACT_GOTO: model_ask_text(m, ACT_GOTO, "Go to line: ", NULL); return true;
	case ACT_SELECT: click(m, arg); return true;
	case ACT_WHEEL_UP: wheel(e, -3); return true;
	case ACT_WHEEL_DOWN: wheel(e, 3); return true;
	case ACT_BACK: return back(m);
	default: return false;
	}
}

bool editor_act(struct model *m, enum action a, int arg)
{
	struct editor *e = &m->editor;
	unsigned long before = e->text.generation;
	if (a == ACT_ENTER && e->popup.open) { /* a click on a candidate */
		popup_click(m, arg);
		return true;
	}
	if (e->popup.open && (a == ACT_WHEEL_UP || a == ACT_WHEEL_DOWN)) {
		struct key k = {.code = a == ACT_WHEEL_UP ? K_UP : K_DOWN};
		popup_key(m, &k);
		return true;
	}
	if (a != ACT_BACK && a != ACT_COMPLETE)
		popup_close(&e->popup);
	if (a != ACT_BACK && e->replace.stage != REPLACE_NONE)
		replace_end(m);
	if (a != ACT_WHEEL_UP && a != ACT_WHEEL_DOWN)
		e->adrift = false;
	if (act_on_text(m, a)) {
		if (a != ACT_FORMAT_SQL)
			text_changed(e, before);
		return true;
	}
	return act_on_screen(m, a, arg);
}

/* "12", "12:5", "$". */
static void go_to(struct model *m, const char *where)
{
	struct textedit *t = &m->editor.text;
	char *end;
	long line = strtol(where, &end, 10), col = *end == ':' ? strtol(end + 1, NULL, 10) : 1;
	if (*where == '$')
		line = (long)t->n_lines;
	if (line < 1 || (size_t)line > t->n_lines) {
		model_toast(m, FG_WARN, "There are %zu lines: write 1 to %zu, or LINE:COLUMN",
		        t->n_lines, t->n_lines);
		return;
	}
	textedit_goto(
	        t, textedit_at_column(t, (size_t)line - 1, col > 1 ? (int)col - 1 : 0), false);
}

bool editor_command(struct model *m, enum action a, const char *arg)
{
	switch (a) {
	case ACT_REPLACE: return replace_command(m, arg);
	case ACT_GOTO: go_to(m, arg); return true;
	default: return false;
	}
}

bool editor_find(struct model *m, const char *word, int direction)
{
	m->editor.adrift = false;
	return textedit_find(&m->editor.text, slice_str(word), direction);
}

size_t editor_found(struct model *m, size_t *at)
{
	struct editor *e = &m->editor;
	const char *word = model_search_word(m);
	*at = 0;
	if (!word)
		return 0;
	if (!e->found.word || strcmp(e->found.word, word) != 0 ||
	        e->found.generation != e->text.generation || e->found.cursor != e->text.cursor) {
		mem_free(e->found.word);
		e->found.word = mem_strdup(word);
		e->found.generation = e->text.generation;
		e->found.cursor = e->text.cursor;
		e->found.n = textedit_count(&e->text, slice_str(word), FOUND_MAX, &e->found.at);
	}
	*at = e->found.at;
	return e->found.n;
}

bool editor_counts(struct model *m, enum action a)
{
	struct editor *e = &m->editor;
	switch (a) {
	case ACT_RUN:
	case ACT_FORMAT_SQL:
	case ACT_FIND:
	case ACT_REPLACE:
	case ACT_COMMENT: return e->text.len > 0;
	case ACT_RUN_STATEMENT: return editor_here(e)->n > 1;
	case ACT_SAVE: return textedit_modified(&e->text) || !e->path;
	case ACT_UNDO: return e->text.n_done > 0;
	case ACT_REDO: return e->text.n_done < e->text.n_changes;
	default: return true;
	}
}
