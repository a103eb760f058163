/* delta.h - the difference between two states of the collector's status, so that a viewer is sent what has changed
 * and not the whole (docs/API.md "On the dashboard" tells the form; dashboard/web/delta.js applies it). Pure.
 *
 * What a status holds moves in four ways, and each member belongs to one of them by its name and that of its parent:
 *   facts    what happened: states, incidents, calls... Sent at once, to everybody.
 *   values   what each check last measured (t, values of a vantage): moves with every result; only for who looks at it.
 *   pulse    agents' last words, lags, last commits: moves though nothing happens; sent now and then.
 *   running  numbers that follow from the hour (now, elapsed, left, age...): never sent, everybody can count them.
 * Facts, values and pulse are layers with a difference of their own. What is sent whole in the layer of facts (a new
 * component, say) has its pulse with it and its values empty: t null, values {}. */
#ifndef VIGIA_DASHBOARD_DELTA_H
#define VIGIA_DASHBOARD_DELTA_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

enum delta_layer { DELTA_FACTS, DELTA_PULSE, DELTA_VALUES };
enum { DELTA_LAYERS = 3 };

/* One state; not changed after it is made. */
struct delta_doc;

/* Copies the text. NULL: it is not one sound JSON object (base/json_pull.h), or a key stands twice in an object. */
struct delta_doc *delta_doc_new(struct slice json) MUST_CHECK;
struct delta_doc *delta_doc_keep(struct delta_doc *d) NONNULL_ALL; /* one more owner */
void delta_doc_release(struct delta_doc *d); /* accepts NULL */
struct slice delta_doc_text(const struct delta_doc *d) NONNULL_ALL; /* the very text */
/* The text with all values empty: the state of a viewer who takes no values. */
void delta_doc_put_without_values(const struct delta_doc *d, struct buf *out) NONNULL_ALL;
/* The number under `name` at the top, in micro units; MICRO_NONE if there is none. */
int64_t delta_doc_number(const struct delta_doc *d, const char *name) NONNULL_ALL;
/* head.seq of a status, -1 if there is none. */
int64_t delta_doc_head(const struct delta_doc *d) NONNULL_ALL;

struct delta_result {
	bool differs; /* something was appended */
	bool resets_pulse; /* facts only: something with a pulse was sent whole, so that pulses that follow must
			      be told from `to` on: send that layer too */
};
/* Appends the patch that makes `to` of `from` as far as the layer goes; nothing if there is no difference. */
struct delta_result delta_write(const struct delta_doc *from, const struct delta_doc *to,
				enum delta_layer layer, struct buf *out) NONNULL_ALL;

#endif
