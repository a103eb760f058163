#include "dashboard/own_page.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "base/sha256.h"

static const char scheme_end[] = "://";

/* "https://noc.example.org" of "https://noc.example.org/": its length. */
static size_t origin_length(const char *url)
{
	const char *rest = strstr(url, scheme_end);

	return rest == NULL ? 0
			    : (size_t)(rest - url) + strlen(scheme_end) +
				      strcspn(rest + strlen(scheme_end), "/");
}

static bool is_public_host(const struct own_place *p, const char *host)
{
	const char *rest = p->public_url != NULL ? strstr(p->public_url, scheme_end) : NULL;
	size_t n;

	if (rest == NULL || host == NULL)
		return false;
	rest += strlen(scheme_end);
	n = strcspn(rest, "/");
	return strlen(host) == n && strncasecmp(rest, host, n) == 0;
}

bool own_page_is_secure(const struct own_place *p, const char *host)
{
	return p->is_tls ||
	       (is_public_host(p, host) && strncasecmp(p->public_url, "https:", 6) == 0);
}

void own_page_proof(const unsigned char key[32], const char *token, char ret[OWN_PROOF_SIZE])
{
	static const struct slice purpose = SLICE_LIT("the board's page asks");
	struct slice secret =
		token != NULL ? slice_of(token) : (struct slice){(const char *)key, 32};
	struct sha256 mac = sha256_hmac(secret, purpose);
	char hex[SHA256_HEX_SIZE];

	sha256_hex(hex, &mac);
	snprintf(ret, OWN_PROOF_SIZE, "%.*s", OWN_PROOF_SIZE - 1, hex);
}

static bool is_own_origin(const struct own_place *p, const struct own_claim *c)
{
	const char *scheme = p->is_tls ? "https://" : "http://";
	size_t n = p->public_url != NULL ? origin_length(p->public_url) : 0;

	if (n > 0 && strlen(c->origin) == n && strncasecmp(p->public_url, c->origin, n) == 0)
		return true;
	return c->host != NULL && strncasecmp(c->origin, scheme, strlen(scheme)) == 0 &&
	       strcasecmp(c->origin + strlen(scheme), c->host) == 0;
}

static bool is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t n = strlen(json);

	return strncasecmp(type, json, n) == 0 &&
	       (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

static bool is_proof(const char *given, const char *proof)
{
	size_t n = strlen(proof);

	return given != NULL && strlen(given) == n && CRYPTO_memcmp(given, proof, n) == 0;
}

const char *own_page_trouble(const struct own_place *p, const struct own_claim *c,
			     const char *proof)
{
	if (c->origin == NULL && c->fetch_site == NULL)
		return "neither Origin nor Sec-Fetch-Site says where it comes from";
	if (c->origin != NULL && !is_own_origin(p, c))
		return "its Origin is another one";
	if (c->fetch_site != NULL && strcmp(c->fetch_site, "same-origin") != 0)
		return "its Sec-Fetch-Site is not same-origin";
	if (c->content_type != NULL && !is_json(c->content_type))
		return "its Content-Type is not application/json";
	return is_proof(c->proof, proof) ? NULL : "its X-Vigia-Request is not that of this session";
}
