# Vigía: one Makefile, no recursion. `make help` lists the targets.
# VARIANT = debug | release | asan | cov | fuzz; each has its own folder below $(BUILD).

VARIANT ?= release
BUILD   ?= build
B       := $(BUILD)/$(VARIANT)
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0
CC      ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif

LAYERS   := base access engine plan play journal wire checks probing
PROGRAMS := agent collector dashboard cli
PKGS     := libuv libcurl libcares openssl gnutls yaml-0.1 jansson sqlite3 libmicrohttpd librrd netsnmp zlib

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings \
	-Wformat=2 -Wvla -Wundef -Wswitch-enum -Wconversion -Wnull-dereference -Werror
HARDEN := -fstack-protector-strong -fPIE
CPPFLAGS := -I. -I$(B)/gen -D_GNU_SOURCE -DVIGIA_VERSION='"$(VERSION)"'
CFLAGS   := -std=gnu17 -g -fvisibility=hidden -fno-strict-aliasing $(WARN) $(HARDEN)
LDFLAGS  := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
ifeq ($(VARIANT),release)
CFLAGS += -O2 -D_FORTIFY_SOURCE=2
else ifeq ($(VARIANT),debug)
CFLAGS += -Og
else ifeq ($(VARIANT),asan)
CFLAGS  += -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-Wno-null-dereference
LDFLAGS += -fsanitize=address,undefined
else ifeq ($(VARIANT),cov)
CFLAGS  += -O0 --coverage
LDFLAGS += --coverage
else ifeq ($(VARIANT),fuzz)
CC      := $(patsubst gcc,clang,$(CC))
WARN    :=
# Hidden here too: net-snmp has a snmp_oid_compare of its own, and would call ours.
CFLAGS  := -std=gnu17 -g -O1 -fvisibility=hidden -fno-strict-aliasing -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
LDFLAGS := -fsanitize=fuzzer,address,undefined
else
$(error VARIANT must be debug, release, asan, cov or fuzz)
endif

PKG_LIBS = $(shell pkg-config --libs $(PKGS)) -lm
CMOCKA   = $(shell pkg-config --libs cmocka)

