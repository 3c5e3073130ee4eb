/* Macros of every shape. */
#ifndef MACROS_H
#define MACROS_H
#define INT 3
#define NEGATIVE (-7)
#define UNSIGNED 3u
#define BIG 0x8000000000000000ULL
#define MAX (0ULL - 1)
#define LONG_ONE 1L
#define SHIFTED (1 << 4 | INT)
#define SIZE (sizeof(int) * 2)
#define CHARACTER 'x'
#define CAST ((unsigned char)300)
#define DOUBLE 1.5
#define FLOAT 0.1f
#define LONG_DOUBLE 2.5L
#define PI_LONG 3.14159265358979323846264338327950288L
#define STRING "one\0two\xff\n\"q\""
#define JOINED "a" "b"
#define WIDE_STRING L"wide"
#define CASTED_STRING ((const char *)"text")
typedef void (*destructor)(void *);
#define TRANSIENT ((destructor)-1)
#define NOTHING ((void *)0)
#define ADDRESS ((char *)0x1234)
#define WIDE128 ((__int128)1 << 100)
#define NEGATIVE128 (-((__int128)1 << 100))
int function(int x);
extern int variable;
#define ALIAS function
#define VARIABLE variable
#define STATE (variable + 1)
struct pair { int a, b; };
#define RECORD ((struct pair){ 1, 2 })
#define BRACES { 1, 2 }
#define TYPE unsigned long
#define RECORD_TYPE struct pair
#define EMPTY
#define OPEN {
#define CLOSE }
#define HIDDEN_OPEN OPEN
#define STATEMENT do { variable = 1; } while (0)
#define VOID ((void)0)
#define MISSING not_declared_anywhere
#define CALLS_MISSING not_declared_anywhere(1)
#define GONE 1
#undef GONE
#define SHADOW 2
#undef SHADOW
int SHADOW(void);
enum color { COLOR_RED = 1, COLOR_GREEN };
#define COLOR_DEFAULT COLOR_GREEN
#define COLOR_CAST ((enum color)2)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define LOG(format, ...) log_all(format, __VA_ARGS__)
int both(int x);
#define both(x) (both)((x) + 1)
#define renamed_pair pair
#endif
