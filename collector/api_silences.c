/* Before a window or silence is written down: whose signature it will need. Asked of the engine's own rule, so that the answer and what
 * happens then cannot differ. */
#include "base/json_emit.h"
#include "collector/api_impl.h"

static const char *const keys[] = {"check", "component", "site", "service", "from", "until"};

/* The query in the very words of the act; answers when one is wrong. */
static bool read_given(struct exchange *x, const struct plan *plan, struct act_args *ret)
{
	struct wall_time now = clock_now(&x->c->clock);
	struct err_info info = {0};
	enum err e = ERR_OK;

	for (size_t k = 0; k < COUNT_OF(keys) && e == ERR_OK; k++) {
		const char *value = http_query(x->r, keys[k]);

		if (value != NULL)
			e = act_args_read(ret, ACT_WINDOW, plan, now, slice_of(keys[k]),
					  slice_of(value), &info);
	}
	if (e == ERR_OK)
		e = act_args_check(ret, ACT_WINDOW, &info);
	if (e == ERR_OK && ((ret->given & ACT_SCOPE) == 0 ||
			    ((ret->given & ACT_SCOPE) & ((ret->given & ACT_SCOPE) - 1)) != 0))
		e = err_fail(&info, ERR_SYNTAX,
			     "name one thing: check, component, site or service");
	if (e == ERR_OK)
		return true;
	http_answer_error(x->r, e == ERR_NOT_FOUND ? 404 : 400,
			  e == ERR_NOT_FOUND ? "not-found" : "malformed", "%s", info.text);
	return false;
}

void api_silences_needs(struct exchange *x)
{
	const struct engine *e = core_engine(x->c->core);
	const struct plan *plan = view_plan(e);
	struct act_args args = {0};
	struct json_emit j;
	struct buf body;
	uint32_t jornada;

	if (!read_given(x, plan, &args))
		return;
	buf_init(&body, 1024);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "needs",
		    view_silence_needs(e, &args,
				       act_given(&args, ACT_HAS(FROM)) ? args.from
								       : clock_now(&x->c->clock),
				       &jornada));
	json_kv_str(&j, "freeze", jornada != PLAN_NONE ? plan->jornadas[jornada].name : NULL);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}
