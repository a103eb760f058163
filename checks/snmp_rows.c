#include "checks/snmp_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool snmp_glob_matches(const char *glob, struct slice text)
{
	const char *star = NULL;
	size_t i = 0, back = 0;

	while (i < text.n) {
		if (*glob == '*') {
			star = ++glob;
			back = i;
		} else if (*glob != '\0' && (*glob == '?' || *glob == text.p[i])) {
			glob++;
			i++;
		} else if (star != NULL) { /* the last star takes one more */
			glob = star;
			i = ++back;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

static bool is_padding(char c)
{
	return c == '\0' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice snmp_text_of(struct slice octets)
{
	struct slice s = octets;

	while (s.n > 0 && is_padding(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_padding(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

static bool is_wanted(const struct snmp_wanted *w, const struct snmp_value *v, struct slice text)
{
	switch (v->kind) {
	case SNMP_SIGNED:
		return w->is_number && fabs(w->number - (double)v->i) < 0.5e-6;
	case SNMP_UNSIGNED:
		return w->is_number && fabs(w->number - (double)v->u) < 0.5e-6;
	case SNMP_FLOAT:
		return w->is_number && fabs(w->number - v->f) < 0.5e-6;
	case SNMP_OCTETS:
	case SNMP_ADDRESS:
		return slice_is(text, w->text);
	case SNMP_NAME:
		return w->name.count > 0 && snmp_oid_compare(w->name, v->name) == 0;
	case SNMP_ABSENT:
	case SNMP_NULL:
		break;
	}
	return false;
}

/* The letters that a glob is held against; `room` holds those that are made here. */
static struct slice letters_of(const struct snmp_value *v, char *room, size_t size)
{
	const unsigned char *o = (const unsigned char *)v->octets.p;

	room[0] = '\0';
	if (v->kind == SNMP_OCTETS)
		return snmp_text_of(v->octets);
	if (v->kind == SNMP_ADDRESS && v->octets.n == 4)
		snprintf(room, size, "%u.%u.%u.%u", o[0], o[1], o[2], o[3]);
	else if (v->kind == SNMP_NAME)
		snmp_oid_format(v->name, room, size);
	else if (v->kind == SNMP_SIGNED)
		snprintf(room, size, "%lld", (long long)v->i);
	else if (v->kind == SNMP_UNSIGNED)
		snprintf(room, size, "%llu", (unsigned long long)v->u);
	return slice_of(room);
}

bool snmp_match_accepts(const struct snmp_match *m, const struct snmp_value *v)
{
	char room[SNMP_OID_PARTS_MAX * 11];
	struct slice text;

	if (v->kind == SNMP_ABSENT || v->kind == SNMP_NULL)
		return false;
	if (m->is_count == 0 && m->like == NULL)
		return true;
	text = letters_of(v, room, sizeof(room));
	if (m->like != NULL)
		return snmp_glob_matches(m->like, text);
	for (size_t i = 0; i < m->is_count; i++) {
		if (is_wanted(&m->is[i], v, text))
			return true;
	}
	return false;
}

struct snmp_oid snmp_row_index(struct snmp_oid column, struct snmp_oid row)
{
	if (!snmp_oid_is_below(row, column))
		return (struct snmp_oid){NULL, 0};
	return (struct snmp_oid){row.parts + column.count, row.count - column.count};
}

const struct snmp_row *snmp_rows_find(const struct snmp_item *walk, struct snmp_oid index)
{
	size_t low = 0, high = walk->row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct snmp_row *row = &walk->rows[middle];
		int order = snmp_oid_compare(snmp_row_index(walk->oid, row->oid), index);

		if (order == 0)
			return row;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

size_t snmp_rows_seek(const struct snmp_item *walk, const struct snmp_match *m,
		      const struct snmp_row **ret)
{
	size_t n = 0;

	*ret = NULL;
	for (size_t i = 0; i < walk->row_count; i++) {
		if (!snmp_match_accepts(m, &walk->rows[i].value))
			continue;
		if (n++ == 0)
			*ret = &walk->rows[i];
	}
	return n;
}
