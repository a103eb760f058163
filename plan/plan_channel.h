/* plan_channel.h - what each type of channel can be told: one struct and one table of parameters per type. The plan keeps
 * the parameters as text (struct plan_channel); who sends reads them back with plan_channel_settings. */
#ifndef VIGIA_PLAN_PLAN_CHANNEL_H
#define VIGIA_PLAN_PLAN_CHANNEL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/param.h"
#include "engine/plan.h"

/* Of every type. */
struct channel_common {
	const char *id, *type;
	int64_t receipt_within_us, lines;
};
struct manual_settings {
	struct channel_common common;
	const char *script; /* "" if absent */
};
struct file_settings {
	struct channel_common common;
	const char *path;
};
/* Of every type that sends over the network. */
struct channel_limits {
	int64_t timeout_us, at_once;
};
enum smtp_starttls { SMTP_STARTTLS_REQUIRED, SMTP_STARTTLS_NONE };
struct smtp_settings {
	struct channel_common common;
	struct channel_limits limits;
	const char *url, *user, *password, *from, *reply_to, *ca_file; /* "" if absent */
	int starttls;
};
struct webhook_settings {
	struct channel_common common;
	struct channel_limits limits;
	const char *url, *bearer, *ca_file, *success, *receipt_field; /* "" if absent */
};

extern const struct param plan_channel_file_params[], plan_channel_smtp_params[],
	plan_channel_webhook_params[], plan_channel_manual_params[];

/* Fills `settings` (the struct of the channel's type) from the plan's text, which was checked when the plan was read.
 * Strings live in `arena`. */
void plan_channel_settings(const struct plan_channel *c, const struct param *table, void *settings,
			   struct arena *arena) NONNULL_ALL;
/* The text of one parameter, "" if it is not set. `body` is one of a webhook; its headers have the
 * keys PLAN_CHANNEL_HEADER NAME. */
const char *plan_channel_text(const struct plan_channel *c, const char *key) NONNULL_ALL
	__attribute__((returns_nonnull));
#define PLAN_CHANNEL_HEADER "header:"
/* How many sends of it may be under way at once, and how long one may last; 1 and 0 for a file. */
struct channel_limits plan_channel_limits(const struct plan_channel *c) NONNULL_ALL;

#endif
