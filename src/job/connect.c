/* Who we talk to: AWS (or another address) by identity, or our own child. */
#include "job/engine_int.h"
#include "job/localduck.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

static void set_where(struct engine *e, const char *text)
{
	pthread_mutex_lock(&e->lock);
	snprintf(e->where, sizeof e->where, "%s", text);
	pthread_mutex_unlock(&e->lock);
}

void engine_know_identity(struct engine *e, const struct aws_identity *id)
{
	if (id == NULL)
		return;
	pthread_mutex_lock(&e->lock);
	struct engine_credentials *c = &e->cred;
	c->keys = aws_identity_has_keys(id);
	snprintf(c->source, sizeof c->source, "%s",
	        c->local     ? "the embedded engine"
	        : id->source ? id->source
	                     : "");
	snprintf(c->profile, sizeof c->profile, "%s",
	        c->local || id->profile == NULL ? "" : id->profile);
	snprintf(c->region, sizeof c->region, "%s", id->region);
	c->expires_ms = id->expires_wall_ms;
	c->temporary = id->session_token != NULL;
	pthread_mutex_unlock(&e->lock);
}

void engine_know_workgroup(struct engine *e, const char *workgroup)
{
	pthread_mutex_lock(&e->lock);
	snprintf(e->cred.workgroup, sizeof e->cred.workgroup, "%s", workgroup);
	pthread_mutex_unlock(&e->lock);
}

static bool stopping(void *arg)
{
	struct engine *e = arg;
	pthread_mutex_lock(&e->lock);
	bool stop = e->stop || (e->running && atomic_load(&e->running->cancel));
	pthread_mutex_unlock(&e->lock);
	return stop;
}

void engine_disconnect(struct engine *e)
{
	driver_free(e->driver);
	e->driver = NULL;
	if (e->duck) {
		localduck_stop(e->duck);
		e->duck = NULL;
		aws_identity_free(e->identity);
		e->identity = NULL;
	}
}

static int start_duck(struct engine *e, struct err *err)
{
	struct localduck_info info = {0};
	char *log = mem_printf("%s/athena-duck.log", e->state_dir);
	e->duck = localduck_start(e->local_argv, log, e->keys_first, stopping, e, &info, err);
	mem_free(log);
	if (e->duck == NULL)
		return -1;
	e->identity =
	        aws_identity_fixed(info.endpoint, e->region, info.access_key, info.secret_key);
	engine_know_identity(e, e->identity);
	mem_free(e->local_output);
	e->local_output = mem_strdup(info.output);
	const char *host = strstr(info.endpoint, "://");
	char where[128];
	snprintf(where, sizeof where, "local: %.100s", host ? host + 3 : info.endpoint);
	set_where(e, where);
	log_info("engine", "the local server answers at %s", info.endpoint);
	localduck_info_release(&info);
	return 0;
}

void engine_explain(struct engine *e, struct err *err)
{
	bool network = err->code == ERR_NETWORK || err->code == ERR_TIMEOUT;
	if (e->duck && network && !localduck_alive(e->duck))
		err_set(err, ERR_NETWORK,
		        "the local server %s ended while it was needed; its last words are in "
		        "%s/athena-duck.log; run again to start it anew",
		        e->local_argv[0], e->state_dir);
}

int engine_connect(struct engine *e, struct err *err)
{
	if (e->duck && !localduck_alive(e->duck)) {
		log_error("engine", "the local server has ended; starting it again");
		engine_disconnect(e);
	}
	if (e->driver)
		return 0;
	if (e->local_argv && start_duck(e, err) != 0)
		return -1;
	if (e->identity == NULL)
		return err_set(err, ERR_CREDENTIALS,
		        "no AWS account is configured: set one up, or use --local");
	if (!e->local_argv && !aws_identity_has_keys(e->identity) &&
	        aws_identity_refresh(e->identity))
		engine_know_identity(e, e->identity);
	if (!e->local_argv && aws_identity_need_keys(e->identity, err) != 0)
		return -1;
	e->driver = driver_new(e->http, e->identity);
	return 0;
}
