/* snmp_library.h - net-snmp as a codec: started once per process without its configuration files, MIBs, persistent files,
 * own sockets and log. init_snmp() is not called on purpose: it reads files, parses MIBs and sets the program's locale.
 * The library has no locks: one thread (the loop's) for every call. */
#ifndef VIGIA_PROBING_SNMP_LIBRARY_H
#define VIGIA_PROBING_SNMP_LIBRARY_H

/* May be called again: then nothing happens. What the library holds goes at exit. */
void snmp_library_start(void);

#endif
