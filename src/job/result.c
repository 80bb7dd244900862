/* The worker of a result at hand, and what the UI's thread asks of it. */
#include "job/result_int.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

enum { SLICE_US = 5000, WAKE_US = 50000 };

struct running {
	void *state;
	struct request request;
	bool on;
};

static const struct task_ops *const ops[RESULT_TASKS] = {
        [RESULT_ORDER] = &order_ops,
        [RESULT_FIND] = &find_ops,
        [RESULT_FREQUENCY] = &frequency_ops,
        [RESULT_HISTOGRAM] = &histogram_ops,
        [RESULT_JUDGE] = &judge_ops,
};

void request_release(struct request *q)
{
	mem_free(q->text);
	recipe_unref(q->recipe);
	*q = (struct request){0};
}

bool request_passes(const struct request *q, const struct cell *cells, size_t n)
{
	const struct result_order *f = &q->order;
	struct slice word = slice_of(q->text, q->len);

	if (f->filter == FILTER_NONE)
		return true;
	if (f->filter == FILTER_NULL)
		return cell_is_null(cells[f->filter_col]);
	if (f->filter == FILTER_VALUE)
		return !cell_is_null(cells[f->filter_col]) &&
		       slice_eq(cell_slice(cells[f->filter_col]), word);
	if (f->filter_col >= 0)
		return slice_find_nocase(cell_slice(cells[f->filter_col]), word) >= 0;
	for (size_t i = 0; i < n; i++)
		if (slice_find_nocase(cell_slice(cells[i]), word) >= 0)
			return true;
	return false;
}

void result_changed(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	if (r->wake && !r->closing)
		r->wake(r->wake_arg);
	pthread_mutex_unlock(&r->lock);
}

static bool closing(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	bool yes = r->closing;
	pthread_mutex_unlock(&r->lock);
	return yes;
}

static void index_all(struct result *r)
{
	struct result_progress p = {0};
	void *state = index_ops.begin(r, NULL);
	int64_t woken = 0;
	enum step s = STEP_MORE;

	while (s == STEP_MORE && !closing(r)) {
		int64_t now = clock_mono_us();

		s = index_ops.step(state, now + SLICE_US, &p);
		if (s != STEP_MORE || now - woken >= WAKE_US) {
			result_changed(r);
			woken = now;
		}
	}
	index_ops.end(state);
}

static void stop(struct running *t, enum result_task kind)
{
	if (t->on)
		ops[kind]->end(t->state);
	request_release(&t->request);
	*t = (struct running){0};
}

/* Takes new requests and drops what was cancelled. False when the result is being closed. */
static bool take(struct result *r, struct running t[RESULT_TASKS])
{
	bool any = false, go;

	pthread_mutex_lock(&r->lock);
	for (;;) {
		for (int i = 0; i < RESULT_TASKS; i++)
			any |= t[i].on || r->next[i].generation || r->cancelled[i];
		if (any || r->closing)
			break;
		pthread_cond_wait(&r->cond, &r->lock);
	}
	go = !r->closing;
	for (int i = 0; go && i < RESULT_TASKS; i++) {
		struct request q = r->next[i];
		bool drop = q.generation || r->cancelled[i];

		r->next[i] = (struct request){0};
		r->cancelled[i] = false;
		if (!drop)
			continue;
		pthread_mutex_unlock(&r->lock);
		stop(&t[i], i);
		if (q.generation) {
			t[i].request = q;
			t[i].state = ops[i]->begin(r, &t[i].request);
			t[i].on = true;
		}
		pthread_mutex_lock(&r->lock);
	}
	pthread_mutex_unlock(&r->lock);
	return go;
}

/* One slice of one task; true when there is news that should not wait. */
static bool slice(struct result *r, struct running *t, enum result_task kind)
{
	struct result_progress p = {.generation = t->request.generation};
	enum step s = ops[kind]->step(t->state, clock_mono_us() + SLICE_US, &p);

	p.phase = s == STEP_MORE ? RESULT_WORKING : s == STEP_DONE ? RESULT_DONE : RESULT_FAILED;
	pthread_mutex_lock(&r->lock);
	if (r->progress[kind].generation == p.generation && r->progress[kind].phase != RESULT_IDLE)
		r->progress[kind] = p;
	r->state.changes++;
	pthread_mutex_unlock(&r->lock);
	if (s != STEP_MORE)
		stop(t, kind);
	return s != STEP_MORE;
}

/* The worker's last act: nobody else knows the result any more. */
static void release(struct result *r)
{
	for (int i = 0; i < RESULT_TASKS; i++)
		request_release(&r->next[i]);
	reader_release(&r->reader);
	columns_release(&r->columns);
	order_free(r->order);
	frequency_unref(r->frequency);
	histogram_unref(r->histogram);
	judged_unref(r->judged);
	matches_free(r->matches);
	probes_free(r);
	mem_free(r->column);
	mem_free(r->mark);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->cond);
	close(r->fd);
	mem_free(r);
}

static void *worker(void *arg)
{
	struct result *r = arg;
	struct running t[RESULT_TASKS] = {0};
	int64_t woken = 0;

	thread_background(); /* keys come first where cores are few */
	index_all(r);
	while (take(r, t)) {
		bool news = false;

		for (int i = 0; i < RESULT_TASKS; i++)
			if (t[i].on)
				news |= slice(r, &t[i], i);
		if (news || clock_mono_us() - woken >= WAKE_US) {
			result_changed(r);
			woken = clock_mono_us();
		}
	}
	for (int i = 0; i < RESULT_TASKS; i++)
		stop(&t[i], i);
	release(r);
	return NULL;
}

