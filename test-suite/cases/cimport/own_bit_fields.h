#include "bit_fields.h"

int weight(struct plain plain);
struct packed repacked(struct packed packed, int by);

// C's own records, given to the functions that Lang exports with its own.
static inline int weight_of(unsigned flag, int small, unsigned wide) {
    struct plain plain = { 0 };
    plain.flag = flag;
    plain.small = small;
    plain.wide = wide;
    return weight(plain);
}

static inline long long last_of_repacked(long long last, int by) {
    struct packed packed = { .first = 5, .middle = 0x1abcd, .end = 7 };
    packed.last = last;
    struct packed again = repacked(packed, by);
    return again.last * 1000 + again.first * 100 + again.end;
}
