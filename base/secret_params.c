#include "base/secret_params.h"

enum { VALUE_MAX = 64 << 10 };

const char *secret_params_get(void *user, const char *key)
{
	struct secret_params *s = user;
	const char *text = s->get(s->user, key);
	const struct param *row = param_find(s->rows, slice_of(key));
	struct err_info why;
	struct buf value;
	enum err e;

	if (text == NULL || row == NULL || !secret_params_refers(row))
		return text;
	buf_init(&value, VALUE_MAX);
	e = secrets_expand(s->secrets, text, &value, &why);
	text = arena_strdup(s->arena, e == ERR_OK ? buf_cstr(&value) : "");
	secrets_wipe(&value);
	if (e != ERR_OK && s->err == ERR_OK)
		s->err = err_fail(&s->info, e, "%s: %.400s", key, why.text);
	return text;
}
