/* fuzz_credential - what is typed at the door: logins, passwords, PINs, codes, tokens, and the stored texts behind them. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "access/account.h"
#include "access/permission.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct account a = {.state = ACCOUNT_INVITED, .invitation_until = {INT64_MAX}};
	char *text = malloc(size + 1);
	struct sha256 first, second;
	int64_t step = -1;

	memcpy(text, data, size);
	text[size] = '\0'; /* of just this size */
	if (login_is_sound(text))
		assert(strlen(text) <= LOGIN_MAX && strpbrk(text, " \n>=\"\\/") == NULL);
	if (password_trouble(text, "ana") == NULL)
		assert(strlen(text) >= PASSWORD_MIN && strlen(text) < PASSWORD_SIZE);
	if (pin_trouble(text) == NULL)
		assert(strlen(text) >= PIN_MIN && strlen(text) <= PIN_MAX);
	if (session_token_is_ours(text))
		assert(strlen(text) == SESSION_TOKEN_SIZE - 1);
	if (one_time_code_digest(text, &first)) {
		assert(one_time_code_digest(text, &second) && digest_is(&first, &second));
		a.invitation = first;
		assert(account_is_invited_with(&a, text, (struct wall_time){0}));
	} else {
		assert(!account_is_invited_with(&a, text, (struct wall_time){0}));
	}
	if (totp_accepts(a.totp, (struct slice){text, size}, (struct wall_time){0}, &step))
		assert(size == TOTP_DIGITS && (step == 0 || step == 1));
	/* Reading is what is fuzzed, not the 60 ms behind it. */
	scrypt_is_outdated(text);
	act_permission((struct slice){text, size});
	free(text);
	return 0;
}
