#include <stdarg.h>
#include <stdio.h>
static inline int sum(int n, ...) {
    va_list list; va_start(list, n);
    int total = 0;
    while (n-- > 0) total += va_arg(list, int);
    va_end(list);
    return total;
}
struct p { int x, y; };
struct big { double a[5]; };
static inline struct p psum(int n, ...) {
    va_list list; va_start(list, n);
    struct p total = {0, 0};
    while (n-- > 0) { struct p one = va_arg(list, struct p); total.x += one.x; total.y += one.y; }
    va_end(list);
    return total;
}
static inline double dsum(const char *kinds, ...) {
    va_list list; va_start(list, kinds);
    double total = 0;
    for (; *kinds; kinds++) switch (*kinds) {
        case 'i': total += va_arg(list, int); break;
        case 'd': total += va_arg(list, double); break;
        case 'l': total += va_arg(list, long long); break;
        case 'b': total += va_arg(list, struct big).a[4]; break;
        case 'L': total += (double)va_arg(list, long double); break;
    }
    va_end(list);
    return total;
}
static inline int print(char *to, unsigned long size, const char *fmt, ...) {
    va_list list; va_start(list, fmt);
    int n = vsnprintf(to, size, fmt, list);
    va_end(list);
    return n;
}
static inline __attribute__((always_inline)) int always(int a, ...) {
    return a;
}
inline int gnu99(int n, ...) { va_list list; va_start(list, n); int x = va_arg(list, int); va_end(list); return x; }
static inline int call_it(int (*f)(int, ...), int n) { return f(n, 1, 2); }
typedef int (*variadic)(int, ...);
