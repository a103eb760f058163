/* Contradictions that a careful reader would find; the plan loads all the same. */
#include "plan/audit.h"
#include "plan/plan_file.h"

/* What is accepted must still be there, and in time: else the list hides the next fault. */
static void close_acceptances(struct audit *a)
{
	const struct plan_annexes *x = a->p->annexes;

	for (uint32_t i = 0; i < x->accepted_count; i++) {
		const struct plan_acceptance *c = &x->accepted[i];

		if (!a->is_used[i])
			audit_tell(a, AUDIT_ACCEPTANCE_UNUSED, AT(ACCEPTANCE, i),
				   "'%s' does not occur at '%s'", c->finding, c->at);
		else if (a->today_s >= c->until_s + 86400)
			audit_tell(a, AUDIT_ACCEPTANCE_ENDED, AT(ACCEPTANCE, i),
				   "'%s' at '%s' was accepted for a time that is over", c->finding,
				   c->at);
	}
}

void plan_check_findings(const struct plan *p, int64_t today_s, struct findings *f)
{
	struct audit a = {.p = p, .f = f, .today_s = today_s};
	struct arena *arena = arena_new();

	a.is_used = arena_calloc(arena, p->annexes->accepted_count, sizeof(*a.is_used));
	audit_services(&a);
	audit_watching(&a);
	audit_devices(&a);
	audit_redundancy(&a);
	audit_people(&a);
	audit_shifts(&a);
	audit_directory(&a);
	audit_procedures(&a);
	audit_records(&a);
	audit_documents(&a);
	close_acceptances(&a);
	findings_sort(f);
	arena_free(arena);
}
