/* probe: one probe from here, as a Nagios plugin. The checks and the loop are the agent's own. */
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "base/json_emit.h"
#include "base/judge.h"
#include "base/micro.h"
#include "base/parse.h"
#include "base/secret_params.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "probing/prober.h"

enum { PLUGIN_OK, PLUGIN_WARNING, PLUGIN_CRITICAL, PLUGIN_UNKNOWN };
#define TIMEOUT_DEFAULT_US (5 * US_PER_S)
#define TIMEOUT_MAX_US (300 * US_PER_S)
#define NEVER_AGAIN_US (3600 * US_PER_S)

struct probing {
	const struct options *options;
	const struct check_type *type;
	const struct check_schema *schema;
	const struct judge *warning, *critical;
	const char *values; /* made of oid.NAME=OID; NULL: none is given */
	uv_loop_t loop;
	bool over;
	struct verdict verdict;
};

/* Keys that are the schedule's and the judge's, not the type's. */
static bool is_common_key(struct slice key)
{
	return slice_is(key, "timeout") || slice_is(key, "warning") || slice_is(key, "critical");
}

static struct slice key_of(const char *arg)
{
	return (struct slice){arg, strcspn(arg, "=")};
}

static const char *value_of(void *user, const char *key)
{
	const struct options *o = user;

	for (size_t i = 1; i < o->arg_count; i++) {
		if (slice_is(key_of(o->args[i]), key))
			return o->args[i] + strlen(key) + 1;
	}
	return NULL;
}

/* "oid.NAME": in short what a type that takes `values` asks under this name. */
static bool is_short_key(const struct check_type *type, struct slice key)
{
	return key.n > 4 && memcmp(key.p, "oid.", 4) == 0 &&
	       param_find(type->schema.params, SLICE_LIT("values")) != NULL;
}

static const char *param_of(void *user, const char *key)
{
	const struct probing *p = user;

	if (p->values != NULL && strcmp(key, "values") == 0)
		return p->values;
	return value_of((void *)(uintptr_t)p->options, key);
}

/* The document `values` of all oid.NAME=OID. */
static enum err join_short_keys(struct probing *p, struct arena *arena, struct err_info *info)
{
	const struct options *o = p->options;
	struct buf doc CLEANUP(buf_release);
	struct json_emit j;
	size_t n = 0;

	buf_init(&doc, 65536);
	j = json_emit_to(&doc);
	json_open_object(&j);
	for (size_t i = 1; i < o->arg_count; i++) {
		struct slice key = key_of(o->args[i]);

		if (!is_short_key(p->type, key))
			continue;
		n++;
		json_key(&j, arena_strndup(arena, key.p + 4, key.n - 4));
		json_open_object(&j);
		json_kv_str(&j, "oid", o->args[i] + key.n + 1);
		json_close_object(&j);
	}
	json_close_object(&j);
	if (n > 0 && value_of((void *)(uintptr_t)o, "values") != NULL)
		return err_fail(info, ERR_DUPLICATE,
				"values=... and oid.NAME=... say the same: give one of them");
	if (n > 0)
		p->values = arena_strdup(arena, buf_cstr(&doc));
	return ERR_OK;
}

static enum err check_keys(const struct options *o, const struct check_type *type,
			   struct err_info *info)
{
	for (size_t i = 1; i < o->arg_count; i++) {
		struct slice key = key_of(o->args[i]);
		const char *near;

		if (o->args[i][key.n] == '\0')
			return err_fail(info, ERR_SYNTAX, "'%s' is not KEY=VALUE", o->args[i]);
		for (size_t k = 1; k < i; k++) {
			if (slice_eq(key_of(o->args[k]), key))
				return err_fail(info, ERR_DUPLICATE, "%.*s is given twice",
						(int)key.n, key.p);
		}
		if (is_common_key(key) || is_short_key(type, key) ||
		    param_find(type->schema.params, key) != NULL)
			continue;
		near = param_nearest(type->schema.params, NULL, key);
		return err_fail(info, ERR_UNKNOWN_KEY, "%s has no '%.*s'%s%s%s", type->schema.type,
				(int)key.n, key.p, near != NULL ? "; did you mean '" : "",
				near != NULL ? near : "", near != NULL ? "'?" : "");
	}
	return ERR_OK;
}

