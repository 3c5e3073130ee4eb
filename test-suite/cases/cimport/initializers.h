#include <errno.h>
#include <pthread.h>
#include <stdio.h>

struct point { int x, y; };
struct line { struct point from, to; const char *name; };
union number { int whole; double real; };

static int next;

#define POINT_INIT { 1, 2 }
#define LINE_INIT { .to = POINT_INIT, .name = "line" }
#define NUMBER_INIT { .real = 1.5 }
#define COUNTED_INIT { ++next, ++next }
#define ORIGIN ((struct point){ 7, 8 })

enum shade { DARK = 3, LIGHT = -1 };
struct mixed {
    char text[6];
    unsigned low : 3, high : 13;
    long long far : 40;
    enum shade shade;
    _Bool yes;
    float ratio;
    double exact[2];
    union number number;
    struct { short left, right; };
    void *nowhere;
    int (*callback)(int);
    unsigned long long most;
};
#define MIXED_INIT { "hello", 5, 0x1234, -3, .shade = LIGHT, .yes = 1, .ratio = 0.1f, .exact = { 1.5, -2.5 }, \
    .number = { .real = 1.25 }, .left = -7, .right = 9, .nowhere = (void *)-1, .most = ~0ULL }
#define ADDRESSED_INIT { .name = "named" }

static char description[200];

static inline const char *described(void) { return description; }

/* Whether it is what Clang makes of the macro, by members: padding is nobody's. */
static inline int describe(const struct mixed *m) {
    struct mixed expected = MIXED_INIT;
    snprintf(description, sizeof description, "%s %d %d %lld %d %d %g %g %g %g %d %d %llx", m->text, m->low, m->high,
             (long long)m->far, m->shade, m->yes, m->ratio, m->exact[0], m->exact[1], m->number.real, m->left,
             m->right, m->most);
    return m->low == expected.low && m->high == expected.high && m->far == expected.far && m->nowhere == expected.nowhere;
}
