/* played_journal.h - a journal file of a day that was played (play/): an outage of web:p at agent dc, 30 s long and seen for the first time 60 s
 * after the start; ana answers 5 s after her call, beto never does, elsa authorises after 8 s and ceci declares after 12 s. */
#ifndef VIGIA_TESTS_SUPPORT_PLAYED_JOURNAL_H
#define VIGIA_TESTS_SUPPORT_PLAYED_JOURNAL_H

#include <stddef.h>

/* One service, portal (web), an RTO of 60 s: mesa (ana, beto) at once, at 20 % level 1 (elsa) is asked to activate, at 30 % level 2 (ceci)
 * is called. `confirm` is that of the check. Returns the length. */
size_t played_plan(char *dst, size_t size, unsigned confirm, unsigned rto_s);
/* Creates PATH with that day under the plan that played_plan(..., 2, 60) gives. */
void played_journal_write(const char *path);

#endif
