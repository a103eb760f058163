/* Devices: are both units asked, can the component fail at all, who else can read it? */
#include <string.h>

#include "base/json_pull.h"
#include "base/parse.h"
#include "plan/audit.h"

/* The text of a parameter as it counts: given, or the table's own; NULL if it has none. */
static const char *value_of(const struct plan_check *c, const char *key)
{
	const struct param *row = param_find(c->schema->params, slice_of(key));
	const char *given = plan_check_param(c, key);

	if (given != NULL)
		return given;
	return row != NULL ? row->fallback : NULL;
}

static bool is_trap(const struct plan_check *c)
{
	return strcmp(c->schema->type, "trap") == 0;
}

/* Asks a device over SNMP. */
static bool is_snmp(const struct plan_check *c)
{
	return strcmp(c->schema->type, "snmp") == 0 || strncmp(c->schema->type, "snmp-", 5) == 0;
}

/* --- can it fail? -------------------------------------------------------------------------------- */

/* What services stand on, and the paths to it. */
static void mark(const struct plan *p, const struct plan_need *need, bool *is_needed)
{
	if (need == NULL)
		return;
	if (need->kind == NEED_COMPONENT && !is_needed[need->component]) {
		is_needed[need->component] = true;
		mark(p, p->components[need->component].depends_on, is_needed);
	}
	for (size_t i = 0; i < need->child_count; i++)
		mark(p, &need->children[i], is_needed);
}

static void audit_conditions(struct audit *a, uint32_t component, bool is_needed)
{
	const struct plan_component *c = &a->p->components[component];
	const struct plan_check *checks = &a->p->checks[c->check_first];
	uint32_t conditions = 0, traps = 0;

	for (uint32_t i = 0; i < c->check_count; i++) {
		conditions += checks[i].affects == AFFECTS_CONDITION || is_trap(&checks[i]);
		traps += is_trap(&checks[i]);
	}
	if (c->check_count == 0 || conditions < c->check_count)
		return;
	if (traps == c->check_count)
		audit_tell(a, AUDIT_TRAPS_ONLY, AT(COMPONENT, component),
			   "nothing is known of it but the traps that it sends");
	else if (is_needed)
		audit_tell(a, AUDIT_CONDITIONS_ONLY, AT(COMPONENT, component),
			   "a service stands on it, and its checks, %u in all, tell of conditions "
			   "only",
			   c->check_count);
}

/* --- both units ---------------------------------------------------------------------------------- */

enum { ADDRESS_MAX = 256, MEMBERS_MAX = 2 };
struct members {
	char name[MEMBERS_MAX][64], address[MEMBERS_MAX][ADDRESS_MAX];
	size_t count;
};

static struct members members_of(const struct plan_check *c)
{
	const char *text = value_of(c, "members");
	struct members m = {.count = 0};
	struct json_pull in = json_pull_from(slice_of(text != NULL ? text : "{}"));
	struct slice name;

	json_enter_object(&in);
	while (m.count < MEMBERS_MAX && json_next_key(&in, &name)) {
		json_read_str(&in, m.address[m.count], ADDRESS_MAX);
		if (in.error != NULL || name.n >= sizeof(m.name[0]))
			break;
		memcpy(m.name[m.count], name.p, name.n);
		m.name[m.count++][name.n] = '\0';
	}
	return m;
}

/* Checks of the component that ask this very address; those of a pair ask both and do not count. */
static unsigned asks(const struct plan *p, const struct plan_component *c, const char *address)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < c->check_count; i++) {
		const struct plan_check *k = &p->checks[c->check_first + i];
		const char *asked = is_trap(k) ? NULL : value_of(k, "address");

		n += asked != NULL && strcmp(asked, address) == 0;
	}
	return n;
}

