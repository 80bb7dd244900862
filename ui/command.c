/* The ':' line and the other questions at the foot: what can be typed, completed, done. */
#include "ui/parts.h"

#include "base/mem.h"
#include "ui/prompt.h"
#include "ui/theme.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

/* Several keys may have one name. */
static bool is_there(const struct prompt_words *out, const char *name)
{
	for (size_t i = 0; i < out->n; i++)
		if (strcmp(out->word[i], name) == 0)
			return true;
	return false;
}

static void complete_action(const char *word, struct prompt_words *out)
{
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		if (!is_there(out, a->name))
			prompt_words_offer(out, a->name, word);
}

static void complete_param(struct model *m, const char *word, struct prompt_words *out)
{
	const struct query_item *it = queries_selected(m);
	for (size_t i = 0; it && i < it->file->n_params; i++)
		prompt_words_offer(out, it->file->param[i].name, word);
}

static void complete_recipe(struct model *m, const char *word, struct prompt_words *out)
{
	char **names;
	size_t n = recipe_list(m->cfg->recipe_dirs, &names);
	for (size_t i = 0; i < n; i++) {
		prompt_words_offer(out, names[i], word);
		mem_free(names[i]);
	}
	mem_free(names);
}

static void complete_path(const char *word, struct prompt_words *out)
{
	char *copy = mem_strdup(word), *slash = strrchr(copy, '/');
	char *dir = slash ? mem_strndup(copy, (size_t)(slash - copy) + 1) : mem_strdup("");
	const char *start = slash ? slash + 1 : copy;
	DIR *d = opendir(*dir ? dir : ".");
	struct dirent *e;
	while (d && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, start, strlen(start)) != 0 ||
		        (e->d_name[0] == '.' && *start != '.'))
			continue;
		char *full = mem_printf("%s%s%s", dir, e->d_name, e->d_type == DT_DIR ? "/" : "");
		prompt_words_add(out, full);
		mem_free(full);
	}
	if (d)
		closedir(d);
	mem_free(dir);
	mem_free(copy);
}

static void complete_theme(const char *word, struct prompt_words *out)
{
	prompt_words_offer(out, "auto", word);
	for (int t = 0; t < THEME_COUNT; t++)
		prompt_words_offer(out, theme_name_of((enum theme_name)t), word);
}

static bool takes_path(enum action a)
{
	return a == ACT_OPEN || a == ACT_WRITE || a == ACT_GO_EXPORT || a == ACT_REJECTS ||
	       a == ACT_SAVE || a == ACT_MARKS;
}

/* Candidates for the argument of an action: the screen's own first. */
static void complete_argument(struct model *m, enum action a, const char *before, const char *word,
        struct prompt_words *out)
{
	const struct screen_ops *s = screen_find(m->screen);
	size_t n = out->n;
	if (s->words)
		s->words(m, a, before, word, out);
	if (out->n > n)
		return;
	if (a == ACT_SET && !strchr(before, '='))
		complete_param(m, word, out);
	else if (a == ACT_RECIPE)
		complete_recipe(m, word, out);
	else if (a == ACT_THEME)
		complete_theme(word, out);
	else if (a == ACT_HELP)
		complete_action(word, out);
	else if (takes_path(a))
		complete_path(word, out);
	else
		screen_export.words(m, a, before, word, out);
}

static void complete(void *arg, const char *before, const char *word, struct prompt_words *out)
{
	struct model *m = arg;
	char name[32];
	if (m->ask_arg) {
		complete_argument(m, m->ask, before, word, out);
		return;
	}
	snprintf(name, sizeof name, "%.*s", (int)strcspn(before, " "), before);
	const struct action_info *a = *before ? keys_command(name) : NULL;
	if (!*before)
		complete_action(word, out);
	else if (a)
		complete_argument(m, a->id, before, word, out);
}

void model_ask_text(struct model *m, enum action a, const char *label, const char *initial)
{
	struct prompt_options o = {label, initial, false, complete, m};
	m->ask = a;
	m->ask_arg = true;
	mem_free(m->ask_initial);
	m->ask_initial = mem_strdup(initial ? initial : "");
	m->toast[0] = '\0';
	prompt_open(&o);
}

void model_ask_command(struct model *m)
{
	struct prompt_options o = {":", NULL, true, complete, m};
	m->ask = ACT_COMMAND;
	m->ask_arg = false;
	m->toast[0] = '\0';
	prompt_open(&o);
}

void model_answer(struct model *m, const char *text)
{
	char *copy = mem_strdup(text); /* the prompt's line goes away when the next one opens */
	enum action a = m->ask;
	m->ask = ACT_NONE;
	if (m->ask_arg)
		model_argument(m, a, copy);
	else
		model_command(m, copy);
	mem_free(copy);
}

static void set_parameter(struct model *m, const char *assignment)
{
	struct query_item *it = queries_selected(m);
	if (it)
		queries_set(m, it, assignment);
	else
		model_toast(m, FG_WARN, "No query is chosen: 1 shows the list");
}

