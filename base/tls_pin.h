/* tls_pin.h - how our programs know the collector: one certificate of the chain that it shows must have a pinned
 * identity, and that one is the only anchor under which the rest is verified: signatures, dates, purpose. No set of
 * public authorities is read. The host name is not compared: the pin is the collector, whatever address led to it. */
#ifndef VIGIA_BASE_TLS_PIN_H
#define VIGIA_BASE_TLS_PIN_H

#include "base/attr.h"
#include "base/identity.h"

struct tls_pin {
	const struct identity_set *pins; /* borrowed */
	char why[320]; /* one sentence when a chain was refused, "" otherwise */
};

/* Sets a libcurl easy handle up for https under these pins (borrowed until the transfer's end): TLS 1.2 or later, no
 * resumption of sessions, so that every connection shows its chain. A connection that libcurl keeps alive was verified
 * under the pins of its first transfer: who changes them throws the connections away. */
void tls_pin_set_up(void *curl_easy, struct tls_pin *pin) NONNULL_ALL;

#endif
