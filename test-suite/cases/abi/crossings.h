/* What only Clang knows how to pass, in each direction. */
#ifndef CROSSINGS_H
#define CROSSINGS_H

typedef struct { double x, y; } pair;
typedef struct { int a; short b; char c; } small;
typedef union { int i; float f; } word;
typedef struct { char c; int i; } __attribute__((packed)) tight;
typedef pair (*mapper)(pair, small);

static inline int next(int x) { return x + 1; }
static inline pair map_with(mapper f, pair p) {
    small s = {1, 2, 3};
    return f(p, s);
}
static inline pair shift(pair p, small s) {
    p.x += s.a;
    return p;
}
static inline mapper shifter(void) { return shift; }
static inline long double twice(long double x) { return x * 2; }
static inline __int128 wide(__int128 x) { return x << 80; }
static inline word as_word(float f) { return (word){.f = f}; }
static inline int tight_sum(tight t) { return t.c + t.i; }

#endif
