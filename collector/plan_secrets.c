#include "collector/plan_secrets.h"

#include "base/secret_ref.h"

void plan_secrets_check(const struct secrets *s, const struct plan *plan, const char *plan_path,
			struct findings *f)
{
	struct yaml_node at = {.file = plan_path, .line = 1, .column = 1};

	for (uint32_t c = 0; c < plan->channel_count; c++) {
		for (size_t k = 0; k < plan->channels[c].param_count; k++) {
			const struct plan_kv *kv = &plan->channels[c].params[k];
			struct secret_ref r;

			for (size_t from = 0; secret_ref_find(slice_of(kv->value), from, &r);
			     from = r.to) {
				if (secrets_get(s, r.name) == NULL)
					findings_add(f, FINDING_ERROR, &at, "missing-secret",
						     "channel '%s', %s: the collector's secrets "
						     "file has no '%.*s'",
						     plan->channels[c].id, kv->key,
						     (int)(r.name.n < 63 ? r.name.n : 63),
						     r.name.p);
			}
		}
	}
}
