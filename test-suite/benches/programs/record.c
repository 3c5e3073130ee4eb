#include "bench.h"
#include <stdio.h>

int main(void) {
    long n = iterations();
    struct point p = { 0, 0 };
    for (long i = 0; i < n; i++) p = shift(p, 0.5);
    printf("%.1f %.1f\n", p.x, p.y);
    return 0;
}
