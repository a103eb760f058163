#include "collector/board_token.h"

#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/rand.h"

enum { TOKEN_DIGITS = 64 };

enum err board_token_open(const char *folder, struct sha256 *ret_digest, struct err_info *info)
{
	char path[4200], token[TOKEN_DIGITS + 2];
	struct buf text;
	enum err e;

	snprintf(path, sizeof(path), "%s/board.token", folder);
	buf_init(&text, sizeof(token));
	e = files_read(path, &text, info);
	if (e == ERR_NOT_FOUND) {
		rand_hex(token, TOKEN_DIGITS / 2);
		memcpy(token + TOKEN_DIGITS, "\n", 2);
		e = files_replace(path, slice_of(token), 0600, info);
	} else if (e == ERR_OK && (strspn(buf_cstr(&text), "0123456789abcdef") != TOKEN_DIGITS ||
				   strcmp(buf_cstr(&text) + TOKEN_DIGITS, "\n") != 0)) {
		e = err_fail(info, ERR_CORRUPT,
			     "%s holds no token; remove it and a new one is made", path);
	} else if (e == ERR_OK) {
		memcpy(token, buf_cstr(&text), TOKEN_DIGITS);
	}
	if (e == ERR_OK)
		*ret_digest = sha256_of((struct slice){token, TOKEN_DIGITS}, SLICE_LIT(""));
	buf_release(&text);
	return e;
}
