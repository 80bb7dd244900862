/* Replacing in the editor: what, with what, then one by one or all. */
#include "ui/editor.h"

#include "base/mem.h"
#include "ui/parts.h"

#include "base/ban.h"

void replace_end(struct model *m)
{
	struct replacing *r = &m->editor.replace;
	if (r->stage == REPLACE_ASKS)
		model_toast(m, r->done ? FG_GOOD : FG_DIM, "Replaced %zu of \"%s\"%s", r->done,
		        r->old, r->done ? "; ^_ undoes" : "");
	mem_free(r->old);
	mem_free(r->with);
	*r = (struct replacing){0};
}

/* Selects the next match that was not there yet; false: the end. Each place is asked about once:
 * around the end up to where it began. */
static bool next_match(struct model *m, size_t from)
{
	struct textedit *t = &m->editor.text;
	struct replacing *r = &m->editor.replace;
	struct slice old = slice_str(r->old);
	ptrdiff_t at = textedit_next_match(t, old, from);
	if (at < 0 && !r->around) {
		r->around = true;
		at = textedit_next_match(t, old, 0);
	}
	if (at < 0 || (r->around && (size_t)at >= r->began))
		return false;
	textedit_select(t, (size_t)at, (size_t)at + old.len);
	return true;
}

static void ask_about_each(struct model *m)
{
	struct replacing *r = &m->editor.replace;
	struct textedit *t = &m->editor.text;
	size_t at;
	r->began = t->anchor < t->cursor ? t->anchor : t->cursor;
	r->left = textedit_count(t, slice_str(r->old), FOUND_MAX, &at);
	r->stage = REPLACE_ASKS;
	if (!next_match(m, r->began)) {
		model_toast(m, FG_WARN, "\"%s\" is not here", r->old);
		r->stage = REPLACE_NONE;
		replace_end(m);
	}
}

void replace_begin(struct model *m)
{
	struct slice s = textedit_selection(&m->editor.text);
	char *initial = s.len && s.len < 100 && !memchr(s.ptr, '\n', s.len)
	                        ? mem_strndup(s.ptr, s.len)
	                        : mem_strdup(m->search.word);
	replace_end(m);
	m->editor.replace.stage = REPLACE_OLD;
	model_ask_text(m, ACT_REPLACE, "Replace: ", initial);
	mem_free(initial);
}

static void ask_with(struct model *m)
{
	char *label = mem_printf("Replace \"%s\" with: ", m->editor.replace.old);
	m->editor.replace.stage = REPLACE_NEW;
	model_ask_text(m, ACT_REPLACE, label, NULL);
	mem_free(label);
}

/* An answer to one of the two questions, or ":replace OLD NEW". */
bool replace_command(struct model *m, const char *arg)
{
	struct replacing *r = &m->editor.replace;
	size_t n = strcspn(arg, " ");
	if (r->stage == REPLACE_NEW) {
		r->with = mem_strdup(arg);
		ask_about_each(m);
		return true;
	}
	if (!*arg) {
		replace_end(m);
		return true;
	}
	if (r->stage == REPLACE_OLD)
		n = strlen(arg); /* blanks are part of it */
	mem_free(r->old);
	r->old = mem_strndup(arg, n);
	if (arg[n]) {
		r->with = mem_strdup(arg + n + strspn(arg + n, " "));
		ask_about_each(m);
	} else
		ask_with(m);
	return true;
}

static void replace_here(struct model *m)
{
	struct textedit *t = &m->editor.text;
	struct replacing *r = &m->editor.replace;
	struct slice s = textedit_selection(t), with = slice_str(r->with);
	size_t at = (size_t)(s.ptr - t->text);
	textedit_replace(t, at, s.len, with);
	if (at < r->began)
		r->began += with.len - s.len; /* wraps around rightly */
	r->done++;
}

/* From this match on, around the end: those that were passed over stay. */
static void replace_rest(struct model *m)
{
	struct textedit *t = &m->editor.text;
	struct replacing *r = &m->editor.replace;
	struct slice old = slice_str(r->old), with = slice_str(r->with);
	size_t at = (size_t)(textedit_selection(t).ptr - t->text);
	r->done += textedit_replace_word(t, at, r->around ? r->began : t->len, old, with);
	if (!r->around)
		r->done += textedit_replace_word(t, 0, r->began, old, with);
	replace_end(m);
}

bool replace_key(struct model *m, const struct key *k)
{
	struct textedit *t = &m->editor.text;
	struct replacing *r = &m->editor.replace;
	bool yes = k->code == K_CHAR && (k->ch == 'y' || k->ch == ' ');
	bool no = k->code == K_CHAR && (k->ch == 'n');
	if (r->stage != REPLACE_ASKS)
		return false;
	m->editor.adrift = false;
	if (k->code == K_CHAR && (k->ch == 'a' || k->ch == '!')) {
		replace_rest(m);
		return true;
	}
	if (yes)
		replace_here(m);
	if ((yes || no) && r->left > 0)
		r->left--;
	if (!(yes || no) || !next_match(m, t->cursor))
		replace_end(m);
	return yes || no || k->code == K_CHAR || k->code == K_ENTER; /* else it is a move */
}
