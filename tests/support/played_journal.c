#include "tests/support/played_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/check.h"
#include "journal/journal.h"
#include "plan/plan_file.h"
#include "play/world.h"

size_t played_plan(char *dst, size_t size, unsigned confirm, unsigned rto_s)
{
	int n = snprintf(
		dst, size,
		"institution: {name: Prueba}\n"
		"agents: [{id: dc}]\n"
		"components: [{id: web, checks: [{id: p, type: tcp, address: 127.0.0.1, port: 1, "
		"from: [dc], interval: 1s, "
		"retry_interval: 1s, confirm: %u, recover: 1, fresh_within: 5s}]}]\n"
		"services: [{id: portal, name: Portal, criticality: high, rto: %us, rpo: "
		"not-applicable, needs: web, team: mesa, policy: c}]\n"
		"people:\n"
		"  - {id: ana, post: Mesa, contacts: [{channel: uno, to: a}]}\n"
		"  - {id: beto, post: Suplente, contacts: [{channel: uno, to: b}]}\n"
		"  - {id: ceci, post: Coordinadora, contacts: [{channel: uno, to: c}]}\n"
		"  - {id: elsa, post: Directora, contacts: [{channel: uno, to: e}]}\n"
		"seats:\n"
		"  - {id: mesa, level: 0, titular: beto, suplente: ana}\n"
		"  - {id: coordinacion, level: 2, titular: ceci}\n"
		"  - {id: crisis, level: 1, titular: elsa}\n"
		"channels: [{id: uno, type: file, path: uno.jsonl, receipt_within: 3s}]\n"
		"policies:\n"
		"  - id: c\n"
		"    repeat: 60s\n"
		"    steps:\n"
		"      - {at: confirmed, call: [\"seat:mesa\"], ack_within: 4s}\n"
		"      - {at: {pct: 20}, call: [\"level:1\"], ask: activate, ack_within: 8s}\n"
		"      - {at: {pct: 30}, call: [\"seat:coordinacion\"], ask: declare, ack_within: "
		"8s}\n",
		confirm, rto_s);

	assert_true(n > 0 && (size_t)n < size);
	return (size_t)n;
}

static struct plan *load(void)
{
	char text[4096], path[] = "/tmp/vigia-unit-XXXXXX.yaml";
	struct findings f;
	struct plan *p;
	int fd = mkstemps(path, 5);
	size_t n = played_plan(text, sizeof(text), 2, 60);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
	findings_init(&f);
	p = plan_file_load(path, &check_schemas, &f);
	if (p == NULL)
		fail_msg("%s", f.items[0].text);
	findings_release(&f);
	unlink(path);
	return p;
}

static struct play_world *play_day(void)
{
	struct play_world *w =
		play_new(&check_schemas, (struct wall_time){INT64_C(1780000000000000)});
	struct habits *h = habits_new();
	struct err_info info;

	assert_int_equal(habits_teach(habits_person(h, "ana"), "answers", "5s", &info), ERR_OK);
	assert_int_equal(habits_teach(habits_person(h, "elsa"), "authorizes", "8s", &info), ERR_OK);
	assert_int_equal(habits_teach(habits_person(h, "ceci"), "declares", "12s", &info), ERR_OK);
	play_teach(w, h);
	habits_free(h);
	play_set_pace(w, PLAY_AS_PLANNED);
	play_apply_plan(w, load());
	play_until(w, wall_add_us(w->start, 60 * US_PER_S - 1));
	play_set(w, 0, (struct play_source){HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED});
	play_until(w, wall_add_us(w->start, 90 * US_PER_S - 1));
	play_set(w, 0, (struct play_source){HEALTH_OK, OUTCOME_OK});
	play_until(w, wall_add_us(w->start, 150 * US_PER_S));
	assert_false(play_is_broken(w));
	return w;
}

void played_journal_write(const char *path)
{
	struct play_world *w = play_day();
	struct journal *j = NULL;
	struct err_info info;

	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	for (size_t i = 0; i < w->record.count; i++) {
		const struct record_entry *e = &w->record.entries[i];
		uint64_t seq;

		assert_int_equal(journal_append(j, e->at, e->recorded, event_kind_word(e->kind),
						EVENT_VERSION, slice_of(e->body), &seq, &info),
				 ERR_OK);
		assert_int_equal(seq, i + 1);
	}
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	journal_close(j);
	play_free(w);
}
