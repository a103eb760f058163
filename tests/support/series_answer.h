/* series_answer.h - what a collector says of a series (docs/API.md "Series"), for the board's tests. */
#ifndef VIGIA_TESTS_SUPPORT_SERIES_ANSWER_H
#define VIGIA_TESTS_SUPPORT_SERIES_ANSWER_H

#define SERIES_ANSWER_ICMP                                                                         \
	"{\"start\":1760000010,\"step\":10,\"names\":[\"state\",\"bad\",\"rtt\",\"rtt_min\","      \
	"\"rtt_max\",\"loss\"],\"rows\":[[0,0,0.0042,0.004,0.005,0],[null,null,null,null,null,"    \
	"null],[2,1,null,null,null,1]],\"fine\":10,\"newest\":1760000030,\"bands\":{\"rtt\":{"     \
	"\"max\":[0.0042,null,null]},\"rtt_max\":{\"max\":[0.005]},\"loss\":{\"max\":[0,null,1]}}" \
	",\"about\":{\"check\":\"dc/fw.a:ping\",\"component\":\"dc/fw.a\",\"name\":\"Cortafuegos " \
	"A: el de siempre\",\"site\":\"dc\",\"site_name\":\"Centro de datos\",\"type\":\"icmp\","  \
	"\"from\":\"dc\",\"interval\":10,\"values\":[{\"name\":\"rtt\",\"unit\":\"s\",\"words\":"  \
	"[]},{\"name\":\"rtt_min\",\"unit\":\"s\",\"words\":[]},{\"name\":\"rtt_max\",\"unit\":"   \
	"\"s\",\"words\":[]},{\"name\":\"loss\",\"unit\":\"1\",\"words\":[]},{\"name\":\"other\"," \
	"\"unit\":\"\",\"words\":[]}],\"limits\":[{\"state\":\"warning\",\"value\":\"rtt\",\"op\"" \
	":\">\",\"limit\":0.05},{\"state\":\"critical\",\"value\":\"loss\",\"op\":\">=\","         \
	"\"limit\":0.4}],\"institution\":\"Instituto: de ejemplo\",\"code\":\"UTSI/PL/01\","       \
	"\"revision\":\"01\",\"real\":false,\"stamp\":\"SIMULACRO 2\"}}"

#define SERIES_ANSWER_HTTP                                                                         \
	"{\"start\":1760000010,\"step\":10,\"names\":[\"state\",\"bad\",\"dns\",\"connect\","      \
	"\"tls\",\"first_byte\",\"total\",\"status\",\"size\"],\"rows\":[[0,0,0.001,0.002,0.003,"  \
	"1.5,2,200,4096]],\"fine\":300,\"newest\":1760000010,\"bands\":{\"total\":{\"max\":[2]},"  \
	"\"size\":{\"max\":[5242880]}},\"about\":{\"check\":\"prep/difusion:http\",\"name\":"      \
	"\"Difusión\",\"type\":\"http\",\"from\":\"dc\",\"interval\":10,\"values\":[{\"name\":"   \
	"\"dns\",\"unit\":\"s\",\"words\":[]},{\"name\":\"connect\",\"unit\":\"s\",\"words\":[]}," \
	"{\"name\":\"tls\",\"unit\":\"s\",\"words\":[]},{\"name\":\"first_byte\",\"unit\":\"s\","  \
	"\"words\":[]},{\"name\":\"total\",\"unit\":\"s\",\"words\":[]},{\"name\":\"status\","     \
	"\"unit\":\"\",\"words\":[]},{\"name\":\"size\",\"unit\":\"B\",\"words\":[]},{\"name\":"   \
	"\"days_left\",\"unit\":\"d\",\"words\":[]}],\"limits\":[{\"state\":\"critical\","         \
	"\"value\":\"total\",\"op\":\">\",\"limit\":2}],\"institution\":\"Instituto\",\"code\":"   \
	"\"\",\"revision\":\"\",\"real\":true,\"stamp\":\"REAL\"}}"

/* A value with names for its numbers, of which nothing is known. */
#define SERIES_ANSWER_OPER                                                                         \
	"{\"start\":1760000010,\"step\":10,\"names\":[\"state\",\"bad\",\"oper\"],\"rows\":[[null" \
	",null,null]],\"fine\":10,\"newest\":1760000010,\"bands\":{\"oper\":{\"max\":[null]}},"    \
	"\"about\":{\"check\":\"a:if\",\"name\":\"Puerto\",\"type\":\"snmp\",\"from\":\"dc\","     \
	"\"interval\":10,\"values\":[{\"name\":\"oper\",\"unit\":\"\",\"words\":[{\"number\":1,"   \
	"\"word\":\"up\"},{\"number\":2,\"word\":\"down\"}]}],\"limits\":[],\"institution\":\"\"," \
	"\"code\":\"\",\"revision\":\"\",\"real\":true,\"stamp\":\"REAL\"}}"

#endif
