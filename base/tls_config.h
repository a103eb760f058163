/* tls_config.h - the key `tls` of the servers' files: absent, `none`, or {cert:, key:, names:}. Plain HTTP is accepted on
 * loopback only. */
#ifndef VIGIA_BASE_TLS_CONFIG_H
#define VIGIA_BASE_TLS_CONFIG_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/cert.h"
#include "base/param.h"
#include "base/yaml_doc.h"

enum tls_mode { TLS_NONE, TLS_OWN, TLS_GIVEN };
struct tls_config {
	enum tls_mode mode;
	const char *cert, *key; /* TLS_GIVEN */
	struct cert_names
		names; /* TLS_OWN: of the file, the machine, the address that is listened on */
};
extern const struct param tls_config_params[];

/* `absent`: what a file without the key means. Findings say what is wrong; false then. */
bool tls_config_read(const struct yaml_node *root, enum tls_mode absent, const char *listen_host,
		     struct arena *arena, struct tls_config *ret, struct findings *f) NONNULL_ALL;

#endif
