#include "conventions.h"

int __attribute__((ms_abi)) ms_sub(int a, int b) { return a - b; }
struct wide __attribute__((ms_abi)) ms_wide(struct wide value, long n) {
    value.c += n;
    return value;
}
int __attribute__((preserve_most)) most_sub(int a, int b) { return a - b; }
int __attribute__((preserve_all)) all_sub(int a, int b) { return a - b; }
int __attribute__((preserve_none)) none_sub(int a, int b, int c, int d) { return a - b - c - d; }
double __attribute__((vectorcall)) vector_sum(double a, int b, double c, double d) { return a + b * 10 + c * 100 + d; }
struct pair __attribute__((regcall)) reg_pair(struct pair value, long n) {
    value.second += n;
    return value;
}

ms_fn get_ms(void) { return ms_sub; }
int call_ms(ms_fn call, int a) { return call ? call(a, 3) : -1; }
struct pair call_pair(pair_fn *call, struct pair value) { return call(value, 7); }
double call_vector(double (__attribute__((vectorcall)) *call)(double, int, double), double n) {
    return call(1, 2, n);
}
int call_most(int (__attribute__((preserve_most)) *call)(int), int n) { return call(n) + call(n + 1); }
struct table get_table(void) { return (struct table){ 1, ms_sub, reg_pair }; }
long use_table(struct table table) {
    struct pair pair = table.pair((struct pair){ 20, 30 }, 5);
    return table.sub(1000, 1) + pair.first + pair.second;
}
int __attribute__((ms_abi)) by_hand(int a, long b) { return a * 10 + b; }
struct pair __attribute__((regcall)) reg_by_hand(long a, long b) { return (struct pair){ a, b }; }
