/* Integers in random, ascending, descending order and of few values, sorted by `qsort`. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 1000000, ROUNDS = 3, ORDERS = 4 };

static uint64_t state = 1;

static int32_t random_integer(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int32_t)(state >> 32);
}

static void fill(int32_t *numbers, int order) {
    for (int32_t i = 0; i < COUNT; i++) {
        switch (order) {
        case 0:
            numbers[i] = random_integer();
            break;
        case 1:
            numbers[i] = i;
            break;
        case 2:
            numbers[i] = COUNT - i;
            break;
        default:
            numbers[i] = random_integer() & 15;
            break;
        }
    }
}

static int compare(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

int main(void) {
    int32_t *numbers = malloc(COUNT * sizeof *numbers);
    for (int order = 0; order < ORDERS; order++) {
        uint64_t sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            fill(numbers, order);
            qsort(numbers, COUNT, sizeof *numbers, compare);
            for (int32_t i = 0; i < COUNT; i++) {
                sum = sum * 31 + (uint64_t)(int64_t)numbers[i];
            }
        }
        printf("%d %llu\n", order, (unsigned long long)sum);
    }
    free(numbers);
    return 0;
}
