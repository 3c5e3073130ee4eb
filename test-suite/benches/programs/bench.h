/* What the loops use: an ordinary function, one that takes and gives a record by value, and what is inlined. */
#ifndef LANG_BENCH_H
#define LANG_BENCH_H

struct point { double x, y; };

int add(int a, int b);
struct point shift(struct point p, double by);
/* How often to loop: the environment's N. */
long iterations(void);

#define MIX(a, b) ((a) * 31 + ((b) ^ ((a) >> 3)))
static inline unsigned mix(unsigned a, unsigned b) { return a * 31 + (b ^ (a >> 3)); }
struct counter { unsigned low : 5, high : 27; };

#endif
