#include "collector/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/sha256.h"
#include "base/files.h"

enum { TOKENS_FILE_MAX = 1 << 20, AGENT_ID_SIZE = 64 };
/* How late a use may be on disk, so that requests do not write. */
#define USES_KEPT_US (600 * US_PER_S)

/* A digest of zeros is that of no token: none, or revoked. Programs older than revocation read `sha256` only. */
struct entry {
	char agent[AGENT_ID_SIZE]; /* "" for an operator */
	struct sha256 digest;
	struct sha256 pending; /* good as well; its first use makes it the only one */
	struct sha256 revoked_digest;
	int64_t enrolled_us, used_us, pending_us, revoked_us; /* Unix time, 0 = not known, or not */
};

struct tokens {
	char path[4096];
	struct entry *entries;
	size_t count, cap;
	int64_t saved_us; /* when uses were last written */
	bool dirty;
};

static struct sha256 digest_of(const char *token)
{
	return sha256_of(slice_of(token), SLICE_LIT(""));
}

static bool same_digest(const struct sha256 *a, const struct sha256 *b)
{
	unsigned char difference = 0;

	for (size_t i = 0; i < SHA256_SIZE; i++)
		difference |= a->bytes[i] ^ b->bytes[i];
	return difference == 0;
}

static bool is_none(const struct sha256 *d)
{
	static const struct sha256 none;

	return memcmp(d, &none, sizeof(none)) == 0;
}

static struct entry *find(struct tokens *t, const char *agent)
{
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->entries[i].agent, agent) == 0)
			return &t->entries[i];
	}
	t->entries = mem_grow(t->entries, t->count, &t->cap, sizeof(*t->entries));
	t->entries[t->count] = (struct entry){0};
	snprintf(t->entries[t->count].agent, AGENT_ID_SIZE, "%s", agent);
	return &t->entries[t->count++];
}

static void put_digest(struct json_emit *j, const char *key, const struct sha256 *d)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(hex, d);
	json_kv_str(j, key, hex);
}

static void put_time(struct json_emit *j, const char *key, int64_t us)
{
	if (us != 0)
		json_kv_micro(j, key, us);
}

static void put_entry(struct json_emit *j, const struct entry *x)
{
	json_open_object(j);
	json_kv_str(j, "agent", x->agent);
	put_digest(j, "sha256", &x->digest);
	put_time(j, "enrolled", x->enrolled_us);
	put_time(j, "used", x->used_us);
	if (!is_none(&x->pending)) {
		put_digest(j, "pending_sha256", &x->pending);
		put_time(j, "pending", x->pending_us);
	}
	if (!is_none(&x->revoked_digest)) {
		put_digest(j, "revoked_sha256", &x->revoked_digest);
		put_time(j, "revoked", x->revoked_us);
	}
	json_close_object(j);
}

static enum err save(struct tokens *t, struct err_info *info)
{
	struct json_emit j;
	struct buf text;
	enum err e;

	buf_init(&text, TOKENS_FILE_MAX);
	j = json_emit_to(&text);
	json_open_object(&j);
	json_key(&j, "tokens");
	json_open_array(&j);
	for (size_t i = 0; i < t->count; i++)
		put_entry(&j, &t->entries[i]);
	json_close_array(&j);
	json_close_object(&j);
	buf_putc(&text, '\n');
	e = files_replace(t->path, buf_slice(&text), 0600, info);
	buf_release(&text);
	if (e == ERR_OK)
		t->dirty = false;
	return e;
}

static void read_digest(struct json_pull *in, struct sha256 *ret)
{
	struct slice hex = {"", 0};

	json_read_slice(in, &hex);
	if (in->error == NULL && hex_decode(ret->bytes, SHA256_SIZE, hex) != ERR_OK)
		json_complain(in, "a digest is malformed");
}

