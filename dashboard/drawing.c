#include "dashboard/drawing.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"
#include "dashboard/graph_words.h"
#include "dashboard/render_frame.h"

enum { ESCAPED_SIZE = 2 * GRAPH_TEXT_SIZE + 1, TEXT_SIZE = 1024 };

/* Colours of states, as on the page (board.css); heights tell them apart without colour. */
static const struct strip {
	int state;
	const char *word, *light, *dark, *height;
} strips[] = {
	{0, "ok", "#1f7d4f", "#4cb782", "0.015"},
	{3, "blind", "#6342b5", "#b79cf2", "0.03"},
	{1, "warning", "#c98500", "#e9b44c", "0.045"},
	{2, "critical", "#c1271a", "#ff6b5e", "0.06"},
};
static const struct theme {
	const char *paper, *ground, *ink, *weak, *grid, *line, *band;
} themes[2] = {{"#ffffff", "#ffffff", "#16212a", "#596770", "#c8d2d8", "#12658f", "#12658f33"},
	       {"#0d1317", "#151d23", "#e8eef1", "#a9b8c1", "#2a3841", "#7cc4e8", "#7cc4e83a"}};
static const char *const phase_colours[2][5] = {
	{"#8a97a0", "#7a5cc0", "#2f7f9e", "#86bddb", "#c08fd0"},
	{"#8a97a0", "#a58be0", "#3f97b8", "#a5d3ea", "#d0a6dc"}};

/* What is being composed. */
struct sheet {
	struct drawing *d;
	const struct graph_args *args;
	const struct graph_facts *f;
	const struct graph_words *words;
	const struct graph_value *value; /* NULL: phases */
	const struct theme *theme;
	char file[2 * 4300];
	long long fine;
	bool wide; /* rows of several samples: with archives of extremes */
	double scale; /* what is measured times this is what is drawn */
	const char *unit; /* behind it */
};

__attribute__((format(printf, 2, 3))) static void add(struct sheet *s, const char *fmt, ...)
{
	char text[2 * 4300 + TEXT_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_put(&s->d->text, text, strlen(text) + 1);
	s->d->count++;
}

static const char *say(const struct sheet *s, const char *key)
{
	return graph_word(s->words, s->args->english, "drawing", key);
}

/* As librrd reads texts: a colon ends one, a backslash begins something. */
static const char *escape(char dst[ESCAPED_SIZE], const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 2 < ESCAPED_SIZE; text++) {
		if (*text == ':')
			dst[n++] = '\\';
		dst[n++] = *text == '\\' ? '/' : (unsigned char)*text < ' ' ? ' ' : *text;
	}
	dst[n] = '\0';
	return dst;
}

const char *drawing_main_value(const struct graph_facts *f)
{
	static const char *const of_type[][2] = {
		{"icmp", "rtt"}, {"tcp", "connect"}, {"http", DRAWING_PHASES}};

	for (size_t i = 0; i < COUNT_OF(of_type); i++) {
		if (strcmp(f->type, of_type[i][0]) == 0)
			return of_type[i][1];
	}
	for (size_t i = 0; i < f->value_count; i++) {
		if (f->values[i].measured)
			return f->values[i].name;
	}
	return "";
}

/* --- units ------------------------------------------------------------------------------------------ */

static void choose_time_unit(struct sheet *s, double most)
{
	static const struct {
		double from, scale;
		const char *unit;
	} units[] = {{2 * 86400, 1.0 / 86400, "d"},
		     {2 * 3600, 1.0 / 3600, "h"},
		     {1, 1, "s"},
		     {1e-3, 1e3, "ms"}};

	s->scale = 1e6;
	s->unit = "µs";
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (most >= units[i].from) {
			s->scale = units[i].scale;
			s->unit = units[i].unit;
			return;
		}
	}
}

