#include "base/glob.h"

/* One '*' is remembered, the latest: what an earlier one could take in, the later one can as well. */
bool glob_match(struct slice pattern, struct slice text)
{
	size_t p = 0, t = 0, star = pattern.n, taken = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			taken = t;
		} else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
			p++;
			t++;
		} else if (star < pattern.n) {
			p = star + 1;
			t = ++taken;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}
