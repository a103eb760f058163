/* spool_segment.h - one file of the spool: records of one start of the agent, each with length and CRC, in the order of
 * their numbers. A record is a result (its JSON as it will be sent) or a gap (numbers that were lost, and why). What a
 * power cut tore off is dropped at the next reading; what is rewritten is written beside and renamed. */
#ifndef VIGIA_AGENT_SPOOL_SEGMENT_H
#define VIGIA_AGENT_SPOOL_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

enum { SPOOL_BOOT_SIZE = 33, SPOOL_RECORD_MAX = 16 * 1024, SPOOL_PATH_SIZE = 4200 };

struct spool_record {
	uint64_t seq, to; /* to: seq, or the last number of a gap */
	uint32_t offset, length; /* of the text in the file; 0 = the file does not hold it */
	bool is_gap, changed, sent;
};

struct spool_segment {
	char boot[SPOOL_BOOT_SIZE];
	uint64_t number; /* of the file, in the order of writing */
	char *path;
	int fd; /* -1: closed, for a spool has more files than a process has descriptors */
	int64_t bytes;
	struct spool_record *records;
	size_t count, cap;
	size_t first; /* those before are safe at the collector */
	size_t unsent; /* nothing before this index is unsent */
};

/* BOOT-NNNNNNNNNNNN.seg */
void segment_path(const char *folder, const char *boot, uint64_t number,
		  char dst[SPOOL_PATH_SIZE]) NONNULL_ALL;
enum err segment_create(const char *folder, const char *boot, uint64_t number,
			struct spool_segment **ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Reads a file by its name; NULL if the name is none of ours or the file cannot be opened. */
struct spool_segment *segment_read(const char *folder, const char *name) NONNULL_ALL;
void segment_free(struct spool_segment *g);
/* Opens the file for segment_text and what writes; false leaves errno. Resting closes it again. */
bool segment_wake(struct spool_segment *g) NONNULL_ALL;
void segment_rest(struct spool_segment *g) NONNULL_ALL;

/* ERR_NO_SPACE, ERR_IO: nothing was added. */
enum err segment_append(struct spool_segment *g, struct spool_record r, struct slice text,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
/* A gap that only the memory knows; it joins the one at the end. */
void segment_note_gap(struct spool_segment *g, uint64_t from, uint64_t to) NONNULL_ALL;
/* The text of a record of a segment that is awake; false if the file does not give it back whole. */
bool segment_text(const struct spool_segment *g, const struct spool_record *r,
		  char dst[SPOOL_RECORD_MAX + 1]) NONNULL_ALL;

/* Does it hold results that repeat what was known? */
bool segment_has_unchanged(const struct spool_segment *g) NONNULL_ALL;
bool segment_has_results(const struct spool_segment *g) NONNULL_ALL;
/* Lets the unchanged results go; gaps stand for them. */
enum err segment_thin(const char *folder, struct spool_segment *g, const char *reason,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Lets everything go but one gap, which begins at `from` (an earlier number joins an earlier gap). */
void segment_collapse(struct spool_segment *g, uint64_t from, const char *reason) NONNULL_ALL;

#endif
