#include "dashboard/web_file.h"

#include <string.h>

const struct web_file *web_file_find(const char *path)
{
	for (size_t i = 0; i < web_files_count; i++) {
		if (strcmp(web_files[i].path, path) == 0)
			return &web_files[i];
	}
	return NULL;
}

bool web_file_is_known(const struct web_file *f, const char *if_none_match)
{
	const char *p = if_none_match;
	size_t n = strlen(f->etag);

	while (p != NULL && *p != '\0') {
		p += strspn(p, " \t,");
		if (p[0] == '*')
			return true;
		if (strncmp(p, "W/", 2) == 0)
			p += 2;
		if (strncmp(p, f->etag, n) == 0 && (p[n] == '\0' || strchr(" \t,", p[n]) != NULL))
			return true;
		p += strcspn(p, ",");
	}
	return false;
}
