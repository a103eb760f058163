/* disk.h - the data folder's disk: how much it has left, whether there is room to draw, and the ballast: a file that
 * holds nothing but space, given back when the disk is full so that the journal can go on (DESIGN 6). */
#ifndef VIGIA_COLLECTOR_DISK_H
#define VIGIA_COLLECTOR_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct disk {
	char folder[4096];
	int64_t ballast, reserve; /* bytes wanted; drawing stops when less than `reserve` is free */
	int64_t free; /* as of the last look; -1 = not known */
	bool full; /* drawing has stopped */
	bool has_ballast;
	unsigned calm; /* looks in a row that found room again */
};

/* Makes the ballast if it is not there; without room for it the disk counts as full. */
void disk_open(struct disk *d, const char *folder, int64_t ballast, int64_t reserve) NONNULL_ALL;
/* Once a second. Full: less than the reserve is left. Room again: twice the reserve and the ballast for five looks
 * in a row; then the ballast is made again and drawing goes on. */
void disk_look(struct disk *d) NONNULL_ALL;
/* Something was refused for want of space. True if that gave the ballast back: trying again may work. */
bool disk_refused(struct disk *d) NONNULL_ALL;

#endif
