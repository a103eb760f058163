#include "tests/support/test_schemas.h"

#include "base/instant.h"
#include "base/json_pull.h"
#include "base/micro.h"
#include "base/parse.h"

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
	int value_as;
};
static const char *const value_as_words[] = {"number", "time", "age", NULL};
static const struct param http_params[] = {
	PARAM_STR(struct http_row, url, "url", NULL, PARAM_REQUIRED, "what is fetched"),
	PARAM_STR(struct http_row, body, "body", NULL, 0, "text that the page must hold"),
	PARAM_STR(struct http_row, value_json, "value_json", "", 0, "a value is read from there"),
	PARAM_ENUM(struct http_row, value_as, "value_as", "number", value_as_words, 0,
		   "what it is"),
	PARAM_INT(struct http_row, status, "status", "200", 100, 599, 0, "expected status"),
	PARAM_END,
};
static const struct value_desc http_values[] = {
	{"dns", "s", "name"},     {"connect", "s", "connection"},
	{"total", "s", "whole"},  {"status", "", "status"},
	{"size", "B", "of body"}, {"days_left", "d", "of the certificate"},
	{"value", "", "read"},    {"age", "s", "of it"},
};
static const struct value_condition age_condition = {"age", "value_as", "number"};
static const char *const http_extra[] = {"value_json", NULL};
static const struct check_schema http = {
	.type = "http",
	.help = "one request",
	.params = http_params,
	.values = http_values,
	.value_count = 8,
	.extra_count = 2,
	.extra_with = http_extra,
	.condition = &age_condition,
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

/* Whose values are what its parameter `values` says: {NAME: {words: {1: up}}}; `keep: false` is none. */
enum { WORDS_MAX = 32 };
struct derived {
	struct check_schema schema;
	struct value_desc values[SCHEMA_VALUES_MAX];
	struct value_word words[WORDS_MAX];
};

static void derive_words(struct json_pull *in, struct derived *d, struct arena *arena)
{
	struct slice number, word;
	int64_t n;

	json_enter_object(in);
	while (json_next_key(in, &number)) {
		json_read_slice(in, &word);
		if (d->schema.word_count == WORDS_MAX ||
		    parse_i64(number, -1000, 1000, &n) != ERR_OK)
			continue;
		d->words[d->schema.word_count++] = (struct value_word){
			d->schema.value_count, n * 1000000, arena_strndup(arena, word.p, word.n)};
	}
}

static void derive_value(struct json_pull *in, struct slice name, struct derived *d,
			 struct arena *arena)
{
	struct slice key, keep = SLICE_LIT("true");

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "words"))
			derive_words(in, d, arena);
		else if (slice_is(key, "keep"))
			json_read_slice(in, &keep);
		else
			json_skip(in);
	}
	if (!slice_is(keep, "false"))
		d->values[d->schema.value_count++] =
			(struct value_desc){arena_strndup(arena, name.p, name.n), "", ""};
}

static enum err derive(const struct check_schema *type, param_getter get, void *user,
		       struct arena *arena, const struct check_schema **ret, struct err_info *info)
{
	struct derived *d = arena_calloc(arena, 1, sizeof(*d));
	const char *text = get(user, "values");
	struct json_pull in = json_pull_from(slice_of(text != NULL ? text : "{}"));
	struct slice name;

	d->schema = *type;
	d->schema.derive = NULL;
	for (size_t i = 0; i < type->value_count; i++)
		d->values[i] = type->values[i];
	json_enter_object(&in);
	while (json_next_key(&in, &name)) {
		if (json_peek(&in) != JSON_OBJECT)
			return err_fail(info, ERR_SYNTAX, "values.%.*s: a map was expected",
					(int)name.n, name.p);
		if (d->schema.value_count == SCHEMA_VALUES_MAX)
			return err_fail(info, ERR_RANGE, "values: more than %d", SCHEMA_VALUES_MAX);
		derive_value(&in, name, d, arena);
	}
	if (in.error != NULL)
		return err_fail(info, ERR_SYNTAX, "values: %s", in.error);
	d->schema.values = d->values;
	d->schema.words = d->words;
	*ret = &d->schema;
	return ERR_OK;
}

