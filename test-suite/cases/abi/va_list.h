#include <stdarg.h>

typedef va_list arguments;
typedef long visit(int count, va_list list);

/* Reads numbers of several types. */
static inline long sum(int count, va_list list) {
    long total = 0;
    while (count--) {
        total = total * 10 + va_arg(list, int);
        total += (long)va_arg(list, double);
    }
    return total;
}

static inline long each(visit *call, int count, ...) {
    va_list list;
    va_start(list, count);
    long result = call(count, list);
    va_end(list);
    return result;
}

struct sink {
    int level;
    int (*log)(struct sink *sink, const char *format, arguments list);
};

static inline int say(struct sink *sink, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int result = sink->log(sink, format, list);
    va_end(list);
    return result;
}

/* One that is kept in a struct. */
struct held { char before; va_list list; char after; };

static inline long many(long (*call)(long a, double b, va_list list, struct held *held), long a, double b, ...) {
    va_list list;
    struct held held = { 1 };
    va_start(list, b);
    va_copy(held.list, list);
    long result = call(a, b, list, &held);
    va_end(held.list);
    va_end(list);
    return result;
}
