#include "bench.h"
#include <stdio.h>

int main(void) {
    long n = iterations();
    int sum = 0;
    for (long i = 0; i < n; i++) sum = add(sum, 1);
    printf("%d\n", sum);
    return 0;
}
