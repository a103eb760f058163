#include "plan/plan_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/parse.h"
#include "plan/plan_loader.h"

const char *const plan_criticality_words[] = {"very-high", "high", "medium", "low", NULL};
const char *const plan_rpo_words[] = {"duration",   "not-applicable", "last-version",
				      "functional", "immediate",      NULL};

enum { PLAN_ID_LENGTH_MAX = 63 };
#define YEARS_10 (3650 * INT64_C(86400) * US_PER_S)
#define WEEKS_60 (60 * 7 * INT64_C(86400) * US_PER_S)

static const char *const locale_words[] = {"es-MX", "en", NULL};
struct institution_row {
	struct plan_institution out;
	int locale;
};
const struct param plan_institution_params[] = {
	PARAM_STR(struct institution_row, out.name, "name", "", 0, "name of the institution"),
	PARAM_STR(struct institution_row, out.code, "code", "", 0, "code of the plan document"),
	PARAM_STR(struct institution_row, out.revision, "revision", "", 0,
		  "revision of the plan document"),
	PARAM_DATE(struct institution_row, out.approved_s, "approved", NULL, 0,
		   "day of its approval"),
	PARAM_DATE(struct institution_row, out.review_by_s, "review_by", NULL, 0,
		   "day by which it is reviewed"),
	PARAM_ENUM(struct institution_row, locale, "locale", "es-MX", locale_words, 0,
		   "language of messages"),
	PARAM_STR(struct institution_row, out.timezone, "timezone", "America/Mexico_City", 0,
		  "zone in which times are shown (America/Mexico_City)"),
	PARAM_END,
};
const struct param plan_site_params[] = {
	PARAM_ID(struct plan_site, id, "id", NULL, PARAM_REQUIRED, "id of the site"),
	PARAM_STR(struct plan_site, name, "name", "", 0, "name for people (default: the id)"),
	PARAM_STR(struct plan_site, kind, "kind", "", 0, "kind of site, such as catd"),
	PARAM_END,
};
const struct param plan_agent_params[] = {
	PARAM_ID(struct plan_agent, id, "id", NULL, PARAM_REQUIRED, "id of the agent"),
	PARAM_DURATION(struct plan_agent, silent_us, "silent_after", "15s", US_PER_S,
		       86400 * US_PER_S, 0, "no contact for so long: the agent is silent"),
	PARAM_END,
};
const struct param plan_component_params[] = {
	PARAM_ID(struct plan_component, id, "id", NULL, PARAM_REQUIRED,
		 "id of the component, such as dc/fw-a"),
	PARAM_STR(struct plan_component, name, "name", "", 0, "name for people (default: the id)"),
	PARAM_STR(struct plan_component, address, "address", "", 0, "address that its checks use"),
	PARAM_INT(struct plan_component, lines, "lines", "0", 0, 1000, 0,
		  "of what carries calls: so many at one time (0: any number)"),
	PARAM_END,
};
struct service_row {
	struct plan_service out;
	int criticality;
};
const struct param plan_service_params[] = {
	PARAM_ID(struct service_row, out.id, "id", NULL, PARAM_REQUIRED,
		 "id of the business process"),
	PARAM_STR(struct service_row, out.name, "name", "", 0, "name for people (default: the id)"),
	PARAM_STR(struct service_row, out.area, "area", "", 0, "area that owns it"),
	PARAM_ENUM(struct service_row, criticality, "criticality", "medium", plan_criticality_words,
		   0, "criticality of the plan"),
	PARAM_DURATION(struct service_row, out.rto_us, "rto", NULL, US_PER_S, WEEKS_60,
		       PARAM_REQUIRED, "recovery time objective, from the contingency"),
	PARAM_DURATION(struct service_row, out.blind_limit_us, "blind_limit", NULL, US_PER_S,
		       WEEKS_60, 0,
		       "blind for longer: an incident (default: 10 % of the RTO, at least 60 s)"),
	PARAM_BOOL(struct service_row, out.rto_is_invented, "rto_invented", "false", 0,
		   "no document states this RTO"),
	PARAM_END,
};
struct top_row {
	int64_t cool_down_us;
};
const struct param plan_top_params[] = {
	PARAM_DURATION(struct top_row, cool_down_us, "cool_down", "15m", US_PER_S,
		       7 * 86400 * US_PER_S, 0,
		       "the same failure within it: same incident, new episode"),
	PARAM_END,
};
static const char *const sections[] = {
	"institution", "vars",         "sites",   "agents",    "templates", "components",
	"services",    "people",       "seats",   "channels",  "policies",  "procedures",
	"shifts",      "flapping",     "records", "tools",     "suppliers", "resources",
	"documents",   "directory",    "groups",  "accepted",  "jornadas",  "windows",
	"field_posts", "field_orders", "reports", "deadlines", "cuts",      "profiles",
	NULL};

