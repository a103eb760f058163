#include "collector/cause_text.h"

#include <stdio.h>
#include <string.h>

enum { AGENTS_NAMED = 4 };

/* Of a silent agent; the others stand for agents that are heard. */
static const char *const causes[AGENT_CAUSE_COUNT] = {
	[CAUSE_NONE] = "",
	[CAUSE_UNKNOWN] = N_("no se sabe por qué; nadie ve su sitio desde fuera"),
	[CAUSE_LINK_CUT] =
		N_("parece cortado el enlace; su sitio tampoco responde desde otro lugar"),
	[CAUSE_AGENT_DEAD] =
		N_("su sitio sí responde desde otro lugar; falla el agente o su equipo"),
	[CAUSE_PARTIAL] = N_("a su sitio se llega solo desde algunos lugares"),
	[CAUSE_FAR_SIDE_DOWN] = "",
	[CAUSE_ONE_WAY] = "",
};

static const char *cause_of(const struct view_agent *v)
{
	if (v->cause == CAUSE_UNKNOWN && strcmp(v->cause_why, "not-yet") == 0)
		return N_("aún no se sabe por qué");
	if (v->cause == CAUSE_UNKNOWN && strcmp(v->cause_why, "failed-before") == 0)
		return N_("no se sabe por qué; su sitio ya fallaba antes");
	return causes[v->cause];
}

static void put_agent(struct buf *out, const struct plan *p, uint32_t agent,
		      const struct view_agent *v, const struct catalog *words)
{
	uint32_t site = p->agents[agent].site;
	const char *cause = cause_of(v);
	char who[400];
	const struct catalog_pair pairs[] = {{"agent", who},
					     {"cause", cause[0] != '\0' ? tr(words, cause) : ""}};

	if (site != PLAN_NONE)
		snprintf(who, sizeof(who), "%s (%s)", p->agents[agent].id, p->sites[site].name);
	else
		snprintf(who, sizeof(who), "%s", p->agents[agent].id);
	catalog_fill(out,
		     cause[0] != '\0' ? tr(words, N_("El agente {agent} calla: {cause}."))
				      : tr(words, N_("El agente {agent} calla.")),
		     pairs, COUNT_OF(pairs));
}

void cause_text_put(struct buf *out, const struct engine *e, const struct view_incident *i,
		    uint32_t service, const struct catalog *words)
{
	const struct plan *p = view_plan(e);
	uint32_t current = plan_find_service(p, slice_of(i->plan->services[service].id));
	uint32_t agents[AGENTS_NAMED], n = 0;

	if (current != PLAN_NONE)
		n = view_blind_agents(e, current, agents, AGENTS_NAMED);
	for (uint32_t k = 0; k < n; k++) {
		struct view_agent v;

		view_agent(e, agents[k], &v);
		if (k > 0)
			buf_putc(out, ' ');
		put_agent(out, p, agents[k], &v, words);
	}
}
