/* truth_tables - prints docs/TRUTH_TABLES.md: what a service is, for every combination of its members, as the engine's own
 * evaluation says it; and when it began. Run by tools/gen-docs. */
#include <stdio.h>
#include <string.h>

#include "engine/cutset.h"
#include "engine/engine_state.h"

enum { MEMBERS_MAX = 3, HOUR = 13 * 3600 };

struct group {
	struct engine engine;
	struct component_now members[MEMBERS_MAX];
	struct plan_need leaves[MEMBERS_MAX], need;
};

static void build(struct group *g, uint32_t n, uint32_t k)
{
	*g = (struct group){.engine.components = NULL};
	g->engine.components = g->members;
	for (uint32_t i = 0; i < n; i++) {
		g->leaves[i] = (struct plan_need){.kind = NEED_COMPONENT, .component = i};
		g->members[i] = (struct component_now){.state = COMPONENT_OK,
						       .since = WALL_UNKNOWN,
						       .began = WALL_UNKNOWN,
						       .not_before = WALL_UNKNOWN,
						       .good = WALL_UNKNOWN};
	}
	g->need = (struct plan_need){.kind = k == n   ? NEED_ALL
					     : k == 1 ? NEED_ANY
						      : NEED_AT_LEAST,
				     .at_least = k,
				     .children = g->leaves,
				     .child_count = n};
}

/* Members are alike, so each combination stands once, in ascending order of its words' numbers. */
static bool next_combination(struct group *g, uint32_t n)
{
	for (uint32_t i = n; i-- > 0;) {
		enum component_state s = g->members[i].state + 1u;

		if (s == COMPONENT_STATE_COUNT)
			continue;
		for (; i < n; i++)
			g->members[i].state = s;
		return true;
	}
	return false;
}

static void print_table(const char *title, uint32_t n, uint32_t k)
{
	struct group g;

	build(&g, n, k);
	for (uint32_t i = 0; i < n; i++)
		g.members[i].state = (enum component_state)0;
	printf("\n## %s\n\n|", title);
	for (uint32_t i = 0; i < n; i++)
		printf(" member |");
	printf(" service |\n|");
	for (uint32_t i = 0; i <= n; i++)
		printf("---|");
	printf("\n");
	do {
		printf("|");
		for (uint32_t i = 0; i < n; i++)
			printf(" %s |", component_state_word(g.members[i].state));
		printf(" **%s** |\n", service_state_word(diagram_eval(&g.engine, &g.need).state));
	} while (next_combination(&g, n));
}

/* all or any over a group of the first two and the third; shared: over two groups that have the first in common. */
static void build_nested(struct group *g, struct plan_need outer[2], struct plan_need inner[4],
			 uint32_t inner_k, uint32_t outer_k, bool shared)
{
	static const uint32_t at[] = {0, 1, 0, 2};

	build(g, 3, outer_k);
	for (int i = 0; i < 4; i++)
		inner[i] = (struct plan_need){.kind = NEED_COMPONENT, .component = at[i]};
	outer[0] = (struct plan_need){.kind = inner_k == 2 ? NEED_ALL : NEED_ANY,
				      .at_least = inner_k,
				      .children = inner,
				      .child_count = 2};
	outer[1] = outer[0];
	outer[1].children = inner + 2;
	if (!shared)
		outer[1] = inner[3];
	g->need = (struct plan_need){.kind = outer_k == 2 ? NEED_ALL : NEED_ANY,
				     .at_least = outer_k,
				     .children = outer,
				     .child_count = 2};
}

/* Of what serves, what does not and what is not seen: the words of one kind are alike. */
static void print_nested(const char *title, uint32_t inner_k, uint32_t outer_k, bool shared)
{
	static const enum component_state shown[] = {COMPONENT_OK, COMPONENT_CRITICAL,
						     COMPONENT_BLIND};
	struct plan_need outer[2], inner[4];
	struct group g;

	build_nested(&g, outer, inner, inner_k, outer_k, shared);
	printf("\n## %s\n\n| A | B | C | service |\n|---|---|---|---|\n", title);
	for (int i = 0; i < 27; i++) {
		g.members[0].state = shown[i / 9];
		g.members[1].state = shown[i / 3 % 3];
		g.members[2].state = shown[i % 3];
		printf("| %s | %s | %s | **%s** |\n", component_state_word(g.members[0].state),
		       component_state_word(g.members[1].state),
		       component_state_word(g.members[2].state),
		       service_state_word(diagram_eval(&g.engine, &g.need).state));
	}
}

