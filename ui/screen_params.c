/* A query's parameters: a form of one row each; Enter changes a value. */
#include "ui/parts.h"

#include "base/mem.h"

#include "base/ban.h"

static void draw_row(
        struct model *m, const struct pane *p, int y, const struct query_item *it, size_t i)
{
	const struct query_param *q = &it->file->param[i];
	bool changed;
	const char *value = queries_value(it, q, &changed);
	int name_w = 18, value_w = p->w >= 110 ? 44 : 26;
	put_fit(p, 2, y, name_w - 1, ST(FG_TEXT), slice_str(q->name));
	put_fit(p, 2 + name_w, y, value_w - 2, ST(changed ? FG_ACCENT : FG_STRONG),
	        slice_str(value));
	put_fit(p, 2 + name_w + value_w, y, 9, ST(FG_DIM), slice_str(q->type));
	put_fit(p, 12 + name_w + value_w, y, p->w - name_w - value_w - 13, ST(FG_DIM),
	        slice_str(q->help ? q->help : ""));
	if ((int)i == m->params.at) {
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
		put_str(p, 0, y, STB(FG_ACCENT, BG_SELECT), "▌");
	}
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)i);
}

static void draw(struct model *m, const struct pane *p)
{
	const struct query_item *it = queries_selected(m);
	if (!it)
		return;
	put_rule(p, 0, 0, p->w, *it->file->title ? it->file->title : it->file->name);
	int name_w = 18, value_w = p->w >= 110 ? 44 : 26;
	put_str(p, 2, 1, ST(FG_DIM), "parameter");
	put_str(p, 2 + name_w, 1, ST(FG_DIM), "value");
	put_str(p, 2 + name_w + value_w, 1, ST(FG_DIM), "type");
	table_fit(&m->params, (int)it->file->n_params, p->h - 4);
	for (int i = 0; i < m->params.page && (size_t)(m->params.top + i) < it->file->n_params; i++)
		draw_row(m, p, 2 + i, it, (size_t)(m->params.top + i));
	int y = 3 + (int)it->file->n_params;
	if (y < p->h)
		put_str(p, 2, y, ST(FG_DIM),
		        "Values go into the SQL as literals of their type; r runs with them.");
}

static void ask(struct model *m, const char *value)
{
	const struct query_param *q = &queries_selected(m)->file->param[m->params.at];
	char *label = mem_printf("%s = ", q->name);
	model_ask_text(m, ACT_VALUE, label, value);
	mem_free(label);
}

static bool act(struct model *m, enum action a, int arg)
{
	struct query_item *it = queries_selected(m);
	bool changed;
	if (!it)
		return false;
	if (table_act(&m->params, (int)it->file->n_params, a))
		return true;
	switch (a) {
	case ACT_SELECT:
		if (arg != m->params.at) {
			m->params.at = arg;
			return true;
		} /* a second click is Enter */ /* fallthrough */
	case ACT_ENTER:
		ask(m, queries_value(it, &it->file->param[m->params.at], &changed));
		return true;
	case ACT_RUN: run_query(m, it); return true;
	default: return false;
	}
}

static bool command(struct model *m, enum action a, const char *arg)
{
	struct query_item *it = queries_selected(m);
	if (a != ACT_VALUE || !it || (size_t)m->params.at >= it->file->n_params)
		return false;
	char *s = mem_printf("%s=%s", it->file->param[m->params.at].name, arg);
	if (queries_set(m, it, s) != 0) { /* to be mended, not typed anew */
		char why[sizeof m->toast];
		memcpy(why, m->toast, sizeof why);
		ask(m, arg);
		model_toast(m, FG_BAD, "%s", why);
	}
	mem_free(s);
	return true;
}

static bool row_has(const struct query_item *it, int i, const char *word)
{
	const struct query_param *q = &it->file->param[i];
	bool changed;
	return strcasestr(q->name, word) || strcasestr(queries_value(it, q, &changed), word) ||
	       (q->help && strcasestr(q->help, word));
}

static bool find(struct model *m, const char *word, int direction)
{
	const struct query_item *it = queries_selected(m);
	int n = it ? (int)it->file->n_params : 0, by = direction < 0 ? -1 : 1;
	for (int k = direction ? 1 : 0; k <= n && n; k++) {
		int at = ((m->params.at + by * k) % n + n) % n;
		if (!row_has(it, at, word))
			continue;
		m->params.at = at;
		return true;
	}
	return false;
}

const struct screen_ops screen_params = {
        .draw = draw, .act = act, .command = command, .find = find};
