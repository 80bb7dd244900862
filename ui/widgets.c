/* Drawings that several screens share. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

const char *err_headline(enum err_code code)
{
	switch (code) {
	case ERR_SYNTAX: return "The SQL has an error";
	case ERR_QUERY: return "The query failed";
	case ERR_RECIPE: return "The recipe does not fit";
	case ERR_CONFIG:
	case ERR_USAGE: return "The settings are not right";
	case ERR_CREDENTIALS: return "No credentials";
	case ERR_EXPIRED: return "The credentials have expired";
	case ERR_DENIED: return "Not allowed";
	case ERR_NOT_FOUND: return "Not found";
	case ERR_THROTTLED: return "The service is too busy";
	case ERR_TIMEOUT: return "It took too long";
	case ERR_NETWORK: return "The service cannot be reached";
	case ERR_PROTOCOL: return "The answer makes no sense";
	case ERR_DATA: return "The result is damaged";
	case ERR_IO: return "A file cannot be read or written";
	case ERR_DISK_FULL: return "The disk is full";
	case ERR_CANCELLED: return "Cancelled";
	case ERR_BUDGET: return "Stopped by the cost guard";
	case ERR_MEMORY: return "Out of memory";
	default: return "Something went wrong";
	}
}

const char *err_advice(enum err_code code)
{
	switch (code) {
	case ERR_SYNTAX:
	case ERR_QUERY: return "Press e to open the SQL at that place, ^R there to run again.";
	case ERR_NOT_FOUND:
		return "Check the name: e edits the SQL, :database NAME changes the database.";
	case ERR_RECIPE: return "Choose another with :recipe NAME, or correct the recipe file.";
	case ERR_CREDENTIALS: return "Then press r.";
	case ERR_EXPIRED: return "Sign in again in another window, then press r.";
	case ERR_DENIED:
		return "Ask for that permission, or choose another workgroup; then press r.";
	case ERR_THROTTLED:
	case ERR_NETWORK:
	case ERR_PROTOCOL: return "Press r to try again; L shows what happened.";
	case ERR_TIMEOUT: return "Narrow the query (e), or raise timeout in the settings.";
	case ERR_DISK_FULL: return "Free some space or choose another folder, then try again.";
	case ERR_IO: return "Choose another path, or correct its permissions.";
	case ERR_BUDGET: return "Narrow the query (e), or raise max_cost in the settings.";
	default: return "L shows what happened; r runs again.";
	}
}

int draw_error(const struct pane *p, int y, const char *what, const struct err *err)
{
	struct pane box = pane_sub(p, 3, y + 1, p->w - 4, p->h - y - 2);
	char place[64] = "";
	if (err->line > 0)
		snprintf(place, sizeof place, " at line %d, column %d", err->line, err->col);
	put_fmt(p, 1, y, STA(FG_BAD, AT_BOLD), "✗ %s%s%s%s", what, *what ? ": " : "",
	        err_headline(err->code), place);
	int n = put_wrapped(&box, ST(FG_TEXT), slice_str(err->text), 0);
	struct pane next = pane_sub(p, 3, y + 1 + n, p->w - 4, p->h - y - 1 - n);
	bool nowhere = err->code == ERR_QUERY && err->line <= 0;
	const char *advice =
	        nowhere ? "Press e to open the SQL, ^R there to run again." : err_advice(err->code);
	n += put_wrapped(&next, ST(FG_DIM), slice_str(advice), 0);
	return n + 2;
}

char *short_money(char *out, size_t size, int64_t micro_usd)
{
	char full[FMT_SIZE];
	int64_t part = (micro_usd + 50) / 100; /* of 10,000 */
	if (micro_usd > 0 && part == 0)
		part = 1;
	if (micro_usd == 0 || micro_usd >= 1000000)
		snprintf(out, size, "%s", fmt_money(full, micro_usd));
	else
		snprintf(out, size, "$0.%04d", (int)part);
	return out;
}

struct slice sql_body(const char *text)
{
	const char *s = text;
	while (s[0] == '-' && s[1] == '-') {
		const char *nl = strchr(s, '\n');
		if (!nl)
			break;
		s = nl + 1;
	}
	s += strspn(s, "\n");
	return slice_str(*s ? s : text);
}

int draw_sql(const struct pane *p, struct slice sql, int skip)
{
	unsigned char *colours = sql_colours(sql);
	int n = put_wrapped_as(p, sql, skip, sql_style, colours);
	mem_free(colours);
	return n;
}

int draw_fact(
        const struct pane *p, int y, int at, const char *label, struct style st, const char *value)
{
	size_t n = strcspn(value, "\t");
	put_str(p, 1, y, ST(FG_DIM), label);
	int x = put_fit(p, at, y, p->w - at - 1, st, slice_of(value, n));
	if (value[n])
		put_fit(p, at + x + 1, y, p->w - at - x - 2, ST(FG_DIM), slice_str(value + n + 1));
	return x;
}
