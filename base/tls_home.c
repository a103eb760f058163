#include "base/tls_home.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum { DAY_S = 86400, PATH_SIZE = 4400 };

struct path {
	char text[PATH_SIZE];
};

/* `name` as seen from the data folder. A path that is cut short is not found. */
static struct path path_of(const char *data, const char *name)
{
	struct path p;

	if (snprintf(p.text, sizeof(p.text), "%s/%s", data, name) >= (int)sizeof(p.text))
		p.text[0] = '\0';
	return p;
}

void tls_home_release(struct tls_home *h)
{
	cert_pair_release(&h->served);
}

/* `forbidden`: mode bits that a private key must not have. */
static enum err read_key_file(const char *path, mode_t forbidden, struct buf *out,
			      struct err_info *info)
{
	enum err e = files_read(path, out, info);
	struct stat st;

	if (e == ERR_OK && (stat(path, &st) != 0 || (st.st_mode & forbidden) != 0))
		return err_fail(info, ERR_DENIED, "%s may be read by others; chmod 600 it", path);
	return e;
}

/* --- the authority --------------------------------------------------------------------------------- */

static enum err write_pair(const char *data, const char *cert, const char *key,
			   const struct cert_pair *p, struct err_info *info)
{
	struct path path = path_of(data, key);
	enum err e = files_replace(path.text, buf_slice(&p->key), 0600, info);

	path = path_of(data, cert);
	return e == ERR_OK ? files_replace(path.text, buf_slice(&p->cert), 0644, info) : e;
}

/* What a start that died left of a folder that nobody has seen. */
static void clear_unfinished(const char *data)
{
	static const char *const names[] = {"tls.new/ca.key", "tls.new/ca.pem",
					    "tls.new/ca.key.new", "tls.new/ca.pem.new"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct path path = path_of(data, names[i]);

		unlink(path.text);
	}
}

/* Made beside and renamed: the authority is there whole or not at all. */
static enum err make_authority(const char *data, int64_t now_s, struct err_info *info)
{
	struct path folder = path_of(data, "tls"), known = path_of(data, "identity"),
		    beside = path_of(data, "tls.new");
	struct cert_pair ca CLEANUP(cert_pair_release) = {0};
	enum err e;

	if (access(known.text, F_OK) == 0)
		return err_fail(
			info, ERR_CORRUPT,
			"%s is gone, but %s says that there was an identity; restore the folder "
			"from a backup. To become another collector, for whom every agent must be "
			"enrolled again, remove %s as well",
			folder.text, known.text, known.text);
	cert_pair_init(&ca);
	clear_unfinished(data);
	e = files_make_folder(beside.text, info);
	if (e == ERR_OK)
		e = cert_make_authority(now_s, &ca, info);
	if (e == ERR_OK)
		e = write_pair(data, "tls.new/ca.pem", "tls.new/ca.key", &ca, info);
	if (e == ERR_OK && rename(beside.text, folder.text) != 0)
		e = err_fail_errno(info, ERR_IO, "rename %s", beside.text);
	return e == ERR_OK ? files_sync_folder_of(folder.text, info) : e;
}

static enum err read_authority(const char *data, struct cert_pair *ca, struct identity *ret,
			       struct err_info *info)
{
	struct path cert = path_of(data, "tls/ca.pem"), key = path_of(data, "tls/ca.key");
	struct cert_facts facts;
	struct err_info why = {0};
	enum err e = files_read(cert.text, &ca->cert, &why);

	if (e == ERR_OK)
		e = read_key_file(key.text, 077, &ca->key, &why);
	if (e == ERR_DENIED) {
		*info = why;
		return e;
	}
	if (e == ERR_OK)
		e = cert_look(ca, NULL, &facts, &why);
	if (e != ERR_OK)
		return err_fail(
			info, ERR_CORRUPT,
			"the collector's authority in %s/tls (ca.pem, ca.key) cannot be "
			"used: %s. Restore both files from a backup; it is the identity that "
			"agents know, so it is never made anew",
			data, why.text);
	*ret = facts.identity;
	return ERR_OK;
}

/* --- the server's certificate ----------------------------------------------------------------------- */

static const char *judge(const struct cert_facts *f, const struct identity *authority,
			 int64_t now_s)
{
	if (strcmp(f->identity.text, authority->text) != 0)
		return "of another authority";
	if (!f->has_names)
		return "names changed";
	if (f->not_after_s - now_s < (int64_t)TLS_HOME_RENEW_DAYS * DAY_S)
		return "expires";
	return f->not_before_s > now_s ? "not valid yet" : NULL;
}

