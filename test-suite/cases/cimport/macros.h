// Function-like macros of every kind.
#include <stddef.h>
#include <stdio.h>
#include <assert.h>
struct node { int key; struct node *next; double weight; };
struct flags { unsigned a : 3, b : 5; volatile int v; };
#define SQUARE(x) ((x) * (x))
#define SWAP(a, b) do { __typeof__(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define INC(x) ((x)++)
#define ADDR(x) (&(x))
#define KEY(n) ((n)->key)
#define CAT(a, b) a##b
#define STR(x) #x
#define XSTR(x) STR(x)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define ARRAY_OF(T, n) sizeof(T[n])
#define TYPENAME(x) _Generic((x), int: "int", double: "double", char *: "char *", const char *: "const char *", default: "other")
#define LOG(fmt, ...) printf(fmt "\n", ##__VA_ARGS__)
#define SUM(...) sum_(__VA_ARGS__)
static inline int sum_(int a, int b, int c) { return a + b + c; }
#define RETURN_IF(x) do { if (x) return; } while (0)
#define RETURN_VAL_IF(x, value) do { if (x) return (value); } while (0)
#define RETURN_FIVE return 5
#define RETURN_VAL(x) return (x) * 2.5
#define FLAG_A(f) ((f)->a)
#define VOL(f) ((f)->v)
#define NODE_INIT(k) { (k), 0, 1.5 }
#define BARRIER() __asm__ __volatile__("" ::: "memory")
#define ASM_ADD(x, y) ({ int r_ = (x); __asm__("addl %1, %0" : "+r"(r_) : "r"(y)); r_; })
#define MAXX(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define BAD(x) ((x) + undefined_thing)
#define DECLARE(x) int x = 0
#define BEGIN(x) do { (void)(x)
#define HELLO(name) "hello, " name "!"
#define both(x) ((x) + 1)
static inline int (both)(int x) { return x + 100; }
#define ALIAS both
#define CASTER (double)
#define ICE(n) (sizeof(char[(n) > 0 ? (n) : -1]))
#define LIT_ADDR(x) ((struct node[]){ { (x), 0, 0 } })
#define BIG(x) 0x8000000000000000ULL
#define CALLBACK(f, x) ((f)(x))
#define ZERO_OUT(p) (*(p) = 0)
#define FOREACH(i, n) for (int i = 0; i < (n); i++)
#define SET_ERR(v) (errno_ = (v))
static int errno_;
#define TWICE(stmt) stmt; stmt
#define NOP() 
#define VOIDCALL(x) ((void)(x))

#include <sys/queue.h>
struct item { int value; SLIST_ENTRY(item) link; };
SLIST_HEAD(items, item);
static int counted_;
static inline int counted(void) { return ++counted_; }
#define TWICE_VALUE(x) ((x) + (x))
struct pair { int x, y; };
#define PAIR(a, b) ((struct pair){ (a), (b) })
#define PAIR_X(p) ((p).x)
#define DOUBLE_ALL(a) do { for (unsigned long i_ = 0; i_ < COUNT(a); i_++) (a)[i_] *= 2; } while (0)
enum color { RED, GREEN };
#define NEXT(c) ((enum color)((c) + 1))
#define IS(f) (!!((f) & 4))
#define RESET do { counted_ = 0; } while (0)
#define VARIADIC_MAX(...) MAXX(__VA_ARGS__)
#define KEYWORD struct
