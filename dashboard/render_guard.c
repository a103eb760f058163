#include "dashboard/render_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"

/* More memory than any chart needs; a worker that wants it is ill. The sanitizers' shadow is larger than that. */
#define MEMORY_MAX (UINT64_C(1) << 30)
enum { FILES_MAX = 64, REFUSED_MAX = 48 };

static void limit(int what, rlim_t value)
{
	struct rlimit l = {value, value};

	(void)setrlimit((__rlimit_resource_t)what, &l);
}

static void limit_resources(void)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, FILES_MAX);
#ifndef __SANITIZE_ADDRESS__
	limit(RLIMIT_AS, MEMORY_MAX);
#endif
}

/* --- files: Landlock --------------------------------------------------------------------------------- */

enum {
	READ_ONLY = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	ALL_OF_FIRST_ABI = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1
};

static void allow_reading(int rules, const char *path)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = READ_ONLY,
						     .parent_fd = open(path, O_PATH | O_CLOEXEC)};

	if (beneath.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.parent_fd);
}

static bool restrict_files(const char *folder)
{
	/* Fonts, their configuration and their cache, shared libraries that are loaded late. */
	static const char *const needed[] = {"/usr",
					     "/lib",
					     "/lib64",
					     "/etc/fonts",
					     "/etc/ld.so.cache",
					     "/var/cache/fontconfig"};
	struct landlock_ruleset_attr all = {.handled_access_fs = ALL_OF_FIRST_ABI};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	bool ok;

	if (rules < 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		allow_reading(rules, needed[i]);
	allow_reading(rules, folder);
	ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return ok;
}

/* --- system calls -------------------------------------------------------------------------------------- */

static const int refused[] = {
	SYS_socket,
	SYS_socketpair,
	SYS_connect,
	SYS_bind,
	SYS_listen,
	SYS_accept,
	SYS_accept4,
	SYS_sendto,
	SYS_sendmsg,
	SYS_sendmmsg,
	SYS_execve,
	SYS_execveat,
	SYS_ptrace,
	SYS_kill,
	SYS_process_vm_readv,
	SYS_mount,
	SYS_unshare,
	SYS_process_vm_writev,
	SYS_setns,
	SYS_bpf,
	SYS_add_key,
	SYS_keyctl,
	SYS_perf_event_open,
	SYS_userfaultfd,
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
#endif
#ifdef SYS_fork
	SYS_fork,
	SYS_vfork,
#endif
};

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef OUR_ARCHITECTURE
static bool restrict_calls(void)
{
	struct sock_filter code[8 + 2 * REFUSED_MAX];
	struct sock_fprog program = {.filter = code};
	unsigned short n = 0;

	_Static_assert(COUNT_OF(refused) <= REFUSED_MAX, "room for each refused call");
	/* Numbers are those of our own architecture: calls of another one that this kernel knows (32 bits) are refused. */
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							 (unsigned)refused[i], 0, 1);
		code[n++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = n;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static bool restrict_calls(void)
{
	return false; /* never tried on this machine */
}
#endif

struct render_guard render_guard_close(const char *folder)
{
	struct render_guard g = {0};

	/* Not one of them outlives the board, nor one that hangs. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	limit_resources();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return g;
	g.files = restrict_files(folder);
	g.calls = restrict_calls();
	return g;
}
