#include <stdint.h>
#include <stdarg.h>
#include <complex.h>
struct Kw { int type; int match; int fn; int self; int import; };
int match(int in);
int loop(int impl);
enum { ANON_A = 5, ANON_B = -3 };
enum Big { BIG = 0xFFFFFFFFFFFFull, SMALL = 1 };
typedef int Arr4[4];
struct HasArr { Arr4 a; };
int sum4(const Arr4 a);
int suma(int a[static 4], int n);
extern int tab[];
extern const char *const names[3];
extern _Thread_local int tls;
extern volatile int vol;
extern _Atomic int atom;
struct Flex { int n; short data[]; };
struct Zero { int n; int z[0]; };
struct Node { struct Node *next; int v; };
int kr();
static const int header_const = 77;
static int header_static = 3;
static inline int bump(void) { return ++header_static; }
inline int plain_inline(int x) { return x * 3; }
int renamed(int) __asm__("actual_symbol");
_Noreturn void die(int);
int (*get_op(char c))(int, int);
typedef int (*Op)(int, int);
struct Ops { Op ops[3]; const char *name; };
extern struct Ops table;
double _Complex cmul(double _Complex a, double _Complex b);
typedef float v4 __attribute__((vector_size(16)));
v4 vadd(v4 a, v4 b);
typedef unsigned _BitInt(40) b40;
b40 badd(b40 a);
_Float16 half(_Float16 x);
int vsum(int n, va_list ap);
static inline int inline_vsum(int n, va_list ap) { return vsum(n, ap); }
struct Version { const int major; const char *const name; int rest[6]; };
struct Version version(int major);
static inline struct Version inline_version(int major) { return version(major + 1); }
#define VERSION (version(9))
#define STR "abc" "def"
#define WIDE L"wide"
#define CH 'x'
#define NEG (-5)
#define BIGHEX 0x8000000000000000ULL
#define ULLM (0ULL-1)
#define FLT 1.5f
#define LDBL 2.5L
#define NULLP ((void*)0)
#define FN_ALIAS match
#define TYPE_ALIAS struct Node
#define CAST_MIN ((int16_t)-1)
#define PTR_MACRO ((char*)-1)
#define EXPR (sizeof(struct Node) * 2)
#define EMPTY
#define FUNC(x) ((x)+1)
#define SHIFT (1u << 31)
#define BOOLEAN ((_Bool)1)
#define ENUMV BIG
#define COMPOUND ((struct Kw){1,2,3,4,5})
#define GLOBAL_REF (&vol)
#define TLSV tls
#define STRP ((const char*)"ptr")
#define NESTED (FUNC(3) + ANON_A)
#define UNDEF_REF not_declared_anywhere
#define CHAR_U8 ((unsigned char)200)
#define NULCHAR "a\0b"
int match(int in);
void take_struct_ptr(const struct Kw *restrict k, int *volatile p);
struct Kw get_kw(void);
union Un { struct { int a, b; } s; long l; };
struct Nest { struct Inner { int q; } in; enum Color { RED, GREEN = 4 } col; struct { int w; } arr[2]; };
typedef struct Opaque Opaque;
Opaque *make_opaque(void);
int use_opaque(Opaque *);
void cb_void(void (*f)(void *), void *p);
typedef void Handler(int);
Handler *set_handler(Handler *h);
int many(int, int, int, int, int, int, int, int, int, int);
_Bool flip(_Bool b);
signed char sc(signed char c); unsigned char uc(unsigned char c); short ss(short s); unsigned short us(unsigned short);