static void choose_unit(struct sheet *s, const char *unit, double most)
{
	static const char *const bytes[] = {"B", "KiB", "MiB", "GiB", "TiB"};

	s->scale = 1;
	s->unit = unit;
	if (isnan(most))
		most = 1;
	if (strcmp(unit, "s") == 0) {
		choose_time_unit(s, most);
	} else if (strcmp(unit, "1") == 0) {
		s->scale = 100;
		s->unit = "%";
	} else if (strcmp(unit, "B") == 0) {
		for (size_t i = 0; i < COUNT_OF(bytes); i++, most /= 1024) {
			s->unit = bytes[i];
			if (most < 1024)
				break;
			s->scale /= i + 1 < COUNT_OF(bytes) ? 1024 : 1;
		}
	}
}

/* --- the parts of a sheet ----------------------------------------------------------------------------- */

/* The grid of time by how much of it a thousandth of the width holds; numbers alone, so that it reads the same in any language. */
static const char *time_grid(const struct graph_args *a)
{
	static const struct {
		int64_t span;
		const char *grid;
	} grids[] = {
		{120, "SECOND:10:SECOND:30:SECOND:30:0:%H:%M:%S"},
		{900, "MINUTE:1:MINUTE:5:MINUTE:2:0:%H:%M"},
		{2 * 3600, "MINUTE:5:MINUTE:10:MINUTE:10:0:%H:%M"},
		{8 * 3600, "MINUTE:30:HOUR:1:HOUR:1:0:%H:%M"},
		{36 * 3600, "HOUR:1:HOUR:6:HOUR:3:0:%d/%m %H:%M"},
		{4 * 86400, "HOUR:6:DAY:1:HOUR:12:0:%d/%m %H:%M"},
		{12 * 86400, "HOUR:12:DAY:1:DAY:1:0:%d/%m"},
		{45 * 86400, "DAY:1:DAY:7:DAY:3:0:%d/%m"},
		{200 * 86400, "WEEK:1:MONTH:1:MONTH:1:0:%d/%m/%Y"},
		{INT64_MAX, "MONTH:1:MONTH:6:MONTH:2:0:%m/%Y"},
	};
	int64_t span = (a->end - a->start) * GRAPH_WIDTH_DEFAULT / a->width;
	size_t i = 0;

	while (span > grids[i].span)
		i++;
	return grids[i].grid;
}

static void put_options(struct sheet *s, bool svg)
{
	const struct graph_args *a = s->args;
	const struct theme *t = s->theme;

	add(s, "graph");
	add(s, "-");
	add(s, "--imgformat=%s", svg ? "SVG" : "PNG");
	add(s, "--start=%lld", (long long)a->start);
	add(s, "--end=%lld", (long long)a->end);
	add(s, "--full-size-mode");
	add(s, "--width=%lld", (long long)a->width);
	add(s, "--height=%lld", (long long)a->height);
	add(s, "--border=0");
	add(s, "--disable-rrdtool-tag");
	add(s, "--font=DEFAULT:9:DejaVu Sans");
	add(s, "--font=TITLE:12:DejaVu Sans Bold");
	add(s, "--font=LEGEND:9:DejaVu Sans Mono");
	add(s, "--color=BACK%s", t->paper);
	add(s, "--color=CANVAS%s", t->ground);
	add(s, "--color=FONT%s", t->ink);
	add(s, "--color=AXIS%s", t->weak);
	add(s, "--color=ARROW%s", t->weak);
	add(s, "--color=FRAME%s", t->weak);
	add(s, "--color=GRID%s80", t->grid);
	add(s, "--color=MGRID%s", t->grid);
	add(s, "--grid-dash=1:0");
	add(s, "--x-grid=%s", time_grid(a));
	add(s, "--units-exponent=0");
}

