/* The messages of run-time checks that fail. */
#include "lang_internal.h"

static void put(const char *text) { lang_print_str(text, lang_length(text), NULL); }

static void put_size(size_t value) { lang_print_u64(value, NULL); }

static _Noreturn void fail(const char *message, const struct lang_location *location) {
    lang_panic_message(message, lang_length(message), location);
}

void lang_panic_bounds(size_t index, size_t length, const struct lang_location *location) {
    lang_panic_begin(location);
    put("index out of bounds: the len is ");
    put_size(length);
    put(" but the index is ");
    put_size(index);
    lang_panic_finish();
}

void lang_panic_slice(size_t start, size_t end, size_t length, const struct lang_location *location) {
    lang_panic_begin(location);
    if (start > length) {
        put("range start index ");
        put_size(start);
        put(" out of range for slice of length ");
        put_size(length);
    } else if (end > length) {
        put("range end index ");
        put_size(end);
        put(" out of range for slice of length ");
        put_size(length);
    } else {
        put("slice index starts at ");
        put_size(start);
        put(" but ends at ");
        put_size(end);
    }
    lang_panic_finish();
}

void lang_panic_overflow(const char *operation, size_t operation_len, const struct lang_location *location) {
    lang_panic_begin(location);
    put("attempt to ");
    lang_print_str(operation, operation_len, NULL);
    put(" with overflow");
    lang_panic_finish();
}

void lang_panic_divide_by_zero(const struct lang_location *location) { fail("attempt to divide by zero", location); }

void lang_panic_remainder_by_zero(const struct lang_location *location) {
    fail("attempt to calculate the remainder with a divisor of zero", location);
}

void lang_panic_shift(const struct lang_location *location) { fail("attempt to shift with overflow", location); }

void lang_panic_cast(const struct lang_location *location) {
    fail("the value is out of range for the type of the cast", location);
}

void lang_panic_unreachable(const struct lang_location *location) {
    fail("internal error: entered unreachable code", location);
}
