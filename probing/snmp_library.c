#include "probing/snmp_library.h"

#include <stdbool.h>
#include <stdlib.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

static void stop(void)
{
	free_etimelist();
	snmp_call_callbacks(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_SHUTDOWN, NULL);
	shutdown_usm();
	clear_callback();
	clear_sec_mod();
	netsnmp_ds_shutdown();
	snmp_disable_log();
}

void snmp_library_start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	/* A handler that keeps nothing: without any the library writes to stderr. */
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	/* Otherwise a packet that asks for the engine of whoever reads it (RFC 5343) is answered, through a session that
	 * we have not. */
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_NO_DISCOVERY, 1);
	/* The encoder that grows its buffer. */
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_REVERSE_ENCODE, 1);
	/* init_usm() puts keywords on a list of this name, for files that are never read. */
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_APPTYPE, "vigia");
	snmp_init_statistics();
	init_usm();
	/* An engine of our own, which the time window is checked against; by text, since by address it asks the resolver. */
	setup_engineID(NULL, "vigia");
	/* Here the salts of privacy become random (init_usm_post_config). */
	snmp_call_callbacks(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_PREMIB_READ_CONFIG, NULL);
	atexit(stop);
}