static void parse_entry(struct json_pull *in, struct tokens *t)
{
	struct entry x = {0};
	struct slice key;
	bool has_digest = false;

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "agent")) {
			json_read_str(in, x.agent, sizeof(x.agent));
		} else if (slice_is(key, "sha256")) {
			read_digest(in, &x.digest);
			has_digest = true;
		} else if (slice_is(key, "pending_sha256")) {
			read_digest(in, &x.pending);
		} else if (slice_is(key, "revoked_sha256")) {
			read_digest(in, &x.revoked_digest);
		} else if (slice_is(key, "enrolled")) {
			json_read_micro(in, &x.enrolled_us);
		} else if (slice_is(key, "used")) {
			json_read_micro(in, &x.used_us);
		} else if (slice_is(key, "pending")) {
			json_read_micro(in, &x.pending_us);
		} else if (slice_is(key, "revoked")) {
			json_read_micro(in, &x.revoked_us);
		} else {
			json_skip(in);
		}
	}
	if (in->error == NULL && !has_digest)
		json_complain(in, "a digest is malformed");
	if (in->error == NULL)
		*find(t, x.agent) = x;
}

static enum err load(struct tokens *t, struct err_info *info)
{
	struct buf text;
	struct json_pull in;
	struct slice key;
	enum err e;

	buf_init(&text, TOKENS_FILE_MAX);
	e = files_read(t->path, &text, info);
	if (e == ERR_OK) {
		in = json_pull_from(buf_slice(&text));
		json_enter_object(&in);
		while (json_next_key(&in, &key)) {
			json_enter_array(&in);
			while (json_next_element(&in))
				parse_entry(&in, t);
		}
		json_end(&in);
		if (in.error != NULL)
			e = err_fail(info, ERR_CORRUPT, "%s: %s", t->path, in.error);
	}
	buf_release(&text);
	return e;
}

/* The first start: an operator's token for people and programs on this machine. */
static enum err make_operator(struct tokens *t, const char *folder, struct err_info *info)
{
	char path[4096], token[TOKEN_TEXT_SIZE + 1];
	enum err e;

	rand_hex(token, 32);
	find(t, "")->digest = digest_of(token);
	token[64] = '\n';
	token[65] = '\0';
	snprintf(path, sizeof(path), "%s/operator.token", folder);
	e = files_replace(path, slice_of(token), 0600, info);
	return e == ERR_OK ? save(t, info) : e;
}

enum err tokens_open(const char *folder, struct tokens **ret, struct err_info *info)
{
	struct tokens *t = mem_calloc(1, sizeof(*t));
	enum err e;

	snprintf(t->path, sizeof(t->path), "%s/tokens.json", folder);
	e = load(t, info);
	if (e == ERR_NOT_FOUND)
		e = make_operator(t, folder, info);
	if (e != ERR_OK) {
		tokens_close(t);
		return e;
	}
	*ret = t;
	return ERR_OK;
}

void tokens_close(struct tokens *t)
{
	struct err_info info;

	if (t == NULL)
		return;
	if (t->dirty)
		err_ignore(save(t, &info)); /* only when keys were used would be lost */
	free(t->entries);
	free(t);
}

enum which { WHICH_NOW, WHICH_PENDING, WHICH_REVOKED };

/* Every digest is compared, so that the time tells nothing. */
static const struct entry *match(const struct tokens *t, const char *token, enum which *ret)
{
	const struct entry *found = NULL;
	struct sha256 digest;

	if (token == NULL || strlen(token) > 256)
		return NULL;
	digest = digest_of(token);
	for (size_t i = 0; i < t->count; i++) {
		const struct entry *x = &t->entries[i];
		const struct sha256 *const digests[] = {&x->digest, &x->pending,
							&x->revoked_digest};

		for (size_t k = 0; k < COUNT_OF(digests); k++) {
			if (!same_digest(&digest, digests[k]))
				continue;
			found = x;
			*ret = (enum which)k;
		}
	}
	return found;
}

