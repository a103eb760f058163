/* vigia snmp identify: what a device is, which profile fits it, what that profile would poll and what of it the device really
 * answers, and how it would stand in the plan. The checks are those that a plan with this one component would hold: the
 * profile is carried out by the plan's own loader and asked with the check's own poll. */
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "base/json_emit.h"
#include "base/micro.h"
#include "checks/snmp_poll.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/snmp_session.h"
#include "plan/plan_file.h"
#include "plan/profile_shelf.h"

enum { NAMES_MAX = 200, TEXT_SIZE = 1500, OUT_MAX = 4 << 20, PLAN_MAX = 64 << 10 };
#define FIRST_WITHIN_US (60 * US_PER_S)
#define CHECK_WITHIN_US (120 * US_PER_S)

/* RFC 3418: what every agent says of itself, in one small request. */
enum { SYS_DESCR, SYS_OBJECT_ID, SYS_UPTIME, SYS_NAME, SYS_COUNT };
static const char *const system_oids[] = {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0",
					  "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0"};

struct device {
	struct snmp_session *session;
	struct arena *arena;
	bool english;
	char descr[TEXT_SIZE], object_id[TEXT_SIZE], name[TEXT_SIZE];
	int64_t up_s; /* -1: not told */
	struct profile_match match;
	const struct plan *plan;
	struct json_emit *json; /* NULL: text */
	struct buf *out;
};

static const char *say(const struct device *d, const char *es, const char *en)
{
	return d->english ? en : es;
}

/* --- what it is ----------------------------------------------------------------------------------------- */

static void keep_text(char dst[TEXT_SIZE], const struct snmp_item *item)
{
	const struct snmp_value *v = &item->rows[0].value;
	size_t n = 0;

	if (item->row_count == 0)
		return;
	if (v->kind == SNMP_NAME)
		snmp_oid_format(v->name, dst, TEXT_SIZE);
	if (v->kind != SNMP_OCTETS)
		return;
	for (size_t i = 0; i < v->octets.n && n < TEXT_SIZE - 1; i++) {
		char c = v->octets.p[i];

		dst[n++] = (unsigned char)c < 0x20 ? ' ' : c;
	}
	dst[n] = '\0';
}

static enum err ask_system(struct device *d, struct err_info *info)
{
	struct snmp_item items[SYS_COUNT] = {0};
	struct snmp_ask ask = {.items = items, .item_count = SYS_COUNT, .memory = d->arena};
	enum err e;

	for (size_t i = 0; i < SYS_COUNT; i++) {
		items[i].kind = SNMP_GET;
		if (!snmp_oid_parse(slice_of(system_oids[i]), d->arena, &items[i].oid))
			return err_fail(info, ERR_SYNTAX, "%s", system_oids[i]);
	}
	e = snmp_session_ask(d->session, &ask, FIRST_WITHIN_US, d->english, info);
	if (e != ERR_OK)
		return e;
	keep_text(d->descr, &items[SYS_DESCR]);
	keep_text(d->object_id, &items[SYS_OBJECT_ID]);
	keep_text(d->name, &items[SYS_NAME]);
	d->up_s = items[SYS_UPTIME].row_count > 0 &&
				  items[SYS_UPTIME].rows[0].value.kind == SNMP_UNSIGNED
			  ? (int64_t)(items[SYS_UPTIME].rows[0].value.u / 100)
			  : -1;
	return ERR_OK;
}

/* --- what would be polled -------------------------------------------------------------------------------- */

/* A plan of this one device. Its credentials only have to be well formed: what is asked is asked with the session's. */
static void write_plan(const struct device *d, struct buf *out)
{
	const struct snmp_params *p = &d->session->params;
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_key(&j, "agents");
	json_open_array(&j);
	json_open_object(&j);
	json_kv_str(&j, "id", "here");
	json_close_object(&j);
	json_close_array(&j);
	json_key(&j, "components");
	json_open_array(&j);
	json_open_object(&j);
	json_kv_str(&j, "id", "device");
	json_kv_str(&j, "profile", d->match.profile->id);
	json_kv_str(&j, "address", d->session->address);
	json_key(&j, "snmp");
	json_open_object(&j);
	json_kv_str(&j, "version", snmp_version_words[p->version]);
	if (p->version == SNMP_VERSION_3)
		json_kv_str(&j, "user", p->user);
	else
		json_kv_str(&j, "community", "${secret:device}");
	json_close_object(&j);
	json_close_object(&j);
	json_close_array(&j);
	json_close_object(&j);
}

static enum err carry_profile_out(struct device *d, struct err_info *info)
{
	struct buf text CLEANUP(buf_release);
	struct findings f;
	enum err e = ERR_OK;

