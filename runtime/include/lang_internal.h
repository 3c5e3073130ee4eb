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

/* Copies bytes and gives the end of the copy. Most pieces of text are short: those take no call. */
static inline char *lang_copy(char *to, const char *from, size_t length) {
    uint64_t first_8, last_8;
    uint32_t first_4, last_4;
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        memcpy(&first_8, from, 8);
        memcpy(&last_8, from + length - 8, 8);
        memcpy(to, &first_8, 8);
        memcpy(to + length - 8, &last_8, 8);
    } else if (length >= 4) {
        memcpy(&first_4, from, 4);
        memcpy(&last_4, from + length - 4, 4);
        memcpy(to, &first_4, 4);
        memcpy(to + length - 4, &last_4, 4);
    } else if (length > 0) {
        to[0] = from[0];
        to[length / 2] = from[length / 2];
        to[length - 1] = from[length - 1];
    }
    return to + length;
}

/* Where the next bytes of the message begun last are, which count as written from now on. Null where `lang_put` must
 * see them: they do not fit, lines are indented, or there is no message (print.c). */
char *lang_put_place(size_t length);

/* Writes the message begun last, a newline after it, to its stream, and passes over failure (print.c). */
void lang_put_end(void);

/* Forgets all open messages of this thread (print.c). */
void lang_put_reset(void);

/* Writes to a stream, all of it: gives 0, or the number of the error (write.c). */
int lang_write(int stream, const char *bytes, size_t length);

/* The values of `align` in a specification. */
enum { LANG_ALIGN_LEFT = 1, LANG_ALIGN_CENTRE = 2, LANG_ALIGN_RIGHT = 3 };

/* Some bytes, then some zeros: numbers are made of these, so that the zeros of 1e300 or `{:.500}` need no buffer. */
struct lang_part {
    const char *bytes;
    size_t length;
    size_t zeros;
};

/* Adds a number of `count` parts, padded: to the right when the specification does not say, and with its zeros after
 * the ASCII `prefix`, a sign or `0x` (format.c). */
void lang_put_number(const char *prefix, const struct lang_part *parts, size_t count,
                     const struct lang_format_spec *spec);

/* Writes a number in decimal at the end of `to`, which has room for 20 digits; gives the first digit (format.c). */
char *lang_decimal(uint64_t value, char *to_end);

/* One call of a backtrace. What is not known is null or 0. */
struct lang_frame {
    uintptr_t address;
    const char *name; /* the linker's */
    size_t name_len;
    const char *folder;
    size_t folder_len;
    const char *file;
    size_t file_len;
    uint64_t line;
};

/* Finds the names and places of frames whose addresses are set (lines.c). */
void lang_describe_frames(struct lang_frame *frames, size_t count);

/* Adds the calls that led here to the message that was begun last, if LANG_BACKTRACE asks for them (backtrace.c). */
void lang_put_backtrace(void);

/* Whether `{:?}` of a string or character writes this scalar value as \u{…} (escape.c). */
bool lang_escapes(uint32_t scalar);

#endif
