struct pair { long first, second; };
struct wide { double a, b, c; };

int __attribute__((ms_abi)) ms_sub(int a, int b);
struct wide __attribute__((ms_abi)) ms_wide(struct wide value, long n);
int __attribute__((preserve_most)) most_sub(int a, int b);
int __attribute__((preserve_all)) all_sub(int a, int b);
int __attribute__((preserve_none)) none_sub(int a, int b, int c, int d);
double __attribute__((vectorcall)) vector_sum(double a, int b, double c, double d);
struct pair __attribute__((regcall)) reg_pair(struct pair value, long n);

typedef int (__attribute__((ms_abi)) *ms_fn)(int, int);
typedef struct pair __attribute__((ms_abi)) pair_fn(struct pair value, long n);

ms_fn get_ms(void);
int call_ms(ms_fn call, int a);
struct pair call_pair(pair_fn *call, struct pair value);
double call_vector(double (__attribute__((vectorcall)) *call)(double, int, double), double n);
int call_most(int (__attribute__((preserve_most)) *call)(int), int n);

struct table {
    char before;
    ms_fn sub;
    struct pair (__attribute__((regcall)) *pair)(struct pair value, long n);
};
struct table get_table(void);
long use_table(struct table table);

static inline int __attribute__((ms_abi)) inline_ms(int a, int b) { return a * 100 + b; }
int by_hand(int a, long b) __attribute__((ms_abi));
struct pair __attribute__((regcall)) reg_by_hand(long a, long b);
