#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

/* One line, cut at a code point's start, so that the text stays valid UTF-8 after truncation. */
static void err_store(struct err *err, const char *text)
{
	size_t n = strlen(text);

	if (n >= sizeof err->text) {
		n = sizeof err->text - 1;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
	}
	for (size_t i = 0; i < n; i++)
		err->text[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i];
	err->text[n] = '\0';
}

int err_vset(struct err *err, enum err_code code, const char *fmt, va_list ap)
{
	/* Through a copy: the old text may be among the arguments. */
	char text[sizeof err->text + 8];

	if (!err)
		return -1;
	vsnprintf(text, sizeof text, fmt, ap);
	*err = (struct err){.code = code};
	err_store(err, text);
	return -1;
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(err, code, fmt, ap);
	va_end(ap);
	return -1;
}

int err_set_errno(struct err *err, enum err_code code, int errnum, const char *fmt, ...)
{
	char what[sizeof err->text], reason[128], text[sizeof what + sizeof reason + 8];
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (errnum == ENOSPC || errnum == EDQUOT)
		code = ERR_DISK_FULL;
	snprintf(text, sizeof text, "%s: %s", what,
	        strerror_r(errnum, reason, sizeof reason)); /* the GNU form, by _GNU_SOURCE */
	*err = (struct err){.code = code};
	err_store(err, text);
	return -1;
}

int err_prefix(struct err *err, const char *fmt, ...)
{
	char what[sizeof err->text], text[2 * sizeof err->text + 4];
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	snprintf(text, sizeof text, "%s: %s", what, err->text);
	err_store(err, text);
	return -1;
}

void err_clear(struct err *err)
{
	if (err)
		*err = (struct err)ERR_INIT;
}

const char *err_code_name(enum err_code code)
{
	static const char *const name[] = {
	        [ERR_NONE] = "none",
	        [ERR_USAGE] = "usage",
	        [ERR_CONFIG] = "config",
	        [ERR_RECIPE] = "recipe",
	        [ERR_CREDENTIALS] = "credentials",
	        [ERR_EXPIRED] = "expired",
	        [ERR_DENIED] = "denied",
	        [ERR_SYNTAX] = "syntax",
	        [ERR_QUERY] = "query",
	        [ERR_NOT_FOUND] = "not-found",
	        [ERR_THROTTLED] = "throttled",
	        [ERR_TIMEOUT] = "timeout",
	        [ERR_NETWORK] = "network",
	        [ERR_PROTOCOL] = "protocol",
	        [ERR_DATA] = "data",
	        [ERR_IO] = "io",
	        [ERR_DISK_FULL] = "disk-full",
	        [ERR_CANCELLED] = "cancelled",
	        [ERR_BUDGET] = "budget",
	        [ERR_MEMORY] = "memory",
	        [ERR_INTERNAL] = "internal",
	};

	return (unsigned)code < sizeof name / sizeof *name ? name[code] : "internal";
}
