/* jobs.h - work that may block, even for ever: each job in a short-lived thread of its own that nobody waits for. libuv's
 * work queue would not do: four hung disks would fill it for all others, and the end of the program waits for its threads.
 * A job that is given up goes on alone and is released when it comes back. Calls from the loop's thread only. */
#ifndef VIGIA_PROBING_JOBS_H
#define VIGIA_PROBING_JOBS_H

#include "base/attr.h"
#include "checks/check.h"

struct uv_loop_s;
struct jobs;
struct job_run;

enum { JOBS_MAX = 32 }; /* under way at once, those that were given up among them */

struct jobs *jobs_new(struct uv_loop_s *loop) NONNULL_ALL;
/* Begins `job`, which is ours from now on. `done` is called once, from the loop. NULL if it does not begin: the job is
 * released, `ret_why` is JOB_STUCK (one of the same `id` is still at work) or JOB_REFUSED. */
struct job_run *jobs_start(struct jobs *jobs, const char *id, struct check_job *job,
			   void (*done)(void *user), void *user, enum job_result *ret_why)
	NONNULL(1, 2, 3, 4, 6);
/* Exactly once for each that began: releases a job that is done; gives up one that works (`done` is not called any more). */
void jobs_end(struct job_run *r) NONNULL_ALL;
/* All were ended before; the memory goes when the loop has turned and the last thread is back. */
void jobs_free(struct jobs *jobs);

#endif
