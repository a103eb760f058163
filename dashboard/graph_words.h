/* graph_words.h - the words of the page's own language files (dashboard/web), for what this process writes itself: drawings, CSV,
 * Grafana. One place for a word: what is said on the page and what stands on a chart is the same. */
#ifndef VIGIA_DASHBOARD_GRAPH_WORDS_H
#define VIGIA_DASHBOARD_GRAPH_WORDS_H

#include <stdbool.h>

#include "base/attr.h"

struct graph_words;

struct graph_words *graph_words_new(void) __attribute__((returns_nonnull));
void graph_words_free(struct graph_words *w); /* accepts NULL */

/* The word of a group in Spanish, or in English; `key` itself where there is none. Valid as long as `w`. */
const char *graph_word(const struct graph_words *w, bool english, const char *group,
		       const char *key) NONNULL_ALL __attribute__((returns_nonnull));

#endif
