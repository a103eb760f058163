#include "checks/snmp_pair.h"

#include <string.h>

#include "base/json_pull.h"
#include "base/param.h"
#include "base/parse.h"

enum { ADDRESS_MAX = 255, NUMBERS_MAX = 32, STATE_MAX = 1000000000 };

static const char *const role_names[] = {"unit_1", "unit_2", "own", "peer", "link", "off"};

/* --- compiling ------------------------------------------------------------------------------------- */

static enum err read_members(const char *text, struct arena *arena, struct snmp_pair *p,
			     struct err_info *info)
{
	struct json_pull in = json_pull_from(slice_of(text));
	struct slice key;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		char address[ADDRESS_MAX + 1] = "";

		json_read_str(&in, address, sizeof(address));
		if (in.error != NULL)
			break;
		if (p->watched == PAIR_UNITS)
			return err_fail(info, ERR_RANGE, "members: a pair has %d units",
					PAIR_UNITS);
		if (address[0] == '\0')
			return err_fail(info, ERR_SYNTAX, "members.%.*s: its address is missing",
					(int)(key.n < 60 ? key.n : 60), key.p);
		if (p->watched == 1 && strcmp(p->addresses[0], address) == 0)
			return err_fail(info, ERR_DUPLICATE,
					"members.%.*s: both units have the address %s",
					(int)(key.n < 60 ? key.n : 60), key.p, address);
		p->names[p->watched] = arena_strndup(arena, key.p, key.n);
		p->addresses[p->watched++] = arena_strdup(arena, address);
	}
	json_end(&in);
	if (in.error != NULL || p->watched == 0)
		return err_fail(info, ERR_SYNTAX,
				"members: write {NAME: ADDRESS, NAME: ADDRESS}, the first unit "
				"first");
	return ERR_OK;
}

static enum err read_numbers(const char *key, const char *text, struct arena *arena,
			     struct snmp_pair_numbers *ret, struct err_info *info)
{
	int64_t *items = arena_calloc(arena, NUMBERS_MAX, sizeof(*items));
	struct slice list = slice_of(text != NULL ? text : ""), item;

	ret->items = items;
	while (param_next_item(&list, &item)) {
		if (ret->count == NUMBERS_MAX)
			return err_fail(info, ERR_RANGE, "%s: %d numbers at most", key,
					NUMBERS_MAX);
		if (parse_i64(item, -STATE_MAX, STATE_MAX, &items[ret->count++]) != ERR_OK)
			return err_fail(info, ERR_SYNTAX,
					"%s: '%.*s' is not a whole number, as the device says it",
					key, (int)(item.n < 60 ? item.n : 60), item.p);
	}
	return ERR_OK;
}

static bool is_role(const char *name)
{
	for (size_t r = 0; r < SNMP_PAIR_ROLES; r++) {
		if (strcmp(name, role_names[r]) == 0)
			return true;
	}
	return false;
}

static enum err find_roles(struct snmp_pair *p, struct err_info *info)
{
	const struct snmp_program *program = p->program;

	for (size_t r = 0; r < SNMP_PAIR_ROLES; r++)
		p->roles[r] = snmp_program_value_index(program, slice_of(role_names[r]));
	for (size_t i = 0; i < program->value_count; i++) {
		if (program->values[i].kept && !is_role(program->values[i].name))
			return err_fail(
				info, ERR_UNKNOWN_KEY,
				"values.%s: a pair has no such value (unit_1, unit_2, own, "
				"peer, link, off); what only a calc needs says 'keep: false'",
				program->values[i].name);
	}
	return ERR_OK;
}

static bool asks(const struct snmp_pair *p, enum snmp_pair_role role)
{
	return p->roles[role] >= 0;
}

/* What is asked must be able to tell something. */
static enum err check_roles(const struct snmp_pair *p, struct err_info *info)
{
	bool numbered = asks(p, SNMP_PAIR_UNIT_1) || asks(p, SNMP_PAIR_UNIT_2);

	if (asks(p, SNMP_PAIR_UNIT_1) != asks(p, SNMP_PAIR_UNIT_2))
		return err_fail(info, ERR_SYNTAX, "values: unit_1 and unit_2 come together");
	if (!numbered && !asks(p, SNMP_PAIR_OWN))
		return err_fail(info, ERR_SYNTAX,
				"values: 'own' is missing, or 'unit_1' and 'unit_2': what says "
				"which unit is active");
	if (numbered && asks(p, SNMP_PAIR_PEER))
		return err_fail(info, ERR_SYNTAX, "values.peer: unit_1 and unit_2 say it already");
	if (!numbered && p->addresses_move)
		return err_fail(info, ERR_SYNTAX,
				"addresses: 'role' needs unit_1 and unit_2: nothing else tells the "
				"units apart");
	if (p->active.count == 0)
		return err_fail(info, ERR_SYNTAX,
				"is_active: missing: the numbers of an active unit");
	if (asks(p, SNMP_PAIR_LINK) && p->up.count == 0)
		return err_fail(info, ERR_SYNTAX,
				"is_up: missing: the numbers of a link that is up");
	return ERR_OK;
}

