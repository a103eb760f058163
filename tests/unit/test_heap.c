/* heap - deadlines come out in order, equal ones in the order of their insertion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/heap.h"
#include "base/rand.h"
#include "base/attr.h"

enum { NODES = 500 };

static void comes_out_sorted_and_stable(void **state)
{
	struct heap h;
	struct heap_node nodes[NODES];
	struct rand r;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct heap_node *last = NULL;
		size_t left = NODES;

		memset(nodes, 0, sizeof(nodes));
		heap_init(&h);
		rand_seed(&r, seed);
		for (size_t i = 0; i < NODES; i++)
			heap_put(&h, &nodes[i], (int64_t)rand_below(&r, 50));
		for (size_t i = 0; i < NODES; i += 3)
			heap_put(&h, &nodes[i], (int64_t)rand_below(&r, 50));
		for (size_t i = 0; i < NODES; i += 7) {
			heap_remove(&h, &nodes[i]);
			heap_remove(&h, &nodes[i]);
			left--;
		}
		while (heap_top(&h) != NULL) {
			struct heap_node *n = heap_top(&h);

			if (last != NULL)
				assert_true(last->key < n->key ||
					    (last->key == n->key && last->order < n->order));
			last = n;
			heap_remove(&h, n);
			left--;
		}
		assert_int_equal(left, 0);
		heap_release(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(comes_out_sorted_and_stable)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
