/* The editor's unsaved text goes to the state folder now and then, and comes back. */
#include "ui/editor.h"

#include "base/file.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/autosave.h"
#include "ui/parts.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/ban.h"

void editor_keep_begin(struct model *m, const char *state_dir)
{
	struct editor *e = &m->editor;
	struct autosave_left l;
	char ago[FMT_SIZE];
	if (!state_dir)
		return;
	e->autosave = autosave_new(state_dir);
	if (m->question[0] || !autosave_find(e->autosave, true, &l))
		return;
	fmt_ago(ago, l.wall_ms, m->wall_ms);
	model_ask_yes(m, ACT_RESTORE, "Unsaved text of %s from %s: restore it?",
	        *l.source ? file_base(l.source) : "a new query", ago);
	autosave_left_release(&l);
}

void editor_keep_drop(struct editor *e)
{
	if (e->autosave)
		autosave_drop(e->autosave);
	e->keep_at = 0;
	e->kept_generation = e->text.generation;
}

static bool keep_now(struct editor *e)
{
	struct err err = ERR_INIT;
	e->keep_at = 0;
	e->kept_generation = e->text.generation;
	if (e->text.len > AUTOSAVE_MAX)
		return false;
	if (autosave_write(e->autosave, e->path, textedit_text(&e->text), &err) == 0)
		return true;
	log_error("ui", "%s", err.text);
	return false;
}

int editor_keep_tick(struct model *m)
{
	struct editor *e = &m->editor;
	if (!e->autosave || e->kept_generation == e->text.generation)
		return -1;
	if (!textedit_modified(&e->text)) { /* undone to what is on disk */
		editor_keep_drop(e);
		return -1;
	}
	if (!e->keep_at)
		e->keep_at = m->now_ms + AUTOSAVE_EVERY_MS;
	if (m->now_ms < e->keep_at)
		return (int)(e->keep_at - m->now_ms);
	keep_now(e);
	return -1;
}

void editor_keep_leave(struct editor *e)
{
	if (!e->autosave || !textedit_modified(&e->text))
		return;
	if (e->kept_generation != e->text.generation)
		keep_now(e);
	autosave_keep(e->autosave);
}

void editor_keep_end(struct model *m)
{
	struct editor *e = &m->editor;
	if (!e->autosave)
		return;
	if (!textedit_modified(&e->text))
		editor_keep_drop(e);
	else if (e->kept_generation != e->text.generation)
		keep_now(e);
	if (m->wants.quit) /* given up knowingly; :restore has it all the same */
		autosave_keep(e->autosave);
	autosave_free(e->autosave);
	e->autosave = NULL;
}

static void put_back(struct model *m, const struct autosave_left *l)
{
	struct editor *e = &m->editor;
	char *own = e->path ? realpath(e->path, NULL) : NULL;
	bool here = own && strcmp(own, l->source) == 0;
	free(own);
	if (!here && *l->source && file_exists(l->source))
		here = editor_open_file(m, l->source) == 0;
	if (!here)
		editor_open_text(m, NULL, slice_of("", 0));
	textedit_replace_all(&e->text, buf_slice(&l->text)); /* so that undo gives the file's */
	model_go(m, SCREEN_EDITOR);
	if (!textedit_modified(&e->text))
		model_toast(m, FG_GOOD, "It is what the file has: nothing was lost");
	else
		model_toast(m, FG_GOOD, "Restored, not saved yet: ^S saves, ^_ gives %s",
		        here ? "what the file has" : "the empty text");
}

void editor_restore(struct model *m, bool sure)
{
	struct editor *e = &m->editor;
	struct autosave_left l;
	if (!sure && textedit_modified(&e->text)) {
		model_ask_yes(m, ACT_RESTORE, "Drop the unsaved changes to %s?",
		        e->name ? e->name : "the SQL in the editor");
		return;
	}
	if (!e->autosave || !autosave_find(e->autosave, false, &l)) {
		model_toast(m, FG_DIM, "No session has left unsaved text behind");
		return;
	}
	put_back(m, &l);
	if (keep_now(e)) /* the other copy is not needed any more */
		unlink(l.path);
	autosave_left_release(&l);
}
