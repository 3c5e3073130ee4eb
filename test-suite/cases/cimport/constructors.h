#include <stdio.h>
static int started;
static char order[8];
__attribute__((constructor(201))) static void second(void) { order[started++] = 'b'; }
__attribute__((constructor(101))) static void first(void) { order[started++] = 'a'; }
__attribute__((constructor)) static void last(void) { order[started++] = 'c'; }
__attribute__((destructor)) static void ended(void) { printf("ended after %d\n", started); }
static inline const char *in_order(void) { return order; }
#define AGAIN (last(), started)
