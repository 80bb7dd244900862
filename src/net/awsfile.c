#include "net/awsfile.h"

#include "base/mem.h"

#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

#define SECTIONS_MAX   4096
#define PROPERTIES_MAX 1024               /* of one section */
#define VALUE_MAX      ((size_t)16 << 10) /* with its continuation lines */

struct reader {
	struct awsfile *f;
	enum awsfile_kind kind;
	const char *name;
	int line;
	bool in_section;    /* a header has been seen */
	size_t section;     /* index into f, or NO_INDEX for one that is ignored */
	bool in_property;   /* a continuation may follow */
	size_t property;    /* index, or NO_INDEX for one that is ignored */
	bool nested;        /* "key =": what follows is a block of sub-properties */
	bool hides_default; /* "[profile default]" was seen in this file */
	struct err *err;
};

#define NO_INDEX ((size_t)-1)

struct awsfile *awsfile_new(void)
{
	return MEM_NEW(struct awsfile);
}

static void wipe(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	mem_free(s);
}

static void section_clear(struct awsfile_section *s)
{
	for (size_t i = 0; i < s->n; i++) {
		mem_free(s->props[i].key);
		wipe(s->props[i].value);
	}
	mem_free(s->props);
	s->props = NULL;
	s->n = 0;
}

void awsfile_free(struct awsfile *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++) {
		section_clear(&f->sections[i]);
		mem_free(f->sections[i].name);
	}
	mem_free(f->sections);
	mem_free(f);
}

/* The line itself is not shown: it may be a secret. */
static int complain(struct reader *r, const char *what)
{
	err_set(r->err, ERR_CONFIG, "%s, line %d: %s; correct the file", r->name, r->line, what);
	if (r->err)
		r->err->line = r->line;
	return -1;
}

static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool alnum =
		        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!alnum && (c == '\0' || !strchr("-/.%@_:+", c)))
			return false;
	}
	return s.len > 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts a comment: any '#' or ';', or only one after a blank. */
static struct slice without_comment(struct slice s, bool needs_blank)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '#' && s.ptr[i] != ';')
			continue;
		if (!needs_blank || (i > 0 && is_blank(s.ptr[i - 1])))
			return slice_trim(slice_of(s.ptr, i));
	}
	return slice_trim(s);
}

static size_t section_index(const struct awsfile *f, enum awsfile_type type, struct slice name)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->sections[i].type == type && slice_eq_str(name, f->sections[i].name))
			return i;
	return NO_INDEX;
}

static int open_section(struct reader *r, enum awsfile_type type, struct slice name, bool prefixed)
{
	struct awsfile *f = r->f;
	r->section = section_index(f, type, name);
	if (r->section != NO_INDEX)
		return 0;
	if (f->n >= SECTIONS_MAX)
		return err_set(
		        r->err, ERR_CONFIG, "%s has more than %d profiles", r->name, SECTIONS_MAX);
	f->sections = mem_realloc(f->sections, f->n + 1, sizeof(*f->sections));
	r->section = f->n++;
	f->sections[r->section] = (struct awsfile_section){
	        .type = type, .name = mem_strndup(name.ptr, name.len), .prefixed = prefixed};
	return 0;
}

/* "[profile default]" of the config file replaces what "[default]" said, wherever it stands. */
static bool default_is_hidden(struct reader *r, struct slice name, bool prefixed)
{
	if (r->kind != AWSFILE_CONFIG || !slice_eq_str(name, "default"))
		return false;
	if (!prefixed)
		return r->hides_default;
	size_t i = section_index(r->f, AWSFILE_PROFILE, name);
	if (!r->hides_default && i != NO_INDEX)
		section_clear(&r->f->sections[i]);
	r->hides_default = true;
	return false;
}

/* The word before the blank of "[profile x]"; the rest, trimmed, goes to *name. */
static struct slice header_words(struct slice inside, struct slice *name)
{
	size_t n = 0;
	while (n < inside.len && !is_blank(inside.ptr[n]))
		n++;
	*name = slice_trim(slice_of(inside.ptr + n, inside.len - n));
	return slice_of(inside.ptr, n);
}

static int enter(struct reader *r, struct slice inside)
{
	struct slice name, word = header_words(inside, &name);
	enum awsfile_type type = AWSFILE_PROFILE;
	bool prefixed = name.len > 0 && slice_eq_str(word, "profile");
	r->section = NO_INDEX;
	if (r->kind == AWSFILE_CREDENTIALS || slice_eq_str(inside, "default"))
		name = inside;
	else if (slice_eq_str(word, "sso-session"))
		type = AWSFILE_SSO_SESSION;
	else if (slice_eq_str(word, "services"))
		type = AWSFILE_SERVICES;
	else if (!prefixed)
		return 0;
	if (!is_name(name) || (type == AWSFILE_PROFILE && default_is_hidden(r, name, prefixed)))
		return 0;
	return open_section(r, type, name, prefixed);
}

static int header_line(struct reader *r, struct slice line)
{
	struct slice s = without_comment(line, false);
	r->in_section = true;
	r->in_property = false;
	if (!slice_ends(s, "]"))
		return complain(r, "Profile definition must end with ']'");
	return enter(r, slice_trim(slice_of(s.ptr + 1, s.len - 2)));
}

static size_t property_index(const struct awsfile_section *s, struct slice key)
{
	for (size_t i = 0; i < s->n; i++)
		if (slice_eq_nocase(key, slice_str(s->props[i].key)))
			return i;
	return NO_INDEX;
}

