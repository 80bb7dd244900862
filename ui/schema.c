#include "ui/schema.h"

#include "base/mem.h"
#include "job/cost.h"
#include "ui/schemasql.h"

#include <stdio.h>

#include "base/ban.h"

struct schema *schema_new(void)
{
	struct schema *s = MEM_NEW(struct schema);
	s->stale = true;
	return s;
}

static void ask_release(struct schema_ask *a)
{
	mem_free(a->name);
	mem_free(a->sql);
	sample_view_unref(a->view);
	memset(a, 0, sizeof *a);
}

void schema_free(struct schema *s)
{
	if (!s)
		return;
	for (int i = 0; i < ASK_KINDS; i++)
		ask_release(&s->ask[i]);
	mem_free(s->open);
	mem_free(s->word);
	mem_free(s->line);
	mem_free(s);
}

/* ---- what is open ---- */

static size_t open_place(const struct schema *s, uint64_t id)
{
	size_t from = 0, to = s->n_open;
	while (from < to) {
		size_t mid = (from + to) / 2;
		if (s->open[mid] < id)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

bool schema_is_open(const struct schema *s, uint64_t id)
{
	size_t at = open_place(s, id);
	return at < s->n_open && s->open[at] == id;
}

void schema_set_open(struct model *m, const struct catalog_node *n, bool open)
{
	struct schema *s = m->schema;
	size_t at = open_place(s, n->id);
	if (open == schema_is_open(s, n->id))
		return;
	if (open && s->n_open == s->cap_open) {
		s->cap_open = s->cap_open ? s->cap_open * 2 : 16;
		s->open = mem_realloc(s->open, s->cap_open, sizeof *s->open);
	}
	if (open) {
		memmove(s->open + at + 1, s->open + at, (s->n_open - at) * sizeof *s->open);
		s->open[at] = n->id;
		s->n_open++;
	} else {
		s->n_open--;
		memmove(s->open + at, s->open + at + 1, (s->n_open - at) * sizeof *s->open);
	}
	s->stale = true;
}

/* ---- the lines ---- */

static void add_line(
        struct schema *s, const struct catalog_node *n, int depth, enum schema_note note)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->line = mem_realloc(s->line, s->cap, sizeof *s->line);
	}
	s->line[s->n++] = (struct schema_line){n, depth, note};
}

static void add_notes(struct schema *s, const struct catalog_node *n, int depth)
{
	if (n->state == CATALOG_LOADING)
		add_line(s, n, depth, NOTE_LOADING);
	else if (n->state == CATALOG_FAILED)
		add_line(s, n, depth, NOTE_FAILED);
	else if (n->state == CATALOG_HERE && n->n == 0 && n->kind != CATALOG_COLUMN)
		add_line(s, n, depth, NOTE_EMPTY);
	if (n->cut)
		add_line(s, n, depth, NOTE_CUT);
}

/* With a filter, a node stays when its name has the word, or that of something below it. */
static void add_branch(struct model *m, const struct catalog_node *n, int depth)
{
	struct schema *s = m->schema;
	size_t before = s->n;
	bool open = n->kind == CATALOG_ROOT || schema_is_open(s, n->id);
	if (open)
		catalog_want(m->catalog, n);
	if (n->kind != CATALOG_ROOT)
		add_line(s, n, depth, NOTE_NONE);
	for (size_t i = 0; i < n->n && (open || s->word); i++)
		add_branch(m, n->child[i], n->kind == CATALOG_ROOT ? 0 : depth + 1);
	if (open && !s->word)
		add_notes(s, n, n->kind == CATALOG_ROOT ? 0 : depth + 1);
	bool nothing = s->n == before + 1;
	if (s->word && n->kind != CATALOG_ROOT && nothing &&
	        !search_has(slice_str(n->name), s->word))
		s->n = before;
}

/* The first time: the way to the database that queries use. */
static void reveal(struct model *m)
{
	struct schema *s = m->schema;
	const struct catalog_node *root = catalog_root(m->catalog);
	catalog_want(m->catalog, root);
	const struct catalog_node *source = catalog_default(m->catalog);
	if (!source)
		return;
	schema_set_open(m, source, true);
	const struct catalog_node *db =
	        catalog_reach(m->catalog, slice_str(m->database ? m->database : ""));
	bool there = db && db->kind == CATALOG_DATABASE;
	if (there)
		schema_go(m, db);
	if (there)
		schema_set_open(m, db, true);
	s->revealed =
	        there || (source->state != CATALOG_LOADING && source->state != CATALOG_UNKNOWN);
}

