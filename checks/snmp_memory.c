#include "checks/snmp_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void snmp_memory_prepare(struct snmp_memory *m, size_t rows, size_t counters)
{
	if (m->rows == NULL && rows > 0) {
		m->rows = mem_calloc(rows, sizeof(*m->rows));
		m->row_count = rows;
	}
	if (m->counters == NULL && counters > 0) {
		m->counters = mem_calloc(counters, sizeof(*m->counters));
		m->counter_count = counters;
	}
}

void snmp_memory_learn(struct snmp_memory *m, size_t row, struct snmp_oid index,
		       struct mono_time now)
{
	struct snmp_known_row *r = &m->rows[row];

	r->parts = mem_realloc(r->parts, index.count > 0 ? index.count : 1, sizeof(*r->parts));
	if (index.count > 0)
		memcpy(r->parts, index.parts, index.count * sizeof(*r->parts));
	r->count = index.count;
	r->learnt = now;
}

void snmp_memory_unlearn(struct snmp_memory *m, size_t row)
{
	free(m->rows[row].parts);
	m->rows[row] = (struct snmp_known_row){0};
}

void snmp_memory_read(struct snmp_memory *m, size_t value, const struct snmp_counter *rows,
		      size_t count, size_t alternative, const struct snmp_moment *moment)
{
	struct snmp_counters *c = &m->counters[value];
	size_t all = 0, words = 0;
	uint32_t *at;

	for (size_t i = 0; i < count; i++)
		all += rows[i].index.count;
	words = (all * sizeof(*at) + sizeof(*c->rows) - 1) / sizeof(*c->rows);
	free(c->rows);
	c->rows = mem_calloc(count + words, sizeof(*c->rows));
	at = (uint32_t *)(void *)(c->rows + count);
	for (size_t i = 0; i < count; i++) {
		c->rows[i] = rows[i];
		c->rows[i].index.parts = at;
		if (rows[i].index.count > 0)
			memcpy(at, rows[i].index.parts, rows[i].index.count * sizeof(*at));
		at += rows[i].index.count;
	}
	c->count = count;
	c->alternative = alternative;
	c->moment = *moment;
}

const struct snmp_reading *snmp_memory_reading(const struct snmp_counters *c, struct snmp_oid index)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = snmp_oid_compare(c->rows[middle].index, index);

		if (order == 0)
			return &c->rows[middle].reading;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void drop_counters(struct snmp_memory *m)
{
	for (size_t i = 0; i < m->counter_count; i++) {
		free(m->counters[i].rows);
		m->counters[i] = (struct snmp_counters){.barren = m->counters[i].barren};
	}
}

void snmp_memory_forget(struct snmp_memory *m)
{
	drop_counters(m);
	for (size_t i = 0; i < m->row_count; i++)
		snmp_memory_unlearn(m, i);
}

void snmp_memory_release(struct snmp_memory *m)
{
	snmp_memory_forget(m);
	free(m->rows);
	free(m->counters);
	*m = (struct snmp_memory){0};
}
