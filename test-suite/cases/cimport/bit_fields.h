#include <stdbool.h>
#include <string.h>

enum shade { DARK = 1, MIDDLE, LIGHT };

// Plain ones, signed and unsigned, and what is beside them.
struct plain {
    unsigned flag : 1;
    int small : 3;
    unsigned wide : 20;
    bool is_set : 1;
    enum shade shade : 2;
    unsigned char beside;
    unsigned long long far : 40;
    long long near : 33;
};

// Across the bounds of what holds them, with gaps and without.
struct __attribute__((packed)) packed {
    unsigned char first : 3;
    unsigned int middle : 17;
    long long last : 50;
    unsigned char end;
};

struct gaps {
    unsigned a : 3;
    unsigned : 5;
    unsigned b : 4;
    unsigned : 0;
    unsigned c : 9;
    int : 0;
    signed char d : 5;
};

struct nested {
    short before;
    union {
        struct {
            unsigned low : 4;
            int high : 4;
        };
        unsigned char both;
        int narrow : 6;
    };
    struct {
        unsigned x : 7;
        unsigned y : 9;
    } inside[2];
    struct plain plain;
};

union one {
    unsigned bits : 5;
    int sign : 5;
    unsigned all;
};

struct __attribute__((packed)) askew {
    char before;
    struct plain plain;
};

static inline struct plain plain_of(unsigned flag, int small, unsigned wide, bool is_set, enum shade shade,
                                    unsigned char beside, unsigned long long far, long long near) {
    struct plain plain;
    memset(&plain, 0, sizeof plain);
    plain.flag = flag;
    plain.small = small;
    plain.wide = wide;
    plain.is_set = is_set;
    plain.shade = shade;
    plain.beside = beside;
    plain.far = far;
    plain.near = near;
    return plain;
}

static inline bool same(const void *left, const void *right, unsigned long size) {
    return memcmp(left, right, size) == 0;
}

static inline struct packed packed_of(unsigned first, unsigned middle, long long last, unsigned char end) {
    struct packed packed;
    memset(&packed, 0, sizeof packed);
    packed.first = first;
    packed.middle = middle;
    packed.last = last;
    packed.end = end;
    return packed;
}

static inline struct gaps gaps_of(unsigned a, unsigned b, unsigned c, signed char d) {
    struct gaps gaps;
    memset(&gaps, 0, sizeof gaps);
    gaps.a = a;
    gaps.b = b;
    gaps.c = c;
    gaps.d = d;
    return gaps;
}

static inline struct nested nested_of(unsigned low, int high, unsigned x, unsigned y, struct plain plain) {
    struct nested nested;
    memset(&nested, 0, sizeof nested);
    nested.low = low;
    nested.high = high;
    nested.inside[0].x = x;
    nested.inside[1].y = y;
    nested.plain.wide = plain.wide;
    return nested;
}
