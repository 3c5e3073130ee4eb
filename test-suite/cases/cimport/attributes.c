#include <stdlib.h>

void *memory(size_t size) { return calloc(size, 1); }
int triple(int x) { return 3 * x; }
int digits(const char *text) {
    int n = 0;
    for (; *text; text++) n += *text >= '0' && *text <= '9';
    return n;
}
