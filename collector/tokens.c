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
#include "collector/files.h"

enum { TOKENS_FILE_MAX = 1 << 20, AGENT_ID_SIZE = 64 };

struct entry {
	char agent[AGENT_ID_SIZE]; /* "" for an operator */
	struct sha256 digest;
};

struct tokens {
	char path[4096];
	struct entry *entries;
	size_t count, cap;
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

static enum err save(const struct tokens *t, struct err_info *info)
{
	struct json_emit j;
	struct buf text;
	enum err e;

	buf_init(&text, TOKENS_FILE_MAX);
	j = json_emit_to(&text);
	json_open_object(&j);
	json_key(&j, "tokens");
	json_open_array(&j);
	for (size_t i = 0; i < t->count; i++) {
		char hex[SHA256_HEX_SIZE];

		sha256_hex(hex, &t->entries[i].digest);
		json_open_object(&j);
		json_kv_str(&j, "agent", t->entries[i].agent);
		json_kv_str(&j, "sha256", hex);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_putc(&text, '\n');
	e = files_replace(t->path, buf_slice(&text), 0600, info);
	buf_release(&text);
	return e;
}

static void parse_entry(struct json_pull *in, struct tokens *t)
{
	struct slice key, hex = {"", 0};
	struct sha256 digest = {0};
	char agent[AGENT_ID_SIZE] = "";

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "agent"))
			json_read_str(in, agent, sizeof(agent));
		else if (slice_is(key, "sha256"))
			json_read_slice(in, &hex);
		else
			json_skip(in);
	}
	if (in->error == NULL && hex_decode(digest.bytes, SHA256_SIZE, hex) != ERR_OK)
		json_complain(in, "a digest is malformed");
	if (in->error == NULL)
		find(t, agent)->digest = digest;
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
	if (t == NULL)
		return;
	free(t->entries);
	free(t);
}

struct principal tokens_identify(const struct tokens *t, const char *token)
{
	struct principal found = {PRINCIPAL_NONE, NULL};
	struct sha256 digest;

	if (token == NULL || strlen(token) > 256)
		return found;
	digest = digest_of(token);
	for (size_t i = 0; i < t->count; i++) {
		if (same_digest(&digest, &t->entries[i].digest))
			found = (struct principal){t->entries[i].agent[0] == '\0'
							   ? PRINCIPAL_OPERATOR
							   : PRINCIPAL_AGENT,
						   t->entries[i].agent};
	}
	return found;
}

enum err tokens_enrol(struct tokens *t, const char *agent, char ret_token[TOKEN_TEXT_SIZE],
		      struct err_info *info)
{
	size_t count = t->count;
	struct entry *x, old;
	enum err e;

	if (agent[0] == '\0' || strlen(agent) >= AGENT_ID_SIZE)
		return err_fail(info, ERR_SYNTAX, "'%s' is not the id of an agent", agent);
	x = find(t, agent);
	old = *x;
	rand_hex(ret_token, 32);
	x->digest = digest_of(ret_token);
	e = save(t, info);
	if (e != ERR_OK) { /* what is on disk counts */
		*x = old;
		t->count = count;
	}
	return e;
}