/* --- sections ------------------------------------------------------------------------------------ */

static const char *name_or_id(const char *name, const char *id)
{
	return name[0] != '\0' ? name : id != NULL ? id : "";
}

static void read_institution(struct plan_loader *l)
{
	struct institution_row row = {0};
	const struct yaml_node *seen = NULL;

	param_set_defaults(plan_institution_params, &row, l->arena);
	for (size_t r = 0; r < l->root_count; r++) {
		const struct yaml_node *node = yaml_map_get(l->roots[r], "institution");

		if (node == NULL)
			continue;
		if (seen != NULL)
			PLAN_ERROR(l, node, "duplicate-id", "institution stands already in %s:%u",
				   seen->file, seen->line);
		seen = node;
		yaml_fill(node, plan_institution_params, NULL, &row, l->arena, l->findings);
	}
	row.out.locale = locale_words[row.locale];
	if (seen != NULL && strcmp(row.out.timezone, "America/Mexico_City") != 0)
		PLAN_ERROR(l, seen, "unsupported",
			   "timezone: this version shows times of America/Mexico_City only");
	l->plan->institution = row.out;
}

static void read_places(struct plan_loader *l)
{
	/* Both are carried out before (plan_expand.h); here they are near words for a slip. */
	static const char *const expanded[] = {"vars", "from_csv", "impact", NULL};
	struct plan_site *sites;
	struct plan_agent *agents;

	sites = arena_calloc(l->arena, l->sites.count, sizeof(*sites));
	l->plan->sites = sites;
	for (uint32_t i = 0; i < l->sites.count; i++) {
		yaml_fill(l->sites.nodes[i], plan_site_params, expanded, &sites[i], l->arena,
			  l->findings);
		sites[i].name = name_or_id(sites[i].name, sites[i].id);
		sites[i].impact = plan_read_impact(l, yaml_map_get(l->sites.nodes[i], "impact"),
						   &sites[i].impact_count);
		if (sites[i].id == NULL)
			sites[i].id = "";
	}
	l->plan->site_count = l->sites.count;
	agents = arena_calloc(l->arena, l->agents.count, sizeof(*agents));
	l->plan->agents = agents;
	for (uint32_t i = 0; i < l->agents.count; i++) {
		static const char *const others[] = {"site", NULL};
		const struct yaml_node *site = yaml_map_get(l->agents.nodes[i], "site");

		yaml_fill(l->agents.nodes[i], plan_agent_params, others, &agents[i], l->arena,
			  l->findings);
		agents[i].site = plan_items_resolve(l, &l->sites, site);
		if (agents[i].id == NULL)
			agents[i].id = "";
	}
	l->plan->agent_count = l->agents.count;
}

static void read_components(struct plan_loader *l)
{
	/* What is carried out before (plan_devices.c) stands here as near words for a slip. */
	static const char *const others[] = {"site",    "depends_on", "checks",     "profile",
					     "members", "with",       "snmp",       "from",
					     "traps",   "interval",   "redundancy", NULL};
	struct plan_component *components;

	components = arena_calloc(l->arena, l->components.count, sizeof(*components));
	l->plan->components = components;
	for (uint32_t i = 0; i < l->components.count; i++) {
		const struct yaml_node *node = l->components.nodes[i],
				       *site = yaml_map_get(node, "site");

		yaml_fill(node, plan_component_params, others, &components[i], l->arena,
			  l->findings);
		components[i].name = name_or_id(components[i].name, components[i].id);
		if (components[i].id == NULL)
			components[i].id = "";
		components[i].site = plan_items_resolve(l, &l->sites, site);
	}
	l->plan->component_count = l->components.count;
	for (uint32_t i = 0; i < l->components.count; i++) {
		const struct yaml_node *path = yaml_map_get(l->components.nodes[i], "depends_on");

		if (path != NULL)
			components[i].depends_on = plan_read_need(l, path);
	}
	plan_read_checks(l);
}

static void read_rpo(struct plan_loader *l, const struct yaml_node *node, struct plan_service *s)
{
	s->rpo = RPO_NOT_APPLICABLE;
	if (node == NULL)
		return;
	if (node->kind == YAML_SCALAR) {
		for (int i = RPO_NOT_APPLICABLE; plan_rpo_words[i] != NULL; i++) {
			if (slice_is(node->text, plan_rpo_words[i])) {
				s->rpo = (enum plan_rpo)i;
				return;
			}
		}
		if (parse_duration_us(node->text, &s->rpo_us) == ERR_OK && s->rpo_us <= YEARS_10) {
			s->rpo = RPO_DURATION;
			return;
		}
	}
	PLAN_ERROR(l, node, "syntax",
		   "rpo: '%s' is neither a duration (write 4h) nor one of: not-applicable, "
		   "last-version, functional, immediate",
		   node->kind == YAML_SCALAR ? node->text.p : "...");
}

