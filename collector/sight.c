#include "collector/sight.h"

#include "access/permission.h"
#include "base/json_pull.h"
#include "collector/status.h"

/* Members of bodies that not everybody sees. */
struct hidden {
	const char *kind, *member;
	bool for_audit; /* else for contacts */
};
static const struct hidden table[] = {
	{"plan.applied", "plan", false}, /* everybody's telephones */
	{"call.intent", "to", false},
	{"call.sent", "detail", false}, /* what the other side said may name whom it was for */
	{"call.unknown", "detail", false},
	{"call.received", "detail", false},
	{"call.failed", "detail", false},
	{"call.unanswered", "detail", false},
	{"call.result", "note", false},
	{"ack.given", "note", false},
	{"order.confirmed", "note", false},
	{"access.changed", "text", true},
};

struct sight sight_of(unsigned rights)
{
	return (struct sight){(rights & RIGHT_CONTACTS) != 0, (rights & RIGHT_AUDIT) != 0};
}

static const struct hidden *find(struct slice kind)
{
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		if (slice_is(kind, table[i].kind))
			return &table[i];
	}
	return NULL;
}

/* A body that cannot be read is withheld whole. */
static void copy_without(struct slice body, const char *member, struct buf *out)
{
	struct json_pull in = json_pull_from(body);
	struct json_emit j = json_emit_to(out);
	struct slice key, value;
	char name[64];

	json_enter_object(&in);
	json_open_object(&j);
	while (json_next_key(&in, &key)) {
		json_read_raw(&in, &value);
		if (in.error != NULL || key.n >= sizeof(name))
			break;
		memcpy(name, key.p, key.n);
		name[key.n] = '\0';
		json_key(&j, name);
		if (slice_is(key, member))
			json_null(&j);
		else
			json_raw(&j, value);
	}
	json_close_object(&j);
	json_end(&in);
	if (in.error != NULL) {
		buf_reset(out);
		buf_puts(out, "null");
	}
}

void sight_write_entry(struct json_emit *j, const struct journal_entry *entry, struct sight sight)
{
	const struct hidden *h = find(entry->kind);
	struct journal_entry seen = *entry;
	struct buf body;

	if (h == NULL || (h->for_audit ? sight.audit : sight.contacts)) {
		status_write_entry(j, entry);
		return;
	}
	buf_init(&body, BUF_MAX_EVENT);
	copy_without(entry->body, h->member, &body);
	seen.body = buf_slice(&body);
	status_write_entry(j, &seen);
	buf_release(&body);
}
