#include <stddef.h>
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define SIZE_OF(x) sizeof(x)
#define OFFSET(type, member) offsetof(type, member)
#define COUNT_OF(p) ((p)->count)
#define FIRST(p) ((p)->entries[0])
#define LARGER(a, b) ((a).count > (b).count ? (a) : (b))
#define NEXT(p) ((p)->next)
#define SWAP(a, b) do { __typeof__(a) t = (a); (a) = (b); (b) = t; } while (0)
#define CALL(p, x) ((p)->call((x)))
#define KIND(b) ((b).kind)
#define LEVEL(b) ((b)->level)
#define RAISE(b) ((b)->level++)
#define INNER(f) ((f).bits.is_last ? (f).bits.level : 0)
#define LOW(f) ((f).low)
#define HIGH(f) ((f)->high)
#define BITS(n) { .kind = (n), .level = -(n) }
#define INITIAL(n) { .count = (n), .entries = { { 1 }, { 2 } } }
#define FOR_ALL(p, sum) do { (sum) = 0; for (__typeof__(p) i = (p); i; i = i->next) (sum) += i->count; } while (0)
struct link { struct link *next; };
