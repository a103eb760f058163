#include "tests/support/collector_world.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

static const char plan_text[] =
	"institution: {name: Prueba, code: UTSI/PL/01, revision: '01'}\n"
	"agents: [{id: dc}, {id: lejos}]\n"
	"components:\n"
	"  - id: web\n"
	"    name: Sitio\n"
	"    checks:\n"
	"      - {id: http, type: http, url: 'http://127.0.0.1:9/', from: [dc], interval: 5s, "
	"confirm: 2,\n"
	"         warning: 'total > 500ms', critical: 'total > 2s'}\n"
	"  - id: net\n"
	"    checks: [{id: ping, type: icmp, address: 127.0.0.1, from: [dc], interval: 5s}]\n"
	"  - id: other\n"
	"    checks: [{id: http, type: http, url: 'http://127.0.0.1:9/', from: [lejos], interval: "
	"5s}]\n"
	"services:\n"
	"  - {id: publicacion, name: Publicación, criticality: very-high, rto: 5m, needs: web, "
	"team: equipo,\n"
	"     policy: critica}\n"
	"people:\n"
	"  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: "
	"mesa@example.org}]}\n"
	"  - {id: utsi, post: Titular, contacts: [{channel: archivo, to: utsi@example.org}]}\n"
	"seats:\n"
	"  - {id: equipo, level: 3, titular: mesa, suplente: utsi}\n"
	"channels: [{id: archivo, type: file, path: %s/messages.jsonl, receipt_within: 5s}]\n"
	"policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ['seat:equipo'], "
	"ack_within: 20s}]}]\n";

static void keep_effects(void *user, const struct effect_list *effects, uint64_t head_seq)
{
	struct collector_world *w = user;

	(void)head_seq;
	w->commits++;
	for (size_t i = 0; i < effects->count; i++) {
		w->effects.items = mem_grow(w->effects.items, w->effects.count, &w->effects.cap,
					    sizeof(*w->effects.items));
		w->effects.items[w->effects.count++] = effects->items[i];
	}
}

static void open_core(struct collector_world *w)
{
	struct core_options o = {.folder = w->dir,
				 .schemas = &test_schemas_list,
				 .committed = keep_effects,
				 .user = w};
	struct err_info info;

	if (core_open(&o, &w->c.core, &info) != ERR_OK)
		fail_msg("the core does not open: %s", info.text);
	clock_start(&w->c.clock, core_last_recorded(w->c.core));
}

void collector_world_open(struct collector_world *w)
{
	struct input plan = {.kind = INPUT_PLAN}, start = {.kind = INPUT_START};
	char *text;

	*w = (struct collector_world){0};
	snprintf(w->dir, sizeof(w->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->c.config.data = w->dir;
	w->c.real = true;
	snprintf(w->c.start_id, sizeof(w->c.start_id), "%s", "0123456789abcdef0123456789abcdef");
	open_core(w);
	assert_true(asprintf(&text, plan_text, w->dir) > 0);
	plan.u.plan.plan = test_plan_from_text(text);
	free(text);
	collector_world_input(w, &plan);
	start.u.start.id = w->c.start_id;
	start.u.start.version = "0";
	collector_world_input(w, &start);
	collector_world_commit(w);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void collector_world_close(struct collector_world *w)
{
	core_close(w->c.core);
	free(w->effects.items);
	nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void collector_world_restart(struct collector_world *w)
{
	core_close(w->c.core);
	w->effects.count = 0;
	open_core(w);
}

void collector_world_input(struct collector_world *w, struct input *in)
{
	struct err_info info = {0};

	in->now = clock_now(&w->c.clock);
	if (core_input(w->c.core, in, NULL, &info) != ERR_OK)
		fail_msg("an input is refused: %s", info.text);
}

void collector_world_sample(struct collector_world *w, enum health health)
{
	const struct plan *p = view_plan(core_engine(w->c.core));
	struct input in = {.kind = INPUT_SAMPLE};
	struct sample *s = &in.u.sample;

	*s = (struct sample){
		.vantage = p->checks[plan_find_check(p, SLICE_LIT("web:http"))].vantage_first,
		.t = clock_now(&w->c.clock),
		.arrived = clock_now(&w->c.clock),
		.outcome = health == HEALTH_OK ? OUTCOME_OK : OUTCOME_VALUE_THRESHOLD,
		.health = health};
	if (engine_observe(core_engine(w->c.core), s))
		collector_world_input(w, &in);
}

void collector_world_fail(struct collector_world *w)
{
	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_commit(w);
	assert_int_equal(view_incident_count(core_engine(w->c.core)), 1);
	assert_int_equal(w->effects.count, 1);
}

void collector_world_commit(struct collector_world *w)
{
	struct err_info info;

	if (core_commit(w->c.core, clock_now(&w->c.clock), &info) != ERR_OK)
		fail_msg("the commit fails: %s", info.text);
}

struct tally {
	const char *kind;
	unsigned count;
};

static bool count_one(void *user, const struct journal_entry *e)
{
	struct tally *t = user;

	t->count += slice_is(e->kind, t->kind);
	return true;
}

unsigned collector_world_count(struct collector_world *w, const char *kind)
{
	struct tally t = {kind, 0};
	struct err_info info;

	assert_int_equal(journal_read(core_journal(w->c.core), 0, count_one, &t, &info), ERR_OK);
	return t.count;
}

const char *collector_world_path(const struct collector_world *w, const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", w->dir, name);
	return path;
}