static void put_title(struct sheet *s)
{
	const struct graph_facts *f = s->f;
	const char *what = s->value != NULL ? s->value->name : DRAWING_PHASES;

	what = s->value != NULL ? graph_word(s->words, s->args->english, "value", what)
				: say(s, what);
	add(s, "--title=%s · %s · %s", f->stamp, f->name, what);
	add(s, "--vertical-label=%s", s->value != NULL && s->value->word_count > 0 ? "" : s->unit);
	if (s->value == NULL || strcmp(s->value->unit, "s") == 0 ||
	    strcmp(s->value->unit, "1") == 0 || strcmp(s->value->unit, "B") == 0)
		add(s, "--lower-limit=0");
}

/* A source as name; `reduce` when several rows become one column of the picture. */
static void put_def(struct sheet *s, const char *name, const char *source, const char *function)
{
	add(s, "DEF:%s=%s:%s:%s:step=%lld:reduce=%s", name, s->file, source,
	    s->wide ? function : "AVERAGE", s->fine, function);
}

static void put_scaled(struct sheet *s, const char *name, const char *source, const char *function)
{
	char raw[40];

	snprintf(raw, sizeof(raw), "%s_raw", name);
	put_def(s, raw, source, function);
	add(s, "CDEF:%s=%s,%.9g,*", name, raw, s->scale);
}

static void put_state(struct sheet *s)
{
	char word[ESCAPED_SIZE];

	put_def(s, "state", "state", "MAX");
	for (size_t i = 0; i < COUNT_OF(strips); i++)
		add(s, "CDEF:is%d=state,%d,EQ", strips[i].state, strips[i].state);
	add(s, "COMMENT:%s\\: ", escape(word, say(s, "state")));
	for (size_t i = 0; i < COUNT_OF(strips); i++)
		add(s, "TICK:is%d%s:%s:  %s  ", strips[i].state,
		    s->args->dark ? strips[i].dark : strips[i].light, strips[i].height,
		    escape(word, graph_word(s->words, s->args->english, "state", strips[i].word)));
	add(s, "COMMENT:%s\\l", escape(word, say(s, "gap")));
}

/* Loss runs along the upper edge: the more of it, the longer and the redder. */
static void put_loss(struct sheet *s)
{
	static const struct {
		const char *name, *above, *upto, *light, *dark, *height, *text;
	} grades[] = {{"some", "0", "0.05", "#c98500", "#e9b44c", "-0.02", ">0 %"},
		      {"much", "0.05", "0.4", "#c1571a", "#ff9a5e", "-0.035", ">5 %"},
		      {"most", "0.4", "1", "#c1271a", "#ff6b5e", "-0.05", ">40 %"}};
	char word[ESCAPED_SIZE];

	if (graph_facts_value(s->f, "loss") == NULL || s->value == NULL ||
	    strcmp(s->value->name, "rtt") != 0)
		return;
	put_def(s, "loss", "loss", "MAX");
	add(s, "COMMENT:%s\\: ", escape(word, say(s, "loss")));
	for (size_t i = 0; i < COUNT_OF(grades); i++) {
		add(s, "CDEF:loss_%s=loss,%s,GT,loss,%s,LE,*", grades[i].name, grades[i].above,
		    grades[i].upto);
		add(s, "TICK:loss_%s%s:%s:  %s  ", grades[i].name,
		    s->args->dark ? grades[i].dark : grades[i].light, grades[i].height,
		    grades[i].text);
	}
	add(s, "COMMENT:\\l");
}

static void put_figure(struct sheet *s, const char *name, const char *source, const char *function,
		       const char *word)
{
	char text[ESCAPED_SIZE];

	add(s, "VDEF:f_%s=%s,%s", name, source, function);
	add(s, "GPRINT:f_%s:%s %%.2lf %s%s", name, escape(text, word),
	    strcmp(s->unit, "%") == 0 ? "%%" : s->unit, " ");
}