static char *lower(struct slice s)
{
	char *out = mem_strndup(s.ptr, s.len);
	for (char *p = out; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return out;
}

static char *copy(struct slice s)
{
	return mem_strndup(s.len ? s.ptr : "", s.len);
}

/* The last one of a name wins. */
static int put(struct reader *r, struct slice key, struct slice value)
{
	r->property = NO_INDEX;
	if (r->section == NO_INDEX || !is_name(key))
		return 0;
	struct awsfile_section *s = &r->f->sections[r->section];
	r->property = property_index(s, key);
	if (r->property != NO_INDEX) {
		wipe(s->props[r->property].value);
	} else {
		if (s->n >= PROPERTIES_MAX)
			return complain(r, "too many properties in one profile");
		s->props = mem_realloc(s->props, s->n + 1, sizeof(*s->props));
		r->property = s->n++;
		s->props[r->property].key = lower(key);
	}
	s->props[r->property].value = copy(value);
	s->props[r->property].from = r->kind;
	return 0;
}

static int property_line(struct reader *r, struct slice line)
{
	if (!r->in_section)
		return complain(r, "Expected a profile definition");
	struct slice s = without_comment(line, true), key;
	if (s.len == 0 || !memchr(s.ptr, '=', s.len))
		return complain(r, "Expected an '=' sign defining a property");
	struct slice value = slice_trim(slice_cut(s, '=', &key));
	key = slice_trim(key);
	if (key.len == 0)
		return complain(r, "Property did not have a name");
	r->in_property = true;
	r->nested = value.len == 0;
	return put(r, key, value);
}

static int append_line(struct reader *r, struct slice line)
{
	if (r->section == NO_INDEX || r->property == NO_INDEX)
		return 0;
	struct awsfile_property *p = &r->f->sections[r->section].props[r->property];
	if (strlen(p->value) + line.len > VALUE_MAX)
		return complain(r, "a value of more than 16 KiB");
	char *longer = mem_printf("%s\n%.*s", p->value, (int)line.len, line.ptr);
	wipe(p->value);
	p->value = longer;
	return 0;
}

/* Nothing is cut off as a comment here; a line that is only a comment says nothing in a block. */
static int indented_line(struct reader *r, struct slice line)
{
	struct slice s = slice_trim(line), key;
	bool comment = s.ptr[0] == '#' || s.ptr[0] == ';';
	if (comment && (!r->in_property || r->nested))
		return 0;
	if (!r->in_section)
		return complain(r, "Expected a profile definition");
	if (!r->in_property)
		return complain(r, "Expected a property definition, found continuation");
	if (r->nested && !memchr(s.ptr, '=', s.len))
		return complain(r, "Expected an '=' sign defining a sub-property");
	slice_cut(s, '=', &key);
	if (r->nested && slice_trim(key).len == 0)
		return complain(r, "Sub-property did not have a name");
	return append_line(r, s);
}

static int one_line(struct reader *r, struct slice line)
{
	if (slice_ends(line, "\r"))
		line.len--;
	if (slice_trim(line).len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
		return 0;
	if (line.ptr[0] == '[')
		return header_line(r, line);
	return is_blank(line.ptr[0]) ? indented_line(r, line) : property_line(r, line);
}

int awsfile_add(struct awsfile *f, enum awsfile_kind kind, struct slice text, const char *name,
        struct err *err)
{
	struct reader r = {.f = f, .kind = kind, .name = name, .err = err};
	if (text.len > AWSFILE_MAX)
		return err_set(err, ERR_CONFIG, "%s is larger than 1 MiB", name);
	if (slice_starts(text, "\xef\xbb\xbf"))
		text = slice_of(text.ptr + 3, text.len - 3);
	while (text.len > 0) {
		struct slice line;
		text = slice_cut(text, '\n', &line);
		r.line++;
		if (one_line(&r, line) < 0)
			return -1;
	}
	return 0;
}

const struct awsfile_section *awsfile_find(
        const struct awsfile *f, enum awsfile_type type, const char *name)
{
	size_t i = section_index(f, type, slice_str(name));
	return i == NO_INDEX ? NULL : &f->sections[i];
}

const struct awsfile_property *awsfile_property(const struct awsfile_section *s, const char *key)
{
	size_t i = s ? property_index(s, slice_str(key)) : NO_INDEX;
	return i == NO_INDEX ? NULL : &s->props[i];
}

const char *awsfile_get(const struct awsfile_section *s, const char *key)
{
	const struct awsfile_property *p = awsfile_property(s, key);
	return p ? p->value : NULL;
}

struct slice awsfile_nested(const char *block, const char *key)
{
	struct slice rest = slice_str(block), line, name;
	while (rest.len > 0) {
		rest = slice_cut(rest, '\n', &line);
		struct slice value = slice_cut(line, '=', &name);
		if (slice_eq_nocase(slice_trim(name), slice_str(key)))
			return slice_trim(value);
	}
	return slice_of(NULL, 0);
}

char *awsfile_path(enum awsfile_kind kind)
{
	const char *named =
	        getenv(kind == AWSFILE_CONFIG ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE");
	const char *home = getenv("HOME");
	bool has_home = home && *home;
	if (named && *named && (strncmp(named, "~/", 2) != 0 || !has_home))
		return mem_strdup(named);
	if (!has_home)
		return NULL;
	if (named && *named)
		return mem_printf("%s%s", home, named + 1);
	return mem_printf("%s/.aws/%s", home, kind == AWSFILE_CONFIG ? "config" : "credentials");
}
