#include "base/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct check_schema *schema_find(const struct schema_list *list, struct slice type)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_is(type, list->items[i]->type))
			return list->items[i];
	}
	return NULL;
}

int schema_value_index(const struct check_schema *s, struct slice name)
{
	for (size_t i = 0; i < s->value_count; i++) {
		if (slice_is(name, s->values[i].name))
			return (int)i;
	}
	return -1;
}

enum err schema_of_check(const struct check_schema *type, param_getter get, void *user,
			 struct arena *arena, const struct check_schema **ret,
			 struct err_info *info)
{
	if (type->derive != NULL)
		return type->derive(type, get, user, arena, ret, info);
	*ret = type;
	return ERR_OK;
}

bool schema_is_same(const struct check_schema *a, const struct check_schema *b)
{
	if (a == b)
		return true;
	if (strcmp(a->type, b->type) != 0 || a->value_count != b->value_count ||
	    a->extra_count != b->extra_count)
		return false;
	for (size_t i = 0; i < a->value_count; i++) {
		if (strcmp(a->values[i].name, b->values[i].name) != 0 ||
		    strcmp(a->values[i].unit, b->values[i].unit) != 0)
			return false;
	}
	return true;
}

const struct check_schema *schema_copy(struct arena *arena, const struct check_schema *s)
{
	struct check_schema *c = arena_calloc(arena, 1, sizeof(*c));
	struct value_desc *values = arena_calloc(arena, s->value_count, sizeof(*values));
	struct value_word *words = arena_calloc(arena, s->word_count, sizeof(*words));

	*c = *s;
	for (size_t i = 0; i < s->value_count; i++)
		values[i] = (struct value_desc){arena_strdup(arena, s->values[i].name),
						arena_strdup(arena, s->values[i].unit),
						arena_strdup(arena, s->values[i].help)};
	for (size_t i = 0; i < s->word_count; i++) {
		words[i] = s->words[i];
		words[i].word = arena_strdup(arena, s->words[i].word);
	}
	c->values = values;
	c->words = words;
	return c;
}

const struct check_schema *schema_pool_keep(struct schema_pool *p, const struct check_schema *s)
{
	for (size_t i = 0; i < p->count; i++) {
		if (schema_is_same(p->items[i], s))
			return p->items[i];
	}
	if (p->arena == NULL)
		p->arena = arena_new();
	p->items = mem_grow(p->items, p->count, &p->cap, sizeof(*p->items));
	p->items[p->count] = schema_copy(p->arena, s);
	return p->items[p->count++];
}

void schema_pool_release(struct schema_pool *p)
{
	free(p->items);
	arena_free(p->arena);
	*p = (struct schema_pool){0};
}

const char *schema_word(const struct check_schema *s, size_t value, int64_t micro)
{
	for (size_t i = 0; i < s->word_count; i++) {
		if (s->words[i].value == value && s->words[i].micro == micro)
			return s->words[i].word;
	}
	return NULL;
}

bool schema_number(const struct check_schema *s, size_t value, struct slice word, int64_t *ret)
{
	for (size_t i = 0; i < s->word_count; i++) {
		if (s->words[i].value == value && slice_is(word, s->words[i].word)) {
			*ret = s->words[i].micro;
			return true;
		}
	}
	return false;
}
