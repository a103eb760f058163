#include "collector/links.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/rate_limit.h"
#include "base/files.h"

enum { KEY_FILE_MAX = 64, PATH_SIZE = 4096 };

struct links {
	unsigned char key[LINKS_KEY_SIZE];
	char base[LINKS_URL_SIZE - LINK_TOKEN_SIZE - 4]; /* "": no links in messages */
	int64_t valid_us;
	struct links_stats stats;
	uint64_t seed;
	struct rate_bucket all;
	struct rate_table addresses;
};

static const struct rate_limit per_address = {.interval_us = 6 * US_PER_S, .burst = 10};
static const struct rate_limit over_all = {.interval_us = US_PER_S / 5, .burst = 60};

/* --- the key -------------------------------------------------------------------------------------- */

static enum err make_key(struct links *l, const char *path, struct err_info *info)
{
	rand_system(l->key, sizeof(l->key));
	return files_replace(path, (struct slice){(const char *)l->key, sizeof(l->key)}, 0600,
			     info);
}

static enum err read_key(struct links *l, const char *folder, struct err_info *info)
{
	char path[PATH_SIZE];
	struct buf text;
	enum err e;

	snprintf(path, sizeof(path), "%s/links.key", folder);
	buf_init(&text, KEY_FILE_MAX);
	e = files_read(path, &text, info);
	if (e == ERR_NOT_FOUND) {
		e = make_key(l, path, info);
	} else if (e == ERR_TOO_LARGE || (e == ERR_OK && text.len != sizeof(l->key))) {
		e = err_fail(info, ERR_CORRUPT,
			     "%s is not %d bytes long; put the file back from a backup, or remove "
			     "it: a new one is made and links in older messages stop working",
			     path, LINKS_KEY_SIZE);
	} else if (e == ERR_OK) {
		memcpy(l->key, text.data, sizeof(l->key));
		explicit_bzero(text.data, text.len);
	}
	buf_release(&text);
	return e;
}

enum err links_open(const char *folder, const char *public_url, int64_t valid_us,
		    struct links **ret, struct err_info *info)
{
	struct links *l = mem_calloc(1, sizeof(*l));
	size_t n = public_url != NULL ? strlen(public_url) : 0;
	enum err e = ERR_OK;

	while (n > 0 && public_url[n - 1] == '/')
		n--;
	l->valid_us = valid_us;
	rand_system(&l->seed, sizeof(l->seed));
	if (n >= sizeof(l->base))
		e = err_fail(info, ERR_TOO_LARGE, "public_url is longer than %zu bytes",
			     sizeof(l->base) - 1);
	else if (n > 0)
		memcpy(l->base, public_url, n);
	if (e == ERR_OK)
		e = read_key(l, folder, info);
	if (e != ERR_OK) {
		links_close(l);
		return e;
	}
	*ret = l;
	return ERR_OK;
}

void links_close(struct links *l)
{
	if (l == NULL)
		return;
	explicit_bzero(l->key, sizeof(l->key));
	free(l);
}

/* --- tokens --------------------------------------------------------------------------------------- */

/* Kinds that ask for an answer. */
static bool asks(enum call_kind k)
{
	return k == CALL_DOWN || k == CALL_BLIND || k == CALL_FLAPPING || k == CALL_MARK ||
	       k == CALL_ASK || k == CALL_BREACH || k == CALL_NO_DRILL || k == CALL_ORDER ||
	       k == CALL_REPORTED || k == CALL_COMPLETE;
}

/* The moment of the call is part of it: numbers of a journal that was put back from a backup come again,
 * and must not make links of the time before it valid for other calls. */
static void tag_of(const struct links *l, const struct view_call *c, const char *person,
		   const char *channel, unsigned char ret[LINK_TAG_SIZE])
{
	char text[320];
	int n = snprintf(text, sizeof(text), "vigia link\n%llu\n%lld\n%s\n%s",
			 (unsigned long long)c->id, (long long)c->at.us, person, channel);
	struct sha256 h =
		sha256_hmac((struct slice){(const char *)l->key, sizeof(l->key)},
			    (struct slice){text, n < (int)sizeof(text) ? (size_t)n : sizeof(text)});

	memcpy(ret, h.bytes, LINK_TAG_SIZE);
}

static void tag_of_call(const struct links *l, const struct plan *p, const struct view_call *c,
			unsigned char ret[LINK_TAG_SIZE])
{
	tag_of(l, c, p->people[c->person].id, p->channels[c->channel].id, ret);
}

static void digest_of(struct slice token, char ret_hex[SHA256_HEX_SIZE])
{
	struct sha256 h = sha256_of(token, SLICE_LIT(""));

	sha256_hex(ret_hex, &h);
}

static bool token_of(const struct links *l, const struct engine *e, uint64_t call,
		     char ret[LINK_TOKEN_SIZE])
{
	struct link_token t = {.call = call};
	struct view_incident i;
	struct view_call c;

	if (l->base[0] == '\0' || !view_find_call(e, call, &i, &c) || !asks(c.kind))
		return false;
	tag_of_call(l, i.plan, &c, t.tag);
	link_token_write(ret, &t);
	return true;
}

bool links_url(const struct links *l, const struct engine *e, uint64_t call,
	       char ret_url[LINKS_URL_SIZE])
{
	char token[LINK_TOKEN_SIZE];

	ret_url[0] = '\0';
	if (!token_of(l, e, call, token))
		return false;
	snprintf(ret_url, LINKS_URL_SIZE, "%s/a/%s", l->base, token);
	return true;
}

void links_digest(const struct links *l, const struct engine *e, uint64_t call,
		  char ret_hex[SHA256_HEX_SIZE])
{
	char token[LINK_TOKEN_SIZE];

	ret_hex[0] = '\0';
	if (token_of(l, e, call, token))
		digest_of(slice_of(token), ret_hex);
}

static bool same(const unsigned char *a, const unsigned char *b)
{
	unsigned char difference = 0;

	for (size_t i = 0; i < LINK_TAG_SIZE; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

bool links_find(const struct links *l, const struct engine *e, struct slice token,
		struct wall_time now, struct link_found *ret)
{
	struct link_token given;
	unsigned char tag[LINK_TAG_SIZE];
	bool is_form = link_token_read(token, &given), is_call;

	/* The same work on every way: what is no token is compared as well. */
	*ret = (struct link_found){.call = {.at = WALL_UNKNOWN}};
	is_call = view_find_call(e, given.call, &ret->incident, &ret->call);
	if (is_call)
		tag_of_call(l, ret->incident.plan, &ret->call, tag);
	else
		tag_of(l, &ret->call, "nobody", "nowhere", tag);
	digest_of(token, ret->digest);
	if (!(same(tag, given.tag) & is_form & is_call) || !asks(ret->call.kind))
		return false;
	ret->until = wall_add_us(ret->call.at, l->valid_us);
	return now.us < ret->until.us;
}

/* --- wrong tokens --------------------------------------------------------------------------------- */

bool links_take_wrong(struct links *l, struct slice address, struct mono_time now,
		      int64_t *ret_wait_us)
{
	uint64_t key = rate_limit_key(l->seed, address);

	/* Who is past their own limit takes nothing from what is there for all. */
	if (rate_table_take(&l->addresses, per_address, key, now, ret_wait_us) &&
	    rate_bucket_take(&l->all, over_all, now, ret_wait_us)) {
		l->stats.wrong++;
		return true;
	}
	l->stats.limited++;
	return false;
}

struct links_stats links_stats(const struct links *l)
{
	return l->stats;
}

void links_count_used(struct links *l)
{
	l->stats.used++;
}
