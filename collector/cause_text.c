#include "collector/cause_text.h"

#include <string.h>

enum { AGENTS_NAMED = 4 };

/* Of a silent agent; the others stand for agents that are heard. */
static const char *const words_es[AGENT_CAUSE_COUNT] = {
	[CAUSE_NONE] = "",
	[CAUSE_UNKNOWN] = "no se sabe por qué; nadie ve su sitio desde fuera",
	[CAUSE_LINK_CUT] = "parece cortado el enlace; su sitio tampoco responde desde otro lugar",
	[CAUSE_AGENT_DEAD] = "su sitio sí responde desde otro lugar; falla el agente o su equipo",
	[CAUSE_PARTIAL] = "a su sitio se llega solo desde algunos lugares",
	[CAUSE_FAR_SIDE_DOWN] = "",
	[CAUSE_ONE_WAY] = "",
};
static const char *const words_en[AGENT_CAUSE_COUNT] = {
	[CAUSE_NONE] = "",
	[CAUSE_UNKNOWN] = "why is not known; nobody sees its site from elsewhere",
	[CAUSE_LINK_CUT] = "the link seems cut; its site does not answer from elsewhere either",
	[CAUSE_AGENT_DEAD] = "its site answers from elsewhere; the agent or its machine fails",
	[CAUSE_PARTIAL] = "its site is reached from some places only",
	[CAUSE_FAR_SIDE_DOWN] = "",
	[CAUSE_ONE_WAY] = "",
};

static const char *words_of(const struct view_agent *v, bool spanish)
{
	if (v->cause == CAUSE_UNKNOWN && strcmp(v->cause_why, "not-yet") == 0)
		return spanish ? "aún no se sabe por qué" : "why is not known yet";
	if (v->cause == CAUSE_UNKNOWN && strcmp(v->cause_why, "failed-before") == 0)
		return spanish ? "no se sabe por qué; su sitio ya fallaba antes"
			       : "why is not known; its site had failed before";
	return (spanish ? words_es : words_en)[v->cause];
}

void cause_text_put(struct buf *out, const struct engine *e, const struct view_incident *i,
		    uint32_t service, bool spanish)
{
	const struct plan *p = view_plan(e);
	uint32_t current = plan_find_service(p, slice_of(i->plan->services[service].id));
	uint32_t agents[AGENTS_NAMED], n = 0;

	if (current != PLAN_NONE)
		n = view_blind_agents(e, current, agents, AGENTS_NAMED);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t site = p->agents[agents[k]].site;
		struct view_agent v;
		const char *words;

		view_agent(e, agents[k], &v);
		words = words_of(&v, spanish);
		buf_printf(out,
			   spanish ? " El agente %s%s%s%s calla" : " The agent %s%s%s%s is silent",
			   p->agents[agents[k]].id, site != PLAN_NONE ? " (" : "",
			   site != PLAN_NONE ? p->sites[site].name : "",
			   site != PLAN_NONE ? ")" : "");
		buf_printf(out, "%s%s.", words[0] != '\0' ? ": " : "", words);
	}
}
