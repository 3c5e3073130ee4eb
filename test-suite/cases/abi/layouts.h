// Every kind of field, whose size and alignment Lang knows by itself, and bit-fields with what is beside them.

#include <stdbool.h>
#include <string.h>

typedef __attribute__((aligned(16))) int wide_int;
typedef __attribute__((aligned(1))) int narrow_int;
enum small { A } __attribute__((packed));
struct empty {};

struct sizes {
    char c;
    short s;
    int i;
    long l;
    long long ll;
    float f;
    double d;
    long double ld;
    bool b;
    void *p;
    void (*fn)(void);
    __WCHAR_TYPE__ w;
    _Float16 h;
    double _Complex z;
    long double _Complex lz;
    float v __attribute__((vector_size(8)));
    _BitInt(33) b33;
    _Atomic(int) ai;
    _Atomic(long long) all;
    enum { X, Y = 0x7fffffff } e;
    enum small small;
    wide_int wide;
    narrow_int narrow;
    struct empty empty;
    int array[3];
    struct { char a; long long b; } nested;
    union { double d; char c[9]; } either;
    char flexible[];
};

#pragma pack(push, 2)
struct packed_by_two {
    char a;
    double b;
    int c : 20;
    long long d : 50;
    void *e;
};
#pragma pack(pop)

static inline struct packed_by_two by_two_of(char a, double b, int c, long long d) {
    struct packed_by_two by_two;
    memset(&by_two, 0, sizeof by_two);
    by_two.a = a, by_two.b = b, by_two.c = c, by_two.d = d;
    return by_two;
}

struct bits {
    unsigned a : 3;
    int b : 9;
    long long c : 40;
    bool d : 1;
    unsigned : 0;
    unsigned short e : 7;
};

struct __attribute__((packed)) packed_bits {
    char before;
    int a : 9;
    long long b : 55;
    unsigned char c : 3;
};

static inline struct bits bits_of(unsigned a, int b, long long c, bool d, unsigned short e) {
    struct bits bits;
    memset(&bits, 0, sizeof bits);
    bits.a = a, bits.b = b, bits.c = c, bits.d = d, bits.e = e;
    return bits;
}

static inline struct packed_bits packed_of(int a, long long b, unsigned char c) {
    struct packed_bits bits;
    memset(&bits, 0, sizeof bits);
    bits.a = a, bits.b = b, bits.c = c;
    return bits;
}

static inline bool same(const void *left, const void *right, unsigned long size) {
    return memcmp(left, right, size) == 0;
}

static inline unsigned long offset_of_narrow(void) { return __builtin_offsetof(struct sizes, narrow); }
