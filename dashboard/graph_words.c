#include "dashboard/graph_words.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/mem.h"
#include "dashboard/web_file.h"

struct graph_words {
	json_t *tables[2][2]; /* language; the common file and that of the area */
};

static const char *const paths[2][2] = {{"/es.json", "/words/graph.es.json"},
					{"/en.json", "/words/graph.en.json"}};

struct graph_words *graph_words_new(void)
{
	struct graph_words *w = mem_calloc(1, sizeof(*w));

	for (int l = 0; l < 2; l++) {
		for (int t = 0; t < 2; t++) {
			const struct web_file *f = web_file_find(paths[l][t]);

			if (f != NULL)
				w->tables[l][t] =
					json_loadb((const char *)f->forms[WEB_PLAIN].bytes,
						   f->forms[WEB_PLAIN].length, 0, NULL);
		}
	}
	return w;
}

void graph_words_free(struct graph_words *w)
{
	for (int i = 0; w != NULL && i < 4; i++)
		json_decref(w->tables[i / 2][i % 2]);
	free(w);
}

const char *graph_word(const struct graph_words *w, bool english, const char *group,
		       const char *key)
{
	for (int t = 0; t < 2; t++) {
		const char *text = json_string_value(
			json_object_get(json_object_get(w->tables[english][t], group), key));

		if (text != NULL)
			return text;
	}
	return key;
}
