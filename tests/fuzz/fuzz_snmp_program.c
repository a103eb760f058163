/* fuzz_snmp_program - the document `values` of a check comes from plans and command lines: whatever it is, it is told or it
 * makes a program whose schema and whose polls hold their limits. Answers are made of the document's own bytes, so that what
 * was compiled is also worked out. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/micro.h"
#include "checks/snmp_poll.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
	const uint8_t *data;
	size_t size, at;
};

static uint8_t next(struct source *s)
{
	return s->size == 0 ? 0 : s->data[s->at++ % s->size];
}

static struct snmp_value any_value(struct source *s)
{
	static const uint8_t tags[] = {0x41, 0x42, 0x43, 0x46};
	struct snmp_value v = {.kind = (enum snmp_kind)(next(s) % 8)};

	switch (v.kind) {
	case SNMP_SIGNED:
		v.i = (int32_t)((uint32_t)next(s) << 24 | next(s));
		break;
	case SNMP_UNSIGNED:
		v.tag = tags[next(s) % 4];
		v.u = (uint64_t)next(s) << (next(s) % 56);
		break;
	case SNMP_FLOAT:
		v.f = next(s) == 7 ? NAN : (double)next(s) * 1e300 * next(s);
		break;
	case SNMP_OCTETS:
	case SNMP_ADDRESS:
		v.octets = (struct slice){(const char *)s->data, s->size < 4 ? s->size : 4};
		break;
	case SNMP_NAME:
	case SNMP_ABSENT:
	case SNMP_NULL:
		break;
	}
	return v;
}

static void answer(struct source *s, struct snmp_ask *ask)
{
	ask->outcome = next(s) == 13 ? OUTCOME_ANSWER_TIMEOUT : OUTCOME_OK;
	ask->identity_changed = next(s) == 14;
	assert(ask->item_count > 0 && ask->item_count <= SNMP_ITEMS_MAX);
	for (size_t i = 0; i < ask->item_count; i++) {
		struct snmp_item *item = &ask->items[i];
		size_t n = item->kind == SNMP_GET ? 1 : next(s) % 5;

		item->end = next(s) % 4 == 0 ? (enum snmp_end)(next(s) % 7) : SNMP_END_WHOLE;
		item->rows = arena_calloc(ask->memory, n, sizeof(*item->rows));
		item->row_count = n;
		assert(item->oid.count >= 2 && item->oid.count <= SNMP_OID_PARTS_MAX);
		for (size_t k = 0; k < n; k++) {
			uint32_t *parts =
				arena_calloc(ask->memory, item->oid.count + 1, sizeof(*parts));

			memcpy(parts, item->oid.parts, item->oid.count * sizeof(*parts));
			parts[item->oid.count] = (uint32_t)k + 1;
			item->rows[k].oid = (struct snmp_oid){
				parts, item->oid.count + (item->kind == SNMP_WALK)};
			item->rows[k].value = any_value(s);
		}
	}
}

static void poll(struct source *s, const struct snmp_program *program, struct snmp_memory *memory,
		 int64_t at)
{
	const struct snmp_target target = {.address = "192.0.2.1"};
	int64_t values[SCHEMA_VALUES_MAX];
	char detail[160];
	struct snmp_poll p;
	struct snmp_ask *ask;
	unsigned rounds = 0;

	snmp_poll_begin(&p, program, memory, &target, 100);
	while ((ask = snmp_poll_next(&p)) != NULL) {
		assert(++rounds <= 4);
		answer(s, ask);
		snmp_poll_take(&p, (struct mono_time){at});
	}
	assert(snmp_poll_result(&p, values, detail, sizeof(detail)) < OUTCOME_COUNT);
	assert(strlen(detail) < sizeof(detail));
	for (size_t i = 0; i < program->value_count; i++) {
		const struct snmp_result *r = &p.results[i];

		assert(r->kind != SNMP_RESULT_NONE);
		assert(r->kind == SNMP_RESULT_NUMBER ? isfinite(r->number) || r->micro == MICRO_NONE
						     : r->micro == MICRO_NONE);
		assert(r->kind == SNMP_RESULT_NUMBER || r->why[0] != '\0');
	}
	snmp_poll_end(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct check_schema type = {.type = "snmp"};
	struct arena *arena = arena_new();
	const struct snmp_program *program = NULL;
	struct snmp_memory memory = {0};
	struct source source = {data, size, 0};
	struct err_info info = {0};

	if (snmp_program_compile((struct slice){(const char *)data, size}, arena, &program,
				 &info) == ERR_OK) {
		const struct check_schema *s = snmp_program_schema(program, &type, arena);

		assert(s->value_count >= 1 && s->value_count <= SCHEMA_VALUES_MAX);
		for (size_t i = 0; i < s->value_count; i++)
			assert(strlen(s->values[i].name) <= 15 && s->values[i].help != NULL);
		for (int i = 1; i < 5; i++)
			poll(&source, program, &memory, i * INT64_C(10000000));
		snmp_memory_release(&memory);
	} else {
		assert(strncmp(info.text, "values", 6) == 0);
		assert(program == NULL);
	}
	arena_free(arena);
	return 0;
}
