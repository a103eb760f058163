#include "base/schema.h"

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
