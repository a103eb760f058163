/* trust.h - who this collector is to others, and what it shows them: identity, certificate, the certificate's renewal
 * without a restart (daily, and at SIGHUP). */
#ifndef VIGIA_COLLECTOR_TRUST_H
#define VIGIA_COLLECTOR_TRUST_H

#include "base/attr.h"
#include "base/err.h"
#include "collector/collector.h"

struct tls_server;

/* Sets the collector's identity. The data folder must be there. */
enum err trust_open(struct collector *c, struct trust **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* NULL under `tls: none`. */
const struct tls_server *trust_server(const struct trust *t) NONNULL_ALL;
/* Until the certificate that is shown ends; negative when it has. */
int64_t trust_left_us(const struct trust *t) NONNULL_ALL;
/* Looks at the files again and takes over what is new; what cannot be used is logged, and the old one stays. */
void trust_renew(struct trust *t) NONNULL_ALL;
void trust_close(struct trust *t); /* no connection may be left; the loop must turn once more */

#endif
