#include <string.h>
#define CAT(a, b) a##b
#define K 5
#define K1 77
#define V 9
enum { E = 3, E1 = 33 };
#define VALUE_OF(name) CAT(name, 1)
#define UNUSED(a, b) (b)
