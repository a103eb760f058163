#include <arpa/inet.h>
#include <linux/tcp.h> /* newer than the C library's: tcpi_bytes_received */
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/http_server.h"
#include "base/http_server_impl.h"

/* libmicrohttpd cuts each header line into C strings in place, in one buffer: name NUL value NUL NUL. What it
 * passes over in silence (a NUL inside, a bare LF, a folded line) shows as a distance between those strings that is
 * not the one of "name: value CR LF". */
struct walk {
	const char *expected; /* where the next name must begin */
	unsigned lengths, encodings, hosts;
	bool bad;
};

static bool is_token(const char *s)
{
	static const char punctuation[] = "!#$%&'*+-.^_`|~";

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		bool alnum = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			     (*s >= '0' && *s <= '9');

		if (!alnum && strchr(punctuation, *s) == NULL)
			return false;
	}
	return true;
}

static bool has_control(const char *s)
{
	for (; *s != '\0'; s++) {
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return true;
	}
	return false;
}

static enum MHD_Result look_at(void *cls, enum MHD_ValueKind kind, const char *key,
			       const char *value)
{
	struct walk *w = cls;

	(void)kind;
	if (value == NULL || key != w->expected || !is_token(key) || has_control(value)) {
		w->bad = true;
		return MHD_NO;
	}
	w->expected = value + strlen(value) + 2;
	if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		w->lengths++;
		w->bad = w->bad || value[0] == '\0' || value[strspn(value, "0123456789")] != '\0' ||
			 strlen(value) > 18;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		w->encodings++;
		w->bad = w->bad || strcasecmp(value, "chunked") != 0;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0) {
		w->hosts++;
		w->bad = w->bad || value[0] == '\0';
	}
	return MHD_YES;
}

bool http_form_is_sound(const struct http_request *r, const char *version)
{
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct walk w = {.expected = version + strlen(version) + 2};

	/* The target is one string up to the blank before the version: no NUL in it. */
	if (r->path == NULL || r->path[0] != '/' || r->uri_end == NULL ||
	    version != r->uri_end + 1 || has_control(r->path))
		return false;
	MHD_get_connection_values(r->mhd, MHD_HEADER_KIND, look_at, &w);
	return !w.bad && w.hosts == 1 && w.lengths <= 1 && w.encodings <= 1 &&
	       w.lengths + w.encodings <= 1 && size != NULL &&
	       w.expected + 2 == r->method + size->header_size;
}

void http_remote(const struct http_request *r, char ret[HTTP_ADDRESS_SIZE])
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	ret[0] = '\0';
	if (r->mhd == NULL || getpeername(r->connection->fd, (struct sockaddr *)&peer, &size) != 0)
		return;
	if (peer.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&peer)->sin_addr, ret,
			  HTTP_ADDRESS_SIZE);
	else if (peer.ss_family == AF_INET6)
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&peer)->sin6_addr, ret,
			  HTTP_ADDRESS_SIZE);
}

bool http_form_has_sent(int fd)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
	       info.tcpi_bytes_received > 0;
}
