/* Texts joined with separators: the length first, then one copy of each. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 1500, WORDS = 10000 };

struct text {
    char *bytes;
    size_t len;
};

static struct text join(const struct text *parts, size_t count, const char *separator) {
    size_t separator_len = strlen(separator);
    size_t len = count > 0 ? separator_len * (count - 1) : 0;
    for (size_t i = 0; i < count; i++) {
        len += parts[i].len;
    }
    struct text joined = {malloc(len + 1), len};
    if (joined.bytes == NULL) {
        abort();
    }
    char *to = joined.bytes;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            memcpy(to, separator, separator_len);
            to += separator_len;
        }
        memcpy(to, parts[i].bytes, parts[i].len);
        to += parts[i].len;
    }
    *to = 0;
    return joined;
}

int main(void) {
    struct text *words = malloc(WORDS * sizeof *words);
    for (size_t i = 0; i < WORDS; i++) {
        size_t len = 1 + i * 7919 % 12;
        words[i] = (struct text){malloc(len + 1), len};
        memset(words[i].bytes, 'a' + (int)(i % 26), len);
        words[i].bytes[len] = 0;
    }
    uint64_t sum = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct text text = join(words, WORDS - round, ", ");
        sum = sum * 31 + text.len + (unsigned char)text.bytes[text.len / 2];
        free(text.bytes);
    }
    for (size_t i = 0; i < WORDS; i++) {
        free(words[i].bytes);
    }
    free(words);
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}
