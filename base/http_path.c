#include <string.h>

#include "base/http_server.h"
#include "base/http_server_impl.h"

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

long http_path_decode(const char *src, size_t n, char *dst)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		char c = src[i];

		if (c == '%') {
			int high = i + 2 < n ? hex_of(src[i + 1]) : -1;
			int low = i + 2 < n ? hex_of(src[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0')
			return -1;
		dst[k++] = c;
	}
	dst[k] = '\0';
	return (long)k;
}

int http_path_split(const char *path, char *store, size_t store_size, struct slice *ret, int max)
{
	int count = 0;

	if (path[0] != '/')
		return -1;
	if (path[1] == '\0')
		return 0;
	while (*path == '/') {
		size_t n = strcspn(path + 1, "/");
		long k;

		if (count == max || n >= store_size)
			return -1;
		k = http_path_decode(path + 1, n, store);
		if (k <= 0 || strcmp(store, ".") == 0 || strcmp(store, "..") == 0)
			return -1;
		ret[count++] = (struct slice){store, (size_t)k};
		store += k + 1;
		store_size -= (size_t)k + 1;
		path += 1 + n;
	}
	return count;
}