SRC_base := $(sort $(wildcard base/*.c))
$(foreach d,access engine plan play journal wire checks probing agent collector dashboard cli,$(eval SRC_$(d) := $(sort $(wildcard $(d)/*.c))))
GEN_checks := $(B)/gen/check_registry.c
GEN_dashboard := $(B)/gen/web_files.c
GEN_plan := $(B)/gen/profile_files.c

obj = $(patsubst %.c,$(B)/obj/%.o,$(filter-out $(B)/%,$(1))) $(patsubst $(B)/gen/%.c,$(B)/obj/gen/%.o,$(filter $(B)/%,$(1)))
# A layer is an archive, so that a program links only what it uses. A program's own files but main.c
# form an archive as well: its unit tests link that.
archive_layer   = $(B)/lib/$(1).a
archive_program = $(B)/lib/$(1)-program.a

ARCHIVES := $(foreach d,$(LAYERS),$(B)/lib/$(d).a) $(foreach d,$(PROGRAMS),$(B)/lib/$(d)-program.a)
BINARIES := $(B)/bin/vigia-agent $(B)/bin/vigia-collector $(B)/bin/vigia-dashboard $(B)/bin/vigia

# Translations: beside the programs as after an installation (base/catalog.h).
LINGUAS  := $(patsubst po/%.po,%,$(sort $(wildcard po/*.po)))
CATALOGS := $(foreach l,$(LINGUAS),$(B)/share/locale/$(l)/LC_MESSAGES/vigia.mo)

# A generator that failed leaves nothing behind that looks finished.
.DELETE_ON_ERROR:
# Objects of tests are kept: nothing is compiled twice.
.SECONDARY:

.PHONY: all
all: $(CATALOGS) $(foreach p,agent collector dashboard,$(if $(wildcard $(p)/main.c),$(B)/bin/vigia-$(p))) $(if $(wildcard cli/main.c),$(B)/bin/vigia)

# --- compile -------------------------------------------------------------------------------------
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
	@printf '{"directory":"%s","file":"%s","command":"%s"}\n' '$(CURDIR)' '$<' \
		'$(subst ",\\\",$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) -c $<))' > $(@:.o=.cc.json)
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

compile_commands.json: all
	@{ echo '['; find $(B)/obj -name '*.cc.json' | sort | xargs cat | sed '$$!s/$$/,/'; echo ']'; } > $@

$(B)/gen/check_registry.c: tools/gen-registry $(SRC_checks)
	@mkdir -p $(@D)
	@tools/gen-registry $(sort $(wildcard checks/check_*.c)) > $@
WEB_FILES := $(sort $(shell find dashboard/web -type f -not -path '*/node_modules/*' 2>/dev/null))
$(B)/gen/web_files.c: tools/gen-web $(WEB_FILES)
	@mkdir -p $(@D)
	@tools/gen-web > $@

PROFILES := $(sort $(wildcard profiles/*.yaml))
# The folder is named so that a profile that goes is gone from the programs too.
$(B)/gen/profile_files.c: tools/gen-profiles $(PROFILES) $(wildcard profiles)
	@mkdir -p $(@D)
	@tools/gen-profiles $(PROFILES) > $@

$(B)/share/locale/%/LC_MESSAGES/vigia.mo: po/%.po
	@mkdir -p $(@D)
	@msgfmt --check-format --check-domain -o $@ $<

define layer_rules
$(B)/lib/$(1).a: $(call obj,$(SRC_$(1)) $(if $(SRC_$(1)),$(GEN_$(1))))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
define program_rules
$(B)/lib/$(1)-program.a: $(call obj,$(filter-out $(1)/main.c,$(SRC_$(1))) $(if $(SRC_$(1)),$(GEN_$(1))))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach d,$(LAYERS),$(eval $(call layer_rules,$(d))))
$(foreach d,$(PROGRAMS),$(eval $(call program_rules,$(d))))

# --- link: which layers a program may use (DESIGN 9) ---------------------------------------------
USES_agent     := probing checks wire base
USES_collector := play plan journal engine access wire checks base
USES_dashboard := wire base
USES_cli       := play plan journal engine probing checks wire base
define binary_rules
$(B)/bin/$(2): $(call obj,$(1)/main.c) $(B)/lib/$(1)-program.a $(foreach d,$(USES_$(1)),$(B)/lib/$(d).a)
	@mkdir -p $$(@D)
	@$(CC) $(LDFLAGS) -o $$@ $$< -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(PKG_LIBS)
endef
$(eval $(call binary_rules,agent,vigia-agent))
$(eval $(call binary_rules,collector,vigia-collector))
$(eval $(call binary_rules,dashboard,vigia-dashboard))
$(eval $(call binary_rules,cli,vigia))

# --- tests ---------------------------------------------------------------------------------------
UNIT_SRC  := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN  := $(patsubst tests/unit/%.c,$(B)/test/%,$(UNIT_SRC))
# Helpers of the tests are an archive, so that a test links only those that it uses; what all tests begin with is named.
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
SUPPORT   := $(B)/obj/tests/support/signals.o $(B)/lib/support.a
$(B)/lib/support.a: $(call obj,$(SUPPORT_SRC))
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcs $@ $^
# Some 420 programs are linked in each variant: gold takes a fifth of the time of the usual linker (both are binutils').
TEST_LDFLAGS := $(if $(filter fuzz,$(VARIANT)),,-fuse-ld=gold)
TEST_LIBS = -Wl,--start-group $(B)/lib/support.a $(ARCHIVES) -Wl,--end-group $(PKG_LIBS) $(CMOCKA)
$(B)/test/test_%: $(B)/obj/tests/unit/test_%.o $(SUPPORT) $(ARCHIVES) | $(CATALOGS)
	@mkdir -p $(@D)
	@wraps=$$(sed -n 's/^ \* wrap: //p' tests/unit/test_$*.c); \
	$(CC) $(LDFLAGS) $(TEST_LDFLAGS) -o $@ $(filter %.o,$^) $${wraps:+$$(printf -- '-Wl,--wrap=%s ' $$wraps)} $(TEST_LIBS)

# Helper programs of the system tests and benchmarks: tests/support/tool_*.c are not linked above.
TOOLS_SRC := $(sort $(wildcard tests/tools/*.c) $(wildcard bench/*.c) tests/sim/sim.c)
TOOLS_BIN := $(patsubst %.c,$(B)/tool/%,$(TOOLS_SRC))
$(B)/tool/tests/sim/sim: $(patsubst %.c,$(B)/obj/%.o,$(filter-out tests/sim/sim.c,$(wildcard tests/sim/*.c)))
$(B)/tool/%: $(B)/obj/%.o $(SUPPORT) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) $(TEST_LDFLAGS) -o $@ $(filter %.o,$^) $(TEST_LIBS)

# VARIANT=fuzz: clang's fuzzer brings main.
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(B)/target/%,$(FUZZ_SRC))
$(B)/target/%: $(B)/obj/tests/fuzz/%.o $(SUPPORT) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(TEST_LIBS)

include $(wildcard tools/targets.mk)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