static enum err unknown_type(const char *name, struct err_info *info)
{
	char list[200] = "";
	size_t used = 0;

	for (size_t i = 0; i < check_registry_count && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
					 i > 0 ? ", " : "", check_registry[i]->schema.type);
	return err_fail(info, ERR_NOT_FOUND, "there is no check type '%s' (there are %s)", name,
			list);
}

static enum err compile(struct probing *p, const char *key, struct arena *arena,
			const struct judge **ret, struct err_info *info)
{
	const char *text = value_of((void *)(uintptr_t)p->options, key);

	return judge_compile(slice_of(text != NULL ? text : ""), p->schema, arena, ret, info);
}

static enum err open_secrets(const struct options *o, struct secrets **ret, struct err_info *info)
{
	struct findings f;
	enum err e = ERR_OK;

	findings_init(&f);
	*ret = secrets_open(options_get(o, OPTION_SECRETS, NULL), &f);
	if (*ret == NULL)
		e = err_fail(info, ERR_SYNTAX, "%s:%u: %s: %s", f.items[0].file, f.items[0].line,
			     f.items[0].code, f.items[0].text);
	findings_release(&f);
	return e;
}

/* Parameters and what they make the check yield. */
static enum err fill(struct probing *p, struct arena *arena, struct prober_check *ret,
		     struct err_info *info)
{
	struct secrets *secrets = NULL;
	struct secret_params s = {
		.get = param_of, .user = p, .rows = p->type->schema.params, .arena = arena};
	enum err e = open_secrets(p->options, &secrets, info);

	if (e != ERR_OK)
		return e;
	s.secrets = secrets;
	e = prober_fill_params(p->type, secret_params_get, &s, arena, &ret->params, info);
	if (e == ERR_OK)
		e = schema_of_check(&p->type->schema, secret_params_get, &s, arena, &p->schema,
				    info);
	secrets_free(secrets);
	return s.err == ERR_OK ? e : err_fail(info, s.err, "%s", s.info.text);
}

static enum err read_arguments(struct probing *p, struct arena *arena, struct prober_check *ret,
			       struct err_info *info)
{
	void *options = (void *)(uintptr_t)p->options; /* the callback only reads it */
	const char *timeout;
	enum err e;

	p->type = check_type_find(slice_of(p->options->args[0]));
	if (p->type == NULL)
		return unknown_type(p->options->args[0], info);
	ret->type = p->type;
	if ((e = check_keys(p->options, p->type, info)) != ERR_OK ||
	    (e = join_short_keys(p, arena, info)) != ERR_OK ||
	    (e = fill(p, arena, ret, info)) != ERR_OK ||
	    (e = compile(p, "warning", arena, &p->warning, info)) != ERR_OK ||
	    (e = compile(p, "critical", arena, &p->critical, info)) != ERR_OK)
		return e;
	ret->schema = p->schema;
	timeout = value_of(options, "timeout");
	if (timeout != NULL && (parse_duration_us(slice_of(timeout), &ret->timeout_us) != ERR_OK ||
				ret->timeout_us <= 0 || ret->timeout_us > TIMEOUT_MAX_US))
		return err_fail(info, ERR_RANGE,
				"timeout=%s: write a duration up to 5m (2s, 500ms)", timeout);
	return ERR_OK;
}

/* --- running ------------------------------------------------------------------------------------- */

static void take_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct probing *p = user;

	(void)index;
	(void)at;
	if (p->over)
		return;
	p->over = true;
	p->verdict = *v;
	uv_stop(&p->loop);
}

static enum err run_once(struct probing *p, const struct prober_check *check, struct err_info *info)
{
	struct prober_options options = {
		.loop = &p->loop, .in_flight_max = 1, .result = take_result, .user = p};
	struct prober *prober = NULL;
	enum err e;

	if (uv_loop_init(&p->loop) != 0)
		return err_fail(info, ERR_IO, "the event loop does not start");
	e = prober_new(&options, &prober, info);
	if (e == ERR_OK) {
		prober_set_checks(prober, check, 1);
		prober_probe_now(prober, 0);
		uv_run(&p->loop, UV_RUN_DEFAULT);
		prober_free(prober);
		uv_run(&p->loop, UV_RUN_DEFAULT);
	}
	uv_loop_close(&p->loop);
	return e;
}

