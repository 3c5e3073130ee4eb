#include <stdlib.h>

struct text {
    unsigned short length;
    char bytes[];
};

struct point { int x, y; };

struct path {
    unsigned count;
    union {
        struct point first;
        struct point points[0];
    };
};

static inline struct text *new_text(unsigned short length) {
    struct text *text = malloc(sizeof *text + length);
    text->length = length;
    for (int i = 0; i < length; i++) text->bytes[i] = 'a' + i;
    return text;
}

static inline int last_of(const struct text *text) {
    return text->bytes[text->length - 1];
}
