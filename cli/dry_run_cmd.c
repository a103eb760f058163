/* plan dry-run: one service fails, on paper; and the proof over all sets of silent people. */
#include <stdio.h>

#include "base/json_emit.h"
#include "base/parse.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/played.h"
#include "cli/words.h"
#include "plan/plan_file.h"
#include "play/dry_run.h"
#include "play/silent_sets.h"
#include "play/told_json.h"

enum { TEXT_MAX = 64 << 20, NAMED_MAX = 40 };
#define ANSWERS_DEFAULT "*=60s"

struct page {
	const struct options *o;
	const struct plan *plan;
	struct buf out;
	struct json_emit j;
	bool english, json;
	const char *answers;
};

static void put_after(struct buf *out, int64_t us)
{
	char text[32];

	format_duration(text, sizeof(text), us);
	buf_puts(out, text);
}

/* --- one day ------------------------------------------------------------------------------------------------ */

static void put_day(struct page *p, const struct dry_run_setup *setup, const struct dry_run *d)
{
	const struct plan_service *s = &p->plan->services[setup->service];
	struct buf *out = &p->out;

	buf_puts(out, p->english ? "DRY RUN  " : "EN SECO  ");
	output_put_clean(out, s->name);
	buf_printf(out, " (%s)  RTO ", s->id);
	put_after(out, s->rto_us);
	buf_puts(out, p->english ? "\n  fails: " : "\n  falla: ");
	for (size_t i = 0; i < d->failed_count; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", p->plan->components[d->failed[i]].id);
	buf_puts(out, p->english ? "\n  answers: " : "\n  respuestas: ");
	output_put_clean(out, p->answers);
	buf_puts(out, p->english
			      ? "\n  times count from the first bad sample, where the RTO begins\n"
			      : "\n  los tiempos cuentan desde la primera muestra mala, donde "
				"comienza el RTO\n");
	played_put_since(out, &d->world->record, d->began, p->english);
	if (!d->decided) {
		buf_puts(out, p->english ? "NO DECISION\n" : "SIN DECISIÓN\n");
		return;
	}
	buf_puts(out, words_of(incident_state_word(d->decision), p->english));
	buf_puts(out, p->english ? " after " : " a los ");
	put_after(out, wall_diff_us(d->decided_at, d->began));
	buf_puts(out, dry_run_is_in_time(d)
			      ? (p->english ? ", within the RTO\n" : ", dentro del RTO\n")
			      : (p->english ? ", LATER THAN THE RTO\n" : ", DESPUÉS DEL RTO\n"));
}

static int one_day(struct page *p, const struct dry_run_setup *setup)
{
	struct err_info info = {0};
	struct dry_run d;
	enum err e = dry_run_play(setup, &d, &info);

	if (e == ERR_OK && p->json) {
		told_put_dry_run(&p->j, setup, &d, p->answers, true);
		buf_putc(&p->out, '\n');
	} else if (e == ERR_OK) {
		put_day(p, setup, &d);
	}
	dry_run_release(&d);
	return e == ERR_OK ? EXIT_OK : options_fail_text(EXIT_UNUSABLE, "%s", info.text);
}

/* --- all silent --------------------------------------------------------------------------------------------- */

static void put_set(struct page *p, const struct silent_set *s)
{
	struct buf *out = &p->out;

	buf_puts(out, "    ");
	for (size_t i = 0; i < s->count; i++)
		buf_printf(out, "%s%s", i > 0 ? " + " : "", p->plan->people[s->people[i]].id);
	if (s->count == 0)
		buf_puts(out,
			 p->english ? "even with everybody answering" : "aun si todos contestan");
	buf_puts(out, ": ");
	if (s->decided) {
		buf_puts(out, p->english ? "decided only after " : "se decide hasta los ");
		put_after(out, s->after_us);
	} else {
		buf_puts(out, p->english ? "no decision" : "sin decisión");
	}
	buf_putc(out, '\n');
}

static void put_proof(struct page *p, uint32_t service, size_t n, const struct silent_proof *f)
{
	struct buf *out = &p->out;
	size_t shown = 0, minimal = 0;

	buf_printf(out, "  %s  RTO ", p->plan->services[service].id);
	put_after(out, p->plan->services[service].rto_us);
	if (!f->asks) {
		buf_puts(out, p->english ? ": its policy asks for no decision\n"
					 : ": su política no pide decisión\n");
		return;
	}
	buf_printf(out,
		   p->english ? ": %zu people, %zu sets of up to %zu silent ones (%zu played, the "
				"rest follow): %zu fail"
			      : ": %zu personas, %zu conjuntos de hasta %zu en silencio (%zu "
				"jugados, el resto se deduce): %zu fallan",
		   f->people, f->sets, n, f->played, f->failing_count);
	if (f->failing_count < f->sets) {
		buf_puts(out, p->english ? "; latest decision of the others "
					 : "; decisión más tardía de los demás ");
		put_after(out, f->worst_us);
	}
	buf_putc(out, '\n');
	for (size_t i = 0; i < f->failing_count; i++) {
		minimal += f->failing[i].minimal;
		if (f->failing[i].minimal && shown++ < NAMED_MAX)
			put_set(p, &f->failing[i]);
	}
	if (minimal > NAMED_MAX)
		buf_printf(out, p->english ? "    ... and %zu more\n" : "    ... y %zu más\n",
			   minimal - NAMED_MAX);
	if (f->failing_count > minimal)
		buf_printf(out,
			   p->english ? "    and %zu larger sets that contain one of these\n"
				      : "    y %zu conjuntos mayores que contienen uno de estos\n",
			   f->failing_count - minimal);
}

static int one_proof(struct page *p, const struct dry_run_setup *setup, size_t n, bool only)
{
	struct err_info info = {0};
	struct silent_proof f;
	enum err e = silent_prove(setup, n, &f, &info);
	int code = f.failing_count > 0 || (only && !f.asks) ? EXIT_NO : EXIT_OK;

	if (e == ERR_OK && p->json)
		told_put_proof(&p->j, p->plan, setup->service, &f);
	else if (e == ERR_OK)
		put_proof(p, setup->service, n, &f);
	silent_proof_release(&f);
	return e == ERR_OK ? code : options_fail_text(EXIT_UNUSABLE, "%s", info.text);
}

static void put_assumptions(struct page *p)
{
	buf_puts(&p->out, p->english ? "PROOF BY EXHAUSTION: is it decided within the RTO, whoever "
				       "is silent?\n  answers of the others: "
				     : "PRUEBA EXHAUSTIVA: ¿se decide dentro del RTO, calle quien "
				       "calle?\n  respuestas de los demás: ");
	output_put_clean(&p->out, p->answers);
	buf_puts(&p->out,
		 p->english
			 ? "\n  assumed: every message arrives; who is asked decides after that "
			   "time; the coordinator\n  who was reached declares after it once it is "
			   "authorised; nothing else fails\n"
			 : "\n  se supone: todo mensaje llega; a quien se pide, decide en ese "
			   "tiempo; la coordinación\n  ya enterada declara en ese tiempo tras la "
			   "autorización; no falla nada más\n");
}

static int prove(struct page *p, struct dry_run_setup *setup, size_t n, bool only)
{
	int worst = EXIT_OK;
	uint32_t from = only ? setup->service : 0;
	uint32_t to = only ? setup->service + 1 : p->plan->service_count;

	if (p->json) {
		json_open_object(&p->j);
		json_kv_i64(&p->j, "silent", (int64_t)n);
		json_kv_str(&p->j, "answers", p->answers);
		json_key(&p->j, "services");
		json_open_array(&p->j);
	} else {
		put_assumptions(p);
	}
	for (setup->service = from; setup->service < to && worst != EXIT_UNUSABLE;
	     setup->service++) {
		int code = one_proof(p, setup, n, only);

		worst = code > worst ? code : worst;
	}
	if (p->json) {
		json_close_array(&p->j);
		json_kv_bool(&p->j, "holds", worst == EXIT_OK);
		json_close_object(&p->j);
		buf_putc(&p->out, '\n');
	} else {
		buf_puts(&p->out, worst == EXIT_OK
					  ? (p->english ? "IT HOLDS\n" : "SE CUMPLE\n")
					  : (p->english ? "IT DOES NOT HOLD\n" : "NO SE CUMPLE\n"));
	}
	return worst;
}

/* --- the command -------------------------------------------------------------------------------------------- */

static int run(struct page *p, struct dry_run_setup *setup)
{
	const char *service = options_get(p->o, OPTION_SERVICE, NULL);
	const char *silent = options_get(p->o, OPTION_ALL_SILENT, NULL);
	int64_t n = 0;

	if (service == NULL && silent == NULL)
		return options_fail_text(EXIT_UNUSABLE, "--service ID or --all-silent N is needed");
	if (silent != NULL && parse_i64(slice_of(silent), 1, SILENT_MAX, &n) != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "--all-silent is 1, 2 or 3, not '%s'",
					 silent);
	if (service != NULL) {
		struct err_info info = {0};

		if (dry_run_find_service(p->plan, service, &setup->service, &info) != ERR_OK)
			return options_fail_text(EXIT_UNUSABLE, "%s", info.text);
	}
	return silent != NULL ? prove(p, setup, (size_t)n, service != NULL) : one_day(p, setup);
}

int dry_run_cmd_run(const struct options *o)
{
	struct page p = {.o = o,
			 .english = options_is_english(o),
			 .json = options_has(o, OPTION_JSON),
			 .answers = options_get(o, OPTION_ANSWERS, ANSWERS_DEFAULT)};
	struct plan *plan = plan_cmd_load(o->args[0]);
	struct habits *habits = habits_new();
	struct err_info info = {0};
	int code = EXIT_UNUSABLE;
	enum err e;

	buf_init(&p.out, TEXT_MAX);
	p.plan = plan;
	p.j = json_emit_to(&p.out);
	if (plan != NULL && (dry_run_read_answers(ANSWERS_DEFAULT, plan, habits, &info) != ERR_OK ||
			     dry_run_read_answers(p.answers, plan, habits, &info) != ERR_OK))
		(void)options_fail_text(code, "--answers: %s", info.text);
	else if (plan != NULL)
		code = run(&p, &(struct dry_run_setup){
				       .plan = plan, .habits = habits, .schemas = &check_schemas});
	if (code != EXIT_UNUSABLE) {
		e = output_print(buf_slice(&p.out), &info);
		code = e == ERR_OK ? code : options_fail(e, &info);
	}
	buf_release(&p.out);
	habits_free(habits);
	plan_free(plan);
	return code;
}
