#include <pthread.h>

struct point { int x, y; };
struct line { struct point from, to; const char *name; };
union number { int whole; double real; };

static int next;

#define POINT_INIT { 1, 2 }
#define LINE_INIT { .to = POINT_INIT, .name = "line" }
#define NUMBER_INIT { .real = 1.5 }
#define COUNTED_INIT { ++next, ++next }
#define ORIGIN ((struct point){ 7, 8 })
