#include "tests/unit/world.h"

#include "tests/unit/test.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "job/catalog.h"
#include "job/result.h"
#include "job/stagetree.h"
#include "rows/csv.h"

#include <ftw.h>
#include <jansson.h>
#include <poll.h>
#include <sys/stat.h>

#include "base/ban.h"

static void put_file(const char *dir, const char *name, const struct buf *text)
{
	char *path = file_join(dir, name);
	FILE *f = fopen(path, "we"); /* file_write waits for the disk */
	assert_non_null(f);
	assert_int_equal(fwrite(buf_str(text), 1, text->len, f), text->len);
	fclose(f);
	mem_free(path);
}

/* A query file with the text in every place; its name has it too. */
static void put_query(struct world *w, const char *text)
{
	char name[120] = "q ";
	struct buf b;
	size_t n = 2;
	for (const char *c = text; *c && n < 100; c++)
		if (*c != '/')
			name[n++] = *c;
	snprintf(name + n, sizeof name - n, ".sql");
	buf_init(&b, BUF_NO_LIMIT);
	buf_printf(&b, "-- title: %s\n-- description: %s\n-- recipe: chat\n", text, text);
	buf_printf(&b, "-- param word: string = %s -- %s\n", text, text);
	buf_printf(&b, "SELECT id, '%s' AS \"%s\" FROM comments -- %s\nWHERE body = {{word}}\n",
	        text, text, text);
	put_file(w->queries, name, &b);
	buf_clear(&b);
	buf_add_str(&b,
	        "-- title: Plain\n-- recipe: chat\n"
	        "-- param min_score: integer = 2 -- at least this score\n"
	        "SELECT id, subreddit, body, score FROM comments WHERE score >= {{min_score}}\n");
	put_file(w->queries, "a-plain.sql", &b);
	buf_release(&b);
}

static void copy_recipes(struct world *w)
{
	static const char *const names[] = {"chat.yaml", "alpaca-like.yaml"};
	struct err err = ERR_INIT;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct buf b;
		char *path = mem_printf("%s/tests/screens/recipes/%s", test_srcdir(), names[i]);
		buf_init(&b, BUF_NO_LIMIT);
		assert_int_equal(file_read(path, &b, &err), 0);
		put_file(w->recipes, names[i], &b);
		buf_release(&b);
		mem_free(path);
	}
}

static void put_history(struct world *w)
{
	struct model *m = &w->m;
	static const char *const states[] = {"SUCCEEDED", "FAILED", "CANCELLED"};
	m->history = mem_realloc(m->history, m->n_history + 3, sizeof *m->history);
	for (int i = 0; i < 3; i++) {
		struct history_entry *h = &m->history[m->n_history++];
		memset(h, 0, sizeof *h);
		h->query_name = mem_strdup(i ? w->text : "a-plain");
		h->query_id = mem_strdup(w->text);
		h->state = mem_strdup(states[i]);
		h->out_path = mem_strdup(w->text);
		h->error = mem_strdup(i == 1 ? w->text : "");
		h->database = mem_strdup(w->text);
		h->recipe = mem_strdup("chat");
		h->sql = mem_strdup(w->text);
		h->spool_path = mem_strdup("");
		h->from_csv = mem_strdup("");
		h->wall_ms = m->wall_ms - 3600000 * (i + 1);
		h->total_ms = 1500;
		h->scanned_bytes = 20000000;
		h->cost = 100;
		h->rows = h->kept = 12;
	}
	queries_history(m);
}

