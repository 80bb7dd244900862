#include "net/http.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

struct slice http_url_authority(const char *url)
{
	const struct slice none = {NULL, 0};
	size_t skip = strncasecmp(url, "https://", 8) == 0 ? 8 : 7;
	if (skip == 7 && strncasecmp(url, "http://", 7) != 0)
		return none;
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p == '\\' || *p > '~')
			return none;
	struct slice a = slice_of(url + skip, strcspn(url + skip, "/?#"));
	return a.len > 0 && memchr(a.ptr, '@', a.len) ? none : a;
}

/* Without the port and the brackets of an IPv6 address. */
static struct slice host_of(struct slice authority)
{
	struct slice host;
	if (authority.len > 0 && authority.ptr[0] == '[') {
		authority = slice_of(authority.ptr + 1, authority.len - 1);
		slice_cut(authority, ']', &host);
		return host.len < authority.len ? host : slice_of(NULL, 0);
	}
	slice_cut(authority, ':', &host);
	return host;
}

bool http_url_is_loopback(const char *url)
{
	char text[64];
	struct in_addr v4;
	struct in6_addr v6;
	struct slice host = host_of(http_url_authority(url));
	if (slice_eq_nocase(host, slice_str("localhost")))
		return true;
	if (host.len == 0 || host.len >= sizeof(text))
		return false;
	memcpy(text, host.ptr, host.len);
	text[host.len] = '\0';
	if (inet_pton(AF_INET, text, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}