	buf_init(&text, PLAN_MAX);
	write_plan(d, &text);
	findings_init(&f);
	d->plan = plan_file_load_text(d->match.profile->id, buf_slice(&text), &check_schemas, &f);
	for (size_t i = 0; d->plan == NULL && i < f.count && e == ERR_OK; i++) {
		if (f.items[i].severity == FINDING_ERROR)
			e = err_fail(info, ERR_SYNTAX, "%s:%u:%u: %s: %s", f.items[i].file,
				     f.items[i].line, f.items[i].column, f.items[i].code,
				     f.items[i].text);
	}
	findings_release(&f);
	return e;
}

/* --- what it answers ------------------------------------------------------------------------------------- */

static const char *word_of(const struct snmp_program_value *v, const struct snmp_result *r)
{
	for (size_t i = 0; i < v->word_count; i++) {
		if ((double)v->words[i].number == r->number)
			return v->words[i].word;
	}
	return NULL;
}

static void put_number(struct buf *out, const struct snmp_program_value *v,
		       const struct snmp_result *r)
{
	const char *word = word_of(v, r);

	micro_put(out, r->micro);
	if (word != NULL)
		buf_printf(out, " (%s)", word);
	else
		buf_printf(out, "%s%s", v->unit[0] != '\0' && strcmp(v->unit, "1") != 0 ? " " : "",
			   strcmp(v->unit, "1") != 0 ? v->unit : "");
}

static void tell_value(const struct device *d, const struct snmp_program_value *v,
		       const struct snmp_result *r)
{
	struct buf text CLEANUP(buf_release);

	buf_init(&text, 1024);
	if (r->kind == SNMP_RESULT_NUMBER)
		put_number(&text, v, r);
	if (d->json != NULL) {
		json_key(d->json, v->name);
		json_open_object(d->json);
		json_kv_bool(d->json, "answered",
			     r->kind == SNMP_RESULT_NUMBER || r->kind == SNMP_RESULT_PENDING);
		if (r->kind == SNMP_RESULT_NUMBER)
			json_kv_micro(d->json, "value", r->micro);
		if (r->kind == SNMP_RESULT_MISSING)
			json_kv_str(d->json, "why", r->why);
		json_kv_bool(d->json, "optional", v->optional);
		json_close_object(d->json);
		return;
	}
	buf_printf(d->out, "    %-16s ", v->name);
	if (r->kind == SNMP_RESULT_NUMBER)
		buf_puts(d->out, buf_cstr(&text));
	else if (r->kind == SNMP_RESULT_PENDING)
		buf_puts(d->out, say(d, "responde (una tasa: hacen falta dos lecturas)",
				     "answered (a rate: it takes two polls)"));
	else
		buf_printf(
			d->out, "%s%s",
			r->excused
				? say(d, "no lo tiene, es normal: ", "not there, which is normal: ")
				: say(d, "NO LO DA: ", "NOT GIVEN: "),
			r->why);
	buf_putc(d->out, '\n');
}

static void poll(const struct device *d, const struct snmp_program *program, int64_t within_us,
		 struct snmp_poll *p, struct snmp_memory *memory)
{
	struct snmp_ask *ask;
	struct err_info info;
	int64_t ends = (int64_t)(uv_hrtime() / 1000) + within_us;

	snmp_poll_begin(p, program, memory, &d->session->target,
			(uint32_t)d->session->params.rows_max);
	while ((ask = snmp_poll_next(p)) != NULL) {
		int64_t now = (int64_t)(uv_hrtime() / 1000);

		/* A round that fails ends with its reasons in the results. */
		(void)!snmp_session_ask(d->session, ask, ends > now ? ends - now : 1, d->english,
					&info);
		snmp_poll_take(p, (struct mono_time){(int64_t)(uv_hrtime() / 1000)});
	}
}

static enum err try_check(struct device *d, const struct plan_check *c, struct err_info *info)
{
	const char *values = plan_check_param(c, "values");
	const struct snmp_program *program;
	struct arena *arena = arena_new();
	struct snmp_memory memory = {0};
	struct snmp_poll p = {0};
	enum err e;

	if (values == NULL) {
		arena_free(arena);
		return ERR_OK;
	}
	e = snmp_program_compile(slice_of(values), arena, &program, info);
	if (e == ERR_OK) {
		poll(d, program, CHECK_WITHIN_US, &p, &memory);
		for (size_t i = 0; i < program->value_count; i++) {
			if (program->values[i].kept)
				tell_value(d, &program->values[i], &p.results[i]);
		}
		snmp_poll_end(&p);
		snmp_memory_release(&memory);
	}
	arena_free(arena);
	return e;
}

static enum err try_checks(struct device *d, struct err_info *info)
{
	enum err e = ERR_OK;

