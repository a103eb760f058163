#include "cli/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/json_pull.h"
#include "base/peer_url.h"
#include "base/tls_pin.h"
#include "cli/person_file.h"

static enum err read_token(const char *path, struct api *a, struct err_info *info)
{
	FILE *f = fopen(path, "re");
	char *got;

	if (f == NULL)
		return err_fail_errno(info, ERR_DENIED,
				      "the operator's token cannot be read (give --token-file): %s",
				      path);
	got = fgets(a->token, sizeof(a->token), f);
	fclose(f);
	if (got == NULL)
		a->token[0] = '\0';
	a->token[strcspn(a->token, "\r\n")] = '\0';
	for (const char *p = a->token; *p != '\0'; p++) {
		if (*p <= ' ' || *p >= 0x7F)
			a->token[0] = '\0';
	}
	if (a->token[0] == '\0')
		return err_fail(info, ERR_DENIED, "%s holds no token", path);
	return ERR_OK;
}

static enum err read_url(const char *text, struct api *a, struct err_info *info)
{
	struct err_info why;
	struct peer_url url;
	enum err e = peer_url_parse(text, &url, &why);

	if (e != ERR_OK)
		return err_fail(info, e, "--collector: %s", why.text);
	a->is_tls = url.tls;
	snprintf(a->url, sizeof(a->url), "%s", url.text);
	return ERR_OK;
}

/* Given, of the environment, or beside the token: where the collector writes both. */
static enum err read_identity(const struct options *o, const char *token_file, struct api *a,
			      struct err_info *info)
{
	const char *text = options_get(o, OPTION_IDENTITY, getenv("VIGIA_IDENTITY"));
	struct err_info why = {0};
	char path[4200];

	if (!a->is_tls)
		return ERR_OK;
	a->pins.count = 1;
	if (text != NULL && text[0] != '\0')
		return identity_parse(slice_of(text), &a->pins.items[0])
			       ? ERR_OK
			       : err_fail(info, ERR_SYNTAX,
					  "'%s' is no identity (sha256: and 64 digits)", text);
	identity_path_beside(token_file, path, sizeof(path));
	if (identity_read_file(path, &a->pins.items[0], &why) == ERR_OK)
		return ERR_OK;
	return err_fail(info, ERR_DENIED,
			"who must answer at %s is not known (give --identity; the collector logs "
			"it at its start): %s",
			a->url, why.text);
}

/* Of this folder's collector (make run), or of this machine's. */
static const char *default_token_file(void)
{
	static const char here[] = "var/operator.token",
			  installed[] = "/var/lib/vigia-collector/operator.token";
	const char *named = getenv("VIGIA_TOKEN_FILE");

	if (named != NULL && named[0] != '\0')
		return named;
	return access(here, F_OK) != 0 && access(installed, F_OK) == 0 ? installed : here;
}

/* Where the collector of a drill listens stands in its folder. */
static enum err read_drill(const char *folder, char *url, size_t size, struct err_info *info)
{
	char path[4200];
	FILE *f;
	char *got;

	snprintf(path, sizeof(path), "%s/listen", folder);
	f = fopen(path, "re");
	if (f == NULL)
		return err_fail_errno(info, ERR_NOT_FOUND, "no drill was begun in %s", folder);
	got = fgets(url, (int)size, f);
	fclose(f);
	if (got == NULL)
		return err_fail(info, ERR_CORRUPT, "%s is empty", path);
	url[strcspn(url, "\r\n")] = '\0';
	return ERR_OK;
}

static enum err start_curl(struct api *a, struct err_info *info)
{
	a->curl = curl_easy_init();
	return a->curl != NULL ? ERR_OK : err_fail(info, ERR_IO, "libcurl does not start");
}

/* Who has said which token is meant does not mean their own session. */
static bool may_be_person(const struct options *o)
{
	const char *named = getenv("VIGIA_TOKEN_FILE");

	return !options_has(o, OPTION_TOKEN_FILE) && !options_has(o, OPTION_DRILL) &&
	       (named == NULL || named[0] == '\0');
}

/* ERR_NOT_FOUND: nobody has logged in to this collector. */
static enum err open_as_person(const struct options *o, struct api *a, struct err_info *info)
{
	const char *asked = options_get(o, OPTION_COLLECTOR, NULL),
		   *identity = options_get(o, OPTION_IDENTITY, NULL);
	struct person_file p;
	struct err_info why;
	enum err e = person_file_read(&p, info);

	if (e == ERR_OK)
		e = read_url(p.collector, a, info);
	if (e == ERR_OK && asked != NULL) {
		struct api other = {0};

		if (read_url(asked, &other, &why) != ERR_OK || strcmp(other.url, a->url) != 0)
			e = ERR_NOT_FOUND;
	}
	if (e == ERR_OK && a->is_tls) {
		a->pins.count = 1;
		if (!identity_parse(slice_of(identity != NULL ? identity : p.identity),
				    &a->pins.items[0]))
			e = err_fail(info, ERR_SYNTAX,
				     "who must answer at %s is not known; log in again", a->url);
	}
	snprintf(a->token, sizeof(a->token), "%s", p.token);
	a->is_person = e == ERR_OK;
	explicit_bzero(&p, sizeof(p));
	return e == ERR_OK ? start_curl(a, info) : e;
}

enum err api_open_nobody(const struct options *o, struct api *ret, struct err_info *info)
{
	enum err e;