static void audit_pair(struct audit *a, uint32_t component)
{
	const struct plan_component *c = &a->p->components[component];

	for (uint32_t i = 0; i < c->check_count; i++) {
		struct members m = members_of(&a->p->checks[c->check_first + i]);
		unsigned n[MEMBERS_MAX] = {0};

		if (m.count < MEMBERS_MAX)
			continue;
		for (size_t k = 0; k < MEMBERS_MAX; k++)
			n[k] = asks(a->p, c, m.address[k]);
		for (size_t k = 0; k < MEMBERS_MAX; k++) {
			if (n[k] == 0 && n[1 - k] > 0)
				audit_tell(a, AUDIT_HALF_A_PAIR, AT(COMPONENT, component),
					   "unit '%s' (%s) has %u checks of its own, unit '%s' "
					   "(%s) has none",
					   m.name[1 - k], m.address[1 - k], n[1 - k], m.name[k],
					   m.address[k]);
		}
		return; /* one truth about a pair */
	}
}

/* --- who else can read it ------------------------------------------------------------------------ */

static bool is_known_word(const char *community)
{
	static const char *const words[] = {"public", "private", "cisco", "community", "snmp"};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (strcmp(community, words[i]) == 0)
			return true;
	}
	return false;
}

static bool is_text(const char *text, const char *word)
{
	return text != NULL && strcmp(text, word) == 0;
}

/* Once for a component: its checks share what its `snmp` says. */
static void audit_credentials(struct audit *a, uint32_t component)
{
	const struct plan_component *c = &a->p->components[component];
	const char *known = NULL;
	unsigned open = 0, nobody = 0;

	for (uint32_t i = 0; i < c->check_count; i++) {
		const struct plan_check *k = &a->p->checks[c->check_first + i];
		const char *version = value_of(k, "version"), *word = value_of(k, "community");

		if (!is_snmp(k) || version == NULL)
			continue;
		if (is_text(version, "3")) {
			nobody += is_text(value_of(k, "auth"), "none");
			continue;
		}
		open++;
		if (word != NULL && is_known_word(word))
			known = word;
	}
	if (known != NULL)
		audit_tell(a, AUDIT_COMMUNITY_KNOWN, AT(COMPONENT, component),
			   "it is asked with the community '%s'", known);
	else if (open > 0)
		audit_tell(a, AUDIT_SNMP_IN_THE_OPEN, AT(COMPONENT, component),
			   "checks that ask it with version 1 or 2c: %u", open);
	if (nobody > 0)
		audit_tell(a, AUDIT_NO_AUTHENTICATION, AT(COMPONENT, component),
			   "checks that ask it with version 3 without auth: %u", nobody);
}

/* --- tries --------------------------------------------------------------------------------------- */

static void audit_tries(struct audit *a, uint32_t check)
{
	const struct plan_check *c = &a->p->checks[check];
	const char *tries = value_of(c, "tries"), *each = value_of(c, "try_timeout");
	int64_t n, us;

	if (!is_snmp(c) || tries == NULL || each == NULL ||
	    parse_i64(slice_of(tries), 1, 100, &n) != ERR_OK ||
	    parse_duration_us(slice_of(each), &us) != ERR_OK || n * us <= c->timeout_us)
		return;
	audit_tell(a, AUDIT_TRIES_TOO_LONG, AT(CHECK, check),
		   "its tries, %s of %s each, do not fit into its timeout of %s", tries,
		   audit_duration(a, us), audit_duration(a, c->timeout_us));
}

void audit_devices(struct audit *a)
{
	struct arena *arena = arena_new();
	bool *is_needed = arena_calloc(arena, a->p->component_count, sizeof(*is_needed));

	for (uint32_t i = 0; i < a->p->service_count; i++)
		mark(a->p, a->p->services[i].needs, is_needed);
	for (uint32_t i = 0; i < a->p->component_count; i++) {
		audit_conditions(a, i, is_needed[i]);
		audit_pair(a, i);
		audit_credentials(a, i);
	}
	for (uint32_t i = 0; i < a->p->check_count; i++)
		audit_tries(a, i);
	arena_free(arena);
}
