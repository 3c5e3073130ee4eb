/* What the runtime's files share and programs do not see, and what they take from the C library, declared by hand: no
 * header of the target's is ever read. */
#ifndef LANG_INTERNAL_H
#define LANG_INTERNAL_H

#include "lang_runtime.h"

_Noreturn void abort(void);
void *malloc(size_t size);
void *realloc(void *block, size_t size);
void free(void *block);
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *left, const void *right, size_t size);

/* The bytes before the NUL. */
static inline size_t lang_length(const char *text) {
    size_t length = 0;
    while (text[length] != 0) {
        length++;
    }
    return length;
}

/* Adds bytes to the message that was begun last (print.c). */
void lang_put(const char *bytes, size_t length);

/* Writes the message begun last, a newline after it, to its stream, and passes over failure (print.c). */
void lang_put_end(void);

/* Forgets all open messages of this thread (print.c). */
void lang_put_reset(void);

/* Writes to a stream, all of it: gives 0, or the number of the error (write.c). */
int lang_write(int stream, const char *bytes, size_t length);

/* Adds text of `scalars` scalar values, padded as the specification says; `by_default` is the alignment of the type as
 * in the specification (format.c). */
void lang_put_padded(const char *bytes, size_t length, size_t scalars, const struct lang_format_spec *spec,
                     uint8_t by_default);

/* Adds a number: a sign or prefix, then digits, padded (format.c). */
void lang_put_number(const char *prefix, size_t prefix_length, const char *digits, size_t digits_length,
                     const struct lang_format_spec *spec);

/* Adds `count` copies of one scalar value (format.c). */
void lang_put_repeated(uint32_t scalar, size_t count);

/* Writes the UTF-8 of a scalar value to `to`, which has room for 4 bytes; gives how many it took (format.c). */
size_t lang_encode_utf8(uint32_t scalar, char *to);

/* Whether `{:?}` of a string or character writes this scalar value as \u{…} (escape.c). */
bool lang_escapes(uint32_t scalar);

#endif
