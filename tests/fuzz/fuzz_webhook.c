/* fuzz_webhook - the template of a plan and the answer of a server: a template that passes the check gives JSON whatever the
 * message holds, and an id from an answer is one clean line. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "collector/webhook_answer.h"
#include "plan/json_template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any field is the second half of the input, as a JSON string or a list of it. */
struct values {
	struct slice text, list;
};

static bool value_of(void *user, struct slice name, struct slice *ret)
{
	struct values *v = user;

	*ret = name.n % 2 == 0 ? v->text : v->list;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t half = size / 2;
	struct slice template = {(const char *)data, half},
		     value = {(const char *)data + half, size - half};
	char id[WEBHOOK_ID_SIZE];
	struct err_info info;
	struct values v;
	struct buf text, list, out;
	struct json_emit j;

	if (webhook_answer_id((struct slice){(const char *)data, size}, "id", id))
		assert(id[0] != '\0');
	for (const char *p = id; *p != '\0'; p++)
		assert(*p >= 0x20 && *p < 0x7F);
	buf_init(&text, 1 << 20);
	buf_init(&list, 1 << 20);
	buf_init(&out, 1 << 22);
	j = json_emit_to(&text);
	json_slice(&j, value);
	j = json_emit_to(&list);
	json_open_array(&j);
	json_slice(&j, value);
	json_close_array(&j);
	v = (struct values){buf_slice(&text), buf_slice(&list)};
	if (json_template_check(template, &info) == ERR_OK &&
	    json_template_expand(template, value_of, &v, &out, &info) == ERR_OK) {
		struct json_pull in = json_pull_from(buf_slice(&out));

		json_skip(&in);
		json_end(&in);
		assert(in.error == NULL || strstr(in.error, "deep") != NULL);
	}
	buf_release(&text);
	buf_release(&list);
	buf_release(&out);
	return 0;
}