	*ret = (struct api){0};
	e = read_url(options_get(o, OPTION_COLLECTOR, "https://127.0.0.1:7460"), ret, info);
	if (e == ERR_OK)
		e = read_identity(o, options_get(o, OPTION_TOKEN_FILE, default_token_file()), ret,
				  info);
	return e == ERR_OK ? start_curl(ret, info) : e;
}

enum err api_open(const struct options *o, struct api *ret, struct err_info *info)
{
	const char *drill = options_get(o, OPTION_DRILL, NULL),
		   *url = options_get(o, OPTION_COLLECTOR, "https://127.0.0.1:7460"), *token_file;
	char drill_url[128], drill_token[4200];
	enum err e = ERR_NOT_FOUND;

	*ret = (struct api){0};
	if (may_be_person(o))
		e = open_as_person(o, ret, info);
	if (e != ERR_NOT_FOUND)
		return e;
	e = ERR_OK;
	*ret = (struct api){0};
	token_file = options_get(o, OPTION_TOKEN_FILE, default_token_file());
	if (drill != NULL) {
		e = read_drill(drill, drill_url, sizeof(drill_url), info);
		snprintf(drill_token, sizeof(drill_token), "%s/operator.token", drill);
		url = drill_url;
		token_file = drill_token;
	}
	if (e == ERR_OK)
		e = read_url(url, ret, info);
	if (e == ERR_OK)
		e = read_token(token_file, ret, info);
	if (e == ERR_OK)
		e = read_identity(o, token_file, ret, info);
	if (e != ERR_OK)
		return e;
	return start_curl(ret, info);
}

void api_close(struct api *a)
{
	curl_easy_cleanup(a->curl);
	a->curl = NULL;
	explicit_bzero(a->token, sizeof(a->token));
}

static size_t take_answer(char *bytes, size_t size, size_t n, void *user)
{
	struct buf *b = user;

	buf_put(b, bytes, size * n);
	return buf_is_ok(b) ? size * n : 0;
}

/* {"error":"<word>","text":"<sentence>"} */
static void read_sentence(struct slice answer, char *dst, size_t size, char word[32])
{
	struct json_pull in = json_pull_from(answer);
	struct slice key;

	dst[0] = '\0';
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "text"))
			json_read_str(&in, dst, size);
		else if (slice_is(key, "error"))
			json_read_str(&in, word, 32);
		else
			json_skip(&in);
	}
	for (char *p = dst; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			*p = ' ';
	}
}

static enum err judge_status(struct api *a, long status, struct slice answer, struct err_info *info)
{
	static const struct {
		long status;
		enum err err;
	} kinds[] = {
		{400, ERR_SYNTAX},    {401, ERR_DENIED},      {403, ERR_DENIED},
		{404, ERR_NOT_FOUND}, {409, ERR_WRONG_STATE}, {413, ERR_TOO_LARGE},
		{429, ERR_BUSY},      {503, ERR_BUSY},
	};
	enum err e = ERR_IO;
	char text[400];

	if (status >= 200 && status <= 299)
		return ERR_OK;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (kinds[i].status == status)
			e = kinds[i].err;
	}
	read_sentence(answer, text, sizeof(text), a->word);
	if (text[0] == '\0')
		return err_fail(info, e, "%s answered with status %ld", a->url, status);
	return err_fail(info, e, "%s", text);
}

enum err api_call(struct api *a, const char *method, const char *path, struct slice body,
		  struct buf *answer, struct err_info *info)
{
	size_t before = answer->len;
	struct tls_pin pin = {.pins = &a->pins};
	char url[1024], bearer[300];
	struct curl_slist *headers;
	long status = 0;
	CURLcode rc;

	if ((size_t)snprintf(url, sizeof(url), "%s%s", a->url, path) >= sizeof(url))
		return err_fail(info, ERR_TOO_LARGE, "the address is too long");
	a->word[0] = '\0';
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (a->token[0] != '\0') {
		snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", a->token);
		headers = curl_slist_append(headers, bearer);
	}
	curl_easy_reset(a->curl);
	curl_easy_setopt(a->curl, CURLOPT_URL, url);
	curl_easy_setopt(a->curl, CURLOPT_CUSTOMREQUEST, method);
	if (strcmp(method, "GET") != 0) {
		curl_easy_setopt(a->curl, CURLOPT_POSTFIELDS, body.p);
		curl_easy_setopt(a->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
	}
	curl_easy_setopt(a->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(a->curl, CURLOPT_PROXY, ""); /* never through somebody else */
	curl_easy_setopt(a->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	tls_pin_set_up(a->curl, &pin);
	curl_easy_setopt(a->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(a->curl, CURLOPT_TIMEOUT_MS, (long)API_TIMEOUT_MS);
	curl_easy_setopt(a->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(a->curl, CURLOPT_WRITEDATA, answer);
	rc = curl_easy_perform(a->curl);
	curl_easy_getinfo(a->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	if (!buf_is_ok(answer))
		return err_fail(info, ERR_TOO_LARGE, "the answer of %s is too large", a->url);
	if (rc != CURLE_OK && pin.why[0] != '\0')
		return err_fail(info, ERR_DENIED, "%s: %s", a->url, pin.why);
	if (rc != CURLE_OK)
		return err_fail(info, ERR_IO,
				"no answer from the collector at %s: %s (is it running?)", a->url,
				curl_easy_strerror(rc));
	return judge_status(a, status,
			    (struct slice){answer->data != NULL ? answer->data + before : "",
					   answer->len - before},
			    info);
}

void api_put_segment(struct buf *path, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-._~", c) != NULL)
			buf_putc(path, (char)c);
		else
			buf_printf(path, "%%%02X", c);
	}
}
