#include "collector/reload.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "checks/check.h"
#include "collector/intake.h"
#include "collector/plan_secrets.h"
#include "collector/turn.h"
#include "plan/plan_file.h"

enum { LOGGED_FINDINGS_MAX = 20 };

static void say_refused(struct collector *c, struct findings *f)
{
	const struct finding *first = NULL;
	unsigned logged = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->items[i];

		if (x->severity != FINDING_ERROR)
			continue;
		first = first != NULL ? first : x;
		if (logged++ < LOGGED_FINDINGS_MAX)
			log_event(LOG_ERROR, "reload.refused", "at=%s:%u:%u code=%s text=%s",
				  x->file, x->line, x->column, x->code, log_quote(x->text));
	}
	c->refusal.refused = true;
	c->refusal.count++;
	c->refusal.at = clock_now(&c->clock);
	if (first != NULL)
		snprintf(c->refusal.text, sizeof(c->refusal.text), "%s:%u:%u: %s: %s", first->file,
			 first->line, first->column, first->code, first->text);
}

static enum err apply(struct collector *c, struct plan *p)
{
	struct input in = {.kind = INPUT_PLAN, .now = clock_now(&c->clock)};
	struct err_info info;
	enum err e;

	in.u.plan.plan = p;
	e = core_input(c->core, &in, NULL, &info);
	if (e != ERR_OK) {
		log_event(LOG_ERROR, "plan.not-applied", "text=%s", log_quote(info.text));
		return e;
	}
	log_event(LOG_NOTICE, "plan.applied", "hash=%.12s components=%u checks=%u services=%u",
		  p->hash, p->component_count, p->check_count, p->service_count);
	if (c->series != NULL)
		series_set_plan(c->series, p);
	if (c->intake != NULL)
		intake_plan_changed(c->intake);
	return ERR_OK;
}

enum err reload_plan(struct collector *c)
{
	const struct plan *old = view_plan(core_engine(c->core));
	struct findings f;
	struct plan *p;
	enum err e = ERR_OK;

	findings_init(&f);
	p = plan_file_load(c->config.plan, &check_schemas, &f);
	if (p != NULL && c->secrets != NULL)
		plan_secrets_check(c->secrets, p, c->config.plan, &f);
	if (p == NULL || f.errors > 0) {
		plan_free(p);
		say_refused(c, &f);
		e = ERR_SYNTAX;
	} else {
		c->refusal.refused = false;
		if (old != NULL && strcmp(old->hash, p->hash) == 0) {
			log_event(LOG_NOTICE, "plan.unchanged", "hash=%.12s", p->hash);
			plan_free(p);
		} else {
			e = apply(c, p);
		}
	}
	findings_release(&f);
	/* Reading a large plan takes several times what it leaves, and the old one is free as well: nothing else here needs
	 * as much again until the next reload. */
	malloc_trim(0);
	return e;
}

enum err reload_first_secrets(struct collector *c, struct err_info *info)
{
	struct findings f;
	enum err e = ERR_OK;

	findings_init(&f);
	c->secrets = secrets_open(c->config.secrets, &f);
	if (c->secrets == NULL)
		e = err_fail(info, ERR_SYNTAX, "%s:%u: %s: %s", f.items[0].file, f.items[0].line,
			     f.items[0].code, f.items[0].text);
	findings_release(&f);
	return e;
}

void reload_secrets(struct collector *c)
{
	struct findings f;
	struct secrets *fresh;

	findings_init(&f);
	fresh = secrets_open(c->config.secrets, &f);
	if (fresh == NULL) {
		log_event(LOG_ERROR, "secrets.refused", "at=%s:%u:%u code=%s text=%s",
			  f.items[0].file, f.items[0].line, f.items[0].column, f.items[0].code,
			  log_quote(f.items[0].text));
	} else {
		secrets_free(c->secrets);
		c->secrets = fresh;
	}
	findings_release(&f);
}