#define ROWS 40
/* The rows on disk and the sample of them. */
static struct sample_view *put_rows(struct world *w, struct slice text, char **path)
{
	static const char *const boards[] = {"LocalLLaMA", "OpenAI", "aww"};
	struct columns c;
	struct buf b;
	char id[24], score[24];
	columns_init(&c);
	columns_add(&c, slice_str("id"), slice_str("varchar"));
	columns_add(&c, slice_str("subreddit"), slice_str("varchar"));
	columns_add(&c, slice_str("body"), slice_str("varchar"));
	columns_add(&c, slice_str("score"), slice_str("bigint"));
	columns_add(&c, text.len ? text : slice_str("x"), text);
	struct sample *s = sample_new(&c, 1000, 1000, 1u << 22);
	buf_init(&b, BUF_NO_LIMIT);
	for (size_t i = 0; i < c.n; i++) {
		struct slice name = i == 4 && text.len ? text : slice_str(c.col[i].name);
		buf_add_str(&b, i ? "," : "");
		csv_write_cell(&b, (struct cell){.ptr = name.ptr, .len = (uint32_t)name.len});
	}
	buf_add_char(&b, '\n');
	for (int r = 0; r < ROWS; r++) {
		snprintf(id, sizeof id, "c%d", r);
		snprintf(score, sizeof score, "%d", r % 7);
		char *body =
		        r % 3 == 2
		                ? mem_strdup("[deleted]")
		                : mem_printf("A comment, see https://example.org/%d &amp; more: %s "
		                             "and words enough to be kept by the recipe.",
		                          r, w->text);
		struct slice v[5] = {slice_str(id), slice_str(boards[r % 3]), slice_str(body),
		        slice_str(score), text};
		struct cell cell[5];
		for (int i = 0; i < 5; i++) {
			cell[i] = (struct cell){.ptr = v[i].ptr, .len = (uint32_t)v[i].len};
			buf_add_str(&b, i ? "," : "");
			csv_write_cell(&b, cell[i]);
		}
		buf_add_char(&b, '\n');
		sample_add(s, cell, (uint64_t)r);
		mem_free(body);
	}
	*path = file_join(w->dir, "rows.csv");
	put_file(w->dir, "rows.csv", &b);
	buf_release(&b);
	struct sample_view *view = sample_view_new(s);
	sample_free(s);
	columns_release(&c);
	return view;
}

static void forget(struct job_progress *p)
{
	memset(p, 0, sizeof *p);
	p->result_bytes = -1;
	p->athena.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	for (int i = 0; i < STAGE_COUNT; i++)
		p->stage[i] = (struct job_span){-1, -1, 0};
}

static void say(struct world *w, struct job_event *ev, enum job_event_kind kind)
{
	ev->kind = kind;
	ev->job = ev->progress.job = w->job;
	snprintf(ev->text, sizeof ev->text, "%s", w->text);
	model_event(&w->m, ev);
	model_progress(&w->m, &ev->progress);
}

static bool submitted(struct world *w)
{
	struct err none = ERR_INIT;
	if (w->m.wants.submit == SUBMIT_NONE)
		return false;
	model_submitted(&w->m, ++w->job, &none);
	w->m.wants.submit = SUBMIT_NONE;
	return true;
}

static struct stagetree *stages(const char *text)
{
	struct err err = ERR_INIT;
	json_t *o = json_pack("{s:{s:{s:i,s:i},s:{s:i,s:s,s:i,s:i,s:i,s:{s:s,s:s,s:[]},s:[]}}}",
	        "QueryRuntimeStatistics", "Rows", "InputRows", 100, "OutputRows", 40, "OutputStage",
	        "StageId", 0, "State", text, "InputRows", 100, "OutputRows", 40, "ExecutionTime",
	        120, "QueryStagePlan", "Name", text, "Identifier", text, "Children", "SubStages");
	char *s = json_dumps(o, 0);
	struct stagetree *t = s ? stagetree_parse(slice_str(s), &err) : NULL;
	free(s);
	json_decref(o);
	return t;
}

/* One run that fails with the text as its error, and one that is done. */
static void put_runs(struct world *w, struct slice text, const char *utf8)
{
	struct job_event *ev = MEM_NEW(struct job_event);
	struct model *m = &w->m;
	for (int i = 0; i < 2; i++) {
		queries_filter(m, NULL);
		run_query(m, &m->queries.item[0]);
		if (!submitted(w))
			break;
		forget(&ev->progress);
		ev->progress.phase = PHASE_RUNNING;
		snprintf(ev->progress.athena.id, sizeof ev->progress.athena.id, "%s", w->text);
		say(w, ev, EV_STARTED);
		say(w, ev, EV_SUBMITTED);
		say(w, ev, EV_NOTE);
		say(w, ev, EV_BATCH);
		if (i == 0) {
			err_set(&ev->err, ERR_SYNTAX, "%s", w->text);
			ev->progress.phase = PHASE_FAILED;
			say(w, ev, EV_FAILED);
			err_clear(&ev->err);
			continue;
		}
		char *path;
		ev->sample = put_rows(w, text, &path);
		ev->progress.phase = PHASE_DONE;
		ev->progress.rows = ev->progress.funnel.rows = ROWS;
		ev->progress.funnel.kept = ROWS / 2;
		ev->progress.elapsed_ms = 2000;
		snprintf(ev->spool_path, sizeof ev->spool_path, "%s", path);
		say(w, ev, EV_DONE);
		job_event_release(ev);
		ev->stages = stages(utf8);
		say(w, ev, EV_STAGES);
		job_event_release(ev);
		mem_free(path);
	}
	mem_free(ev);
}