static void set_database(struct model *m, const char *name)
{
	mem_free(m->database);
	m->database = mem_strdup(name);
	model_toast(m, FG_GOOD, "Database %s from the next run on", name);
}

static void help_on(struct model *m, const char *word)
{
	model_act(m, ACT_HELP, 0);
	mem_free(m->help_word);
	m->help_word = *word ? mem_strdup(word) : NULL;
}

/* Arguments that mean the same on every screen. */
static bool argument_everywhere(struct model *m, enum action a, const char *arg)
{
	switch (a) {
	case ACT_SET: set_parameter(m, arg); return true;
	case ACT_OPEN: editor_open(m, arg); return true;
	case ACT_RECIPE: run_set_recipe(m, arg); return true;
	case ACT_DATABASE: set_database(m, arg); return true;
	case ACT_THEME:
		mem_free(m->wants.theme);
		m->wants.theme = mem_strdup(arg);
		return true;
	case ACT_WRITE:
	case ACT_GO_EXPORT: write_open(m, arg); return true;
	case ACT_FORMAT:
	case ACT_COMPRESS:
	case ACT_SHARDS:
	case ACT_SPLIT:
	case ACT_SEED:
	case ACT_REJECTS: return screen_export.command(m, a, arg);
	case ACT_SAVE: editor_save(m, *arg ? arg : NULL, false); return true;
	case ACT_FILTER:
		queries_filter(m, arg);
		model_go(m, SCREEN_QUERIES);
		return true;
	case ACT_FIND: search_set(m, arg); return true;
	case ACT_HELP: help_on(m, arg); return true;
	default: return false;
	}
}

/* Blanks behind a name are of its completion; behind a text that is looked for they are meant. */
static bool means_blanks(enum action a)
{
	return a == ACT_FIND || a == ACT_FILTER || a == ACT_REPLACE || a == ACT_VALUE;
}

bool model_argument(struct model *m, enum action a, const char *arg)
{
	const struct screen_ops *s = screen_find(m->screen);
	size_t n = strlen(arg);
	while (n > 1 && arg[n - 1] == ' ' && !means_blanks(a))
		n--;
	char *word = mem_strndup(arg, n);
	bool taken = (s->command && s->command(m, a, word)) || argument_everywhere(m, a, word);
	mem_free(word);
	return taken;
}

/* "tune, preview": where an action has a row. */
static void screens_of(enum action a, char *out, size_t size)
{
	size_t n = 0;
	unsigned on = 0;
	for (const struct action_info *i = keys_table(); i->id != ACT_NONE; i++)
		on |= i->id == a ? i->screens : 0;
	out[0] = '\0';
	for (int s = 0; s < SCREEN_COUNT && n < size; s++)
		if (on & 1u << s)
			n += (size_t)snprintf(out + n, size - n, "%s%s", n ? ", " : "",
			        screen_name((enum screen_id)s));
}

static void not_here(struct model *m, const struct action_info *a)
{
	char where[160];
	screens_of(a->id, where, sizeof where);
	model_toast(m, FG_WARN, ":%s does nothing on %s; it belongs to %s", a->name,
	        screen_name(m->screen), where);
}

/* Not a name, nor the beginning of only one. */
static void unknown_command(struct model *m, const char *name)
{
	const char *first = NULL, *second = NULL, *near = command_near(name);
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++) {
		if (strncmp(a->name, name, strlen(name)) != 0)
			continue;
		if (!first)
			first = a->name;
		else if (!second && strcmp(first, a->name) != 0)
			second = a->name;
	}
	if (second)
		model_toast(m, FG_BAD, "More than one command begins with :%s: %s, %s ...", name,
		        first, second);
	else if (near)
		model_toast(m, FG_BAD, "No command :%s; did you mean :%s?", name, near);
	else
		model_toast(m, FG_BAD, "No command :%s; Tab completes, F1 lists them", name);
}

/* The action's row for this screen: what stands behind its name may differ. */
static const struct action_info *row_here(const struct model *m, const struct action_info *a)
{
	for (const struct action_info *r = keys_table(); r->id != ACT_NONE; r++)
		if (r->id == a->id && (r->screens & 1u << m->screen))
			return r;
	return a;
}

void model_command(struct model *m, const char *line)
{
	char name[64];
	line += strspn(line, " :");
	size_t n = strcspn(line, " ");
	if (n == 0)
		return;
	snprintf(name, sizeof name, "%.*s", (int)n, line);
	const char *arg = line + n + strspn(line + n, " ");
	const struct action_info *a = keys_command(name);
	if (a)
		a = row_here(m, a);
	if (!a)
		unknown_command(m, name);
	else if (a->arg && !*arg && a->arg[0] != '[')
		model_toast(m, FG_BAD, "Write :%s %s", a->name, a->arg);
	else if (!a->arg && *arg)
		model_toast(m, FG_BAD, ":%s takes no argument", a->name);
	else if (*arg ? !model_argument(m, a->id, arg) : !model_act(m, a->id, 0))
		not_here(m, a);
}
