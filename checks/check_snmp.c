/* check_snmp.c - numbers that one device tells over SNMP: which, and what is made of them, says the check itself
 * (checks/snmp_program.h, docs/SNMP.md). */
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "checks/check.h"
#include "checks/snmp_params.h"
#include "checks/snmp_poll.h"
#include "checks/snmp_program.h"

extern const struct check_type check_snmp;

struct snmp_check_params {
	const char *address, *values;
	struct snmp_params snmp;
	const struct snmp_program *program; /* of `values` */
};
struct snmp_check_state {
	struct snmp_poll poll;
	bool begun;
	char address[ADDRESS_TEXT_SIZE]; /* numeric */
};

static const struct param snmp_check_params[] = {
	PARAM_STR(struct snmp_check_params, address, "address", NULL, PARAM_REQUIRED,
		  "numeric address or name"),
	PARAM_DOC(struct snmp_check_params, values, "values", PARAM_REQUIRED,
		  "what is asked and what it yields, by name: see SNMP.md"),
	SNMP_PARAMS(struct snmp_check_params, snmp),
	PARAM_END,
};

static enum err snmp_derive(const struct check_schema *type, param_getter get, void *user,
			    struct arena *arena, const struct check_schema **ret,
			    struct err_info *info)
{
	const struct snmp_program *program;
	const char *values = get(user, "values");
	struct arena *own; /* a program is some ten times its schema */
	enum err e;

	if (values == NULL)
		return err_fail(info, ERR_SYNTAX, "values: missing: what is asked of the device");
	own = arena_new();
	e = snmp_program_compile(slice_of(values), own, &program, info);
	if (e == ERR_OK)
		*ret = schema_copy(arena, snmp_program_schema(program, type, own));
	arena_free(own);
	return e;
}

static enum err snmp_validate(const void *params, struct err_info *info)
{
	return snmp_params_validate(&((const struct snmp_check_params *)params)->snmp, info);
}

static enum err snmp_compile(void *params, struct arena *arena, struct err_info *info)
{
	struct snmp_check_params *p = params;

	return snmp_program_compile(slice_of(p->values), arena, &p->program, info);
}

static struct check_step finish(struct probe *p)
{
	const struct snmp_check_state *s = p->state;

	p->verdict.outcome = snmp_poll_result(&s->poll, p->verdict.values, p->verdict.detail,
					      sizeof(p->verdict.detail));
	return (struct check_step){.kind = STEP_DONE};
}

static struct check_step go_on(struct probe *p)
{
	struct snmp_check_state *s = p->state;
	struct snmp_ask *ask = snmp_poll_next(&s->poll);

	if (ask == NULL)
		return finish(p);
	return (struct check_step){
		.kind = STEP_WAIT_SNMP, .snmp = {ask}, .snmp_count = 1, .deadline = p->deadline};
}

static struct check_step begin(struct probe *p, const char *address)
{
	const struct snmp_check_params *params = p->params;
	struct snmp_check_state *s = p->state;
	struct snmp_target target;

	snprintf(s->address, sizeof(s->address), "%s", address);
	target = snmp_params_target(&params->snmp, s->address);
	snmp_poll_begin(&s->poll, params->program, p->memory, &target,
			(uint32_t)params->snmp.rows_max);
	s->poll.deadline = p->deadline;
	s->poll.wall = p->wall_started;
	s->begun = true;
	return go_on(p);
}

static struct check_step snmp_start(struct probe *p, struct mono_time now)
{
	const struct snmp_check_params *params = p->params;

	(void)now;
	if (parse_is_address(params->address))
		return begin(p, params->address);
	return (struct check_step){
		.kind = STEP_WAIT_NAME, .host = params->address, .deadline = p->deadline};
}

static struct check_step snmp_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	struct snmp_check_state *s = p->state;

	(void)ready;
	if (s->begun) {
		snmp_poll_take(&s->poll, now);
		return go_on(p);
	}
	if (p->resolved.outcome != OUTCOME_OK) {
		p->verdict.outcome = p->resolved.outcome;
		return (struct check_step){.kind = STEP_DONE};
	}
	return begin(p, p->resolved.address[0]);
}

static void snmp_stop(struct probe *p)
{
	snmp_poll_end(&((struct snmp_check_state *)p->state)->poll);
}

static void snmp_forget(void *memory)
{
	snmp_memory_release(memory);
}

const struct check_type check_snmp = {
	.schema = {.type = "snmp",
		   .help = "numbers that a device tells over SNMP",
		   .params = snmp_check_params,
		   .derive = snmp_derive},
	.params_size = sizeof(struct snmp_check_params),
	.state_size = sizeof(struct snmp_check_state),
	.memory_size = sizeof(struct snmp_memory),
	.forget = snmp_forget,
	.validate = snmp_validate,
	.compile = snmp_compile,
	.start = snmp_start,
	.resume = snmp_resume,
	.stop = snmp_stop,
};