static void read_service(struct plan_loader *l, const struct yaml_node *node,
			 struct plan_service *ret)
{
	static const char *const others[] = {"rpo",       "needs",     "team",      "policy",
					     "procedure", "rpo_check", "rpo_value", "rpo_limit",
					     "impact",    NULL};
	const struct yaml_node *needs = yaml_map_get(node, "needs"),
			       *team = yaml_map_get(node, "team");
	const struct yaml_node *policy = yaml_map_get(node, "policy"),
			       *procedure = yaml_map_get(node, "procedure");
	struct service_row row = {0};
	int64_t tenth;

	yaml_fill(node, plan_service_params, others, &row, l->arena, l->findings);
	*ret = row.out;
	ret->id = ret->id != NULL ? ret->id : "";
	ret->name = name_or_id(ret->name, ret->id);
	ret->criticality = (enum plan_criticality)row.criticality;
	ret->impact = plan_read_impact(l, yaml_map_get(node, "impact"), &ret->impact_count);
	read_rpo(l, yaml_map_get(node, "rpo"), ret);
	plan_read_rpo_check(l, node, ret);
	tenth = ret->rto_us / 10;
	if (ret->blind_limit_us == 0)
		ret->blind_limit_us = tenth > 60 * US_PER_S ? tenth : 60 * US_PER_S;
	if (needs == NULL)
		PLAN_ERROR(l, node, "missing-key",
			   "'needs' is missing: the components that it stands on");
	else
		ret->needs = plan_read_need(l, needs);
	ret->team = plan_items_resolve(l, &l->seats, team);
	ret->policy = plan_items_resolve(l, &l->policies, policy);
	ret->procedure = plan_items_resolve(l, &l->procedures, procedure);
}

static void read_services(struct plan_loader *l)
{
	struct plan_service *services;

	services = arena_calloc(l->arena, l->services.count, sizeof(*services));
	l->plan->services = services;
	for (uint32_t i = 0; i < l->services.count; i++) {
		read_service(l, l->services.nodes[i], &services[i]);
	}
	l->plan->service_count = l->services.count;
}

static void read_top(struct plan_loader *l)
{
	struct top_row row = {0};

	param_set_defaults(plan_top_params, &row, l->arena);
	for (size_t r = 0; r < l->root_count; r++) {
		struct top_row here = {0};

		if (!yaml_fill(l->roots[r], plan_top_params, sections, &here, l->arena,
			       l->findings))
			continue;
		if (yaml_map_get(l->roots[r], "cool_down") != NULL)
			row = here;
	}
	l->plan->cool_down_us = row.cool_down_us;
}

/* The journal holds plans that are written out: what would be filled in once more is refused. */
static void refuse_unexpanded(struct plan_loader *l)
{
	static const char *const words[] = {"vars", "templates", "from_csv", "profiles"};

	plan_items_collect(l, &l->sites, "sites", "site", false);
	for (size_t w = 0; w < COUNT_OF(words); w++) {
		for (size_t r = 0; r < l->root_count; r++) {
			const struct yaml_node *n = yaml_map_get(l->roots[r], words[w]);

			if (n != NULL)
				PLAN_ERROR(l, n->key, "not-expanded", "'%s' stands in files only",
					   words[w]);
		}
		for (uint32_t i = 0; i < l->sites.count; i++) {
			const struct yaml_node *n = yaml_map_get(l->sites.nodes[i], words[w]);

			if (n != NULL)
				PLAN_ERROR(l, n->key, "not-expanded", "'%s' stands in files only",
					   words[w]);
		}
	}
}

/* The same of what a component says about its device. */
static void refuse_devices(struct plan_loader *l)
{
	for (uint32_t i = 0; i < l->components.count; i++) {
		for (size_t w = 0; plan_device_keys[w] != NULL; w++) {
			const struct yaml_node *n =
				yaml_map_get(l->components.nodes[i], plan_device_keys[w]);

			if (n != NULL)
				PLAN_ERROR(l, n->key, "not-expanded", "'%s' stands in files only",
					   plan_device_keys[w]);
		}
	}
}

static void collect_all(struct plan_loader *l)
{
	plan_items_collect(l, &l->agents, "agents", "agent", false);
	plan_items_collect(l, &l->components, "components", "component", true);
	plan_items_collect(l, &l->services, "services", "service", false);
	plan_items_collect(l, &l->people, "people", "person", false);
	plan_items_collect(l, &l->seats, "seats", "seat", false);
	plan_items_collect(l, &l->channels, "channels", "channel", false);
	plan_items_collect(l, &l->policies, "policies", "policy", false);
	plan_items_collect(l, &l->procedures, "procedures", "procedure", false);
	plan_annexes_collect(l);
	plan_items_collect(l, &l->jornadas, "jornadas", "jornada", false);
	plan_items_collect(l, &l->windows, "windows", "window", false);
	plan_items_collect(l, &l->posts, "field_posts", "field post", false);
	plan_items_collect(l, &l->cuts, "cuts", "series of cuts", false);
}

