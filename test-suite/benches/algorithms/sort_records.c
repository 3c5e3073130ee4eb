/* Records in random, ascending, descending order and of few keys, sorted by `qsort` with a comparison of keys. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 500000, ROUNDS = 3, ORDERS = 4 };

struct record {
    uint64_t key;
    double x, y;
};

static uint64_t state = 1;

static uint64_t random_key(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 32;
}

static void fill(struct record *records, int order) {
    for (uint64_t i = 0; i < COUNT; i++) {
        uint64_t key = 0;
        switch (order) {
        case 0:
            key = random_key();
            break;
        case 1:
            key = i;
            break;
        case 2:
            key = COUNT - i;
            break;
        default:
            key = random_key() & 15;
            break;
        }
        records[i] = (struct record){key, (double)i, 0.5};
    }
}

static int compare(const void *a, const void *b) {
    const struct record *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

int main(void) {
    struct record *records = malloc(COUNT * sizeof *records);
    for (int order = 0; order < ORDERS; order++) {
        uint64_t sum = 0;
        double xs = 0, ys = 0;
        for (int round = 0; round < ROUNDS; round++) {
            fill(records, order);
            qsort(records, COUNT, sizeof *records, compare);
            for (int i = 0; i < COUNT; i++) {
                sum = sum * 31 + records[i].key;
                xs += records[i].x;
                ys += records[i].y;
            }
        }
        printf("%d %llu %.0f %.0f\n", order, (unsigned long long)sum, xs, ys);
    }
    free(records);
    return 0;
}
