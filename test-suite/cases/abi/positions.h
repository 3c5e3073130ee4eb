#include <stdarg.h>
#include <stdio.h>
struct small { char a; short b; };
struct pair { double x; long y; };
struct big { long a[6]; };
typedef _Complex double cd;
struct odd { char c[3]; };
struct hfa { float a, b, c; };
union u { long l; double d; };
typedef struct pair (*cb)(struct small, struct big, struct odd, struct hfa, union u, void *);
static inline struct pair call_cb(cb f, void *data) {
    struct small s = {1, 2}; struct big b = {{1,2,3,4,5,6}}; struct odd o = {{7,8,9}}; struct hfa h = {1.5f, 2.5f, 3.5f}; union u u = {.l = 42};
    return f(s, b, o, h, u, data);
}
struct ops { struct big (*make)(int); struct odd (*turn)(struct odd); };
static inline long use_ops(const struct ops *ops) { struct odd o = {{1,2,3}}; o = ops->turn(o); return ops->make(5).a[5] + o.c[0] * 100; }
extern struct pair of_lang(struct small s, struct hfa h, struct odd o, _Complex double z, __int128 i, long double l);
extern struct big big_of_lang(struct big b, int n);
static inline long use_export(void) {
    struct small s = {1, 2}; struct hfa h = {1, 2, 3}; struct odd o = {{1,2,3}};
    struct pair p = of_lang(s, h, o, 1.0 + 2.0i, ((__int128)1 << 70), 2.5L);
    struct big b = {{1,2,3,4,5,6}};
    return (long)p.x + p.y + big_of_lang(b, 10).a[3];
}
typedef int (*vprinter)(char *, unsigned long, const char *, va_list);
static inline int through(vprinter f, char *to, const char *fmt, ...) { va_list l; va_start(l, fmt); int n = f(to, 64, fmt, l); va_end(l); return n; }
typedef struct pair (__attribute__((ms_abi)) *ms)(struct big, int, struct small);
static inline struct pair call_ms(ms f) { struct big b = {{1,2,3,4,5,6}}; struct small s = {3, 4}; return f(b, 7, s); }
typedef long (*variadic)(int n, ...);
static long vsum(int n, ...) { va_list l; va_start(l, n); long t = 0; while (n--) { struct big b = va_arg(l, struct big); struct odd o = va_arg(l, struct odd); struct pair p = va_arg(l, struct pair); t += b.a[0] + o.c[2] + (long)p.x + p.y; } va_end(l); return t; }
static inline variadic get_variadic(void) { return vsum; }
