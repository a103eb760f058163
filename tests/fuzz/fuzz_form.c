/* fuzz_form - a form comes from anybody who has a link: what is taken fits, is text, and means the same again. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "dashboard/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void is_text(const char *s, size_t size)
{
	size_t n = strlen(s);

	assert(n < size);
	for (size_t i = 0, k; i < n; i += k) {
		k = utf8_length((const unsigned char *)s + i, n - i);
		assert(k > 0 && (unsigned char)s[i] >= 0x20 && s[i] != 0x7f);
	}
}

/* Written so that nothing but the escapes is left. */
static size_t write_again(char *dst, const char *name, const char *value)
{
	size_t n = (size_t)sprintf(dst, "%s=", name);

	for (; *value != '\0'; value++)
		n += (size_t)sprintf(dst + n, "%%%02X", (unsigned char)*value);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char act[8], note[64], act2[8], note2[64], again[512];
	const struct form_field fields[] = {{"act", act, sizeof(act)},
					    {"note", note, sizeof(note)}};
	const struct form_field fields2[] = {{"act", act2, sizeof(act2)},
					     {"note", note2, sizeof(note2)}};
	char *body = malloc(size > 0 ? size : 1); /* of just this size */
	char *type = malloc(size + 1);
	size_t n;

	memcpy(body, data, size);
	memcpy(type, data, size);
	type[size] = '\0';
	form_is_type(type);
	if (form_read((struct slice){body, size}, fields, 2)) {
		is_text(act, sizeof(act));
		is_text(note, sizeof(note));
		n = write_again(again, "act", act);
		again[n++] = '&';
		n += write_again(again + n, "note", note);
		assert(form_read((struct slice){again, n}, fields2, 2));
		assert(strcmp(act, act2) == 0 && strcmp(note, note2) == 0);
	} else {
		assert(act[0] == '\0' && note[0] == '\0');
	}
	free(body);
	free(type);
	return 0;
}
