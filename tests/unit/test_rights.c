/* rights - afterwards there is no capability left, and no way to any; tried in a child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "agent/rights.h"

static bool line_says(const char *line, const char *name, unsigned long long value)
{
	return strncmp(line, name, strlen(name)) == 0 &&
	       strtoull(line + strlen(name), NULL, 16) == value;
}

static unsigned empty_sets(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	unsigned n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (line_says(line, "CapInh:", 0) || line_says(line, "CapPrm:", 0) ||
		    line_says(line, "CapEff:", 0) || line_says(line, "CapAmb:", 0) ||
		    line_says(line, "NoNewPrivs:", 1))
			n++;
	if (f != NULL)
		fclose(f);
	return n;
}

static void all_are_dropped(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct err_info info;

		if (rights_drop(&info) != ERR_OK)
			_exit(1);
		if (empty_sets() != 5)
			_exit(2);
		if (socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0)
			_exit(3);
		_exit(rights_drop(&info) == ERR_OK ? 0 : 4); /* a second time changes nothing */
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(all_are_dropped)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
