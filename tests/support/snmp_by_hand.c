#include "tests/support/snmp_by_hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void hand_begin(struct hand_device *d)
{
	memset(d, 0, sizeof(*d));
	d->arena = arena_new();
}

void hand_end(struct hand_device *d)
{
	arena_free(d->arena);
}

struct snmp_oid hand_oid(struct hand_device *d, const char *text)
{
	struct snmp_oid r;

	if (!snmp_oid_parse(slice_of(text), d->arena, &r)) {
		fprintf(stderr, "'%s' is no object identifier\n", text);
		abort();
	}
	return r;
}

void hand_value(struct hand_device *d, const char *oid, struct snmp_value v)
{
	struct snmp_oid o = hand_oid(d, oid);
	size_t i = 0;

	while (i < d->count && snmp_oid_compare(d->rows[i].oid, o) < 0)
		i++;
	if (i == d->count || snmp_oid_compare(d->rows[i].oid, o) != 0) {
		if (d->count == HAND_ROWS_MAX)
			abort();
		memmove(&d->rows[i + 1], &d->rows[i], (d->count - i) * sizeof(d->rows[0]));
		d->count++;
	}
	d->rows[i] = (struct snmp_row){o, v};
}

void hand_number(struct hand_device *d, const char *oid, uint8_t tag, uint64_t number)
{
	hand_value(d, oid, (struct snmp_value){.kind = SNMP_UNSIGNED, .tag = tag, .u = number});
}

void hand_signed(struct hand_device *d, const char *oid, int64_t number)
{
	hand_value(d, oid,
		   (struct snmp_value){.kind = SNMP_SIGNED, .tag = HAND_INTEGER, .i = number});
}

void hand_text(struct hand_device *d, const char *oid, const char *text)
{
	hand_value(d, oid,
		   (struct snmp_value){.kind = SNMP_OCTETS,
				       .tag = 0x04,
				       .octets = slice_of(arena_strdup(d->arena, text))});
}

void hand_remove(struct hand_device *d, const char *oid)
{
	struct snmp_oid o = hand_oid(d, oid);

	for (size_t i = 0; i < d->count; i++) {
		if (snmp_oid_compare(d->rows[i].oid, o) != 0)
			continue;
		d->count--;
		memmove(&d->rows[i], &d->rows[i + 1], (d->count - i) * sizeof(d->rows[0]));
		return;
	}
	abort();
}

void hand_fault(struct hand_device *d, const char *oid, enum snmp_end end)
{
	struct snmp_oid o = hand_oid(d, oid);
	size_t i = 0;

	while (i < d->fault_count && snmp_oid_compare(d->faults[i].oid, o) != 0)
		i++;
	if (i == d->fault_count) {
		if (d->fault_count == HAND_FAULTS_MAX)
			abort();
		d->fault_count++;
	}
	d->faults[i].oid = o;
	d->faults[i].end = end;
}

static bool takes_part(const struct snmp_item *item, const struct snmp_row *row)
{
	return item->kind == SNMP_GET ? snmp_oid_compare(row->oid, item->oid) == 0
				      : snmp_oid_is_below(row->oid, item->oid);
}

/* Answers live as long as the ask's arena, as the driver's do, and not as long as the device's rows. */
static struct snmp_row copy_row(struct arena *a, const struct snmp_row *row)
{
	struct snmp_row r = *row;

	r.oid = snmp_oid_copy(a, row->oid);
	if (r.value.kind == SNMP_OCTETS)
		r.value.octets.p = arena_strndup(a, row->value.octets.p, row->value.octets.n);
	return r;
}

static void answer_item(struct hand_device *d, struct snmp_item *item, struct arena *memory)
{
	item->rows = arena_calloc(memory, d->count + 1, sizeof(*item->rows));
	item->end = SNMP_END_WHOLE;
	for (size_t i = 0; i < d->fault_count; i++) {
		if (snmp_oid_compare(d->faults[i].oid, item->oid) == 0)
			item->end = d->faults[i].end;
	}
	if (item->end != SNMP_END_WHOLE && item->kind == SNMP_GET)
		return;
	for (size_t i = 0; i < d->count; i++) {
		if (!takes_part(item, &d->rows[i]))
			continue;
		if (item->row_count == item->rows_max) {
			item->end = SNMP_END_ROWS;
			return;
		}
		item->rows[item->row_count++] = copy_row(memory, &d->rows[i]);
	}
	if (item->kind == SNMP_GET && item->row_count == 0)
		item->rows[item->row_count++] =
			(struct snmp_row){item->oid, {.kind = SNMP_ABSENT, .tag = 0x81}};
}

void hand_answer(struct hand_device *d, struct snmp_ask *ask)
{
	d->asks++;
	ask->outcome = d->outcome;
	ask->identity_changed = d->identity_changed;
	d->identity_changed = false;
	for (size_t i = 0; i < ask->item_count; i++) {
		struct snmp_item *item = &ask->items[i];

		if (item->kind == SNMP_GET)
			d->gets++;
		else
			d->walks++;
		if (d->outcome == OUTCOME_OK)
			answer_item(d, item, ask->memory);
		else
			item->end = SNMP_END_SILENT;
	}
}
