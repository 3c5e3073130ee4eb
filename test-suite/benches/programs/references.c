#include "bench.h"
#include <stddef.h>
#include <stdio.h>

__attribute__((noinline)) static void add_all(int *restrict numbers, size_t n, const int *restrict more) {
    for (size_t i = 0; i < n; i++) numbers[i] = (int)((unsigned)numbers[i] + (unsigned)*more);
}

int main(void) {
    long n = iterations();
    int numbers[64] = {0};
    int more = 1;
    for (long i = 0; i < n; i++) {
        add_all(numbers, 64, &more);
        more ^= numbers[i & 63];
    }
    printf("%d\n", numbers[7]);
    return 0;
}
