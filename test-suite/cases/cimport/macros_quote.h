#include <stdio.h>
#include <string.h>
#define QUOTED(x) #x
#define INNER(x) QUOTED(x)
#define NESTED(x) INNER(x)
#define CHECK(x) ((x) ? 0 : report(#x, __FILE__, __LINE__, __func__))
#define CHECK_ALL(a, b) (CHECK(a) + CHECK((b) > 0))
#define NAMED(x) ("value of " #x " is ")
#define LENGTH(x) sizeof(#x)
#define WIDE(x) W_(#x)
#define W_(x) L##x
#define HERE __LINE__
#define PLACE() __FILE__ ":" PLACE_(__LINE__)
#define PLACE_(line) INNER(line)
#define SUFFIXED(x) (x##u + strlen(#x))
#define MINUS(x) (-NEGATED(x) + !!#x)
#define NEGATED(x) -x
#define report(text, ...) ((report)(text ": ", __VA_ARGS__))
#define ALL(...) #__VA_ARGS__
#define RETURN_IF_FAIL(x) do { if (!(x)) { puts("failed: " #x); return; } } while (0)
#define SHOW(x) do { puts("show " #x); (x) = (x) * 2; } while (0)
static int minus_ = 3;
static inline int (report)(const char *text, const char *file, int line, const char *function) {
    const char *name = strrchr(file, '/');
    printf("%s%s:%d: %s\n", text, name ? name + 1 : file, line, function);
    return 1;
}
#define KIND(x) _Generic((x), int: "an int", double: "a \"double\"", default: 0)
#define MAJOR 3
#define MINOR (MAJOR + 1)
#define VERSION MAJOR.MINOR.0-beta
#define TITLE "the \"title\""
#define BUILT_AT __LINE__
#define CURRENT (*current())
#define PAIR { 1 }
#define ADDED(x) (#x " is " INNER(x), (x) + 1)
#define CALLED(f, x) f(x)
enum color { RED, GREEN };
static inline int *current(void) { static int n = 40; return &n; }
#define TOLD(x) (puts(INNER(x)), (x))
#define REQUIRED(x, text) _Static_assert(sizeof(text) == sizeof(INNER(x)), "another text")
