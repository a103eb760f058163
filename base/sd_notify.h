/* sd_notify.h - what systemd is told of a service (sd_notify(3): the protocol is a datagram of NAME=VALUE lines to
 * $NOTIFY_SOCKET, open to own implementations). Without that socket nothing is sent and nothing fails. */
#ifndef VIGIA_BASE_SD_NOTIFY_H
#define VIGIA_BASE_SD_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct uv_loop_s;
struct sd_watchdog;

/* It serves: after listening, not before. `status` is one line for `systemctl status`. */
void sd_notify_ready(const char *status) NONNULL_ALL;
/* One line; told again only when it changes the text that people read. */
void sd_notify_status(const char *status) NONNULL_ALL;
/* A reload begins; sd_notify_ready ends it. */
void sd_notify_reloading(void);
void sd_notify_stopping(void);

/* $WATCHDOG_USEC in microseconds, 0 if no watchdog is asked of this process ($WATCHDOG_PID is another's). */
int64_t sd_notify_watchdog_us(void);
/* Tells from a timer of the loop, at half of that time, that the loop turns: a loop that is stuck tells nothing and is
 * ended by systemd. What fails without sticking (a full disk) goes on telling: a restart would not mend it.
 * NULL if no watchdog is asked for. */
struct sd_watchdog *sd_watchdog_start(struct uv_loop_s *loop) NONNULL_ALL;
/* The memory goes when the loop has turned. NULL is fine. */
void sd_watchdog_stop(struct sd_watchdog *w);

#endif
