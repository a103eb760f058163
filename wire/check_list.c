#include "wire/check_list.h"

#include <jansson.h>

#include "base/instant.h"

static const char *text_of(const json_t *object, const char *key, struct arena *arena)
{
	const char *s = json_string_value(json_object_get(object, key));

	return arena_strdup(arena, s != NULL ? s : "");
}

static bool duration_of(const json_t *object, const char *key, int64_t *ret)
{
	const json_t *v = json_object_get(object, key);
	double s = json_number_value(v);

	if (!json_is_number(v) || s < 0.001 || s > 7.0 * 86400)
		return false;
	*ret = (int64_t)(s * (double)US_PER_S + 0.5);
	return true;
}

static enum err decode_params(json_t *object, struct arena *arena, struct wire_check *c,
			      struct err_info *info)
{
	struct wire_param *params = arena_calloc(arena, json_object_size(object), sizeof(*params));
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (!json_is_string(value))
			return err_fail(info, ERR_SYNTAX, "check '%s': parameter '%s' is not text",
					c->id, key);
		params[c->param_count].key = arena_strdup(arena, key);
		params[c->param_count++].value = arena_strdup(arena, json_string_value(value));
	}
	c->params = params;
	return ERR_OK;
}

static enum err decode_one(const json_t *object, struct arena *arena, struct wire_check *c,
			   struct err_info *info)
{
	c->id = text_of(object, "id", arena);
	c->type = text_of(object, "type", arena);
	c->warning = text_of(object, "warning", arena);
	c->critical = text_of(object, "critical", arena);
	if (c->id[0] == '\0' || c->type[0] == '\0' ||
	    !duration_of(object, "interval", &c->interval_us) ||
	    !duration_of(object, "retry_interval", &c->retry_interval_us) ||
	    !duration_of(object, "timeout", &c->timeout_us))
		return err_fail(info, ERR_SYNTAX,
				"check '%s' lacks id, type, interval, retry_interval or timeout",
				c->id);
	return decode_params(json_object_get(object, "params"), arena, c, info);
}

enum err check_list_decode(struct slice text, struct arena *arena, struct wire_check_list *ret,
			   struct err_info *info)
{
	json_error_t error;
	json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &error), *list;
	enum err e = ERR_OK;

	if (root == NULL)
		return err_fail(info, ERR_SYNTAX, "line %d: %s", error.line, error.text);
	list = json_object_get(root, "checks");
	*ret = (struct wire_check_list){.plan = text_of(root, "plan", arena),
					.agent = text_of(root, "agent", arena)};
	if (!json_is_array(list) || json_array_size(list) > CHECK_LIST_MAX || ret->plan[0] == '\0')
		e = err_fail(info, ERR_SYNTAX, "no list of checks with its plan");
	if (e == ERR_OK)
		ret->checks = arena_calloc(arena, json_array_size(list), sizeof(*ret->checks));
	for (size_t i = 0; e == ERR_OK && i < json_array_size(list); i++)
		e = decode_one(json_array_get(list, i), arena, &ret->checks[ret->count++], info);
	json_decref(root);
	return e;
}
