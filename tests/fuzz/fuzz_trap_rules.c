/* fuzz_trap_rules - the entries of a check come from the collector as text: whatever they are, they are refused with a place, or they
 * can be matched and written out within bounds. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks/trap_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_out(const struct trap_template *t, const struct notification *n)
{
	char text[64];

	if (t == NULL)
		return;
	memset(text, 'x', sizeof(text));
	trap_template_write(t, n, text, sizeof(text));
	assert(memchr(text, '\0', sizeof(text)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t parts[] = {1, 3, 6, 1, 4, 1, 318, 0, 5};
	const struct snmp_row row = {{parts, 9}, {.kind = SNMP_OCTETS, .octets = {"a\xc3\xb3", 3}}};
	const struct notification n = {
		.source = "192.0.2.1", .oid = {parts, 9}, .rows = &row, .count = 1};
	const struct trap_conditions *conditions = NULL;
	const struct trap_rules *rules = NULL;
	struct arena *arena = arena_new();
	char *text = calloc(1, size + 1);
	struct err_info info = {0};

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	if (trap_rules_compile(text, arena, &rules, &info) == ERR_OK) {
		trap_rules_find(rules, &n);
		for (size_t i = 0; i < rules->count; i++) {
			assert(rules->items[i].oid_count > 0 && rules->items[i].name != NULL);
			write_out(rules->items[i].text, &n);
			write_out(rules->items[i].raises, &n);
			write_out(rules->items[i].clears, &n);
			write_out(rules->items[i].same, &n);
		}
	} else {
		assert(strncmp(info.text, "notifications", 13) == 0);
	}
	if (trap_conditions_compile(text, arena, &conditions, &info) == ERR_OK)
		trap_conditions_hold(conditions, &n);
	free(text);
	arena_free(arena);
	return 0;
}
