#include "tests/support/test_schemas.h"

#include "base/instant.h"

struct icmp_row {
	const char *address;
	int64_t count, gap_us;
};
static const struct param icmp_params[] = {
	PARAM_STR(struct icmp_row, address, "address", NULL, PARAM_REQUIRED, "address or name"),
	PARAM_INT(struct icmp_row, count, "count", "5", 1, 20, 0, "echo requests in a burst"),
	PARAM_DURATION(struct icmp_row, gap_us, "gap", "20ms", US_PER_MS, US_PER_S, 0,
		       "time between two requests"),
	PARAM_END,
};
static const struct value_desc icmp_values[] = {
	{"rtt", "s", "round trip"},
	{"loss", "1", "part that was lost"},
};
static const struct check_schema icmp = {
	.type = "icmp",
	.help = "echo requests",
	.params = icmp_params,
	.values = icmp_values,
	.value_count = 2,
};

struct http_row {
	const char *url, *body, *value_json;
	int64_t status;
};
static const struct param http_params[] = {
	PARAM_STR(struct http_row, url, "url", NULL, PARAM_REQUIRED, "what is fetched"),
	PARAM_STR(struct http_row, body, "body", NULL, 0, "text that the page must hold"),
	PARAM_STR(struct http_row, value_json, "value_json", "", 0, "a value is read from there"),
	PARAM_INT(struct http_row, status, "status", "200", 100, 599, 0, "expected status"),
	PARAM_END,
};
static const struct value_desc http_values[] = {
	{"dns", "s", "name"},     {"connect", "s", "connection"},
	{"total", "s", "whole"},  {"status", "", "status"},
	{"size", "B", "of body"}, {"days_left", "d", "of the certificate"},
	{"value", "", "read"},
};
static const char *const http_extra[] = {"value_json", NULL};
static const struct check_schema http = {
	.type = "http",
	.help = "one request",
	.params = http_params,
	.values = http_values,
	.value_count = 7,
	.extra_count = 1,
	.extra_with = http_extra,
};

struct tcp_row {
	const char *address, *paths;
	int64_t port;
};
static const struct param tcp_params[] = {
	PARAM_STR(struct tcp_row, address, "address", NULL, PARAM_REQUIRED, "address or name"),
	PARAM_INT(struct tcp_row, port, "port", NULL, 1, 65535, PARAM_REQUIRED, "port"),
	PARAM_LIST(struct tcp_row, paths, "paths", "", 4, PARAM_PATHS, "a list"),
	PARAM_END,
};
static const struct value_desc tcp_values[] = {{"connect", "s", "connection"}};
static const struct check_schema tcp = {
	.type = "tcp",
	.help = "one connection",
	.params = tcp_params,
	.values = tcp_values,
	.value_count = 1,
};

static const struct param host_params[] = {PARAM_END};
static const struct value_desc host_values[] = {{"load", "1", "load"}};
static const struct check_schema host = {
	.type = "host",
	.help = "the agent's own machine",
	.params = host_params,
	.values = host_values,
	.value_count = 1,
	.of_agent = true,
};

static const struct check_schema *const items[] = {&host, &http, &icmp, &tcp};
const struct schema_list test_schemas_list = {items, 4};
