/* What the loops call: an ordinary function, and one that takes and gives a record by value. */
#ifndef LANG_BENCH_H
#define LANG_BENCH_H

struct point { double x, y; };

int add(int a, int b);
struct point shift(struct point p, double by);
/* How often to loop: the environment's N. */
long iterations(void);

#endif
