#include "base/secret_ref.h"

#include <ctype.h>
#include <string.h>

static const char opening[] = "${secret:";

bool secret_ref_find(struct slice text, size_t from, struct secret_ref *ret)
{
	const size_t n = sizeof(opening) - 1;

	for (size_t i = from; i + n <= text.n; i++) {
		const char *close;

		if (memcmp(text.p + i, opening, n) != 0)
			continue;
		close = memchr(text.p + i + n, '}', text.n - i - n);
		if (close == NULL)
			return false;
		ret->from = i;
		ret->to = (size_t)(close - text.p) + 1;
		ret->name = (struct slice){text.p + i + n, ret->to - 1 - i - n};
		return true;
	}
	return false;
}

bool secret_ref_is_name(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (!isalnum((unsigned char)name.p[i]) && strchr("._-", name.p[i]) == NULL)
			return false;
	}
	return name.n >= 1 && name.n <= 63 && memchr(name.p, '\0', name.n) == NULL;
}

bool secret_ref_is_one(struct slice text)
{
	struct secret_ref r;

	return secret_ref_find(text, 0, &r) && r.from == 0 && r.to == text.n &&
	       secret_ref_is_name(r.name);
}
