#include <stdarg.h>

static inline long wide(int n, ...) {
    va_list list;
    va_start(list, n);
    __int128 a = va_arg(list, __int128);
    unsigned __int128 b = va_arg(list, unsigned __int128);
    va_end(list);
    return (long)(a >> 64) + (long)(b >> 64) + n;
}
