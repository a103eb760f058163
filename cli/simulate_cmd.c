/* simulate: a scenario played through the engine, on the pace of the plan. */
#include <stdio.h>
#include <unistd.h>

#include "base/json_emit.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/played.h"
#include "plan/plan_file.h"
#include "play/stage.h"
#include "play/told_json.h"

enum { TEXT_MAX = 256 << 20 };

static void put_expectation(struct buf *out, const struct stage_judged *e)
{
	buf_puts(out, e->what->verb->name);
	for (size_t i = 0; i < e->what->count; i++) {
		buf_putc(out, ' ');
		output_put_clean(out, e->what->words[i]);
	}
}

static void put_text(struct buf *out, const struct stage *s, bool english)
{
	char from[TIMEFMT_SIZE], to[TIMEFMT_SIZE];
	size_t held = 0;

	timefmt_local(from, s->world->start);
	timefmt_local(to, s->world->now);
	buf_puts(out, english ? "SIMULATION  " : "SIMULACIÓN  ");
	output_put_clean(out, s->scenario->promise);
	buf_printf(out, "\n  %s - %s\n", from, to);
	played_put(out, &s->world->record, english);
	if (s->judged_count > 0)
		buf_puts(out, english ? "EXPECTATIONS\n" : "LO QUE SE ESPERABA\n");
	for (size_t i = 0; i < s->judged_count; i++) {
		buf_printf(out, "  %s  %u: ",
			   s->judged[i].held ? (english ? "holds" : "cumple")
					     : (english ? "FAILS" : "FALLA"),
			   s->judged[i].line);
		put_expectation(out, &s->judged[i]);
		buf_putc(out, '\n');
		held += s->judged[i].held;
	}
	buf_printf(out, english ? "%zu of %zu expectations hold\n" : "%zu de %zu se cumplen\n",
		   held, s->judged_count);
}

static void put_json(struct buf *out, const struct stage *s)
{
	struct json_emit j = json_emit_to(out);
	struct buf text CLEANUP(buf_release);

	buf_init(&text, 1u << 16);
	json_open_object(&j);
	json_kv_str(&j, "promise", s->scenario->promise);
	json_kv_bool(&j, "held", s->verdict == STAGE_HELD);
	json_kv_time(&j, "start", s->world->start);
	json_kv_time(&j, "end", s->world->now);
	json_key(&j, "expectations");
	json_open_array(&j);
	for (size_t i = 0; i < s->judged_count; i++) {
		buf_reset(&text);
		put_expectation(&text, &s->judged[i]);
		json_open_object(&j);
		json_kv_i64(&j, "line", s->judged[i].line);
		json_kv_str(&j, "text", buf_cstr(&text));
		json_kv_bool(&j, "held", s->judged[i].held);
		json_close_object(&j);
	}
	json_close_array(&j);
	told_put_json(&j, &s->world->record, true);
	json_close_object(&j);
	buf_putc(out, '\n');
}

static int play(const struct options *o, const struct scenario *scenario, const struct plan *plan,
		const uint64_t *seed)
{
	struct buf out CLEANUP(buf_release);
	struct err_info info = {0};
	struct stage s;
	enum err e = ERR_OK;
	int code;

	buf_init(&out, TEXT_MAX);
	stage_play(&s, scenario,
		   &(struct stage_options){.plan = plan,
					   .schemas = &check_schemas,
					   .pace = PLAY_AS_PLANNED,
					   .seed = seed});
	code = s.verdict == STAGE_HELD     ? EXIT_OK
	       : s.verdict == STAGE_FAILED ? EXIT_NO
					   : EXIT_UNUSABLE;
	if (code != EXIT_UNUSABLE && options_has(o, OPTION_JSON))
		put_json(&out, &s);
	else if (code != EXIT_UNUSABLE)
		put_text(&out, &s, options_is_english(o));
	if (code != EXIT_OK)
		fputs(buf_cstr(&s.report), stderr);
	stage_release(&s);
	if (!buf_is_ok(&out))
		return options_fail_text(EXIT_UNUSABLE, "the output would be larger than %d MiB",
					 TEXT_MAX >> 20);
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? code : options_fail(e, &info);
}

int simulate_cmd_run(const struct options *o)
{
	struct arena *arena = arena_new();
	struct err_info info = {0};
	struct scenario scenario;
	struct plan *plan = NULL;
	int64_t seed = 0;
	int code = EXIT_UNUSABLE;

	if (options_has(o, OPTION_SEED) &&
	    parse_i64(slice_of(options_get(o, OPTION_SEED, "")), 0, INT64_MAX, &seed) != ERR_OK)
		(void)options_fail_text(code, "--seed is a number from 0, not '%s'",
					options_get(o, OPTION_SEED, ""));
	else if (scenario_read(o->args[1], stage_verbs, arena, &scenario, &info) != ERR_OK)
		(void)options_fail_text(code, "%s", info.text);
	else
		plan = plan_cmd_load(o->args[0]);
	if (plan != NULL)
		code = play(o, &scenario, plan,
			    options_has(o, OPTION_SEED) ? &(uint64_t){(uint64_t)seed} : NULL);
	arena_free(arena);
	return code;
}
