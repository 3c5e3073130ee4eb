/* Text built from words and characters, in a buffer that doubles and always ends with a NUL. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 40, WORDS = 400000 };

struct text {
    char *bytes;
    size_t len, capacity;
};

static void reserve(struct text *text, size_t more) {
    if (text->capacity - text->len > more) {
        return;
    }
    size_t capacity = text->capacity * 2 > text->len + more + 1 ? text->capacity * 2 : text->len + more + 1;
    text->bytes = realloc(text->bytes, capacity);
    if (text->bytes == NULL) {
        abort();
    }
    text->capacity = capacity;
}

static void push_str(struct text *text, const char *bytes, size_t len) {
    reserve(text, len);
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = 0;
}

static void push(struct text *text, char character) {
    reserve(text, 1);
    text->bytes[text->len++] = character;
    text->bytes[text->len] = 0;
}

static const char *const words[8] = {"a", "to", "the", "word", "quick", "letter", "jumping", "somewhat longer"};

int main(void) {
    size_t lens[8];
    for (int i = 0; i < 8; i++) {
        lens[i] = strlen(words[i]);
    }
    uint64_t sum = 0;
    uint64_t state = 1;
    for (int round = 0; round < ROUNDS; round++) {
        struct text text = {NULL, 0, 0};
        for (int i = 0; i < WORDS; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            size_t word = state >> 61;
            push_str(&text, words[word], lens[word]);
            push(&text, i % 10 == 9 ? '\n' : ' ');
        }
        sum += text.len + (unsigned char)text.bytes[text.len / 2];
        free(text.bytes);
    }
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}
