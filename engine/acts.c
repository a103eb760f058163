/* The table of acts, and how their parameters are read. */
#include "engine/acts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/micro.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "engine/event.h"
#include "engine/plan.h"

enum arg_type {
	ARG_TEXT,
	ARG_PAST,
	ARG_AHEAD,
	ARG_WORD,
	ARG_VIA,
	ARG_REF,
	ARG_NUMBER,
	ARG_ENTRY,
	ARG_PERSON,
	ARG_SERVICE,
	ARG_SEAT,
	ARG_SITE,
	ARG_COMPONENT,
	ARG_CHECK,
	ARG_FROM,
	ARG_SITES
};
struct arg_row {
	const char *name, *placeholder, *help;
	enum arg_type type;
};

static const struct arg_row args[] = {
#define X(sym, name, type, placeholder, help)                                                      \
	[ACT_ARG_##sym] = {name, placeholder, help, ARG_##type},
	ACT_ARGS(X)
#undef X
};

static const struct act_row acts[] = {
#define X(sym, word, name, event, place, needed, also, help)                                       \
	[ACT_##sym] = {word, name, EVENT_##event, ACT_PLACE_##place, needed, (needed) | (also),    \
		       help},
	ACTS(X)
#undef X
};

const struct act_row *act_row(enum act a)
{
	assert((unsigned)a < ACT_COUNT);
	return &acts[a];
}

const char *act_word(enum act a)
{
	return act_row(a)->word;
}

bool act_from_name(struct slice name, enum act *ret)
{
	for (unsigned a = 0; a < ACT_COUNT; a++) {
		if (slice_is(name, acts[a].name)) {
			*ret = (enum act)a;
			return true;
		}
	}
	return false;
}

bool act_from_word(struct slice word, enum act *ret)
{
	for (unsigned a = 0; a < ACT_COUNT; a++) {
		if (slice_is(word, acts[a].word)) {
			*ret = (enum act)a;
			return true;
		}
	}
	return false;
}

const char *act_arg_name(enum act_arg a)
{
	assert((unsigned)a < ACT_ARG_COUNT);
	return args[a].name;
}

const char *act_arg_placeholder(enum act_arg a)
{
	assert((unsigned)a < ACT_ARG_COUNT);
	return args[a].placeholder;
}

const char *act_arg_help(enum act_arg a)
{
	assert((unsigned)a < ACT_ARG_COUNT);
	return args[a].help;
}

/* --- reading ------------------------------------------------------------------------------------- */

/* "note, at, until", for the sentence of an error. */
static void list_args(unsigned taken, char *dst, size_t size)
{
	size_t n = 0;

	dst[0] = '\0';
	for (unsigned a = 0; a < ACT_ARG_COUNT && n < size; a++) {
		if (taken & (1u << a))
			n += (size_t)snprintf(dst + n, size - n, "%s%s", n > 0 ? ", " : "",
					      args[a].name);
	}
}

static enum err read_time(enum arg_type type, struct wall_time now, struct slice v,
			  struct wall_time *ret)
{
	int64_t us;

	if (micro_parse(v, &us) == ERR_OK) {
		*ret = (struct wall_time){us};
		return us > 0 ? ERR_OK : ERR_SYNTAX;
	}
	if (parse_duration_us(v, &us) == ERR_OK) {
		*ret = wall_add_us(now, type == ARG_PAST ? -us : us);
		return ERR_OK;
	}
	return timefmt_parse_local(v, now, type != ARG_PAST, ret);
}

static enum err read_text(char *dst, size_t size, struct slice v)
{
	if (v.n == 0)
		return ERR_SYNTAX;
	if (v.n >= size)
		return ERR_TOO_LARGE;
	memcpy(dst, v.p, v.n);
	dst[v.n] = '\0';
	return ERR_OK;
}

static uint32_t find(enum arg_type type, const struct plan *p, struct slice id)
{
	switch ((int)type) {
	case ARG_PERSON:
		return plan_find_person(p, id);
	case ARG_SERVICE:
		return plan_find_service(p, id);
	case ARG_SEAT:
		return plan_find_seat(p, id);
	case ARG_SITE:
		return plan_find_site(p, id);
	case ARG_COMPONENT:
		return plan_find_component(p, id);
	default:
		return plan_find_check(p, id);
	}
}

static uint32_t *index_at(struct act_args *a, enum act_arg which)
{
	switch ((int)which) {
	case ACT_ARG_OTHER:
		return &a->other;
	case ACT_ARG_SERVICE:
		return &a->service;
	case ACT_ARG_SEAT:
		return &a->seat;
	case ACT_ARG_SITE:
		return &a->site;
	case ACT_ARG_COMPONENT:
		return &a->component;
	default:
		return &a->check;
	}
}

static enum err read_number(struct slice v, int64_t min, int64_t *ret)
{
	int64_t micro;
	enum err e = micro_parse(v, &micro);

	if (e != ERR_OK)
		return e;
	if (micro % MICRO != 0 || micro / MICRO < min)
		return ERR_SYNTAX;
	*ret = micro / MICRO;
	return ERR_OK;
}

/* "catd-01,catd-02": the posts of these sites. A site without a post is a slip. */
static enum err read_sites(const struct plan *p, struct slice v, struct plan_post_set *ret)
{
	while (v.n > 0) {
		const char *comma = memchr(v.p, ',', v.n);
		size_t n = comma != NULL ? (size_t)(comma - v.p) : v.n;
		uint32_t site = plan_find_site(p, (struct slice){v.p, n});
		bool found = false;

		for (uint32_t i = 0; i < p->post_count && site != PLAN_NONE; i++) {
			if (p->posts[i].site == site) {
				post_set_add(ret, i);
				found = true;
			}
		}
		if (!found)
			return ERR_NOT_FOUND;
		n += comma != NULL;
		v = (struct slice){v.p + n, v.n - n};
	}
	return post_set_count(ret) > 0 ? ERR_OK : ERR_SYNTAX;
}

static enum err read_value(struct act_args *ret, enum act_arg which, const struct plan *plan,
			   struct wall_time now, struct slice v)
{
	int64_t n = 0;
	enum err e;

	switch ((int)args[which].type) {
	case ARG_PAST:
		return read_time(ARG_PAST, now, v, &ret->at);
	case ARG_AHEAD:
		return read_time(ARG_AHEAD, now, v, &ret->until);
	case ARG_FROM:
		return read_time(ARG_AHEAD, now, v, &ret->from);
	case ARG_SITES:
		return read_sites(plan, v, &ret->posts);
	case ARG_WORD:
		return read_text(ret->what, sizeof(ret->what), v);
	case ARG_VIA:
		return read_text(ret->via, sizeof(ret->via), v);
	case ARG_REF:
		return read_text(ret->ref, sizeof(ret->ref), v);
	case ARG_NUMBER:
		return read_number(v, 0, &ret->n);
	case ARG_ENTRY:
		e = read_number(v, 1, &n);
		ret->entry = (uint64_t)n;
		return e;
	case ARG_TEXT:
		return ERR_UNKNOWN_KEY; /* a member of the input itself */
	default:
		*index_at(ret, which) = find(args[which].type, plan, v);
		return *index_at(ret, which) != PLAN_NONE ? ERR_OK : ERR_NOT_FOUND;
	}
}

enum err act_args_read(struct act_args *ret, enum act act, const struct plan *plan,
		       struct wall_time now, struct slice key, struct slice value,
		       struct err_info *info)
{
	unsigned taken = act_row(act)->taken & ~ACT_HAS(NOTE), which = 0;
	char list[256];
	enum err e;

	while (which < ACT_ARG_COUNT &&
	       !((taken & (1u << which)) && slice_is(key, args[which].name)))
		which++;
	if (which == ACT_ARG_COUNT) {
		list_args(act_row(act)->taken, list, sizeof(list));
		return err_fail(info, ERR_UNKNOWN_KEY, "%s takes no '%.*s'; it takes: %s",
				act_row(act)->name, (int)key.n, key.p, list);
	}
	if (ret->given & (1u << which))
		return err_fail(info, ERR_DUPLICATE, "%s is given twice", args[which].name);
	e = read_value(ret, (enum act_arg)which, plan, now, value);
	if (e == ERR_NOT_FOUND)
		return err_fail(info, e, "%s: the plan has no %s '%.*s'", args[which].name,
				args[which].help + (args[which].help[1] == ' ' ? 2 : 0),
				(int)value.n, value.p);
	if (e == ERR_TOO_LARGE)
		return err_fail(info, e, "%s is too long", args[which].name);
	if (e != ERR_OK)
		return err_fail(info, ERR_SYNTAX, "%s: '%.*s' is no %s", args[which].name,
				(int)(value.n < 64 ? value.n : 64), value.p,
				args[which].placeholder);
	ret->given |= 1u << which;
	return ERR_OK;
}

enum err act_args_check(const struct act_args *a, enum act act, struct err_info *info)
{
	unsigned missing = act_row(act)->needed & ~ACT_HAS(NOTE) & ~a->given;
	char list[256];

	if (missing == 0)
		return ERR_OK;
	list_args(missing, list, sizeof(list));
	return err_fail(info, ERR_SYNTAX, "%s needs %s", act_row(act)->name, list);
}
