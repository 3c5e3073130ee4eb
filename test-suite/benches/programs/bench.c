/* Compiled by itself, so that no caller can inline it. */
#include "bench.h"
#include <stdlib.h>

int add(int a, int b) { return a + b; }

struct point shift(struct point p, double by) {
    struct point moved = { p.x + by, p.y - by };
    return moved;
}

long iterations(void) { return atol(getenv("N")); }
