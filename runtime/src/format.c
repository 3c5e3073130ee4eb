/* Strings, characters, integers and addresses as text, as Rust's `format!` prints them. */
#include "lang_internal.h"

static const struct lang_format_spec plain = {' ', 0, 0, 0, 0, -1, -1, 'd', {0, 0, 0}};

static const struct lang_format_spec *or_plain(const struct lang_format_spec *spec) {
    return spec != NULL ? spec : &plain;
}

/* --- Padding --- */

static size_t encode_utf8(uint32_t scalar, char *to) {
    if (scalar < 0x80) {
        to[0] = (char)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        to[0] = (char)(0xc0 | scalar >> 6);
        to[1] = (char)(0x80 | (scalar & 0x3f));
        return 2;
    }
    if (scalar < 0x10000) {
        to[0] = (char)(0xe0 | scalar >> 12);
        to[1] = (char)(0x80 | (scalar >> 6 & 0x3f));
        to[2] = (char)(0x80 | (scalar & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | scalar >> 18);
    to[1] = (char)(0x80 | (scalar >> 12 & 0x3f));
    to[2] = (char)(0x80 | (scalar >> 6 & 0x3f));
    to[3] = (char)(0x80 | (scalar & 0x3f));
    return 4;
}

static void put_repeated(uint32_t scalar, size_t count) {
    if (count == 0) {
        return;
    }
    char piece[64];
    size_t one = encode_utf8(scalar, piece);
    size_t held = 1;
    while (held < count && (held + 1) * one <= sizeof piece) {
        memcpy(piece + held * one, piece, one);
        held++;
    }
    while (count > 0) {
        size_t now = count < held ? count : held;
        lang_put(piece, now * one);
        count -= now;
    }
}

struct padding {
    size_t before;
    size_t after;
};

/* How a content of `scalars` scalar values is brought to the width. */
static struct padding padding_for(size_t scalars, const struct lang_format_spec *spec, uint8_t align_by_type) {
    struct padding padding = {0, 0};
    if (spec->width < 0 || (size_t)spec->width <= scalars) {
        return padding;
    }
    size_t missing = (size_t)spec->width - scalars;
    switch (spec->align != 0 ? spec->align : align_by_type) {
    case LANG_ALIGN_RIGHT:
        padding.before = missing;
        break;
    case LANG_ALIGN_CENTRE:
        padding.before = missing / 2;
        padding.after = missing - padding.before;
        break;
    default:
        padding.after = missing;
        break;
    }
    return padding;
}

static char *fill_bytes(char *to, char byte, size_t count) {
    if (count > 0) {
        memset(to, byte, count);
    }
    return to + count;
}

void lang_put_number(const char *prefix, const struct lang_part *parts, size_t count,
                     const struct lang_format_spec *spec) {
    spec = or_plain(spec);
    size_t length = lang_length(prefix);
    for (size_t index = 0; index < count; index++) {
        length += parts[index].length + parts[index].zeros;
    }
    struct padding padding = {0, 0};
    size_t zeros = 0;
    if (!spec->zero) {
        padding = padding_for(length, spec, LANG_ALIGN_RIGHT);
    } else if (spec->width > 0 && (size_t)spec->width > length) {
        zeros = (size_t)spec->width - length;
    }
    if (spec->fill < 0x80) {
        char *to = lang_put_place(padding.before + length + zeros + padding.after);
        if (to != NULL) {
            to = fill_bytes(to, (char)spec->fill, padding.before);
            to = lang_copy(to, prefix, lang_length(prefix));
            to = fill_bytes(to, '0', zeros);
            for (size_t index = 0; index < count; index++) {
                to = lang_copy(to, parts[index].bytes, parts[index].length);
                to = fill_bytes(to, '0', parts[index].zeros);
            }
            fill_bytes(to, (char)spec->fill, padding.after);
            return;
        }
    }
    put_repeated(spec->fill, padding.before);
    lang_put(prefix, lang_length(prefix));
    put_repeated('0', zeros);
    for (size_t index = 0; index < count; index++) {
        lang_put(parts[index].bytes, parts[index].length);
        put_repeated('0', parts[index].zeros);
    }
    put_repeated(spec->fill, padding.after);
}

/* --- Text --- */

enum { REPLACEMENT = 0xfffd };

/* One step through bytes that may not be UTF-8: a scalar value, or the longest run that begins one and is broken off
 * (the Unicode Standard, 3.9, "U+FFFD substitution of maximal subparts"). */
struct step {
    uint32_t scalar;
    size_t length;
    bool valid;
};

static struct step step_over(const unsigned char *at, size_t left) {
    struct step step = {at[0], 1, 1};
    if (at[0] < 0x80) {
        return step;
    }
    size_t wanted = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    unsigned char lowest = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char highest = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : 0xbf;
    if (at[0] < 0xc2 || at[0] > 0xf4) {
        step.valid = 0;
        return step;
    }
    step.scalar = at[0] & (0xffu >> (wanted + 1));
    while (step.length < wanted) {
        if (step.length == left || at[step.length] < lowest || at[step.length] > highest) {
            step.valid = 0;
            return step;
        }
        step.scalar = step.scalar << 6 | (at[step.length] & 0x3f);
        step.length++;
        lowest = 0x80;
        highest = 0xbf;
    }
    return step;
}

static void put_scalar(uint32_t scalar) {
    char bytes[4];
    lang_put(bytes, encode_utf8(scalar, bytes));
}

/* Digits of a power of two for a base, the last at the end of `to`. */
static char *based_digits(uint64_t value, unsigned shift, bool upper, char *to_end) {
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    do {
        *--to_end = digits[value & ((1u << shift) - 1)];
        value >>= shift;
    } while (value != 0);
    return to_end;
}

static void put_escaped(uint32_t scalar, uint32_t quote) {
    char digits[8];
    char *end = digits + sizeof digits;
    switch (scalar) {
    case 0:
        lang_put("\\0", 2);
        return;
    case '\t':
        lang_put("\\t", 2);
        return;
    case '\n':
        lang_put("\\n", 2);
        return;
    case '\r':
        lang_put("\\r", 2);
        return;
    case '\\':
        lang_put("\\\\", 2);
        return;
    default:
        break;
    }
    if (scalar == quote) {
        lang_put("\\", 1);
        put_scalar(scalar);
    } else if (lang_escapes(scalar)) {
        char *start = based_digits(scalar, 4, 0, end);
        lang_put("\\u{", 3);
        lang_put(start, (size_t)(end - start));
        lang_put("}", 1);
    } else {
        put_scalar(scalar);
    }
}

static void put_quoted(const unsigned char *bytes, size_t length) {
    lang_put("\"", 1);
    for (size_t at = 0; at < length;) {
        struct step step = step_over(bytes + at, length - at);
        if (step.valid) {
            put_escaped(step.scalar, '"');
        }
        for (size_t index = 0; index < step.length && !step.valid; index++) {
            char digits[2] = {'0', '0'};
            based_digits(bytes[at + index], 4, 1, digits + 2);
            lang_put("\\x", 2);
            lang_put(digits, 2);
        }
        at += step.length;
    }
    lang_put("\"", 1);
}

/* Writes bytes with U+FFFD for what is not UTF-8. */
static void put_lossy(const unsigned char *bytes, size_t length) {
    size_t written = 0;
    for (size_t at = 0; at < length;) {
        struct step step = step_over(bytes + at, length - at);
        if (!step.valid) {
            lang_put((const char *)bytes + written, at - written);
            put_scalar(REPLACEMENT);
            written = at + step.length;
        }
        at += step.length;
    }
    lang_put((const char *)bytes + written, length - written);
}

void lang_print_str(const char *text, size_t length, const struct lang_format_spec *spec) {
    const unsigned char *bytes = (const unsigned char *)text;
    spec = or_plain(spec);
    if (spec->kind == '?') {
        put_quoted(bytes, length);
        return;
    }
    if (spec->width < 0 && spec->precision < 0) {
        put_lossy(bytes, length);
        return;
    }
    size_t scalars = 0;
    size_t kept = 0;
    while (kept < length && (spec->precision < 0 || scalars < (size_t)spec->precision)) {
        kept += step_over(bytes + kept, length - kept).length;
        scalars++;
    }
    struct padding padding = padding_for(scalars, spec, LANG_ALIGN_LEFT);
    put_repeated(spec->fill, padding.before);
    put_lossy(bytes, kept);
    put_repeated(spec->fill, padding.after);
}

void lang_print_cstr(const char *text, const struct lang_format_spec *spec) {
    lang_print_str(text, lang_length(text), spec);
}

void lang_print_bool(bool value, const struct lang_format_spec *spec) {
    struct lang_format_spec display = *or_plain(spec);
    display.kind = 'd';
    lang_print_str(value ? "true" : "false", value ? 4 : 5, &display);
}

void lang_print_char(uint32_t scalar, const struct lang_format_spec *spec) {
    if (or_plain(spec)->kind == '?') {
        lang_put("'", 1);
        put_escaped(scalar, '\'');
        lang_put("'", 1);
        return;
    }
    char bytes[4];
    lang_print_str(bytes, encode_utf8(scalar, bytes), spec);
}

/* --- Integers --- */

char *lang_decimal(uint64_t value, char *to_end) {
    static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    while (value >= 100) {
        to_end -= 2;
        memcpy(to_end, pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (value < 10) {
        *--to_end = (char)('0' + value);
        return to_end;
    }
    to_end -= 2;
    memcpy(to_end, pairs + value * 2, 2);
    return to_end;
}

/* The same for 128 bits, which take up to 39 digits. Done by hand on 32-bit limbs: targets have no division of 128
 * bits without the compiler's support library. */
static char *wide_decimal(uint64_t low, uint64_t high, char *to_end) {
    uint32_t limbs[4] = {(uint32_t)(high >> 32), (uint32_t)high, (uint32_t)(low >> 32), (uint32_t)low};
    while (high != 0) {
        uint64_t rest = 0;
        for (int index = 0; index < 4; index++) {
            uint64_t part = rest << 32 | limbs[index];
            limbs[index] = (uint32_t)(part / 1000000000);
            rest = part % 1000000000;
        }
        high = (uint64_t)limbs[0] << 32 | limbs[1];
        low = (uint64_t)limbs[2] << 32 | limbs[3];
        for (int digit = 0; digit < 9; digit++) {
            *--to_end = (char)('0' + rest % 10);
            rest /= 10;
        }
    }
    return lang_decimal(low, to_end);
}

static void put_based(uint64_t low, uint64_t high, unsigned bits, const struct lang_format_spec *spec) {
    char digits[128];
    char *end = digits + sizeof digits;
    unsigned shift = spec->kind == 'b' ? 1 : spec->kind == 'o' ? 3 : 4;
    const char *prefix = spec->kind == 'b' ? "+0b" : spec->kind == 'o' ? "+0o" : "+0x";
    if (bits < 64) {
        low &= ((uint64_t)1 << bits) - 1;
    }
    char *start;
    if (bits <= 64) {
        start = based_digits(low, shift, spec->kind == 'X', end);
    } else {
        /* One digit at a time: an octal digit may straddle the halves. */
        start = end;
        do {
            start = based_digits(low & ((1u << shift) - 1), shift, spec->kind == 'X', start);
            low = low >> shift | high << (64 - shift);
            high >>= shift;
        } while ((low | high) != 0);
    }
    struct lang_part part = {start, (size_t)(end - start), 0};
    /* Bits are never negative. */
    const char *sign = spec->sign ? "+" : "";
    lang_put_number(spec->alternate ? prefix + (spec->sign ? 0 : 1) : sign, &part, 1, spec);
}

/* Rounds decimal digits to `kept` of them, ties to even. True when a carry made it one digit longer: the digits are
 * then 1 and zeros, and stand for ten times as much. */
static bool round_digits(char *digits, size_t count, size_t kept) {
    bool up = digits[kept] > '5';
    if (digits[kept] == '5') {
        up = kept > 0 && (digits[kept - 1] & 1);
        for (size_t index = kept + 1; index < count && !up; index++) {
            up = digits[index] != '0';
        }
    }
    if (!up) {
        return 0;
    }
    for (size_t index = kept; index-- > 0;) {
        if (digits[index] != '9') {
            digits[index]++;
            return 0;
        }
        digits[index] = '0';
    }
    digits[0] = '1';
    return 1;
}

/* `{:e}`: one digit, the others without the trailing zeros, or as many as the precision says. */
static void put_scientific(const char *sign, char *start, char *end, const struct lang_format_spec *spec) {
    size_t count = (size_t)(end - start);
    size_t exponent = count - 1;
    while (count > 1 && start[count - 1] == '0') {
        count--;
    }
    size_t zeros = 0;
    if (spec->precision >= 0) {
        size_t wanted = (size_t)spec->precision + 1;
        if (count > wanted) {
            exponent += round_digits(start, count, wanted);
            count = wanted;
        }
        zeros = wanted - count;
    }
    char tail[21];
    char *tail_end = tail + sizeof tail;
    char *tail_start = lang_decimal(exponent, tail_end);
    *--tail_start = 'e';
    struct lang_part parts[4] = {
        {start, 1, 0},
        {".", count + zeros > 1, 0},
        {start + 1, count - 1, zeros},
        {tail_start, (size_t)(tail_end - tail_start), 0},
    };
    lang_put_number(sign, parts, 4, spec);
}

/* An integer as its size and sign, and as its two's complement in `bits` bits. */
static void put_integer(bool negative, uint64_t low, uint64_t high, unsigned bits,
                        const struct lang_format_spec *spec) {
    spec = or_plain(spec);
    if (spec->kind == 'x' || spec->kind == 'X' || spec->kind == 'o' || spec->kind == 'b') {
        put_based(low, high, bits, spec);
        return;
    }
    if (negative) {
        high = ~high + (low == 0);
        low = ~low + 1;
    }
    char digits[40];
    char *end = digits + sizeof digits;
    char *start = wide_decimal(low, high, end);
    const char *sign = negative ? "-" : spec->sign ? "+" : "";
    if (spec->kind == 'e') {
        put_scientific(sign, start, end, spec);
        return;
    }
    struct lang_part part = {start, (size_t)(end - start), 0};
    lang_put_number(sign, &part, 1, spec);
}

void lang_print_i64(int64_t value, uint32_t bits, const struct lang_format_spec *spec) {
    put_integer(value < 0, (uint64_t)value, value < 0 ? UINT64_MAX : 0, bits, spec);
}

void lang_print_u64(uint64_t value, const struct lang_format_spec *spec) { put_integer(0, value, 0, 64, spec); }

void lang_print_i128(uint64_t low, uint64_t high, const struct lang_format_spec *spec) {
    put_integer(high >> 63, low, high, 128, spec);
}

void lang_print_u128(uint64_t low, uint64_t high, const struct lang_format_spec *spec) {
    put_integer(0, low, high, 128, spec);
}

void lang_print_pointer(const void *pointer, const struct lang_format_spec *spec) {
    struct lang_format_spec hexadecimal = *or_plain(spec);
    hexadecimal.kind = 'x';
    if (hexadecimal.alternate) {
        /* `{:#p}` shows all digits. */
        hexadecimal.zero = 1;
        hexadecimal.width = hexadecimal.width < 0 ? 2 + 2 * (int32_t)sizeof pointer : hexadecimal.width;
    }
    hexadecimal.alternate = 1;
    put_integer(0, (uintptr_t)pointer, 0, 64, &hexadecimal);
}
