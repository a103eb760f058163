/* trap: what a device says by itself (docs/SNMP.md "Traps"). Passive: a probe sends nothing, it tells what the agent's
 * receiver has heard for this check since the last one. Nobody confirms a trap and anybody can forge one, so that it
 * never says that the component fails. */
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "checks/check.h"
#include "checks/check_trap.h"
#include "checks/trap_book.h"

static const char *const others_words[] = {"count", "tell", NULL};

static const struct param trap_params[] = {
	PARAM_STR(struct trap_params, address, "address", NULL, 0,
		  "numeric address of the device (default: that of the component)"),
	PARAM_LIST(struct trap_params, sources, "sources", NULL, TRAP_ADDRESSES_MAX, 0,
		   "more numeric addresses of the device"),
	PARAM_LIST(struct trap_params, nat, "nat", NULL, TRAP_ADDRESSES_MAX, 0,
		   "addresses from which its packets arrive translated; they must name one of its "
		   "own"),
	PARAM_DOC(struct trap_params, when_text, "when", 0,
		  "what a notification must hold to be this device's: {oid, is} or {oid, like}"),
	PARAM_DOC(struct trap_params, notifications, "notifications", PARAM_REQUIRED,
		  "what its notifications mean (SNMP.md)"),
	PARAM_ENUM(struct trap_params, others, "others", "count", others_words, 0,
		   "what fits no entry: only counted, or told as well"),
	PARAM_INT(struct trap_params, budget, "budget", "20", 1, 600, 0,
		  "told in the timeline a minute at most"),
	PARAM_END,
};

static const struct value_desc values[TRAP_VALUE_COUNT] = {
	[TRAP_VALUE_OPEN] = {"open", "", "alarms raised and not cleared"},
	[TRAP_VALUE_WORST] = {"worst", "", "the severity of the worst of them"},
	[TRAP_VALUE_HEARD] = {"heard", "", "notifications since the last result"},
};

static const struct value_word words[] = {
#define X(sym, word) {TRAP_VALUE_WORST, TRAP_##sym * MICRO, word},
	TRAP_SEVERITIES(X)
#undef X
};

static enum err judge_addresses(struct slice list, const char *key, struct err_info *info)
{
	struct slice item;
	char text[PARAM_ITEM_MAX + 1];

	while (param_next_item(&list, &item)) {
		snprintf(text, sizeof(text), "%.*s", (int)item.n, item.p);
		if (!parse_is_address(text))
			return err_fail(info, ERR_SYNTAX, "%s: '%s' is no numeric address", key,
					text);
	}
	return ERR_OK;
}

static struct slice list_of(const char *text)
{
	return slice_of(text != NULL ? text : "");
}

static enum err judge_texts(param_getter get, void *user, struct err_info *info)
{
	const char *address = get(user, "address"), *sources = get(user, "sources");
	enum err e = judge_addresses(list_of(sources), "sources", info);

	/* The component's may be a name; then the sources count. */
	if (e == ERR_OK && (sources == NULL || sources[0] == '\0'))
		e = judge_addresses(list_of(address), "address", info);
	if (e == ERR_OK)
		e = judge_addresses(list_of(get(user, "nat")), "nat", info);
	if (e == ERR_OK && (address == NULL || address[0] == '\0') &&
	    (sources == NULL || sources[0] == '\0'))
		e = err_fail(info, ERR_NOT_FOUND,
			     "neither 'address' nor 'sources' is given, and the component has no "
			     "address: whose notifications are these?");
	return e;
}

/* All yield the same; what the parameters say is judged here, so that the author of a plan is told. */
static enum err derive(const struct check_schema *type, param_getter get, void *user,
		       struct arena *arena, const struct check_schema **ret, struct err_info *info)
{
	const char *when = get(user, "when"), *notifications = get(user, "notifications");
	struct arena *scratch = arena_new();
	const struct trap_conditions *conditions;
	const struct trap_rules *rules;
	struct check_schema *made;
	enum err e = judge_texts(get, user, info);

	if (e == ERR_OK && when != NULL)
		e = trap_conditions_compile(when, scratch, &conditions, info);
	if (e == ERR_OK && notifications != NULL)
		e = trap_rules_compile(notifications, scratch, &rules, info);
	arena_free(scratch);
	if (e != ERR_OK)
		return e;
	made = arena_calloc(arena, 1, sizeof(*made));
	*made = *type;
	made->derive = NULL;
	*ret = made;
	return ERR_OK;
}

static enum err compile(void *params, struct arena *arena, struct err_info *info)
{
	struct trap_params *p = params;
	enum err e = ERR_OK;

	if (p->when_text != NULL)
		e = trap_conditions_compile(p->when_text, arena, &p->when, info);
	return e == ERR_OK ? trap_rules_compile(p->notifications, arena, &p->rules, info) : e;
}

static struct check_step trap_start(struct probe *p, struct mono_time now)
{
	if (p->heard == NULL) {
		p->verdict.outcome = OUTCOME_SOURCE_MISSING;
		snprintf(p->verdict.detail, sizeof(p->verdict.detail),
			 "nothing is heard here: only an agent with 'traps' in its configuration "
			 "has a receiver");
		return (struct check_step){.kind = STEP_DONE};
	}
	trap_book_settle(p->heard, (struct trap_now){p->wall_started, now});
	trap_book_values(p->heard, p->verdict.values);
	p->verdict.outcome = OUTCOME_OK;
	return (struct check_step){.kind = STEP_DONE};
}

static struct check_step trap_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	(void)p;
	(void)now;
	(void)ready;
	return (struct check_step){.kind = STEP_DONE};
}

static void trap_stop(struct probe *p)
{
	(void)p;
}

const struct check_type check_trap = {
	.schema = {.type = "trap",
		   .help = "what a device says by itself: SNMP traps and informs",
		   .params = trap_params,
		   .values = values,
		   .value_count = TRAP_VALUE_COUNT,
		   .words = words,
		   .word_count = COUNT_OF(words),
		   .derive = derive,
		   .of_condition = true},
	.params_size = sizeof(struct trap_params),
	.compile = compile,
	.start = trap_start,
	.resume = trap_resume,
	.stop = trap_stop,
};