	if (d->json != NULL) {
		json_key(d->json, "checks");
		json_open_object(d->json);
	} else {
		buf_printf(d->out, "\n%s\n",
			   say(d, "Lo que se vigilaría, y lo que el equipo responde:",
			       "What would be watched, and what the device answers:"));
	}
	for (uint32_t i = 0; i < d->plan->check_count && e == ERR_OK; i++) {
		const struct plan_check *c = &d->plan->checks[i];
		bool asked = strcmp(c->schema->type, "snmp") == 0;

		if (d->json != NULL) {
			json_key(d->json, c->name);
			json_open_object(d->json);
			json_kv_str(d->json, "type", c->schema->type);
			json_key(d->json, "values");
			json_open_object(d->json);
		} else {
			buf_printf(d->out, "  %-18s %s%s\n", c->name, c->schema->type,
				   asked ? ""
					 : say(d, " (no se prueba aquí)", " (not tried here)"));
		}
		if (asked)
			e = try_check(d, c, info);
		if (d->json != NULL) {
			json_close_object(d->json);
			json_close_object(d->json);
		}
	}
	if (d->json != NULL)
		json_close_object(d->json);
	return e;
}

/* --- what may be named ----------------------------------------------------------------------------------- */

static void tell_names(const struct device *d, const struct profile_row *row,
		       const struct snmp_item *item)
{
	size_t told = 0;

	if (d->json != NULL) {
		json_key(d->json, row->key);
		json_open_array(d->json);
	} else {
		buf_printf(d->out, "    %s:", row->key);
	}
	for (size_t i = 0; i < item->row_count; i++) {
		char text[TEXT_SIZE] = "";
		struct snmp_item one = {.rows = &item->rows[i], .row_count = 1};

		keep_text(text, &one);
		if (text[0] == '\0')
			continue;
		told++;
		if (d->json != NULL) {
			json_str(d->json, text);
			continue;
		}
		buf_puts(d->out, told > 1 ? ", \"" : " \"");
		output_put_clean(d->out, text);
		buf_putc(d->out, '"');
	}
	if (d->json != NULL)
		json_close_array(d->json);
	else
		buf_printf(d->out, "%s%s\n", told == 0 ? say(d, " ninguno", " none") : "",
			   item->end == SNMP_END_ROWS ? ", ..." : "");
}

/* The texts of the columns by which the plan may name interfaces, pools and the like. */
static void tell_list(const struct device *d, const struct profile_list *list)
{
	if (d->json != NULL) {
		json_key(d->json, list->name);
		json_open_object(d->json);
	} else {
		buf_printf(d->out, "  %s\n", list->name);
	}
	for (size_t i = 0; i < list->row_count; i++) {
		struct arena *arena = arena_new();
		struct snmp_item item = {.kind = SNMP_WALK, .rows_max = NAMES_MAX};
		struct snmp_ask ask = {.items = &item, .item_count = 1, .memory = arena};
		struct err_info info;

		/* Silence is told as "none": the device answered before. */
		if (snmp_oid_parse(list->rows[i].by->text, arena, &item.oid) &&
		    snmp_session_ask(d->session, &ask, FIRST_WITHIN_US, d->english, &info) !=
			    ERR_OK)
			item.row_count = 0;
		tell_names(d, &list->rows[i], &item);
		arena_free(arena);
	}
	if (d->json != NULL)
		json_close_object(d->json);
}

static void tell_lists(const struct device *d)
{
	const struct profile *p = d->match.profile;

	if (p->list_count == 0)
		return;
	if (d->json != NULL) {
		json_key(d->json, "lists");
		json_open_object(d->json);
	} else {
		buf_printf(d->out, "\n%s\n",
			   say(d, "Lo que el plan puede nombrar una por una:",
			       "What the plan may name one by one:"));
	}
	for (size_t i = 0; i < p->list_count; i++)
		tell_list(d, &p->lists[i]);
	if (d->json != NULL)
		json_close_object(d->json);
}

/* By what the profile was chosen. */
static const char *fit_of(const struct device *d)
{
	switch (d->match.fit) {
	case FIT_OBJECT_ID:
		return say(d, "por su sysObjectID", "by its sysObjectID");
	case FIT_BELOW:
		return say(d, "por la rama de su sysObjectID", "by the branch of its sysObjectID");
	case FIT_DESCR:
		return say(d, "por su descripción", "by its description");
	case FIT_GENERIC:
	case FIT_NONE:
		break;
	}
	return say(d, "no está en los libros: lo que todo equipo responde",
		   "it is not in the books: what every device answers");
}

/* --- telling --------------------------------------------------------------------------------------------- */

