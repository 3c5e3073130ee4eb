#include "fast.h"
#include <math.h>

struct pair fast_swapped(struct pair pair) {
    struct pair swapped = {pair.second, pair.first};
    return swapped;
}

int fast_level(void) { return LEVEL; }

double root(double x) { return sqrt(x); }
