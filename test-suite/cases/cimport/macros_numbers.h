#include <limits.h>
#include <sys/socket.h>
#define TYPE(x) _Generic((x), int: 1, unsigned: 2, long: 3, unsigned long: 4, default: 5)
#define ABS(x) ((x) < 0 ? -(x) : (x))
#define SIZE(x) sizeof(x)
#define SHIFTED(x) ((x) >> 4)
struct message { int length; unsigned char data[]; };
#define DATA(m) ((m)->data)