void world_init(struct world *w, struct slice text)
{
	struct buf utf8;
	memset(w, 0, sizeof *w);
	snprintf(w->dir, sizeof w->dir, "%s/aj-world-XXXXXX",
	        getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 30 ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(w->dir));
	w->queries = file_join(w->dir, "queries");
	w->recipes = file_join(w->dir, "recipes");
	mkdir(w->queries, 0755);
	mkdir(w->recipes, 0755);
	w->text = mem_strndup(text.len ? text.ptr : "", text.len);
	w->recipe_dirs[0] = w->recipes;
	put_query(w, w->text);
	copy_recipes(w);
	w->cfg = (struct ui_config){.complete_auto = true,
	        .queries_dir = w->queries,
	        .recipe_dirs = w->recipe_dirs,
	        .database = "reddit",
	        .where = w->text,
	        .profile = w->text,
	        .region = w->text,
	        .workgroup = w->text,
	        .timeout_ms = 300000,
	        .price_per_tb = 5000000};
	prompt_init(NULL);
	grid_init(&w->drawn, 120, 40);
	model_init(&w->m, &w->cfg);
	w->m.drawn = &w->drawn;
	w->m.w = 120;
	w->m.h = 40;
	w->m.now_ms = 1000;
	w->m.wall_ms = 1763920000000;
	buf_init(&utf8, BUF_NO_LIMIT);
	utf8_repair(&utf8, slice_str(w->text));
	put_history(w);
	put_runs(w, text, buf_str(&utf8));
	log_info("ui", "%s", w->text);
	buf_release(&utf8);
	world_settle(w);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void world_release(struct world *w)
{
	w->m.drawn = NULL;
	model_release(&w->m);
	grid_release(&w->drawn);
	nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(w->queries);
	mem_free(w->recipes);
	mem_free(w->text);
}

/* Answers one question of the catalog with the text as every name; false when there is none. */
static bool answer(struct world *w)
{
	struct buf utf8;
	buf_init(&utf8, BUF_NO_LIMIT);
	utf8_repair(&utf8, slice_str(w->text));
	const char *t = utf8.len ? buf_str(&utf8) : "x";
	json_t *source = json_pack("{s:[{s:s,s:s},{s:s,s:s}]}", "DataCatalogsSummary",
	        "CatalogName", "AwsDataCatalog", "Type", "GLUE", "CatalogName", t, "Type", t);
	json_t *bases = json_pack("{s:[{s:s},{s:s,s:s}]}", "DatabaseList", "Name", "reddit", "Name",
	        t, "Description", t);
	json_t *tables = json_pack("{s:[{s:s,s:[{s:s,s:s,s:s},{s:s,s:s}],s:[{s:s,s:s}],s:{s:s}}]}",
	        "TableMetadataList", "Name", t, "Columns", "Name", t, "Type", t, "Comment", t,
	        "Name", "id", "Type", "varchar", "PartitionKeys", "Name", "year", "Type", "string",
	        "Parameters", "location", t);
	static const char *const ops[] = {"ListDataCatalogs", "ListDatabases", "ListTableMetadata"};
	json_t *const reply[] = {source, bases, tables};
	bool any = false;
	for (int i = 0; i < 3; i++) {
		char *s = reply[i] ? json_dumps(reply[i], 0) : NULL;
		any |= s && catalog_feed(w->m.catalog, ops[i], s, NULL);
		free(s);
		json_decref(reply[i]);
	}
	buf_release(&utf8);
	return any;
}

void world_settle(struct world *w)
{
	struct model *m = &w->m;
	for (int i = 0; i < 400; i++) {
		struct result_state st = {.complete = true};
		bool more = model_work(m);
		more |= answer(w);
		model_tick(m);
		if (m->run->result)
			result_state(m->run->result, &st);
		if (!more && (st.complete || st.err.code))
			return;
		if (!more)
			poll(NULL, 0, 1);
	}
}

void world_draw(struct world *w, int width, int height)
{
	if (w->drawn.w != width || w->drawn.h != height)
		grid_resize(&w->drawn, width, height);
	model_draw(&w->m, &w->drawn);
}
