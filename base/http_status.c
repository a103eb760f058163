#include "base/http_status.h"

#include <string.h>

#include "base/parse.h"

/* Reads one range and moves on; false if it is malformed. */
static bool next_range(const char **p, int64_t *from, int64_t *to)
{
	size_t n = strcspn(*p, ",");
	const char *dash = memchr(*p, '-', n);
	size_t first = dash != NULL ? (size_t)(dash - *p) : n;

	if (parse_i64((struct slice){*p, first}, 100, 999, from) != ERR_OK)
		return false;
	*to = *from;
	if (dash != NULL &&
	    parse_i64((struct slice){dash + 1, n - first - 1}, *from, 999, to) != ERR_OK)
		return false;
	*p += n;
	if (**p == ',') {
		(*p)++;
		return **p != '\0';
	}
	return true;
}

bool http_status_is_sound(const char *list)
{
	int64_t from, to;

	if (*list == '\0')
		return false;
	while (*list != '\0') {
		if (!next_range(&list, &from, &to))
			return false;
	}
	return true;
}

bool http_status_is_listed(const char *list, long status)
{
	int64_t from, to;

	while (*list != '\0' && next_range(&list, &from, &to)) {
		if (status >= from && status <= to)
			return true;
	}
	return false;
}
