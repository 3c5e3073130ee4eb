#include "bench.h"
#include <stdio.h>

int main(void) {
    long n = iterations();
    unsigned x = 1;
    for (long i = 0; i < n; i++) x = MIX(x, (unsigned)i);
    printf("%u\n", x);
    return 0;
}
