#include "collector/plan_redact.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/param.h"
#include "base/secret_params.h"

static json_t *list(json_t *o, const char *key)
{
	return json_object_get(o, key);
}

/* Keeps these keys of every item of a section, or takes these away. */
static void keep_only(json_t *section, const char *const *keys, size_t count)
{
	json_t *item, *value;
	const char *key;
	size_t i;
	void *tmp;

	json_array_foreach(section, i, item)
	{
		json_object_foreach_safe(item, tmp, key, value)
		{
			bool kept = false;

			for (size_t k = 0; k < count; k++)
				kept = kept || strcmp(keys[k], key) == 0;
			if (!kept)
				json_object_del(item, key);
		}
	}
}

static void take_away(json_t *section, const char *const *keys, size_t count)
{
	json_t *item;
	size_t i;

	json_array_foreach(section, i, item)
	{
		for (size_t k = 0; k < count; k++)
			json_object_del(item, keys[k]);
	}
}

/* --- secrets ------------------------------------------------------------------------------------------ */

static bool may_hold_secret(const struct check_schema *schema, const char *key)
{
	const struct param *row = schema != NULL ? param_find(schema->params, slice_of(key)) : NULL;

	return row != NULL && secret_params_refers(row);
}

/* "https://name:password@host/": what stands before the @ goes. */
static void strip_login(json_t *check, const char *key, const char *text)
{
	const char *host = strstr(text, "://");
	const char *at = host != NULL ? memchr(host + 3, '@', strcspn(host + 3, "/?#")) : NULL;
	struct buf clean CLEANUP(buf_release) = {0};

	if (at == NULL)
		return;
	buf_init(&clean, strlen(text) + 1);
	buf_put(&clean, text, (size_t)(host - text) + 3);
	buf_puts(&clean, at + 1);
	json_object_set_new(check, key, json_string(buf_cstr(&clean)));
}

static void clean_check(json_t *check, const struct schema_list *schemas)
{
	const char *type = json_string_value(json_object_get(check, "type")), *key;
	const struct check_schema *schema =
		type != NULL ? schema_find(schemas, slice_of(type)) : NULL;
	json_t *value;
	void *tmp;

	json_object_foreach_safe(check, tmp, key, value)
	{
		if (may_hold_secret(schema, key))
			json_object_del(check, key);
		else if (json_is_string(value))
			strip_login(check, key, json_string_value(value));
	}
}

static void clean_checks(json_t *plan, const struct schema_list *schemas)
{
	json_t *component, *check;
	size_t i, k;

	json_array_foreach(list(plan, "components"), i, component)
	{
		json_array_foreach(list(component, "checks"), k, check)
		{
			clean_check(check, schemas);
		}
	}
}

/* --- contacts ----------------------------------------------------------------------------------------- */

static void hide_contacts(json_t *plan)
{
	static const char *const to[] = {"to"}, *const ways[] = {"phone", "extension", "email"},
				 *const supplier[] = {"contact", "cases"};
	json_t *person;
	size_t i;

	json_array_foreach(list(plan, "people"), i, person)
	{
		take_away(list(person, "contacts"), to, COUNT_OF(to));
	}
	take_away(list(plan, "directory"), ways, COUNT_OF(ways));
	take_away(list(plan, "suppliers"), supplier, COUNT_OF(supplier));
}

bool plan_redact_tells_contacts(const struct finding *f)
{
	static const char *const codes[] = {
		"shared-contact",  "contact-format",      "two-extensions", "two-emails",
		"foreign-email",   "shared-extension",    "phone-format",   "line-two-ways",
		"one-switchboard", "one-mail-server",     "one-way",        "listed-twice",
		"number-missing",  "office-phone-remote",
	};

	if (f->subject != NULL &&
	    (strncmp(f->subject, "directory:", 10) == 0 || strncmp(f->subject, "person:", 7) == 0))
		return true;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		if (strcmp(f->code, codes[i]) == 0)
			return true;
	}
	return strchr(f->text, '@') != NULL;
}

enum err plan_redact(struct slice plan, const struct schema_list *schemas, bool contacts,
		     struct buf *out, struct err_info *info)
{
	static const char *const channel[] = {"id", "type", "receipt_within", "lines",
					      "carried_by"};
	json_error_t error;
	json_t *root = json_loadb(plan.p, plan.n, 0, &error);
	char *text;

	if (!json_is_object(root)) {
		json_decref(root);
		return err_fail(info, ERR_CORRUPT, "the plan of the journal is not JSON: %s",
				error.text);
	}
	keep_only(list(root, "channels"), channel, COUNT_OF(channel));
	clean_checks(root, schemas);
	if (!contacts)
		hide_contacts(root);
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (text == NULL)
		abort();
	buf_puts(out, text);
	free(text);
	return ERR_OK;
}
