/* When a check is flapping: `flapping: {failures: 3, within: 10m, stable: 5m}`, once in the plan. */
#include "base/parse.h"
#include "plan/plan_loader.h"

struct flapping_row {
	int64_t failures, within_us, stable_us;
};
const struct param plan_flapping_params[] = {
	PARAM_INT(struct flapping_row, failures, "failures", "3", 2, PLAN_FLAP_FAILURES_MAX, 0,
		  "so many confirmed failures of a check"),
	PARAM_DURATION(struct flapping_row, within_us, "within", NULL, US_PER_S,
		       7 * 86400 * US_PER_S, 0,
		       "within this time: it is flapping (default: 10m, at most the cool-down)"),
	PARAM_DURATION(struct flapping_row, stable_us, "stable", NULL, US_PER_S,
		       7 * 86400 * US_PER_S, 0,
		       "over when it has not turned for so long (default: half of within)"),
	PARAM_END,
};

#define WITHIN_US (600 * US_PER_S)

/* Past the cool-down the same failure is another incident, with another clock: a run must lie within. */
static void check(struct plan_loader *l, const struct yaml_node *node, const char *key, int64_t us)
{
	const struct yaml_node *at = yaml_map_get(node, key);
	char most[32];

	if (at == NULL || us <= l->plan->cool_down_us)
		return;
	format_duration_exact(most, sizeof(most), l->plan->cool_down_us);
	PLAN_ERROR(l, at, "conflict",
		   "%s is longer than the cool-down of %s, after which the same failure is another "
		   "incident",
		   key, most);
}

void plan_read_flapping(struct plan_loader *l)
{
	const struct yaml_node *seen = NULL;
	struct flapping_row row = {0};

	param_set_defaults(plan_flapping_params, &row, l->arena);
	for (size_t r = 0; r < l->root_count; r++) {
		const struct yaml_node *node = yaml_map_get(l->roots[r], "flapping");

		if (node == NULL)
			continue;
		if (seen != NULL)
			PLAN_ERROR(l, node, "duplicate-id", "flapping stands already in %s:%u",
				   seen->file, seen->line);
		seen = node;
		if (node->kind == YAML_MAP)
			yaml_fill(node, plan_flapping_params, NULL, &row, l->arena, l->findings);
		else
			PLAN_ERROR(l, node, "not-a-map",
				   "flapping: write {failures: 3, within: 10m, stable: 5m}");
	}
	if (row.within_us == 0)
		row.within_us =
			WITHIN_US < l->plan->cool_down_us ? WITHIN_US : l->plan->cool_down_us;
	if (row.stable_us == 0)
		row.stable_us = row.within_us / 2 > US_PER_S ? row.within_us / 2 : US_PER_S;
	if (seen != NULL && seen->kind == YAML_MAP) {
		check(l, seen, "within", row.within_us);
		check(l, seen, "stable", row.stable_us);
	}
	l->plan->flapping = (struct plan_flapping){.failures = (uint32_t)row.failures,
						   .within_us = row.within_us,
						   .stable_us = row.stable_us};
}
