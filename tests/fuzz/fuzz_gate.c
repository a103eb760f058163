/* fuzz_gate - what anybody may send to the board before it is known who they are: cookies, paths of the pass-through, where a change
 * comes from, the word of a session. What passes means one thing only, and stays inside. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_pull.h"
#include "dashboard/own_page.h"
#include "dashboard/passage_path.h"
#include "dashboard/relay.h"
#include "dashboard/session_cookie.h"
#include "dashboard/session_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at_cookie(const char *header)
{
	char token[SESSION_TOKEN_SIZE];

	for (int secure = 0; secure < 2; secure++) {
		if (session_cookie_read(header, secure, token)) {
			assert(session_cookie_is_token(slice_of(token)));
			assert(strstr(header, token) != NULL);
		} else {
			assert(token[0] == '\0');
		}
	}
}

/* Written again it is the same: nothing in it can be read in a second way. */
static void look_at_path(const char *path, const char *query)
{
	struct buf first, second, again;

	buf_init(&first, 8192);
	buf_init(&second, 8192);
	buf_init(&again, 8192);
	if (passage_path_put(path, query, &first) == PASSAGE_FINE) {
		const char *written = buf_cstr(&first);
		size_t n = strcspn(written, "?");

		assert(strncmp(written, "/v1/", 4) == 0);
		assert(memmem(written, n, "/../", 4) == NULL &&
		       memmem(written, n, "//", 2) == NULL);
		for (size_t i = 0; i < first.len; i++)
			assert(written[i] > 0x20 && written[i] < 0x7f && written[i] != '#');
		assert(strncmp(written, "/v1/agents", n > 10 ? n : 10) != 0);
		buf_puts(&again, "/api");
		buf_put(&again, written, n);
		assert(passage_path_put(buf_cstr(&again), written[n] == '?' ? written + n + 1 : "",
					&second) == PASSAGE_FINE);
		assert(strcmp(written, buf_cstr(&second)) == 0);
		passage_path_is_open(written);
		passage_path_is_own_account(written);
	} else {
		assert(first.len == 0);
	}
	buf_release(&first);
	buf_release(&second);
	buf_release(&again);
}

static void look_at_claim(const char *a, const char *b)
{
	const struct own_place places[] = {
		{0}, {.is_tls = true}, {.public_url = "https://noc.example.org/"}};
	const struct own_claim claim = {.host = b, .origin = a, .content_type = b, .proof = a};

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		own_page_is_secure(&places[i], b);
		own_page_trouble(&places[i], &claim, "0123456789abcdef0123456789abcdef");
	}
}

static void look_at_word(struct slice json)
{
	struct session_text t;
	struct buf out;
	struct json_pull in;

	buf_init(&out, json.n + 4096);
	relay_is_error(json, "no-session");
	session_text_is_first(json);
	if (session_text_read(json, &t)) {
		session_text_put(&t, true, "abc", &out);
		in = json_pull_from(buf_slice(&out));
		json_skip(&in);
		json_end(&in);
		assert(buf_is_ok(&out) && in.error == NULL);
		buf_reset(&out);
		session_text_put_without_token(json, &out);
		assert(session_text_read(buf_slice(&out), &t) && t.token[0] == '\0');
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *rest;

	memcpy(text, data, size);
	text[size] = '\0';
	look_at_word((struct slice){text, size});
	rest = strchr(text, '\n');
	if (rest != NULL)
		*rest++ = '\0';
	else
		rest = text + strlen(text);
	look_at_cookie(text);
	look_at_path(text, rest);
	look_at_claim(text, rest);
	free(text);
	return 0;
}
