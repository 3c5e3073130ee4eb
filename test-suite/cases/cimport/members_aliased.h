#include <signal.h>
#include <sys/stat.h>

struct inner { int low, high; };
struct outer {
    int kind;
    union {
        struct inner range;
        double number;
    } as;
    struct inner plain;
};
#define o_low as.range.low
#define o_high as.range.high
#define o_number as.number
#define o_plain plain.high
#define outer64 outer
#define o_kind kind

struct bits {
    struct { unsigned low : 3; int high : 5; } in;
    union {
        struct { int whole; unsigned flag : 1; } also;
        unsigned all;
    };
};
#define b_low in.low
#define b_high in.high
#define b_whole also.whole
#define b_flag also.flag
