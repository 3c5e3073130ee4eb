#include "odd.h"
struct Version version(int major) { return (struct Version){ major, "a", { 5, 6 } }; }
#include <stdlib.h>
int match(int in) { return in + 1; } int loop(int x) { return x * 2; }
int sum4(const Arr4 a) { return a[0]+a[1]+a[2]+a[3]; }
int suma(int a[static 4], int n) { return a[n]; }
int tab[] = {10,20,30}; const char *const names[3] = {"zero","one","two"};
_Thread_local int tls = 9; volatile int vol = 8; _Atomic int atom = 7;
int kr(a,b) int a, b; { return a-b; }
extern inline int plain_inline(int x);
int renamed(int x) { return x + 1000; }
void die(int n) { exit(n); }
static int add(int a, int b) { return a + b; } static int sub(int a, int b) { return a - b; }
int (*get_op(char c))(int, int) { return c == '+' ? add : c == '-' ? sub : 0; }
struct Ops table = {{add, sub, 0}, "table"};
double _Complex cmul(double _Complex a, double _Complex b) { return a*b; }
v4 vadd(v4 a, v4 b) { return a+b; }
b40 badd(b40 a) { return a+1; }
_Float16 half(_Float16 x) { return x / 2; }
int vsum(int n, va_list ap) { int r = 0; while (n--) r += va_arg(ap, int); return r; }
void take_struct_ptr(const struct Kw *restrict k, int *volatile p) { *p = k->type + k->fn; }
struct Kw get_kw(void) { return COMPOUND; }
struct Opaque { int x; };
Opaque *make_opaque(void) { static Opaque o = {55}; return &o; } int use_opaque(Opaque *o) { return o->x; }
void cb_void(void (*f)(void *), void *p) { f(p); }
static Handler *cur; Handler *set_handler(Handler *h) { Handler *o = cur; cur = h; if (o) o(1); return o; }
int many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j) { return a+2*b+3*c+4*d+5*e+6*f+7*g+8*h+9*i+10*j; }
_Bool flip(_Bool b) { return !b; }
signed char sc(signed char c) { return c-1; } unsigned char uc(unsigned char c) { return c+1; } short ss(short s) { return s*2; } unsigned short us(unsigned short s) { return s*3; }
