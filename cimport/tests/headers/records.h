/* Records of every shape. */
#ifndef RECORDS_H
#define RECORDS_H
typedef __SIZE_TYPE__ size_t;

struct plain { char a; int b; double c; char d; };
struct nested { struct plain p; struct { short x; char y; } in, *out; union { int i; float f; } u; };
struct anonymous { int tag; union { struct { int lo, hi; }; long long whole; }; char end; };
struct __attribute__((packed)) packed { char a; int b; short c; };
struct aligned { char a; int b __attribute__((aligned(16))); } __attribute__((aligned(32)));
#pragma pack(push, 2)
struct packed2 { char a; double b; int c; };
#pragma pack(pop)
struct bits { unsigned a : 3; int b : 7; unsigned : 0; unsigned c : 30; _Bool d : 1; long long e : 40; char f; };
struct packed_bits { unsigned a : 5; unsigned long long b : 40; char c; } __attribute__((packed));
struct flexible { size_t n; struct plain items[]; };
struct zero { int n; char bytes[0]; };
struct empty {};
struct arrays { int grid[2][3]; const char *names[4]; struct { int z; } cells[5]; };
struct opaque;
union number { int i; double d; char bytes[13]; };
typedef struct { int x, y; } Point;
typedef struct { int only; } *OnlyPointer;
typedef struct Node { struct Node *next; struct opaque *data; Point at; enum { RED, GREEN } color; } Node;
enum Level { LOW = -1, MIDDLE, HIGH = 10 };
enum Wide { WIDE = 0x100000000LL };
typedef enum { FIRST = 1u << 31 } Flags;
enum { NAMELESS = 7 };
struct callbacks { int (*compare)(const void *, const void *); void (*table[2])(void); Point (*make)(int x, int y); };
struct odd { long double ld; _Complex double z; _Atomic int counter; __int128 wide; _Float16 half; };
typedef float vector4 __attribute__((vector_size(16)));
struct simd { vector4 v; char c; };
typedef const struct plain *const ConstPlain;
typedef int Callback(int, ...);
extern Callback the_callback;
extern Callback *the_pointer;
extern const Node constants[3];
extern _Thread_local int per_thread;
Point add_points(Point left, Point right);
void takes_array(int values[3], Callback *callback, const struct opaque **out);
int no_prototype();
_Noreturn void stops(void);
void also_stops(int) __attribute__((noreturn));
int renamed(int) __asm__("real_name");
static inline int header_only(int x) { return x + 1; }
inline int c99_inline(int x) { return x; }
extern inline __attribute__((gnu_inline)) int gnu_extern(int x) { return x; }
__attribute__((ms_abi)) int other_convention(int);
static const int static_constant = 5;
#endif