/* Signals are let in only in the main thread. */
static int start_worker(struct result *r)
{
	pthread_attr_t detached;
	pthread_t thread;
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&thread, &detached, worker, r);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&detached);
	return rc;
}

static struct result *fail_open(struct result *r)
{
	if (r->fd >= 0)
		close(r->fd);
	mem_free(r);
	return NULL;
}

struct result *result_open(const char *csv_path, void (*wake)(void *), void *arg, struct err *err)
{
	struct result *r = MEM_NEW(struct result);
	struct stat st;
	int rc;

	r->wake = wake;
	r->wake_arg = arg;
	r->fd = open(csv_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r->fd < 0 || fstat(r->fd, &st) != 0) {
		err_set_errno(err, ERR_IO, errno, "cannot open the result %s", csv_path);
		return fail_open(r);
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(err, ERR_IO, "the result %s is not a file", csv_path);
		return fail_open(r);
	}
	r->size = r->state.size = st.st_size;
	posix_fadvise(r->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->cond, NULL);
	columns_init(&r->columns);
	reader_init(&r->reader, r);
	rc = start_worker(r);
	if (rc == 0)
		return r;
	err_set_errno(err, ERR_INTERNAL, rc, "cannot start a thread for the result %s", csv_path);
	reader_release(&r->reader);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->cond);
	return fail_open(r);
}

void result_close(struct result *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->closing = true;
	atomic_store(&r->stop, true);
	pthread_cond_signal(&r->cond);
	pthread_mutex_unlock(&r->lock);
}

void result_state(struct result *r, struct result_state *out)
{
	pthread_mutex_lock(&r->lock);
	*out = r->state;
	pthread_mutex_unlock(&r->lock);
}

const struct columns *result_columns(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	bool there = r->named;
	pthread_mutex_unlock(&r->lock);
	return there ? &r->columns : NULL;
}

bool result_column(struct result *r, size_t col, struct result_column *out)
{
	pthread_mutex_lock(&r->lock);
	bool there = r->named && col < r->columns.n;
	if (there)
		*out = r->column[col];
	pthread_mutex_unlock(&r->lock);
	return there;
}

int result_row(struct result *r, uint64_t row, const struct cell **cells, struct err *err)
{
	return reader_row(&r->reader, row, cells, err);
}

void result_progress(struct result *r, enum result_task t, struct result_progress *out)
{
	pthread_mutex_lock(&r->lock);
	*out = r->progress[t];
	pthread_mutex_unlock(&r->lock);
}

/* The lock is held. */
static void drop(struct result *r, enum result_task t)
{
	request_release(&r->next[t]);
	if (r->progress[t].phase == RESULT_WORKING)
		r->progress[t].phase = RESULT_IDLE;
	r->cancelled[t] = true;
	r->state.changes++;
	pthread_cond_signal(&r->cond);
}

void result_cancel(struct result *r, enum result_task t)
{
	pthread_mutex_lock(&r->lock);
	drop(r, t);
	pthread_mutex_unlock(&r->lock);
}

/* Takes what q owns. */
static unsigned ask(struct result *r, enum result_task t, struct request q)
{
	pthread_mutex_lock(&r->lock);
	request_release(&r->next[t]);
	q.generation = ++r->generation;
	r->next[t] = q;
	r->progress[t] =
	        (struct result_progress){.phase = RESULT_WORKING, .generation = q.generation};
	r->state.changes++;
	pthread_cond_signal(&r->cond);
	pthread_mutex_unlock(&r->lock);
	return q.generation;
}

static char *copy_text(struct slice s)
{
	return mem_strndup(s.ptr ? s.ptr : "", s.len);
}

static struct request filtered(const struct result_order *o)
{
	struct request q = {0};

	if (!o)
		return q;
	q.order = *o;
	q.text = copy_text(o->value);
	q.len = o->value.len;
	return q;
}

unsigned result_order(struct result *r, const struct result_order *o)
{
	struct order *old;
	unsigned generation;

	if (o->sort_col >= 0 || o->filter != FILTER_NONE)
		return ask(r, RESULT_ORDER, filtered(o));
	pthread_mutex_lock(&r->lock);
	drop(r, RESULT_ORDER);
	old = r->order;
	r->order = NULL;
	generation = ++r->generation;
	r->progress[RESULT_ORDER] =
	        (struct result_progress){.phase = RESULT_DONE, .generation = generation};
	pthread_mutex_unlock(&r->lock);
	order_drop(r, old); /* a search may still go through it */
	return generation;
}

unsigned result_find(struct result *r, struct slice word, int col, uint64_t from, int direction)
{
	struct request q = {
	        .find = {col, direction, from}, .text = copy_text(word), .len = word.len};

	return ask(r, RESULT_FIND, q);
}

unsigned result_frequency(struct result *r, size_t col, const struct result_order *only)
{
	struct request q = filtered(only);

	q.col = col;
	return ask(r, RESULT_FREQUENCY, q);
}

unsigned result_histogram(struct result *r, size_t col, const struct result_order *only)
{
	struct request q = filtered(only);

	q.col = col;
	return ask(r, RESULT_HISTOGRAM, q);
}

unsigned result_judge(struct result *r, const struct recipe *recipe)
{
	return ask(r, RESULT_JUDGE, (struct request){.recipe = recipe_ref(recipe)});
}
