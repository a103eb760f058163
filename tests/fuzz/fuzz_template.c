/* fuzz_template - any text as the files of a plan with templates, a table and variables: it must neither
 * crash nor hang, never refuse a plan without a word, and what it gives must read back as the same plan,
 * from the journal's JSON and from what `vigia plan show` shows. The input is plan.yaml, a line "%%", sites.csv. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/plan_file.h"
#include "tests/support/test_schemas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64];

static void clean_up(void)
{
	static const char *const names[] = {"plan.yaml", "sites.csv", "shown.yaml"};
	char path[128];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static const char *path_of(const char *name)
{
	static char paths[2][128];
	static unsigned next;
	char *path = paths[next++ % 2];

	if (folder[0] == '\0') {
		snprintf(folder, sizeof(folder), "/tmp/vigia-fuzz-XXXXXX");
		if (mkdtemp(folder) == NULL || atexit(clean_up) != 0)
			abort();
	}
	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const void *bytes, size_t n)
{
	FILE *f = fopen(path_of(name), "wbe");

	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
		abort();
}

static void same(const struct plan *p, struct plan *again, const struct findings *f)
{
	if (again == NULL)
		fprintf(stderr, "%.*s\n%s\n", (int)p->json.n, p->json.p, f->items[0].text);
	assert(again != NULL);
	assert(slice_eq(p->json, again->json));
	assert(strcmp(p->hash, again->hash) == 0);
	plan_free(again);
}

static void check_round_trips(const struct plan *p)
{
	struct buf out CLEANUP(buf_release);
	struct findings f;

	findings_init(&f);
	buf_init(&out, 64 << 20);
	same(p, plan_file_load_json(p->json, &test_schemas_list, &f), &f);
	plan_show(p, &out);
	assert(buf_is_ok(&out));
	/* Two values side by side can say what cannot be written: mere text before a secret's name. */
	if (strstr(buf_cstr(&out), "$${secret:") == NULL) {
		write_file("shown.yaml", out.data, out.len);
		same(p, plan_file_load(path_of("shown.yaml"), &test_schemas_list, &f), &f);
	}
	findings_release(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *part = memmem(data, size, "\n%%\n", 4);
	size_t yaml = part != NULL ? (size_t)(part - data) + 1 : size;
	struct buf out CLEANUP(buf_release);
	struct findings f;
	struct plan *p;

	write_file("plan.yaml", data, yaml);
	write_file("sites.csv", part != NULL ? part + 4 : data, part != NULL ? size - yaml - 3 : 0);
	findings_init(&f);
	buf_init(&out, 16 << 20);
	p = plan_file_load(path_of("plan.yaml"), &test_schemas_list, &f);
	assert((p == NULL) == (f.errors > 0));
	findings_print(&f, &out);
	assert(f.errors == 0 || out.len > 0);
	if (p != NULL) {
		plan_check_findings(p, 0, &f);
		check_round_trips(p);
	}
	plan_free(p);
	findings_release(&f);
	return 0;
}
