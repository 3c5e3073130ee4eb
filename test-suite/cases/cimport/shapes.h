/* A header of the test suite: every kind of declaration that a program may import. */
#ifndef SHAPES_H
#define SHAPES_H

#include <stddef.h>
#include <stdint.h>

#define SHAPES_VERSION 3
#define SHAPES_NAME "shapes"
#define SHAPES_LIMIT (1u << 20)
#define SHAPES_SCALE 2.5
#define SHAPES_LETTER 'x'
#define SHAPES_BIG 5000000000
#define SHAPES_NOBODY ((struct shape *)0)
#define SHAPES_SQUARE(x) ((x) * (x))

enum shape_kind { SHAPE_NONE, SHAPE_CIRCLE = 5, SHAPE_BOX };
typedef enum { LOW = -1, HIGH = 1 } level;

typedef struct { double x, y; } point;
struct shape {
    enum shape_kind kind;
    point at;
    union {
        double radius;
        struct { float width, height; } box;
    };
    char name[8];
    struct shape *next;
};
typedef struct shape shape;
struct hidden;
typedef int (*visitor)(const shape *, void *);

/* By value, in every size class of the ABI. */
typedef struct { int32_t a, b, c, d, e; } large;
typedef struct { uint8_t r, g, b; } color;
typedef struct { float x, y; } vec2;
typedef struct { float x, y, z; } vec3;
typedef struct { double d; int32_t n; } mixed;

static inline point point_add(point a, point b) { return (point){ a.x + b.x, a.y + b.y }; }
static inline large large_next(large l) { l.a++; l.e--; return l; }
static inline color color_invert(color c) { return (color){ 255 - c.r, 255 - c.g, 255 - c.b }; }
static inline vec2 vec2_swap(vec2 v) { return (vec2){ v.y, v.x }; }
static inline vec3 vec3_cross(vec3 a, vec3 b) {
    return (vec3){ a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x };
}
static inline mixed mixed_make(double d, int32_t n) { return (mixed){ d, n }; }
static inline int sum_of(int n, const int *values) {
    int total = 0;
    for (int i = 0; i < n; i++) total += values[i];
    return total;
}
static inline double shape_area(const shape *s) {
    switch (s->kind) {
    case SHAPE_CIRCLE: return 3.0 * s->radius * s->radius;
    case SHAPE_BOX: return (double)s->box.width * s->box.height;
    default: return 0;
    }
}
static inline int shape_visit(const shape *s, visitor visit, void *data) {
    int n = 0;
    for (; s; s = s->next) n += visit(s, data);
    return n;
}
static inline level level_of(int n) { return n < 0 ? LOW : HIGH; }
static inline size_t name_length(const char *name) { size_t n = 0; while (name[n]) n++; return n; }

#endif
