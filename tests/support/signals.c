/* A peer that is gone is an error of the write, never the end of a test: each program says so at its start (collector/run.c,
 * agent/run.c, dashboard/main.c), and what is tested here is their code. */
#include <signal.h>

static void __attribute__((constructor)) ignore_broken_pipes(void)
{
	signal(SIGPIPE, SIG_IGN);
}
