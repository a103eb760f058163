/* measure.h - what a piece of work costs in CPU, ours and a peer's in the same way: in a child of its own. */
#ifndef VIGIA_BENCH_MEASURE_H
#define VIGIA_BENCH_MEASURE_H

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static inline double measure_children_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* Microseconds of CPU of each of `count` operations of `what`, which must end its process. */
static inline double measure(void (*what)(void), int count, int *ret_status)
{
	double before = measure_children_us();
	pid_t pid;

	fflush(stdout); /* or the child prints it again */
	pid = fork();
	if (pid == 0) {
		what();
		_exit(1);
	}
	waitpid(pid, ret_status, 0);
	return (measure_children_us() - before) / count;
}

#endif
