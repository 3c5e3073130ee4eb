// Types of C that Lang has no word for.

#include <complex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

typedef float floats __attribute__((vector_size(16)));
typedef int three __attribute__((ext_vector_type(3)));
typedef _Bool bits __attribute__((ext_vector_type(8)));
typedef _Complex double complex_t;
typedef _BitInt(7) seven;
typedef unsigned _BitInt(100) hundred;
typedef unsigned _BitInt(500) large;

enum speed { SLOW, FAST };

struct all {
    complex_t z;
    float _Complex small;
    floats floats;
    three three;
    seven seven;
    hundred hundred;
    large large;
    atomic_int count;
    _Atomic(void *) pointer;
    _Atomic bool flag;
    _Atomic(enum speed) speed;
    bits bits;
    long double wide;
    _Float16 half;
    __attribute__((aligned(64))) int aligned;
};

static inline complex_t twice(complex_t z) { return z * 2; }
static inline floats added(floats a, floats b) { return a + b; }
static inline three one_two_three(void) { return (three){ 1, 2, 3 }; }
static inline seven negated(seven value) { return -value; }
static inline hundred squared(hundred value) { return value * value; }
static inline large one_shifted(unsigned by) { return (large)1 << by; }
static inline unsigned shift_of(large value) { unsigned by = 0; while (value >>= 1) by++; return by; }

static inline void fill(struct all *all) {
    memset(all, 0, sizeof *all);
    all->z = 1 + 2 * I;
    all->small = 3 - 4 * I;
    all->floats = (floats){ 1, 2, 3, 4 };
    all->three = (three){ 5, 6, 7 };
    all->seven = -5;
    all->hundred = ((hundred)1 << 99) + 7;
    all->large = one_shifted(300);
    all->count = 3;
    all->pointer = all;
    all->flag = true;
    all->speed = FAST;
    all->wide = 2.25L;
    all->half = 1.5f16;
    all->aligned = 9;
}

static inline bool is_filled(const struct all *all) {
    struct all own;
    fill(&own);
    return all->z == own.z && all->small == own.small && all->floats[0] == 1 && all->floats[3] == 4
        && all->three[2] == 7 && all->seven == -5 && all->hundred == own.hundred && all->large == own.large
        && all->count == 3 && all->pointer == all && all->flag && all->speed == FAST && all->wide == 2.25L
        && all->half == 1.5f16 && all->aligned == 9;
}

#define UNIT (1.0 * I)