/* A policy asks which levels have seats, a service is checked against its policy: hence the order. */
static void read_all(struct plan_loader *l)
{
	if (l->is_expanded)
		refuse_unexpanded(l);
	else
		plan_expand(l);
	collect_all(l);
	if (l->is_expanded)
		refuse_devices(l);
	read_top(l);
	plan_read_flapping(l);
	read_institution(l);
	read_places(l);
	read_components(l);
	plan_read_people(l);
	plan_read_policies(l);
	read_services(l);
	plan_check_units(l);
	plan_read_annexes(l);
	plan_read_calendar(l);
	plan_read_posts(l);
	plan_read_reports(l);
	plan_read_cuts(l);
	plan_check_cycles(l);
	plan_check_decisions(l);
}

static struct plan *build(struct plan_loader *l)
{
	for (size_t i = 0; i < l->root_count; i++) {
		if (l->roots[i]->kind != YAML_MAP) {
			PLAN_ERROR(l, l->roots[i], "not-a-map",
				   "sections such as 'components:' were expected");
			return NULL;
		}
	}
	read_all(l);
	if (l->findings->errors != l->errors_before)
		return NULL;
	plan_index_checks(l->plan);
	plan_marks_keep(l);
	plan_write_json(l);
	return l->findings->errors == l->errors_before ? l->plan : NULL;
}

static void begin(struct plan_loader *l, const struct schema_list *schemas, struct findings *f)
{
	struct arena *arena = arena_new();

	*l = (struct plan_loader){.arena = arena,
				  .scratch = arena_new(),
				  .findings = f,
				  .errors_before = f->errors,
				  .schemas = schemas};
	l->plan = arena_calloc(arena, 1, sizeof(*l->plan));
	l->plan->arena = arena;
	l->plan->annexes = arena_calloc(arena, 1, sizeof(*l->plan->annexes));
}

static struct plan *finish(struct plan_loader *l, bool readable)
{
	struct plan *p = readable ? build(l) : NULL;

	findings_sort(l->findings);
	arena_free(l->scratch);
	if (p == NULL)
		arena_free(l->arena);
	return p;
}

static int is_yaml(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n > 5 && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

static bool read_folder(struct plan_loader *l, const char *path)
{
	struct yaml_node at = {.file = path, .line = 1, .column = 1};
	struct dirent **names = NULL;
	bool ok = true;
	int n = scandir(path, &names, is_yaml, alphasort);

	if (n <= 0 || n > PLAN_FILES_MAX) {
		PLAN_ERROR(l, &at, n <= 0 ? "empty" : "too-large",
			   "the folder holds %s *.yaml file", n <= 0 ? "no" : "too many");
		ok = false;
	}
	for (int i = 0; i < n; i++) {
		if (ok) {
			struct yaml_node *root = yaml_doc_read(
				arena_printf(l->scratch, "%s/%s", path, names[i]->d_name),
				l->scratch, l->findings);

			if (root != NULL)
				l->roots[l->root_count++] = root;
		}
		free(names[i]);
	}
	free(names);
	return ok && l->root_count == (size_t)n;
}

struct plan *plan_file_load(const char *path, const struct schema_list *schemas, struct findings *f)
{
	struct yaml_node at = {.file = path, .line = 1, .column = 1};
	struct plan_loader l;
	struct stat st;
	bool ok;

	begin(&l, schemas, f);
	if (stat(path, &st) != 0) {
		PLAN_ERROR(&l, &at, "unreadable", "it cannot be opened: %s", strerror(errno));
		return finish(&l, false);
	}
	if (S_ISDIR(st.st_mode)) {
		ok = read_folder(&l, path);
	} else {
		l.roots[0] = yaml_doc_read(path, l.scratch, f);
		ok = l.roots[0] != NULL;
		l.root_count = 1;
	}
	return finish(&l, ok);
}

struct plan *plan_file_load_text(const char *name, struct slice text,
				 const struct schema_list *schemas, struct findings *f)
{
	struct plan_loader l;

	begin(&l, schemas, f);
	l.roots[0] = yaml_doc_parse(name, text, l.scratch, f);
	l.root_count = 1;
	return finish(&l, l.roots[0] != NULL);
}

struct plan *plan_file_load_json(struct slice json, const struct schema_list *schemas,
				 struct findings *f)
{
	struct plan_loader l;

	begin(&l, schemas, f);
	l.is_expanded = true;
	l.roots[0] = yaml_doc_parse("journal", json, l.scratch, f);
	l.root_count = 1;
	return finish(&l, l.roots[0] != NULL);
}
