#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const err_words[] = {
#define X(sym, word, sentence) [ERR_##sym] = word,
	ERR_TABLE(X)
#undef X
};
static const char *const err_sentences[] = {
#define X(sym, word, sentence) [ERR_##sym] = sentence,
	ERR_TABLE(X)
#undef X
};

const char *err_word(enum err e)
{
	assert((unsigned)e < ERR_COUNT);
	return err_words[e];
}

const char *err_sentence(enum err e)
{
	assert((unsigned)e < ERR_COUNT);
	return err_sentences[e];
}

static void fill(struct err_info *info, const char *fmt, va_list ap)
{
	if (vsnprintf(info->text, sizeof(info->text), fmt, ap) < 0)
		info->text[0] = '\0';
}

enum err err_fail(struct err_info *info, enum err e, const char *fmt, ...)
{
	va_list ap;

	assert(e != ERR_OK);
	if (info == NULL)
		return e;
	info->sys_errno = 0;
	va_start(ap, fmt);
	fill(info, fmt, ap);
	va_end(ap);
	return e;
}

enum err err_fail_errno(struct err_info *info, enum err e, const char *fmt, ...)
{
	int saved = errno;
	size_t used;
	va_list ap;

	assert(e != ERR_OK);
	if (info == NULL)
		return e;
	info->sys_errno = saved;
	va_start(ap, fmt);
	fill(info, fmt, ap);
	va_end(ap);
	used = strlen(info->text);
	if (used < sizeof(info->text) - 1)
		snprintf(info->text + used, sizeof(info->text) - used, ": %s", strerror(saved));
	errno = saved;
	return e;
}
