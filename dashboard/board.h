/* board.h - the board's server: which path is answered by whom, what every answer says about
 * security, and whom it talks to at all. */
#ifndef VIGIA_DASHBOARD_BOARD_H
#define VIGIA_DASHBOARD_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "dashboard/dashboard_config.h"

struct uv_loop_s;
struct board;

/* `config` is borrowed until board_stop is done. config->port 0 = any free one. */
enum err board_start(struct uv_loop_s *loop, const struct dashboard_config *config,
		     struct board **ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
uint16_t board_port(const struct board *b) NONNULL_ALL;
/* Reads the certificate for browsers again; what cannot be used is an error, and the old one stays. */
enum err board_renew(struct board *b, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Lets answers drain, ends streams, closes all handles and frees; then `done`. */
void board_stop(struct board *b, void (*done)(void *user), void *user) NONNULL(1, 2);

/* True if a Host header names this board: its own address and port, localhost, or the authority of
 * public_url. Any other is a page elsewhere whose name was bent to our address (DNS rebinding). */
bool board_is_own_host(const char *host_header, uint16_t port, const char *public_url);

#endif
