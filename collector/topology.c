#include "collector/topology.h"

#include <stdlib.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "engine/cutset.h"
#include "engine/view.h"

static void put_needed(struct json_emit *j, const struct plan *p, const struct plan_need *need)
{
	if (need == NULL)
		return;
	if (need->kind == NEED_COMPONENT)
		json_str(j, p->components[need->component].id);
	for (size_t i = 0; i < need->child_count; i++)
		put_needed(j, p, &need->children[i]);
}

static void put_sites(struct json_emit *j, const struct plan *p)
{
	json_key(j, "sites");
	json_open_array(j);
	for (uint32_t i = 0; i < p->site_count; i++) {
		json_open_object(j);
		json_kv_str(j, "id", p->sites[i].id);
		json_kv_str(j, "name", p->sites[i].name);
		json_kv_str(j, "kind", p->sites[i].kind);
		json_close_object(j);
	}
	json_close_array(j);
}

/* `stands`: for each service a flag per component. */
static void put_components(struct json_emit *j, const struct plan *p, const bool *stands)
{
	json_key(j, "components");
	json_open_array(j);
	for (uint32_t i = 0; i < p->component_count; i++) {
		const struct plan_component *c = &p->components[i];

		json_open_object(j);
		json_kv_str(j, "id", c->id);
		json_kv_str(j, "address", c->address[0] != '\0' ? c->address : NULL);
		json_key(j, "depends_on");
		json_open_array(j);
		put_needed(j, p, c->depends_on);
		json_close_array(j);
		json_key(j, "carries");
		json_open_array(j);
		for (uint32_t s = 0; s < p->service_count; s++) {
			if (stands[(size_t)s * p->component_count + i])
				json_str(j, p->services[s].id);
		}
		json_close_array(j);
		json_close_object(j);
	}
	json_close_array(j);
}

void topology_write(const struct engine *e, struct buf *out)
{
	const struct plan *p = view_plan(e);
	struct json_emit j = json_emit_to(out);
	bool *stands;

	json_open_object(&j);
	json_kv_str(&j, "plan", p != NULL ? p->hash : NULL);
	if (p != NULL) {
		stands = mem_calloc((size_t)p->service_count * p->component_count + 1,
				    sizeof(*stands));
		for (uint32_t s = 0; s < p->service_count; s++)
			cutset_parts(p, p->services[s].needs,
				     stands + (size_t)s * p->component_count);
		put_sites(&j, p);
		put_components(&j, p, stands);
		free(stands);
	}
	json_close_object(&j);
}
