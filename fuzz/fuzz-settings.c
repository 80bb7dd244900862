/* Any bytes as settings.yaml, and its keys as a keymap: taken, or refused with their place; what
 * was taken can be printed. */
#include "base/mem.h"
#include "cli/settings.h"
#include "ui/keymap.h"
#include "ui/ui.h"

#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_keys(const struct settings *s)
{
	struct ui_key *k = mem_calloc(s->n_bindings + 1, sizeof *k);
	struct err err = ERR_INIT;
	struct buf notes;
	buf_init(&notes, 65536);
	for (size_t i = 0; i < s->n_bindings; i++)
		k[i] = (struct ui_key){
		        s->binding[i].action, s->binding[i].keys, s->binding[i].where};
	struct keymap *m = keymap_new(k, s->n_bindings, &notes, &err);
	if (!m && (err.code != ERR_CONFIG || !err.text[0]))
		abort();
	keymap_free(m);
	buf_release(&notes);
	mem_free(k);
}

static void try_settings(struct slice text)
{
	struct err err = ERR_INIT;
	struct buf out;
	struct settings *s = settings_parse(text, "seed", &err);
	if (!s && (err.code != ERR_CONFIG || strncmp(err.text, "seed", 4) != 0))
		abort();
	if (!s)
		return;
	buf_init(&out, BUF_NO_LIMIT);
	settings_print(s, &out);
	settings_print_json(s, &out);
	try_keys(s);
	buf_release(&out);
	settings_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 20000)
		return 0;
	try_settings(slice_of((const char *)data, size));
	return 0;
}
