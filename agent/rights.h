/* rights.h - what an agent gives up once its sockets are open: all capabilities, and the way to get any again. */
#ifndef VIGIA_AGENT_RIGHTS_H
#define VIGIA_AGENT_RIGHTS_H

#include "base/attr.h"
#include "base/err.h"

/* The process and all it might start: no capabilities (capabilities(7)), no new ones by exec (PR_SET_NO_NEW_PRIVS). */
enum err rights_drop(struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