static const char *const versions[] = {"1", "2c", "3", NULL};
struct snmp_row {
	const char *address, *community, *user, *auth, *auth_secret, *priv, *priv_secret, *values,
		*members, *sources, *notifications, *is_active, *is_standby, *is_unknown, *is_up;
	int64_t port, tries, try_timeout_us;
	int version;
};
#define SNMP_CREDENTIALS                                                                           \
	PARAM_ENUM(struct snmp_row, version, "version", "2c", versions, 0, "version"),             \
		PARAM_INT(struct snmp_row, port, "port", "161", 1, 65535, 0, "port"),              \
		PARAM_STR(struct snmp_row, community, "community", NULL, PARAM_REFERS,             \
			  "community"),                                                            \
		PARAM_STR(struct snmp_row, user, "user", NULL, PARAM_REFERS, "user of version 3"), \
		PARAM_STR(struct snmp_row, auth, "auth", "none", 0, "how it proves who asks"),     \
		PARAM_STR(struct snmp_row, auth_secret, "auth_secret", NULL, PARAM_SECRET,         \
			  "pass phrase"),                                                          \
		PARAM_STR(struct snmp_row, priv, "priv", "none", 0, "how it encrypts"),            \
		PARAM_STR(struct snmp_row, priv_secret, "priv_secret", NULL, PARAM_SECRET,         \
			  "pass phrase"),                                                          \
		PARAM_INT(struct snmp_row, tries, "tries", "2", 1, 10, 0, "tries"),                \
		PARAM_DURATION(struct snmp_row, try_timeout_us, "try_timeout", "2s", 50000,        \
			       60000000, 0, "of one try")
static const struct param snmp_params[] = {
	PARAM_STR(struct snmp_row, address, "address", NULL, PARAM_REQUIRED, "address or name"),
	SNMP_CREDENTIALS,
	PARAM_DOC(struct snmp_row, values, "values", PARAM_REQUIRED, "what it yields"),
	PARAM_END,
};
static const struct check_schema snmp = {
	.type = "snmp",
	.help = "numbers of a device",
	.params = snmp_params,
	.derive = derive,
};
static const struct param snmp_pair_params[] = {
	PARAM_DOC(struct snmp_row, members, "members", PARAM_REQUIRED, "both units"),
	SNMP_CREDENTIALS,
	PARAM_DOC(struct snmp_row, values, "values", PARAM_REQUIRED, "what each is asked"),
	PARAM_LIST(struct snmp_row, is_active, "is_active", "", 8, 0, "numbers"),
	PARAM_LIST(struct snmp_row, is_standby, "is_standby", "", 8, 0, "numbers"),
	PARAM_LIST(struct snmp_row, is_unknown, "is_unknown", "", 8, 0, "numbers"),
	PARAM_LIST(struct snmp_row, is_up, "is_up", "", 8, 0, "numbers"),
	PARAM_END,
};
static const struct value_desc snmp_pair_values[] = {
	{"answering", "", "units that answered"},
	{"active", "", "units that are active"},
	{"redundant", "", "one active, one ready"},
	{"agree", "", "they say the same"},
	{"active_unit", "", "which"},
};
static const struct value_word snmp_pair_words[] = {
	{2, 0, "no"},        {2, 1000000, "yes"},   {3, 0, "no"},
	{3, 1000000, "yes"}, {4, 1000000, "first"}, {4, 2000000, "second"},
};
/* Whatever its `values` ask, it yields the truth about the pair. */
static const struct check_schema snmp_pair = {
	.type = "snmp-pair",
	.help = "both units of a pair",
	.params = snmp_pair_params,
	.values = snmp_pair_values,
	.value_count = 5,
	.words = snmp_pair_words,
	.word_count = 6,
};
static const struct param trap_params[] = {
	PARAM_STR(struct snmp_row, address, "address", NULL, 0, "of the device"),
	PARAM_LIST(struct snmp_row, sources, "sources", NULL, 64, 0, "more of its addresses"),
	PARAM_DOC(struct snmp_row, notifications, "notifications", PARAM_REQUIRED,
		  "what they mean"),
	PARAM_END,
};
static const struct value_desc trap_values[] = {{"worst", "", "severity"}, {"open", "", "alarms"}};
static const struct value_word trap_words[] = {{0, 2000000, "warning"}, {0, 4000000, "major"}};
static const struct check_schema trap = {
	.type = "trap",
	.help = "notifications of a device",
	.params = trap_params,
	.values = trap_values,
	.value_count = 2,
	.words = trap_words,
	.word_count = 2,
};

static const struct check_schema *const items[] = {&host,      &http, &icmp, &snmp,
						   &snmp_pair, &tcp,  &trap};
const struct schema_list test_schemas_list = {items, 7};
