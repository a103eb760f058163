#include "wire/series_name.h"

void series_name_put(struct buf *out, const char *check, const char *agent)
{
	for (const char *c = check; *c != '\0'; c++) {
		if (*c == '/')
			buf_putc(out, '.');
		else if (*c == '.')
			buf_puts(out, "..");
		else
			buf_putc(out, *c);
	}
	buf_printf(out, "/%s.rrd", agent);
}
