#include <stddef.h>
#include <stdint.h>

struct desc { uint64_t address; uint32_t length; uint16_t flags, next; };
typedef struct desc desc_aligned __attribute__((aligned(16)));
typedef struct desc desc_packed __attribute__((aligned(1)));
typedef desc_aligned desc_again;
struct odd { int a, b, c; };
typedef struct odd odd_aligned __attribute__((aligned(32)));
typedef int aligned_int __attribute__((aligned(16)));
typedef unsigned long packed_long __attribute__((aligned(2)));
typedef float lanes __attribute__((vector_size(16)));
typedef float lanes_packed __attribute__((vector_size(16), aligned(1)));
typedef float row[4] __attribute__((aligned(32)));
typedef struct { int only; } lone __attribute__((aligned(32)));

struct ring { char n; desc_aligned descs[2]; desc_aligned *next; };
struct mixed { char c; aligned_int a; packed_long l; char d; odd_aligned o; char e; lone s; lanes_packed v; };

static inline uint64_t total(desc_aligned *first, int n) {
    uint64_t sum = 0;
    for (int i = 0; i < n; i++) sum += first[i].address;
    return sum;
}
static inline desc_aligned doubled(desc_aligned d) { d.address *= 2; return d; }
static inline desc_packed *unaligned(char *bytes) { return (desc_packed *)(bytes + 1); }
static inline int read_int(const aligned_int *p) { return *p; }
static inline aligned_int twice(aligned_int n) { return 2 * n; }
static inline unsigned long read_long(packed_long *p) { return *p; }
static inline lanes load(const lanes_packed *p) { return *p; }
static inline int only(lone s, const lone *p) { return s.only + p->only; }
static aligned_int counter = 5;
static inline aligned_int *count(void) { return &counter; }
#define FIRST(d) ((d).address)
