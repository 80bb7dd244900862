/* The ':' line and the other questions at the foot: what can be typed, completed, done. */
#include "ui/parts.h"

#include "base/mem.h"
#include "ui/prompt.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

static void add_if(struct prompt_words *out, const char *candidate, const char *word)
{
	if (strncmp(candidate, word, strlen(word)) == 0)
		prompt_words_add(out, candidate);
}

static void complete_action(const char *word, struct prompt_words *out)
{
	const char *last = "";
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		if (strcmp(a->name, last) != 0) {
			size_t n = out->n;
			add_if(out, a->name, word);
			for (size_t i = 0; i + 1 < out->n && n != out->n; i++)
				if (strcmp(out->word[i], a->name) ==
				        0) { /* several keys, one name */
					mem_free(out->word[--out->n]);
					break;
				}
			last = a->name;
		}
}

static void complete_param(struct model *m, const char *word, struct prompt_words *out)
{
	const struct query_item *it = queries_selected(m);
	for (size_t i = 0; it && i < it->file->n_params; i++)
		add_if(out, it->file->param[i].name, word);
}

static void complete_recipe(struct model *m, const char *word, struct prompt_words *out)
{
	for (const char *const *dir = m->cfg->recipe_dirs; dir && *dir; dir++) {
		DIR *d = opendir(*dir);
		struct dirent *e;
		while (d && (e = readdir(d)) != NULL) {
			char name[256];
			size_t n = strlen(e->d_name);
			if (n <= 5 || strcmp(e->d_name + n - 5, ".yaml") != 0)
				continue;
			snprintf(name, sizeof name, "%.*s", (int)(n - 5), e->d_name);
			add_if(out, name, word);
		}
		if (d)
			closedir(d);
	}
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

static void complete(void *arg, const char *before, const char *word, struct prompt_words *out)
{
	struct model *m = arg;
	char name[32];
	if (m->ask == ASK_PATH || m->ask == ASK_SAVE) {
		complete_path(word, out);
		return;
	}
	snprintf(name, sizeof name, "%.*s", (int)strcspn(before, " "), before);
	const struct action_info *a = *before ? keys_command(name) : NULL;
	if (!*before)
		complete_action(word, out);
	else if (a && a->id == ACT_SET && !strchr(before, '='))
		complete_param(m, word, out);
	else if (a && a->id == ACT_RECIPE)
		complete_recipe(m, word, out);
	else if (a && (a->id == ACT_OPEN || a->id == ACT_WRITE || a->id == ACT_SAVE))
		complete_path(word, out);
}

void model_prompt(struct model *m, enum ask what, const char *label, const char *initial)
{
	struct prompt_options o = {label, initial, what == ASK_COMMAND, NULL, m};
	if (what == ASK_COMMAND || what == ASK_PATH || what == ASK_SAVE)
		o.complete = complete;
	m->ask = what;
	m->toast[0] = '\0';
	prompt_open(&o);
}

static void answer_param(struct model *m, const char *text)
{
	struct query_item *it = queries_selected(m);
	if (!it || (size_t)m->params.at >= it->file->n_params)
		return;
	char *s = mem_printf("%s=%s", it->file->param[m->params.at].name, text);
	queries_set(m, it, s);
	mem_free(s);
}

static void find(struct model *m, const char *text)
{
	struct editor *e = &m->editor;
	if (*text) {
		mem_free(e->find);
		e->find = mem_strdup(text);
	}
	if (e->find && !textedit_find(&e->text, slice_str(e->find)))
		model_toast(m, FG_WARN, "\"%s\" is not in the text", e->find);
}

void model_answer(struct model *m, const char *text)
{
	char *copy = mem_strdup(text); /* the prompt's line goes away when the next one opens */
	enum ask what = m->ask;
	m->ask = ASK_NONE;
	switch (what) {
	case ASK_COMMAND: model_command(m, copy); break;
	case ASK_FILTER: queries_filter(m, copy); break;
	case ASK_PARAM: answer_param(m, copy); break;
	case ASK_SAVE: editor_save(m, copy); break;
	case ASK_FIND: find(m, copy); break;
	case ASK_PATH:
		if (*copy) {
			mem_free(m->write.path);
			m->write.path = mem_strdup(copy);
			m->write.field = 2;
		}
		break;
	default: break;
	}
	mem_free(copy);
}

static bool command_with_argument(struct model *m, enum action a, const char *arg)
{
	struct query_item *it = queries_selected(m);
	switch (a) {
	case ACT_SET:
		if (it)
			queries_set(m, it, arg);
		return true;
	case ACT_OPEN: editor_open_file(m, arg); return true;
	case ACT_RECIPE: run_set_recipe(m, arg); return true;
	case ACT_DATABASE:
		mem_free(m->database);
		m->database = mem_strdup(arg);
		model_toast(m, FG_GOOD, "Database %s from the next run on", arg);
		return true;
	case ACT_WRITE: write_open(m, arg); return true;
	case ACT_SAVE: editor_save(m, *arg ? arg : NULL); return true;
	case ACT_FILTER:
		queries_filter(m, arg);
		model_go(m, SCREEN_QUERIES);
		return true;
	case ACT_FIND: find(m, arg); return true;
	default: return false;
	}
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
	if (!a)
		model_toast(m, FG_BAD, "No command :%s; Tab completes, F1 lists them", name);
	else if (a->arg && !*arg && a->arg[0] != '[')
		model_toast(m, FG_BAD, "Write :%s %s", a->name, a->arg);
	else if (!a->arg && *arg)
		model_toast(m, FG_BAD, ":%s takes no argument", a->name);
	else if (!*arg || !command_with_argument(m, a->id, arg))
		model_act(m, a->id, 0);
}
