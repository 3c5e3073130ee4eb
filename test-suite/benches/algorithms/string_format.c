/* Lines of numbers and names, written by `vsnprintf` to the end of a buffer that doubles. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 10, LINES = 100000 };

struct text {
    char *bytes;
    size_t len, capacity;
};

static void write_text(struct text *text, const char *format, ...) {
    while (1) {
        size_t room = text->capacity - text->len;
        va_list args;
        va_start(args, format);
        int len = vsnprintf(text->bytes + text->len, room, format, args);
        va_end(args);
        if ((size_t)len < room) {
            text->len += (size_t)len;
            return;
        }
        size_t needed = text->len + (size_t)len + 1;
        text->capacity = text->capacity * 2 > needed ? text->capacity * 2 : needed;
        text->bytes = realloc(text->bytes, text->capacity);
        if (text->bytes == NULL) {
            abort();
        }
    }
}

static const char *const names[4] = {"oak", "maple", "chestnut", "fir"};

int main(void) {
    uint64_t sum = 0;
    uint64_t state = 1;
    for (int round = 0; round < ROUNDS; round++) {
        struct text text = {malloc(64), 0, 64};
        for (int i = 0; i < LINES; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            int32_t number = (int32_t)(state >> 32) >> (state >> 59);
            write_text(&text, "%d: %s has %d of %u", i, names[i & 3], number, (unsigned)(state >> 40));
            write_text(&text, " (%08x), %6d%% and %.2f\n", (unsigned)number, i % 1000, (double)number / 8.0);
        }
        sum = sum * 31 + text.len;
        for (size_t i = 0; i < text.len; i += 97) {
            sum += (unsigned char)text.bytes[i];
        }
        free(text.bytes);
    }
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}
