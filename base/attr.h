/* attr.h - what the compiler is told about our functions, in one spelling. */
#ifndef VIGIA_BASE_ATTR_H
#define VIGIA_BASE_ATTR_H

#define NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define NONNULL_ALL __attribute__((nonnull))
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