static struct principal principal_of(const struct entry *x, enum which which)
{
	if (x == NULL)
		return (struct principal){PRINCIPAL_NONE, NULL};
	return (struct principal){which == WHICH_REVOKED ? PRINCIPAL_REVOKED
				  : x->agent[0] == '\0'  ? PRINCIPAL_OPERATOR
							 : PRINCIPAL_AGENT,
				  x->agent};
}

struct principal tokens_identify(const struct tokens *t, const char *token)
{
	enum which which = WHICH_NOW;
	const struct entry *x = match(t, token, &which);

	return principal_of(x, which);
}

struct principal tokens_use(struct tokens *t, const char *token, struct wall_time now)
{
	enum which which = WHICH_NOW;
	const struct entry *found = match(t, token, &which);
	struct err_info info;
	struct entry *x;

	if (found == NULL || which == WHICH_REVOKED)
		return principal_of(found, which);
	x = &t->entries[found - t->entries];
	x->used_us = now.us;
	t->dirty = true;
	if (which == WHICH_PENDING) {
		x->digest = x->pending;
		x->pending = (struct sha256){{0}};
		x->enrolled_us = x->pending_us;
		x->pending_us = 0;
	}
	/* If the disk refuses, the old key is void until a restart, and the next use of the new one ends it again. */
	if (which == WHICH_PENDING || now.us - t->saved_us >= USES_KEPT_US) {
		t->saved_us = now.us;
		err_ignore(save(t, &info));
	}
	return principal_of(x, WHICH_NOW);
}

/* What is on disk counts: a change that could not be stored is taken back. */
static enum err store(struct tokens *t, struct entry *x, const struct entry *old, size_t old_count,
		      struct err_info *info)
{
	enum err e = save(t, info);

	if (e != ERR_OK) {
		*x = *old;
		t->count = old_count;
	}
	return e;
}

enum err tokens_enrol(struct tokens *t, const char *agent, bool rotate, struct wall_time now,
		      char ret_token[TOKEN_TEXT_SIZE], struct err_info *info)
{
	size_t count = t->count;
	struct entry *x, old;

	if (agent[0] == '\0' || strlen(agent) >= AGENT_ID_SIZE)
		return err_fail(info, ERR_SYNTAX, "'%s' is not the id of an agent", agent);
	x = find(t, agent);
	old = *x;
	if (rotate && is_none(&x->digest)) {
		t->count = count;
		return err_fail(info, ERR_NOT_FOUND,
				"agent '%s' has no key that could be rotated; enrol it", agent);
	}
	rand_hex(ret_token, 32);
	if (rotate) {
		x->pending = digest_of(ret_token);
		x->pending_us = now.us;
	} else {
		*x = (struct entry){.digest = digest_of(ret_token), .enrolled_us = now.us};
		memcpy(x->agent, old.agent, sizeof(x->agent));
	}
	return store(t, x, &old, count, info);
}

enum err tokens_revoke(struct tokens *t, const char *agent, struct wall_time now,
		       struct err_info *info)
{
	size_t count = t->count;
	struct entry *x = agent[0] != '\0' && strlen(agent) < AGENT_ID_SIZE ? find(t, agent) : NULL;
	struct entry old;

	if (x == NULL || is_none(&x->digest)) {
		t->count = count;
		return err_fail(info, ERR_NOT_FOUND, "agent '%s' has no key", agent);
	}
	old = *x;
	x->revoked_digest = x->digest;
	x->revoked_us = now.us;
	x->digest = x->pending = (struct sha256){{0}};
	x->pending_us = 0;
	return store(t, x, &old, count, info);
}

size_t tokens_count(const struct tokens *t)
{
	return t->count;
}

bool tokens_at(const struct tokens *t, size_t i, struct token_view *ret)
{
	const struct entry *x = &t->entries[i];

	*ret = (struct token_view){.agent = x->agent,
				   .enrolled = {x->enrolled_us},
				   .used = {x->used_us},
				   .pending = {x->pending_us},
				   .revoked = {x->revoked_us}};
	return x->agent[0] != '\0';
}