static void put_figures(struct sheet *s, bool band)
{
	if (!s->f->known) {
		char text[ESCAPED_SIZE];

		add(s, "COMMENT:%s\\l", escape(text, say(s, "nothing")));
		return;
	}
	put_figure(s, "least", band ? "low" : "v", "MINIMUM", say(s, "least"));
	put_figure(s, "mean", "v", "AVERAGE", say(s, "mean"));
	put_figure(s, "p95", "v", "95,PERCENTNAN", "p95");
	put_figure(s, "most", band ? "high" : "v", "MAXIMUM", say(s, "most"));
	put_figure(s, "last", "v", "LAST", say(s, "last"));
	add(s, "COMMENT:\\l");
}

static void put_limits(struct sheet *s)
{
	char word[ESCAPED_SIZE];
	unsigned n = 0;

	for (size_t i = 0; i < s->f->limit_count; i++) {
		const struct graph_limit *l = &s->f->limits[i];
		bool critical = strcmp(l->state, "critical") == 0;

		if (s->value != NULL ? strcmp(l->value, s->value->name) != 0
				     : strcmp(l->value, "total") != 0)
			continue;
		if (n++ == 0)
			add(s, "COMMENT:%s\\: ", escape(word, say(s, "limits")));
		add(s, "HRULE:%.9g%s::dashes=%s", l->limit * s->scale,
		    s->args->dark ? (critical ? "#ff6b5e" : "#e9b44c")
				  : (critical ? "#c1271a" : "#9a6400"),
		    critical ? "8,3" : "3,3");
		add(s, "COMMENT:%s %s %.6g %s  ",
		    escape(word, graph_word(s->words, s->args->english, "state", l->state)), l->op,
		    l->limit * s->scale, s->unit);
	}
	if (n > 0)
		add(s, "COMMENT:\\l");
}

static void put_words(struct sheet *s)
{
	char word[ESCAPED_SIZE];

	if (s->value == NULL || s->value->word_count == 0)
		return;
	for (size_t i = 0; i < s->value->word_count; i++)
		add(s, "COMMENT:%.6g = %s  ", s->value->words[i].number,
		    escape(word, s->value->words[i].word));
	add(s, "COMMENT:\\l");
}

/* Whose it is, from where, of when: what a chart in a report must say by itself. */
static void put_origin(struct sheet *s)
{
	const struct graph_facts *f = s->f;
	char from[TIMEFMT_SIZE], to[TIMEFMT_SIZE], a[ESCAPED_SIZE], b[ESCAPED_SIZE],
		c[ESCAPED_SIZE], d[ESCAPED_SIZE];

	timefmt_local(from, (struct wall_time){s->args->start * US_PER_S});
	timefmt_local(to, (struct wall_time){s->args->end * US_PER_S});
	add(s, "COMMENT:%s %s %s%s%s\\l", escape(a, s->args->check), say(s, "from"),
	    escape(b, f->from), f->site[0] != '\0' ? " · " : "", escape(c, f->site));
	add(s, "COMMENT:%s – %s, %s\\l", escape(a, from), escape(b, to),
	    escape(c, say(s, "city-time")));
	add(s, "COMMENT:%s%s%s%s%s · %s\\l", escape(a, f->institution),
	    f->code[0] != '\0' ? " · " : "", escape(b, f->code),
	    f->revision[0] != '\0' ? " rev. " : "", escape(c, f->revision), escape(d, f->stamp));
}

/* One value: its mean as a line, within the band of its extremes. */
static void put_line(struct sheet *s)
{
	const struct theme *t = s->theme;
	const struct graph_facts *f = s->f;
	bool is_rtt = strcmp(s->value->name, "rtt") == 0 &&
		      graph_facts_value(f, "rtt_min") != NULL &&
		      graph_facts_value(f, "rtt_max") != NULL;
	bool band = s->value->word_count == 0;
	char word[ESCAPED_SIZE];

	put_scaled(s, "v", s->value->name, band ? "AVERAGE" : "MAX");
	if (band) {
		put_scaled(s, "low", is_rtt ? "rtt_min" : s->value->name, "MIN");
		put_scaled(s, "high", is_rtt ? "rtt_max" : s->value->name, "MAX");
		add(s, "CDEF:spread=high,low,-");
		add(s, "AREA:low");
		add(s, "AREA:spread%s:%s:STACK", t->band, escape(word, say(s, "band")));
	}
	add(s, "LINE1.6:v%s:%s\\l", t->line,
	    escape(word, graph_word(s->words, s->args->english, "value", s->value->name)));
	put_figures(s, band);
}