enum err snmp_pair_compile(const struct snmp_pair_texts *t, struct arena *arena,
			   const struct snmp_pair **ret, struct err_info *info)
{
	struct snmp_pair *p = arena_calloc(arena, 1, sizeof(*p));
	enum err e;

	p->addresses_move = t->addresses == SNMP_PAIR_OF_ROLE;
	if ((e = read_members(t->members, arena, p, info)) != ERR_OK ||
	    (e = snmp_program_compile(slice_of(t->values), arena, &p->program, info)) != ERR_OK ||
	    (e = read_numbers("is_active", t->is_active, arena, &p->active, info)) != ERR_OK ||
	    (e = read_numbers("is_standby", t->is_standby, arena, &p->standby, info)) != ERR_OK ||
	    (e = read_numbers("is_unknown", t->is_unknown, arena, &p->unknown, info)) != ERR_OK ||
	    (e = read_numbers("is_up", t->is_up, arena, &p->up, info)) != ERR_OK ||
	    (e = find_roles(p, info)) != ERR_OK)
		return e;
	*ret = p;
	return check_roles(p, info);
}

/* --- views ----------------------------------------------------------------------------------------- */

static bool number_of(const struct snmp_pair *p, const struct snmp_result *results,
		      enum snmp_pair_role role, double *ret)
{
	const struct snmp_result *r;

	if (!asks(p, role))
		return false;
	r = &results[p->roles[role]];
	*ret = r->number;
	return r->kind == SNMP_RESULT_NUMBER;
}

static bool is_one_of(const struct snmp_pair_numbers *n, double number)
{
	for (size_t i = 0; i < n->count; i++) {
		if ((double)n->items[i] == number)
			return true;
	}
	return false;
}

static enum pair_unit state_of(const struct snmp_pair *p, const struct snmp_result *results,
			       enum snmp_pair_role role)
{
	double number;

	if (!number_of(p, results, role, &number) || is_one_of(&p->unknown, number))
		return PAIR_UNKNOWN;
	if (is_one_of(&p->active, number))
		return PAIR_ACTIVE;
	return is_one_of(&p->standby, number) ? PAIR_STANDBY : PAIR_OUT;
}

/* What it says of itself is what it says of one of the two, and not of the other: that one it is. */
static int self_of(const struct snmp_pair *p, const struct snmp_result *results)
{
	double own, one, two;

	if (!number_of(p, results, SNMP_PAIR_OWN, &own) ||
	    !number_of(p, results, SNMP_PAIR_UNIT_1, &one) ||
	    !number_of(p, results, SNMP_PAIR_UNIT_2, &two) || (own == one) == (own == two))
		return -1;
	return own == one ? 0 : 1;
}

/* Who cannot be told by what is said: the one that is left, or the one whose address this is. */
static void place(const struct snmp_pair *p, struct pair_view v[PAIR_UNITS])
{
	const int told[PAIR_UNITS] = {v[0].self, v[1].self};

	for (int i = 0; i < PAIR_UNITS; i++) {
		if (told[i] >= 0)
			continue;
		if (told[1 - i] >= 0)
			v[i].self = 1 - told[1 - i];
		else if (!p->addresses_move)
			v[i].self = i;
	}
}

static enum pair_fact fact_of(const struct snmp_pair *p, const struct snmp_result *results,
			      enum snmp_pair_role role, const struct snmp_pair_numbers *yes)
{
	double number;

	if (!number_of(p, results, role, &number))
		return PAIR_NOT_TOLD;
	return (yes != NULL ? is_one_of(yes, number) : number != 0) ? PAIR_YES : PAIR_NO;
}

static void say(const struct snmp_pair *p, const struct snmp_result *results, struct pair_view *v)
{
	v->says[0] = state_of(p, results, SNMP_PAIR_UNIT_1);
	v->says[1] = state_of(p, results, SNMP_PAIR_UNIT_2);
	v->link = fact_of(p, results, SNMP_PAIR_LINK, &p->up);
	v->off = fact_of(p, results, SNMP_PAIR_OFF, NULL);
	if (v->self < 0)
		return;
	if (v->says[v->self] == PAIR_UNKNOWN)
		v->says[v->self] = state_of(p, results, SNMP_PAIR_OWN);
	if (v->says[1 - v->self] == PAIR_UNKNOWN)
		v->says[1 - v->self] = state_of(p, results, SNMP_PAIR_PEER);
}

void snmp_pair_views(const struct snmp_pair *p, const struct snmp_result *const results[PAIR_UNITS],
		     struct pair_view ret[PAIR_UNITS])
{
	for (int i = 0; i < PAIR_UNITS; i++) {
		ret[i] = (struct pair_view){.answered = results[i] != NULL,
					    .self = -1,
					    .link = PAIR_NOT_TOLD,
					    .off = PAIR_NOT_TOLD};
		if (ret[i].answered)
			ret[i].self = self_of(p, results[i]);
	}
	place(p, ret);
	for (int i = 0; i < PAIR_UNITS; i++) {
		if (ret[i].answered)
			say(p, results[i], &ret[i]);
	}
}
