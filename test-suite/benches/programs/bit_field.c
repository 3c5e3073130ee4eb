#include "bench.h"
#include <stdio.h>

int main(void) {
    long n = iterations();
    struct counter counter = { 1, 1 };
    struct counter *pointer = &counter;
    for (long i = 0; i < n; i++) {
        pointer->low = (pointer->low + (unsigned)i) & 31;
        pointer->high ^= pointer->low;
    }
    printf("%u\n", counter.high);
    return 0;
}