/* The parts of a request on top of one another. first_byte and total are told from the start. */
static void put_phases(struct sheet *s)
{
	static const char *const names[] = {"dns", "connect", "tls", "first_byte", "total"};
	const char *const *colours = phase_colours[s->args->dark];
	char word[ESCAPED_SIZE];

	for (size_t i = 0; i < COUNT_OF(names); i++)
		put_scaled(s, names[i], names[i], "AVERAGE");
	add(s, "CDEF:p0=dns,UN,0,dns,IF");
	add(s, "CDEF:p1=connect,UN,0,connect,IF");
	add(s, "CDEF:p2=tls,UN,0,tls,IF");
	add(s, "CDEF:p3=first_byte,p0,-,p1,-,p2,-,0,MAX");
	add(s, "CDEF:p4=total,first_byte,-,0,MAX");
	/* Nothing is drawn where the whole is not known. */
	for (int i = 0; i < 3; i++)
		add(s, "CDEF:q%d=total,UN,UNKN,p%d,IF", i, i);
	add(s, "CDEF:q3=p3");
	add(s, "CDEF:q4=p4");
	for (int i = 0; i < 5; i++)
		add(s, "AREA:q%d%s:%s  %s", i, colours[i],
		    escape(word, say(s, (const char *[]){"phase-dns", "phase-connect", "phase-tls",
							 "phase-wait", "phase-transfer"}[i])),
		    i > 0 ? ":STACK" : "");
	add(s, "COMMENT:\\l");
	add(s, "CDEF:v=total");
	add(s, "LINE1:v%s:%s\\l", s->theme->ink,
	    escape(word, graph_word(s->words, s->args->english, "value", "total")));
	put_figures(s, false);
}

static bool choose_value(struct sheet *s)
{
	const char *name = s->args->value[0] != '\0' ? s->args->value : drawing_main_value(s->f);
	const struct graph_value *total = graph_facts_value(s->f, "total");

	s->value = graph_facts_value(s->f, name);
	if (s->value != NULL) {
		choose_unit(s, s->value->unit, s->value->most);
		return true;
	}
	if (strcmp(name, DRAWING_PHASES) != 0 || total == NULL || strcmp(s->f->type, "http") != 0)
		return false;
	choose_unit(s, "s", total->most);
	return true;
}

bool drawing_make(const struct graph_args *args, const struct graph_facts *f,
		  const struct graph_words *words, const char *file, bool svg, struct drawing *ret)
{
	struct sheet s = {.d = ret,
			  .args = args,
			  .f = f,
			  .words = words,
			  .theme = &themes[args->dark],
			  .fine = f->fine > 0 ? f->fine : 1,
			  .wide = (double)f->fine > f->interval + 0.5};
	size_t n = 0;

	*ret = (struct drawing){0};
	if (!choose_value(&s))
		return false;
	for (; *file != '\0' && n + 3 < sizeof(s.file); file++) {
		if (*file == ':' || *file == '\\')
			s.file[n++] = '\\';
		s.file[n++] = *file;
	}
	buf_init(&ret->text, RENDER_ORDER_MAX);
	put_options(&s, svg);
	put_title(&s);
	if (s.value != NULL)
		put_line(&s);
	else
		put_phases(&s);
	put_words(&s);
	put_limits(&s);
	put_loss(&s);
	put_state(&s);
	put_origin(&s);
	return true;
}

void drawing_release(struct drawing *d)
{
	buf_release(&d->text);
}