/* ERR_OK with `h->renewed` NULL: what is there is good. */
static enum err read_server(const char *data, const struct cert_names *names, int64_t now_s,
			    struct tls_home *h, struct err_info *info)
{
	struct path cert = path_of(data, "tls/cert.pem"), key = path_of(data, "tls/cert.key");
	struct cert_facts facts;
	enum err e = files_read(cert.text, &h->served.cert, info);

	if (e == ERR_OK)
		e = read_key_file(key.text, 077, &h->served.key, info);
	if (e == ERR_NOT_FOUND) {
		h->renewed = "not there";
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if (cert_look(&h->served, names, &facts, info) != ERR_OK) {
		h->renewed = "damaged";
		return ERR_OK;
	}
	h->renewed = judge(&facts, &h->identity, now_s);
	h->not_after_s = facts.not_after_s;
	return ERR_OK;
}

static enum err renew_server(const char *data, const struct cert_pair *ca,
			     const struct cert_names *names, int64_t now_s, struct tls_home *h,
			     struct err_info *info)
{
	enum err e;

	cert_pair_release(&h->served);
	cert_pair_init(&h->served);
	h->not_after_s = now_s + (int64_t)TLS_HOME_LASTS_DAYS * DAY_S;
	e = cert_make_server(ca, names, now_s, (int64_t)TLS_HOME_LASTS_DAYS * DAY_S, &h->served,
			     info);
	/* The power may fail between the two files: then they do not fit, and the next start makes both anew. */
	return e == ERR_OK ? write_pair(data, "tls/cert.pem", "tls/cert.key", &h->served, info) : e;
}

/* --- the whole -------------------------------------------------------------------------------------- */

static enum err tell_identity(const char *data, struct tls_home *h, struct err_info *info)
{
	struct path path = path_of(data, "identity");
	struct identity before;
	struct err_info none;

	if (identity_read_file(path.text, &before, &none) == ERR_OK) {
		if (strcmp(before.text, h->identity.text) == 0)
			return ERR_OK;
		h->has_changed = true;
	}
	return identity_write_file(path.text, &h->identity, info);
}

enum err tls_home_open(const char *data, const struct cert_names *names, int64_t now_s,
		       struct tls_home *ret, struct err_info *info)
{
	struct path folder = path_of(data, "tls");
	struct cert_pair ca CLEANUP(cert_pair_release) = {0};
	struct stat st;
	enum err e = ERR_OK;

	*ret = (struct tls_home){0};
	cert_pair_init(&ret->served);
	cert_pair_init(&ca);
	if (stat(folder.text, &st) != 0) {
		if (errno != ENOENT)
			return err_fail_errno(info, ERR_IO, "look at %s", folder.text);
		ret->is_new = true;
		e = make_authority(data, now_s, info);
	}
	if (e == ERR_OK)
		e = read_authority(data, &ca, &ret->identity, info);
	if (e == ERR_OK)
		e = read_server(data, names, now_s, ret, info);
	if (e == ERR_OK && ret->renewed != NULL)
		e = renew_server(data, &ca, names, now_s, ret, info);
	return e == ERR_OK ? tell_identity(data, ret, info) : e;
}

enum err tls_home_read_given(const char *cert_file, const char *key_file, int64_t now_s,
			     struct tls_home *ret, struct err_info *info)
{
	struct cert_facts facts;
	struct err_info why = {0};
	enum err e;

	*ret = (struct tls_home){0};
	cert_pair_init(&ret->served);
	e = files_read(cert_file, &ret->served.cert, &why);
	if (e == ERR_OK)
		e = read_key_file(key_file, 007, &ret->served.key, &why);
	if (e != ERR_OK)
		return err_fail(info, e, "tls: %s", why.text);
	e = cert_look(&ret->served, NULL, &facts, &why);
	if (e != ERR_OK)
		return err_fail(info, e, "tls: %s with %s: %s", cert_file, key_file, why.text);
	if (facts.not_after_s <= now_s || facts.not_before_s > now_s)
		return err_fail(info, ERR_RANGE,
				"tls: the certificate %s %s; nobody would believe it", cert_file,
				facts.not_after_s <= now_s ? "has expired" : "is not valid yet");
	ret->identity = facts.identity;
	ret->not_after_s = facts.not_after_s;
	return ERR_OK;
}

enum err tls_home_open_given(const char *data, const char *cert_file, const char *key_file,
			     int64_t now_s, struct tls_home *ret, struct err_info *info)
{
	enum err e = tls_home_read_given(cert_file, key_file, now_s, ret, info);

	return e == ERR_OK ? tell_identity(data, ret, info) : e;
}