/* What one more failure would end, of three members that serve or do not. */
static void print_next(void)
{
	static const char *const names[] = {"A", "B", "C"};
	struct plan_component components[3] = {{.id = "A"}, {.id = "B"}, {.id = "C"}};
	struct plan p = {.components = components, .component_count = 3};

	printf("\n## One failure away\n\n"
	       "What one more failure would end while these have failed (`engine/cutset.h`). What "
	       "stands "
	       "in the first row is so by design: no alarm, a finding of the plan. A service is "
	       "*exposed* "
	       "while it serves and something else than that would end it.\n\n"
	       "| failed | `all` of three | `any` of three | `at_least` 2 of three "
	       "|\n|---|---|---|---|\n");
	for (unsigned failed = 0; failed < 8; failed++) {
		bool lost[3];

		printf("|");
		for (unsigned i = 0; i < 3; i++) {
			lost[i] = failed >> i & 1;
			printf("%s", lost[i] ? " " : "");
			printf("%s", lost[i] ? names[i] : "");
		}
		printf("%s |", failed == 0 ? " nothing" : "");
		for (uint32_t k = 3; k > 0; k = k == 3 ? 1 : k == 1 ? 2 : 0) {
			struct group g;
			uint32_t next[3];
			size_t n;

			build(&g, 3, k);
			n = cutset_next(&p, &g.need, lost, NULL, true, next);
			if (!cutset_serves(&p, &g.need, lost))
				printf(" *does not serve*");
			else if (n == 0)
				printf(" none alone");
			for (size_t i = 0; i < n; i++)
				printf("%s%s", i > 0 ? " or " : " ", names[next[i]]);
			printf(" |");
		}
		printf("\n");
	}
}

static const char *hour(struct wall_time t)
{
	static char text[2][32];
	static int turn;
	long long s = (long long)(t.us / US_PER_S);

	turn = !turn;
	snprintf(text[turn], sizeof(text[turn]), "%02lld:%02lld:%02lld", s / 3600, s / 60 % 60,
		 s % 60);
	return text[turn];
}

/* All three failed, each at its own time. */
static void print_moments(const char *title, uint32_t k)
{
	struct group g;

	build(&g, 3, k);
	for (uint32_t i = 0; i < 3; i++) {
		g.members[i].state = COMPONENT_CRITICAL;
		g.members[i].began = (struct wall_time){(HOUR + 60 * i) * US_PER_S};
		g.members[i].not_before = (struct wall_time){(HOUR + 60 * i - 10) * US_PER_S};
	}
	printf("| %s | %s |", title, hour(diagram_eval(&g.engine, &g.need).began));
	for (uint32_t i = 0; i < 3; i++) {
		g.members[i].state = COMPONENT_OK;
		g.members[i].good = (struct wall_time){(HOUR + 600 + 60 * i) * US_PER_S};
	}
	printf(" %s |\n", hour(diagram_eval(&g.engine, &g.need).good));
}

int main(void)
{
	printf("# Truth tables of services\n\n"
	       "Written by `tools/gen-docs` with the engine's own evaluation; do not edit. `ok` "
	       "and "
	       "`warning` serve; `critical` and `unreachable` do not; `blind` and `unknown` may or "
	       "may "
	       "not. A service is what holds whatever those are that nobody sees: `down` only if "
	       "it is "
	       "down even if they all serve, `ok` or `degraded` only if it is served even if none "
	       "of "
	       "them does, else `blind` (`unknown` while nobody has spoken yet). Members are "
	       "alike: each "
	       "combination stands once. Larger diagrams follow from these: a group is a member "
	       "of the "
	       "group around it. `tests/unit/test_diagram.c` compares every diagram of up to four "
	       "members, nested in every way and with components at several places, in every "
	       "combination "
	       "of states and every order of moments, with what trying out all that is not seen "
	       "gives.\n\n"
	       "## When it began\n\n"
	       "Three members fail at 13:00, 13:01 and 13:02 (first bad samples) and are good "
	       "again at "
	       "13:10, 13:11 and 13:12 (first good samples). The service is down since the moment "
	       "at "
	       "which its expression became false, and restored at the one at which it became "
	       "true.\n\n"
	       "| diagram | down since | restored |\n|---|---|---|\n");
	print_moments("`all` of three", 3);
	print_moments("`any` of three", 1);
	print_moments("`at_least` 2 of three", 2);
	print_table("One member", 1, 1);
	print_table("`all` of two", 2, 2);
	print_table("`any` of two", 2, 1);
	print_table("`all` of three", 3, 3);
	print_table("`any` of three", 3, 1);
	print_table("`at_least` 2 of three", 3, 2);
	print_nested("`all` of (`any` of A and B) and C", 1, 2, false);
	print_nested("`any` of (`all` of A and B) and C", 2, 1, false);
	print_nested("`all` of (`any` of A and B) and (`any` of A and C): A stands at two places",
		     1, 2, true);
	print_next();
	return 0;
}
