/* delta_pairs - prints pairs of states with what leads from one to the other, one JSON object a line, for the other end to apply
 * (tests/browser/delta.test.mjs). delta_pairs SEED COUNT */
#include <stdio.h>
#include <stdlib.h>

#include "dashboard/delta.h"
#include "tests/support/delta_apply.h"

static void print(const struct buf *from, const struct buf *to)
{
	static const char *const names[DELTA_LAYERS] = {"facts", "pulse", "values"};
	struct delta_doc *a = delta_doc_new(buf_slice(from)), *b = delta_doc_new(buf_slice(to));
	struct buf out;

	if (a == NULL || b == NULL)
		abort();
	printf("{\"from\":%s,\"to\":%s", buf_cstr(from), buf_cstr(to));
	for (int layer = 0; layer < DELTA_LAYERS; layer++) {
		buf_init(&out, 1 << 24);
		if (delta_write(a, b, (enum delta_layer)layer, &out).differs)
			printf(",\"%s\":%s", names[layer], buf_cstr(&out));
		buf_release(&out);
	}
	puts("}");
	delta_doc_release(a);
	delta_doc_release(b);
}

int main(int argc, char **argv)
{
	struct rand r;
	struct buf from, to;

	if (argc != 3) {
		fputs("usage: delta_pairs SEED COUNT\n", stderr);
		return 2;
	}
	rand_seed(&r, strtoull(argv[1], NULL, 10));
	for (unsigned long n = strtoul(argv[2], NULL, 10); n > 0; n--) {
		buf_init(&from, 1 << 24);
		buf_init(&to, 1 << 24);
		delta_random(&r, &from);
		delta_random_next(&r, buf_cstr(&from), &to);
		print(&from, &to);
		buf_release(&from);
		buf_release(&to);
	}
	return 0;
}