static void make(struct model *m)
{
	struct schema *s = m->schema;
	/* the old nodes may be gone: only their ids are looked at */
	s->n = 0;
	add_branch(m, catalog_root(m->catalog), 0);
	s->made_of = catalog_generation(m->catalog);
	s->stale = false;
}

void schema_update(struct model *m)
{
	struct schema *s = m->schema;
	if (!s->revealed)
		reveal(m);
	if (catalog_busy(m->catalog) && !s->loading_since)
		s->loading_since = m->now_ms;
	if (!catalog_busy(m->catalog))
		s->loading_since = 0;
	if (!s->stale && s->made_of == catalog_generation(m->catalog))
		return;
	uint64_t kept = s->selected;
	make(m);
	for (size_t i = 0; i < s->n; i++)
		if (s->line[i].node->id == kept && s->line[i].note == NOTE_NONE)
			s->table.at = (int)i;
	if (s->table.at >= (int)s->n)
		s->table.at = s->n ? (int)s->n - 1 : 0;
}

const struct schema_line *schema_selected(struct model *m)
{
	struct schema *s = m->schema;
	schema_update(m);
	return (size_t)s->table.at < s->n ? &s->line[s->table.at] : NULL;
}

const struct catalog_node *schema_table(struct model *m)
{
	const struct schema_line *l = schema_selected(m);
	const struct catalog_node *n = l ? l->node : NULL;
	while (n && n->kind > CATALOG_TABLE)
		n = n->parent;
	return n && n->kind == CATALOG_TABLE ? n : NULL;
}

void schema_go(struct model *m, const struct catalog_node *n)
{
	struct schema *s = m->schema;
	for (const struct catalog_node *p = n->parent; p && p->kind != CATALOG_ROOT; p = p->parent)
		schema_set_open(m, p, true);
	s->selected = n->id;
	s->stale = true;
}

void schema_set_word(struct model *m, const char *word)
{
	struct schema *s = m->schema;
	mem_free(s->word);
	s->word = word && *word ? mem_strdup(word) : NULL;
	s->stale = true;
}

/* ---- search ---- */

struct hunt {
	const char *word;
	uint64_t from; /* the selected node */
	bool passed;   /* it has been seen */
	const struct catalog_node *first, *before, *after, *last;
};

/* All that is loaded, in the order of the tree. */
static void hunt(struct hunt *h, const struct catalog_node *n)
{
	bool hit = n->kind != CATALOG_ROOT && search_has(slice_str(n->name), h->word);
	if (n->id == h->from)
		h->passed = true;
	else if (hit && !h->passed)
		h->before = n;
	else if (hit && !h->after)
		h->after = n;
	if (hit && !h->first)
		h->first = n;
	if (hit)
		h->last = n;
	for (size_t i = 0; i < n->n; i++)
		hunt(h, n->child[i]);
}

bool schema_find(struct model *m, const char *word, int direction)
{
	const struct schema_line *l = schema_selected(m);
	struct hunt h = {.word = word, .from = l ? l->node->id : 0};
	const struct catalog_node *to;
	if (direction == 0 && l && l->note == NOTE_NONE &&
	        search_has(slice_str(l->node->name), word))
		return true;
	hunt(&h, catalog_root(m->catalog));
	to = direction < 0 ? (h.before ? h.before : h.last) : (h.after ? h.after : h.first);
	if (to)
		schema_go(m, to);
	schema_update(m);
	return to != NULL;
}

/* ---- questions ---- */

struct schema_ask *schema_answer(struct schema *s, enum schema_question q, uint64_t table)
{
	return table && s->ask[q].table == table ? &s->ask[q] : NULL;
}

static bool on_its_way(const struct schema_ask *a)
{
	return a->state == RUN_ASKED || a->state == RUN_LIVE;
}

bool schema_asks(const struct schema *s)
{
	return on_its_way(&s->ask[ASK_ROWS]) || on_its_way(&s->ask[ASK_PARTITIONS]);
}

