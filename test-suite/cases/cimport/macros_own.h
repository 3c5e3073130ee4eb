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
#define INITIAL(n) { .count = (n), .entries = { { 1 }, { 2 } } }
#define FOR_ALL(p, sum) do { (sum) = 0; for (__typeof__(p) i = (p); i; i = i->next) (sum) += i->count; } while (0)
struct link { struct link *next; };