/* --- telling ------------------------------------------------------------------------------------- */

static int judge_result(const struct probing *p)
{
	size_t n = p->schema->value_count;

	switch (outcome_class(p->verdict.outcome)) {
	case CLASS_BLIND:
		return PLUGIN_UNKNOWN;
	case CLASS_BAD:
		return PLUGIN_CRITICAL;
	case CLASS_OK:
		break;
	}
	if (judge_is_met(p->critical, p->verdict.values, n))
		return PLUGIN_CRITICAL;
	return judge_is_met(p->warning, p->verdict.values, n) ? PLUGIN_WARNING : PLUGIN_OK;
}

/* Which value is past its threshold, where the target itself answered well. */
static void put_reason(const struct probing *p, int state, struct buf *out)
{
	const struct judge *met = state == PLUGIN_CRITICAL ? p->critical : p->warning;
	int i;

	if (outcome_class(p->verdict.outcome) != CLASS_OK || state == PLUGIN_OK)
		return;
	i = judge_first_met(met, p->verdict.values, p->schema->value_count);
	if (i < 0)
		return;
	buf_printf(out, options_is_english(p->options) ? ", but %s = " : ", pero %s = ",
		   p->schema->values[i].name);
	micro_put(out, p->verdict.values[i]);
}

static void write_line(const struct probing *p, int state, struct buf *out)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	const struct check_schema *schema = p->schema;
	const char *bar = " |";

	for (const char *c = schema->type; *c != '\0'; c++)
		buf_putc(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
	buf_printf(out, " %s - %s", words[state],
		   options_is_english(p->options) ? outcome_text_en(p->verdict.outcome)
						  : outcome_text_es(p->verdict.outcome));
	put_reason(p, state, out);
	if (p->verdict.detail[0] != '\0') {
		buf_puts(out, ": ");
		output_put_clean(out, p->verdict.detail);
	}
	for (size_t i = 0; i < schema->value_count; i++) {
		const char *unit = schema->values[i].unit;

		if (p->verdict.values[i] == MICRO_NONE)
			continue;
		buf_printf(out, "%s %s=", bar, schema->values[i].name);
		micro_put(out, p->verdict.values[i]);
		buf_puts(out, strcmp(unit, "s") == 0 || strcmp(unit, "B") == 0 ? unit : "");
		bar = "";
	}
	buf_putc(out, '\n');
}

void probe_cmd_write_help(const struct options *o, struct buf *out)
{
	const struct check_type *type = check_type_find(slice_of(o->args[0]));

	if (type == NULL)
		return;
	buf_printf(out, "\n%s: %s\n\n", type->schema.type, type->schema.help);
	param_document(type->schema.params, out);
	buf_puts(out, "\nYields (for warning and critical):\n");
	if (type->schema.value_count == 0)
		buf_puts(out, "  what `values` names; in short: oid.NAME=OID\n");
	for (size_t i = 0; i < type->schema.value_count; i++)
		buf_printf(out, "  %-14s %s\n", type->schema.values[i].name,
			   type->schema.values[i].help);
}

int probe_cmd_run(const struct options *o)
{
	struct probing p = {.options = o};
	struct prober_check check = {.id = "probe",
				     .interval_us = NEVER_AGAIN_US,
				     .retry_interval_us = NEVER_AGAIN_US,
				     .timeout_us = TIMEOUT_DEFAULT_US};
	struct arena *arena = arena_new();
	struct buf out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	int state = PLUGIN_UNKNOWN;
	enum err e;

	buf_init(&out, 65536);
	e = read_arguments(&p, arena, &check, &info);
	if (e == ERR_OK)
		e = run_once(&p, &check, &info);
	if (e == ERR_OK && !p.over)
		e = err_fail(&info, ERR_TIMEOUT, "the probe did not end");
	if (e == ERR_OK) {
		state = judge_result(&p);
		write_line(&p, state, &out);
		e = output_print(buf_slice(&out), &info);
	}
	if (e != ERR_OK) {
		(void)options_fail(e, &info);
		state = PLUGIN_UNKNOWN;
	}
	arena_wipe(arena);
	return state;
}
