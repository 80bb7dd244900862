#include "cli/recipefile.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"

#include "base/ban.h"

#define RECIPE_MAX_BYTES ((size_t)1 << 20)

bool recipefile_is(const char *path)
{
	struct slice s = slice_str(path);
	return slice_ends(s, ".yaml") || slice_ends(s, ".yml");
}

/* The text; *query is the node of the key, borrowed from *doc, or NULL. */
static int read_both(const char *path, struct buf *text, struct yaml **doc,
        const struct yaml **query, struct err *err)
{
	*doc = NULL;
	*query = NULL;
	buf_init(text, RECIPE_MAX_BYTES);
	if (file_read(path, text, err) != 0)
		return -1;
	*doc = yaml_parse(buf_slice(text), path, err);
	if (*doc == NULL)
		return -1;
	if (yaml_kind(*doc) == YAML_MAP)
		*query = yaml_get(*doc, "query");
	if (*query && yaml_str(*query) == NULL)
		return err_set(err, ERR_RECIPE, "%s:%d: query wants one name or file", path,
		        yaml_line(*query));
	return 0;
}

char *recipefile_query(const char *path, struct err *err)
{
	struct buf text;
	struct yaml *doc;
	const struct yaml *query;
	char *found = NULL;
	if (read_both(path, &text, &doc, &query, err) == 0 && query)
		found = mem_strdup(yaml_str(query));
	yaml_free(doc);
	buf_release(&text);
	return found;
}

/* Blanks the line of the key out, so that the lines after it keep their numbers. */
static void blank_line(struct buf *text, int line)
{
	char *p = text->ptr, *end = text->ptr + text->len;
	for (int i = 1; i < line && p < end; p++)
		i += *p == '\n';
	for (; p < end && *p != '\n'; p++)
		*p = ' ';
}

struct recipe *recipefile_load(const char *path, struct err *err)
{
	struct buf text;
	struct yaml *doc;
	const struct yaml *query;
	struct recipe *r = NULL;
	if (read_both(path, &text, &doc, &query, err) == 0) {
		if (query)
			blank_line(&text, yaml_line(query));
		r = recipe_parse(buf_slice(&text), path, err);
	}
	yaml_free(doc);
	buf_release(&text);
	return r;
}
