#include "plan/profile_shelf.h"

#include <stdlib.h>
#include <string.h>

#include "base/findings.h"
#include "base/glob.h"

enum { INCLUDE_DEPTH_MAX = 8 };
const char *const profile_fit_words[] = {
	"sysObjectID", "part of the tree", "sysDescr", "generic", "none", NULL};

struct place {
	const char *id;
	const struct yaml_node *node; /* of a plan */
	const struct profile_file *file; /* built in */
	const struct profile *profile;
	enum { UNREAD, READING, READ } state;
	bool is_used;
};
struct profile_shelf {
	struct arena *arena;
	struct findings *f;
	struct place *places; /* by id */
	size_t count, cap;
	unsigned depth;
};

/* Where an id stands or belongs. */
static size_t place_of(const struct profile_shelf *s, const char *id, bool *ret_is_there)
{
	size_t low = 0, high = s->count;

	*ret_is_there = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(s->places[mid].id, id);

		if (order == 0) {
			*ret_is_there = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void put(struct profile_shelf *s, struct place new)
{
	bool is_there;
	size_t at = place_of(s, new.id, &is_there);

	if (is_there) {
		s->places[at] = new;
		return;
	}
	if (s->count == s->cap) {
		struct place *more = arena_calloc(s->arena, 2 * s->cap + 16, sizeof(*more));

		if (s->count > 0)
			memcpy(more, s->places, s->count * sizeof(*more));
		s->places = more;
		s->cap = 2 * s->cap + 16;
	}
	memmove(&s->places[at + 1], &s->places[at], (s->count - at) * sizeof(*s->places));
	s->places[at] = new;
	s->count++;
}

struct profile_shelf *profile_shelf_new(struct arena *arena, struct findings *f)
{
	struct profile_shelf *s = arena_calloc(arena, 1, sizeof(*s));

	s->arena = arena;
	s->f = f;
	for (const struct profile_file *file = profile_files; file->id != NULL; file++)
		put(s, (struct place){.id = file->id, .file = file});
	return s;
}

void profile_shelf_add(struct profile_shelf *s, const char *id, const struct yaml_node *node)
{
	put(s, (struct place){.id = id, .node = node});
}

size_t profile_shelf_count(const struct profile_shelf *s)
{
	return s->count;
}

const char *profile_shelf_id(const struct profile_shelf *s, size_t i)
{
	return s->places[i].id;
}

const struct profile_file *profile_shelf_file(const struct profile_shelf *s, size_t i)
{
	return s->places[i].file;
}

/* --- reading ------------------------------------------------------------------------------------- */

/* The one profile of a file, whose id is the file's name; NULL after a complaint. */
static const struct yaml_node *node_of_file(struct profile_shelf *s,
					    const struct profile_file *file)
{
	const char *name = arena_printf(s->arena, "profiles/%s.yaml", file->id);
	struct yaml_node *root = yaml_doc_parse(name, file->text, s->arena, s->f), *list, *id;

	if (root == NULL)
		return NULL;
	list = root->kind == YAML_MAP ? yaml_map_get(root, "profiles") : NULL;
	if (list == NULL || root->first->next != NULL || list->kind != YAML_LIST ||
	    list->first == NULL || list->first->next != NULL || list->first->kind != YAML_MAP) {
		findings_add(s->f, FINDING_ERROR, root, "syntax",
			     "one list 'profiles' with one profile was expected");
		return NULL;
	}
	id = yaml_map_get(list->first, "id");
	if (id == NULL || id->kind != YAML_SCALAR || !slice_is(id->text, file->id)) {
		findings_add(s->f, FINDING_ERROR, id != NULL ? id : list->first, "syntax",
			     "the id of the profile is the name of its file: '%s'", file->id);
		return NULL;
	}
	return list->first;
}

static const struct profile *find_included(void *user, const struct yaml_node *at)
{
	return profile_shelf_find(user, at);
}

const struct profile *profile_shelf_get(struct profile_shelf *s, size_t i)
{
	struct place *p = &s->places[i];
	const struct yaml_node *node;

	if (p->state != UNREAD)
		return p->profile;
	p->state = READING;
	node = p->file != NULL ? node_of_file(s, p->file) : p->node;
	s->depth++;
	p->profile = node != NULL ? profile_read(node, find_included, s, s->arena, s->f) : NULL;
	s->depth--;
	p->state = READ;
	return p->profile;
}

static const char *nearest(const struct profile_shelf *s, struct slice id)
{
	const char *best = NULL;
	size_t distance = 4;

	for (size_t i = 0; i < s->count; i++) {
		size_t d = param_distance(id, slice_of(s->places[i].id));

		if (d < distance && d * 2 <= id.n) {
			distance = d;
			best = s->places[i].id;
		}
	}
	return best;
}

static void tell_unknown(struct profile_shelf *s, const struct yaml_node *at)
{
	const char *near = nearest(s, at->text);

	if (near != NULL)
		findings_add(s->f, FINDING_ERROR, at, "dangling-id",
			     "there is no profile '%.80s'; did you mean '%s'?", at->text.p, near);
	else
		findings_add(s->f, FINDING_ERROR, at, "dangling-id",
			     "there is no profile '%.80s'; 'vigia plan profiles' lists them",
			     at->text.p);
}

const struct profile *profile_shelf_find(struct profile_shelf *s, const struct yaml_node *at)
{
	bool is_there = false;
	size_t i = 0;

	if (at->kind != YAML_SCALAR) {
		findings_add(s->f, FINDING_ERROR, at, "not-a-value",
			     "the id of one profile was expected");
		return NULL;
	}
	i = place_of(s, at->text.p, &is_there);
	if (!is_there) {
		tell_unknown(s, at);
		return NULL;
	}
	s->places[i].is_used = true;
	if (s->places[i].state == READING || s->depth >= INCLUDE_DEPTH_MAX) {
		findings_add(s->f, FINDING_ERROR, at, "cycle",
			     "the profile '%s' is included by itself, or too deep", at->text.p);
		return NULL;
	}
	return profile_shelf_get(s, i);
}

bool profile_shelf_is_used(const struct profile_shelf *s, const char *id)
{
	bool is_there;
	size_t i = place_of(s, id, &is_there);

	return is_there && s->places[i].is_used;
}

/* --- which one fits a device --------------------------------------------------------------------- */

static struct slice without_dot(struct slice oid)
{
	return oid.n > 0 && oid.p[0] == '.' ? (struct slice){oid.p + 1, oid.n - 1} : oid;
}

static bool is_below(struct slice oid, struct slice part)
{
	return oid.n > part.n && memcmp(oid.p, part.p, part.n) == 0 && oid.p[part.n] == '.';
}

/* How well a profile fits: what is longer is better among those of the same kind. */
static void consider(const struct profile *p, struct slice oid, struct slice descr,
		     struct profile_match *best, size_t *best_length)
{
	const struct profile_nodes *kinds[] = {&p->object_ids, &p->below, &p->descr};

	for (size_t k = 0; k < COUNT_OF(kinds) && k <= (size_t)best->fit; k++) {
		for (size_t i = 0; i < kinds[k]->count; i++) {
			const struct yaml_node *node = kinds[k]->items[i];
			struct slice text = without_dot(node->text);
			bool fits = k == FIT_OBJECT_ID ? slice_eq(oid, text)
				    : k == FIT_BELOW   ? is_below(oid, text)
						       : glob_match(node->text, descr);

			if (!fits || (k == (size_t)best->fit && text.n <= *best_length))
				continue;
			*best = (struct profile_match){p, (enum profile_fit)k, node->text.p};
			*best_length = text.n;
		}
	}
}

struct profile_match profile_identify(struct profile_shelf *s, const char *object_id,
				      struct slice descr)
{
	struct slice oid = without_dot(slice_of(object_id));
	struct profile_match best = {NULL, FIT_NONE, ""};
	size_t length = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct profile *p = profile_shelf_get(s, i);

		if (p == NULL)
			continue;
		if (strcmp(p->id, "generic") == 0 && best.fit == FIT_NONE)
			best = (struct profile_match){p, FIT_GENERIC, ""};
		consider(p, oid, descr, &best, &length);
	}
	return best;
}