static void begin(struct model *m, enum schema_question q, const struct catalog_node *t)
{
	struct schema *s = m->schema;
	struct schema_ask *a = &s->ask[q];
	struct buf sql;
	buf_init(&sql, 65536);
	ask_release(a);
	if (q == ASK_ROWS)
		schema_rows_sql(&sql, t, SCHEMA_ROWS);
	else
		schema_partitions_sql(&sql, t);
	a->table = t->id;
	a->name = mem_printf("%s of %s", q == ASK_ROWS ? "rows" : "partitions", t->name);
	a->sql = buf_take(&sql);
	a->state = RUN_ASKED;
	a->since_ms = m->now_ms;
	s->shown = q;
	s->asking = q;
	m->wants.submit = SUBMIT_SCHEMA;
}

void schema_ask(struct model *m, enum schema_question q, bool sure)
{
	struct schema *s = m->schema;
	const struct catalog_node *t = schema_table(m);
	char least[32];
	if (!t) {
		model_toast(m, FG_DIM, "Choose a table first");
		return;
	}
	struct schema_ask *a = schema_answer(s, q, t->id);
	if (a && on_its_way(a)) {
		s->shown = q;
		model_toast(m, FG_DIM, "It is on its way; x cancels it");
		return;
	}
	if (on_its_way(&s->ask[q])) {
		model_toast(
		        m, FG_WARN, "%s are still on their way; x cancels them", s->ask[q].name);
		return;
	}
	short_money(least, sizeof least, cost_micro_usd(1, m->cfg->price_per_tb, false));
	if (q == ASK_ROWS && !sure && !model_is_local(m)) {
		model_ask_yes(m, ACT_ROWS, "Read %d rows of %.60s? Athena bills %s at least%s",
		        SCHEMA_ROWS, t->name, least, t->view ? "; a view may read much more" : "");
		return;
	}
	begin(m, q, t);
}

void schema_spec(const struct model *m, struct job_spec *out)
{
	const struct schema_ask *a = &m->schema->ask[m->schema->asking];
	*out = (struct job_spec){
	        .sql = a->sql,
	        .query_name = a->name,
	        .database = m->database,
	        .workgroup = m->cfg->workgroup,
	        .output_location = m->cfg->output_location,
	        .timeout_ms = m->cfg->timeout_ms,
	        .price_per_tb = m->cfg->price_per_tb,
	        .max_cost = m->cfg->max_cost,
	};
}

void schema_submitted(struct model *m, uint64_t job, const struct err *err)
{
	struct schema_ask *a = &m->schema->ask[m->schema->asking];
	a->job = job;
	a->state = job ? RUN_LIVE : RUN_FAILED;
	if (!job)
		a->err = *err;
}

static void ended(struct model *m, struct schema_ask *a, const struct job_event *ev)
{
	a->state = ev->kind == EV_DONE     ? RUN_DONE
	           : ev->kind == EV_FAILED ? RUN_FAILED
	                                   : RUN_CANCELLED;
	a->err = ev->err;
	a->cost = ev->progress.cost;
	if (ev->sample)
		a->view = sample_view_ref(ev->sample);
	if (!model_is_local(m))
		m->session_cost += a->cost;
	model_load_history(m);
}

bool schema_event(struct model *m, const struct job_event *ev)
{
	struct schema *s = m->schema;
	for (int i = 0; i < ASK_KINDS; i++) {
		struct schema_ask *a = &s->ask[i];
		if (!a->job || a->job != ev->job)
			continue;
		if (ev->kind >= EV_DONE && on_its_way(a))
			ended(m, a, ev);
		return true;
	}
	return false;
}

/* ---- into the editor ---- */

void schema_insert(struct model *m, bool select)
{
	const struct schema_line *l = schema_selected(m);
	const struct catalog_node *n = l && l->note == NOTE_NONE ? l->node : NULL;
	struct buf text;
	if (select)
		n = schema_table(m);
	if (!n) {
		model_toast(m, FG_DIM, select ? "Choose a table first" : "There is no name here");
		return;
	}
	buf_init(&text, 1u << 20);
	const struct textedit *e = &m->editor.text;
	if (select && e->cursor > 0 && e->text[e->cursor - 1] != '\n')
		buf_add_char(&text, '\n');
	if (select)
		schema_select(&text, n, m->database);
	else
		schema_name(&text, n, m->database);
	textedit_insert(&m->editor.text, buf_slice(&text));
	m->editor.err_text[0] = '\0';
	if (select)
		model_go(m, SCREEN_EDITOR);
	else
		model_toast(m, FG_GOOD, "%s is in the editor now: 2 shows it", buf_str(&text));
	buf_release(&text);
}
