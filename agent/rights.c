#include "agent/rights.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum err rights_drop(struct err_info *info)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_fail_errno(info, ERR_DENIED, "PR_SET_NO_NEW_PRIVS");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
		return err_fail_errno(info, ERR_DENIED, "PR_CAP_AMBIENT_CLEAR_ALL");
	if (syscall(SYS_capset, &head, none) != 0) /* glibc has no wrapper */
		return err_fail_errno(info, ERR_DENIED, "capset");
	return ERR_OK;
}