static void tell_system(const struct device *d)
{
	const struct profile_match *m = &d->match;

	if (d->json != NULL) {
		json_kv_str(d->json, "address", d->session->address);
		json_kv_str(d->json, "name", d->name);
		json_kv_str(d->json, "descr", d->descr);
		json_kv_str(d->json, "object_id", d->object_id);
		json_key(d->json, "uptime");
		if (d->up_s >= 0)
			json_i64(d->json, d->up_s);
		else
			json_null(d->json);
		json_kv_str(d->json, "profile", m->profile->id);
		json_kv_str(d->json, "fit", profile_fit_words[m->fit]);
		json_kv_str(d->json, "fit_by", m->what);
		return;
	}
	buf_printf(d->out, "%s  ", d->session->address);
	output_put_clean(d->out, d->name);
	buf_printf(d->out, "\n  %s: ", say(d, "equipo", "device"));
	output_put_clean(d->out, d->descr);
	buf_printf(d->out, "\n  sysObjectID: %s\n",
		   d->object_id[0] != '\0' ? d->object_id : say(d, "no lo dice", "not told"));
	if (d->up_s >= 0)
		buf_printf(d->out, "  %s: %lld d %02lld:%02lld:%02lld\n",
			   say(d, "encendido desde hace", "up for"), (long long)(d->up_s / 86400),
			   (long long)(d->up_s / 3600 % 24), (long long)(d->up_s / 60 % 60),
			   (long long)(d->up_s % 60));
	buf_printf(d->out, "  %s: %s, %s (%s%s%s)\n", say(d, "perfil", "profile"), m->profile->id,
		   m->profile->name, fit_of(d), m->what[0] != '\0' ? " " : "", m->what);
}

/* As the plan would name it: without a secret, whatever was given here. */
static void tell_plan(const struct device *d)
{
	const struct snmp_params *p = &d->session->params;

	if (d->json != NULL)
		return;
	buf_printf(d->out,
		   "\n%s\n"
		   "  - id: ID\n    profile: %s\n    address: %s\n    from: [%s]\n"
		   "    snmp: {version: %s, ",
		   say(d, "En el plan:", "In the plan:"), d->match.profile->id, d->session->address,
		   say(d, "AGENTE", "AGENT"), snmp_version_words[p->version]);
	if (p->port != 161)
		buf_printf(d->out, "port: %lld, ", (long long)p->port);
	if (p->version != SNMP_VERSION_3) {
		buf_puts(d->out, "community: \"${secret:ID}\"}\n");
		return;
	}
	buf_puts(d->out, "user: ");
	output_put_clean(d->out, p->user);
	if (p->auth != SNMP_AUTH_NONE)
		buf_printf(d->out, ", auth: %s, auth_secret: \"${secret:ID-auth}\"",
			   snmp_auth_words[p->auth]);
	if (p->priv != SNMP_PRIV_NONE)
		buf_printf(d->out, ", priv: %s, priv_secret: \"${secret:ID-priv}\"",
			   snmp_priv_words[p->priv]);
	buf_puts(d->out, "}\n");
}

static enum err choose_profile(struct device *d, struct findings *f, struct err_info *info)
{
	struct profile_shelf *shelf = profile_shelf_new(d->arena, f);

	d->match = profile_identify(shelf, d->object_id, slice_of(d->descr));
	if (d->match.profile == NULL)
		return err_fail(info, ERR_NOT_FOUND, "there is no profile for it");
	return ERR_OK;
}

static enum err identify(struct device *d, struct err_info *info)
{
	struct findings f;
	enum err e;

	findings_init(&f);
	if ((e = ask_system(d, info)) == ERR_OK && (e = choose_profile(d, &f, info)) == ERR_OK &&
	    (e = carry_profile_out(d, info)) == ERR_OK) {
		if (d->json != NULL)
			json_open_object(d->json);
		tell_system(d);
		e = try_checks(d, info);
		tell_lists(d);
		tell_plan(d);
		if (d->json != NULL)
			json_close_object(d->json);
	}
	findings_release(&f);
	return e;
}

int snmp_identify_cmd_run(const struct options *o)
{
	struct buf out CLEANUP(buf_release);
	struct snmp_session s;
	struct device d = {
		.session = &s, .english = options_is_english(o), .out = &out, .up_s = -1};
	struct json_emit json = json_emit_to(&out);
	struct err_info info = {0};
	enum err e;

	buf_init(&out, OUT_MAX);
	if (options_has(o, OPTION_JSON))
		d.json = &json;
	if (snmp_session_first_key(o) != 1)
		return options_fail_text(EXIT_UNUSABLE, "'%s' is not KEY=VALUE", o->args[1]);
	e = snmp_session_open(&s, o, 1, &info);
	if (e == ERR_OK) {
		d.arena = arena_new();
		e = identify(&d, &info);
		if (e == ERR_OK && d.json != NULL)
			buf_putc(&out, '\n');
		if (e == ERR_OK)
			e = output_print(buf_slice(&out), &info);
		plan_free((struct plan *)(uintptr_t)d.plan);
		arena_free(d.arena);
		snmp_session_close(&s);
	}
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
