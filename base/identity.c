#include "base/identity.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/files.h"
#include "base/hex.h"
#include "base/sha256.h"

static const char prefix[] = "sha256:";
enum { PREFIX = sizeof(prefix) - 1, FILE_MAX = 256 };
_Static_assert(PREFIX + SHA256_HEX_SIZE == IDENTITY_SIZE, "prefix, digits and NUL");

bool identity_parse(struct slice text, struct identity *ret)
{
	unsigned char bytes[SHA256_SIZE];

	if (text.n != IDENTITY_SIZE - 1 || memcmp(text.p, prefix, PREFIX) != 0 ||
	    hex_decode(bytes, sizeof(bytes), (struct slice){text.p + PREFIX, text.n - PREFIX}) !=
		    ERR_OK)
		return false;
	memcpy(ret->text, prefix, PREFIX);
	hex_encode(ret->text + PREFIX, bytes, sizeof(bytes));
	return true;
}

struct identity identity_of_key(struct slice public_key_der)
{
	struct sha256 digest = sha256_of(public_key_der, SLICE_LIT(""));
	struct identity id;

	memcpy(id.text, prefix, PREFIX);
	sha256_hex(id.text + PREFIX, &digest);
	return id;
}

bool identity_set_has(const struct identity_set *set, const char *text)
{
	for (size_t i = 0; i < set->count; i++) {
		if (strcmp(set->items[i].text, text) == 0)
			return true;
	}
	return false;
}

bool identity_set_equal(const struct identity_set *a, const struct identity_set *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!identity_set_has(b, a->items[i].text))
			return false;
	}
	return true;
}

enum err identity_read_file(const char *path, struct identity *ret, struct err_info *info)
{
	struct buf text CLEANUP(buf_release) = {0};
	enum err e;

	buf_init(&text, FILE_MAX);
	e = files_read(path, &text, info);
	if (e != ERR_OK)
		return e;
	if (identity_parse((struct slice){buf_cstr(&text), strcspn(buf_cstr(&text), "\r\n")}, ret))
		return ERR_OK;
	return err_fail(info, ERR_SYNTAX, "%s holds no identity (sha256: and 64 digits)", path);
}

enum err identity_write_file(const char *path, const struct identity *id, struct err_info *info)
{
	char line[IDENTITY_SIZE + 1];

	snprintf(line, sizeof(line), "%s\n", id->text);
	return files_replace(path, slice_of(line), 0644, info);
}

void identity_path_beside(const char *file, char *dst, size_t size)
{
	const char *slash = strrchr(file, '/');

	snprintf(dst, size, "%.*sidentity", slash != NULL ? (int)(slash - file) + 1 : 0, file);
}
