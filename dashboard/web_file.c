#include "dashboard/web_file.h"

#include <string.h>

#include "dashboard/gzip.h"

const struct web_file *web_file_find(const char *path)
{
	for (size_t i = 0; i < web_files_count; i++) {
		if (strcmp(web_files[i].path, path) == 0)
			return &web_files[i];
	}
	return NULL;
}

const char *web_coding_word(enum web_coding c)
{
	static const char *const words[WEB_CODINGS] = {[WEB_GZIP] = "gzip", [WEB_BROTLI] = "br"};

	return words[c];
}

enum web_coding web_file_coding(const struct web_file *f, const char *accept_encoding)
{
	enum web_coding best = WEB_PLAIN;

	for (enum web_coding c = WEB_GZIP; c < WEB_CODINGS; c++) {
		if (f->forms[c].bytes != NULL && f->forms[c].length < f->forms[best].length &&
		    coding_is_accepted(accept_encoding, web_coding_word(c)))
			best = c;
	}
	return best;
}

bool web_etag_is_known(const char *etag, const char *if_none_match)
{
	const char *p = if_none_match;
	size_t n = strlen(etag);

	while (p != NULL && *p != '\0') {
		p += strspn(p, " \t,");
		if (p[0] == '*')
			return true;
		if (strncmp(p, "W/", 2) == 0)
			p += 2;
		if (strncmp(p, etag, n) == 0 && (p[n] == '\0' || strchr(" \t,", p[n]) != NULL))
			return true;
		p += strcspn(p, ",");
	}
	return false;
}
