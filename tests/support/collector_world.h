/* collector_world.h - a collector without loop and HTTP in a folder of its own: engine, journal and plan, as
 * the program wires them, for the unit tests of its parts. */
#ifndef VIGIA_TESTS_SUPPORT_COLLECTOR_WORLD_H
#define VIGIA_TESTS_SUPPORT_COLLECTOR_WORLD_H

#include "collector/collector.h"
#include "collector/turn.h"

struct collector_world {
	struct collector c;
	char dir[64];
	struct effect_list effects; /* handed out by commits */
	unsigned commits;
};

/* Opens it with the plan below (checks web:http and net:ping at agent dc, other:http at agent lejos; service
 * publicacion with an RTO of 5 m; the first step calls mesa) and commits. */
void collector_world_open(struct collector_world *w);
void collector_world_close(struct collector_world *w);
/* Stops and folds the journal again, as a restart does. */
void collector_world_restart(struct collector_world *w);
/* Gives the core an input at the present moment; the test fails if it is refused. */
void collector_world_input(struct collector_world *w, struct input *in);
/* A judged sample of web:http of this moment, observed and, if it matters, decided. */
void collector_world_sample(struct collector_world *w, enum health health);
/* web:http fails and is confirmed: an incident is open and its first call intended, all committed. */
void collector_world_fail(struct collector_world *w);
void collector_world_commit(struct collector_world *w);
/* How many entries of a kind the journal holds. */
unsigned collector_world_count(struct collector_world *w, const char *kind);
/* A path below the folder, valid for the next calls but three. */
const char *collector_world_path(const struct collector_world *w, const char *name);

#endif
