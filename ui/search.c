/* '/', n and N: a word that is looked for on one screen, and its marks in what is drawn. */
#include "ui/parts.h"

#include "base/mem.h"

#include <strings.h>

#include "base/ban.h"

const char *model_search_word(const struct model *m)
{
	return m->search.screen == m->screen ? m->search.word : NULL;
}

bool search_has(struct slice text, const char *word)
{
	return slice_find_nocase(text, slice_str(word)) >= 0;
}

void search_set(struct model *m, const char *word)
{
	char *copy = *word ? mem_strdup(word) : NULL;
	mem_free(m->search.word);
	m->search = (struct search){copy, m->screen, false};
	if (copy)
		search_step(m, 0);
}

void search_step(struct model *m, int direction)
{
	const struct screen_ops *s = screen_find(m->screen);
	const char *word = model_search_word(m);
	if (!word) {
		if (m->screen == SCREEN_PREVIEW) /* what n and p meant before there was a search */
			model_act(m, direction < 0 ? ACT_PREV : ACT_NEXT, 0);
		else
			model_toast(m, FG_DIM, "There is no search yet: / begins one");
		return;
	}
	m->search.failed = s->find && !s->find(m, word, direction);
	if (m->search.failed)
		model_toast(m, FG_WARN, "\"%s\" is not here", word);
}

/* One row of the body as text: offset[i] is the column in which byte i stands. */
struct row_text {
	char text[8192];
	short column[8192];
	size_t len;
};

static void read_row(const struct pane *p, int y, struct row_text *r)
{
	r->len = 0;
	for (int x = 0; x < p->w; x++) {
		const struct gcell *c = grid_at(p->g, p->x + x, p->y + y);
		for (const char *s = c->text; *s && r->len + 1 < sizeof r->text; s++) {
			r->column[r->len] = (short)x;
			r->text[r->len++] = *s;
		}
	}
	r->column[r->len] = (short)p->w;
	r->text[r->len] = '\0';
}

static void mark(const struct pane *p, int y, int from, int to)
{
	for (int x = from; x < to; x++) {
		struct style *st = &grid_at(p->g, p->x + x, p->y + y)->style;
		st->bg = BG_MATCH;
		st->attr |= AT_BOLD;
	}
}

void search_highlight(const struct model *m, const struct pane *body)
{
	const char *word = model_search_word(m);
	size_t n = word && m->screen != SCREEN_EDITOR ? strlen(word) : 0; /* it marks its own */
	struct row_text r;
	for (int y = 0; n && y < body->h; y++) {
		read_row(body, y, &r);
		for (size_t i = 0; i + n <= r.len; i++)
			if (strncasecmp(r.text + i, word, n) == 0) {
				mark(body, y, r.column[i], r.column[i + n]);
				i += n - 1;
			}
	}
}
