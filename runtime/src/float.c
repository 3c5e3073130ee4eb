/* Floating-point numbers as decimal text, exactly: the fewest digits that read back as the same value, or as many as
 * are asked for, rounded to even from the value's full expansion.
 *
 * The fewest digits come from the algorithm of Steele and White and of Dragon4 on large integers: slower than Grisu and
 * Ryu on extreme exponents, and right for every format without tables. */
#include "lang_natural.h"

/* --- Digits --- */

/* A format's bits of precision, the implicit one counted, and the exponent of its smallest value's only bit. */
struct format {
    int precision;
    int lowest_exponent;
};

static const struct format format_64 = {53, -1074};
static const struct format format_32 = {24, -149};
static const struct format format_16 = {11, -24};

/* A finite positive value, `mantissa * 2^exponent` with the precision of its own format. */
struct decoded {
    uint64_t mantissa;
    int exponent;
    bool lowest_of_binade; /* the next smaller value is only half as far as the next greater */
};

/* Decimal digits without a point: the value is `0.DIGITS * 10^scale`. The full expansion of a double has up to 767
 * significant digits. */
struct decimal {
    size_t count;
    int scale;
    char digits[800];
};

static struct decoded decode(uint64_t bits, struct format format) {
    int biased = (int)(bits >> 52 & 0x7ff);
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
    int exponent = biased == 0 ? -1074 : biased - 1075;
    mantissa |= biased == 0 ? 0 : (uint64_t)1 << 52;
    /* The value is one of the narrower format's, so the bits that it lacks are zeros. */
    while (exponent < format.lowest_exponent || mantissa >> format.precision != 0) {
        mantissa >>= 1;
        exponent++;
    }
    struct decoded decoded = {mantissa, exponent, mantissa == (uint64_t)1 << (format.precision - 1)};
    return decoded;
}

/* A number that is the least k with value <= 10^k, or one less: log10(2) times the number of bits. */
static int estimate_scale(uint64_t mantissa, int exponent) {
    int bits = 64 - __builtin_clzll(mantissa - 1 != 0 ? mantissa - 1 : 1) + exponent;
    return (int)(((int64_t)bits * 1292913986) >> 32);
}

/* Adds one to the last digit of `0.DIGITS * 10^scale`. */
static void round_up(struct decimal *decimal) {
    size_t index = decimal->count;
    while (index > 0 && decimal->digits[index - 1] == '9') {
        decimal->digits[--index] = '0';
    }
    if (index > 0) {
        decimal->digits[index - 1]++;
        return;
    }
    decimal->digits[0] = '1';
    decimal->scale++;
    if (decimal->count == 0) {
        decimal->count = 1;
    }
}

/* The fewest digits that are nearer to this value than to any other of its format, and of those the nearest. */
static void shortest_digits(struct decoded value, struct decimal *decimal) {
    /* All are scaled to integers: the value, half the distance to its neighbours, and the unit. */
    struct natural rest, below, above, unit, sum;
    unsigned factor = value.lowest_of_binade ? 2 : 1;
    bool inclusive = (value.mantissa & 1) == 0;
    int exponent = value.exponent - (int)factor;
    set_natural(&rest, value.mantissa << factor);
    set_natural(&below, 1);
    set_natural(&above, factor);
    set_natural(&unit, 1);
    int scale = estimate_scale((value.mantissa << factor) + factor, exponent);
    if (exponent < 0) {
        shift_left(&unit, (unsigned)-exponent);
    } else {
        shift_left(&rest, (unsigned)exponent);
        shift_left(&below, (unsigned)exponent);
        shift_left(&above, (unsigned)exponent);
    }
    if (scale >= 0) {
        multiply_power_of_10(&unit, (unsigned)scale);
    } else {
        multiply_power_of_10(&rest, (unsigned)-scale);
        multiply_power_of_10(&below, (unsigned)-scale);
        multiply_power_of_10(&above, (unsigned)-scale);
    }
    copy_natural(&sum, &rest);
    add_natural(&sum, &above);
    if (compare_naturals(&sum, &unit) >= (inclusive ? 0 : 1)) {
        scale++;
    } else {
        multiply_small(&rest, 10);
        multiply_small(&below, 10);
        multiply_small(&above, 10);
    }
    decimal->count = 0;
    decimal->scale = scale;
    for (;;) {
        char digit = '0';
        while (compare_naturals(&rest, &unit) >= 0) {
            subtract_natural(&rest, &unit);
            digit++;
        }
        decimal->digits[decimal->count++] = digit;
        copy_natural(&sum, &rest);
        add_natural(&sum, &above);
        bool may_stop_below = compare_naturals(&rest, &below) < (inclusive ? 1 : 0);
        bool may_stop_above = compare_naturals(&sum, &unit) > (inclusive ? -1 : 0);
        if (may_stop_below || may_stop_above) {
            shift_left(&rest, 1);
            if (may_stop_above && (!may_stop_below || compare_naturals(&rest, &unit) >= 0)) {
                round_up(decimal);
            }
            return;
        }
        multiply_small(&rest, 10);
        multiply_small(&below, 10);
        multiply_small(&above, 10);
    }
}

/* All digits of the value: `m * 2^-n` is `m * 5^n / 10^n`. */
static void all_digits(struct decoded value, struct decimal *decimal) {
    struct natural number;
    unsigned places = value.exponent < 0 ? (unsigned)-value.exponent : 0;
    set_natural(&number, value.mantissa);
    if (places > 0) {
        multiply_power_of_5(&number, places);
    } else {
        shift_left(&number, (unsigned)value.exponent);
    }
    size_t start = sizeof decimal->digits;
    while (number.count > 0) {
        uint32_t nine_digits = divide_small(&number, 1000000000);
        for (int digit = 0; digit < 9; digit++) {
            decimal->digits[--start] = (char)('0' + nine_digits % 10);
            nine_digits /= 10;
        }
    }
    while (decimal->digits[start] == '0') {
        start++;
    }
    decimal->count = sizeof decimal->digits - start;
    memmove(decimal->digits, decimal->digits + start, decimal->count);
    decimal->scale = (int)decimal->count - (int)places;
}

/* Keeps `kept` digits, which may be none or, for a value below half of the last place, fewer than none. Ties go to
 * even. */
static void round_to(struct decimal *decimal, int64_t kept) {
    if (kept >= (int64_t)decimal->count) {
        return;
    }
    if (kept < 0) {
        decimal->count = 0;
        return;
    }
    const char *cut = decimal->digits + kept;
    bool up = *cut > '5';
    if (*cut == '5') {
        up = kept > 0 && (cut[-1] & 1);
        for (size_t index = (size_t)kept + 1; index < decimal->count && !up; index++) {
            up = decimal->digits[index] != '0';
        }
    }
    decimal->count = (size_t)kept;
    if (up) {
        round_up(decimal);
    }
}

/* All digits of a value below 2^64 whose last bit is worth 2^-60 or more, up to `places` after the point, rounded as
 * `round_to` does it: what is left after each digit fits a word. False for other values. */
static bool fixed_digits(struct decoded value, size_t places, struct decimal *decimal) {
    if (value.exponent > 11 || value.exponent < -60 || places > 64) {
        return 0;
    }
    unsigned shift = value.exponent < 0 ? (unsigned)-value.exponent : 0;
    uint64_t whole = value.exponent < 0 ? value.mantissa >> shift : value.mantissa << value.exponent;
    uint64_t rest = value.mantissa - (whole << shift);
    if (shift == 0) {
        rest = 0;
    }
    char digits[20];
    char *end = digits + sizeof digits;
    char *start = whole == 0 ? end : lang_decimal(whole, end);
    decimal->scale = (int)(end - start);
    decimal->count = (size_t)(end - start);
    memcpy(decimal->digits, start, decimal->count);
    for (size_t place = 0; place < places && rest != 0; place++) {
        rest *= 10;
        decimal->digits[decimal->count++] = (char)('0' + (rest >> shift));
        rest &= ((uint64_t)1 << shift) - 1;
    }
    if (rest != 0) {
        uint64_t half = (uint64_t)1 << (shift - 1);
        bool is_odd = decimal->count > 0 && (decimal->digits[decimal->count - 1] & 1);
        if (rest > half || (rest == half && is_odd)) {
            round_up(decimal);
        }
    }
    return 1;
}

/* The fewest digits of an integer that has no more bits than the format: all, but for the zeros at the end. */
static bool integer_digits(struct decoded value, struct format format, struct decimal *decimal) {
    if (value.exponent < -52 || value.exponent > 0) {
        return 0;
    }
    unsigned shift = (unsigned)-value.exponent;
    uint64_t whole = value.mantissa >> shift;
    if (whole << shift != value.mantissa || whole >> format.precision != 0) {
        return 0;
    }
    char digits[20];
    char *end = digits + sizeof digits;
    char *start = lang_decimal(whole, end);
    decimal->scale = (int)(end - start);
    while (end[-1] == '0') {
        end--;
    }
    decimal->count = (size_t)(end - start);
    memcpy(decimal->digits, start, decimal->count);
    return 1;
}

/* --- Text --- */

/* Digits with a point, and at least `places` after it. */
static void put_positional(const char *sign, const struct decimal *decimal, size_t places,
                           const struct lang_format_spec *spec) {
    struct lang_part whole = {"0", 1, 0};
    struct lang_part point = {".", 1, 0};
    struct lang_part fraction = {decimal->digits, decimal->count, 0};
    if (decimal->scale > 0) {
        size_t length = (size_t)decimal->scale;
        size_t in_digits = length < decimal->count ? length : decimal->count;
        whole = (struct lang_part){decimal->digits, in_digits, length - in_digits};
        fraction = (struct lang_part){decimal->digits + in_digits, decimal->count - in_digits, 0};
    } else if (decimal->count > 0) {
        point.zeros = (size_t)-decimal->scale;
    }
    size_t written = point.zeros + fraction.length;
    if (written < places) {
        fraction.zeros = places - written;
        written = places;
    }
    point.length = written > 0;
    struct lang_part parts[3] = {whole, point, fraction};
    lang_put_number(sign, parts, 3, spec);
}

/* One digit, a point if more follow, at least `digits` digits in all, and the exponent. */
static void put_exponential(const char *sign, const struct decimal *decimal, size_t digits,
                            const struct lang_format_spec *spec) {
    char tail[24];
    char *end = tail + sizeof tail;
    int exponent = decimal->count == 0 ? 0 : decimal->scale - 1;
    char *start = lang_decimal((uint64_t)(exponent < 0 ? -exponent : exponent), end);
    if (exponent < 0) {
        *--start = '-';
    }
    *--start = 'e';
    struct lang_part first = {decimal->count == 0 ? "0" : decimal->digits, 1, 0};
    size_t more = decimal->count > 1 ? decimal->count - 1 : 0;
    struct lang_part others = {decimal->digits + 1, more, more + 1 < digits ? digits - 1 - more : 0};
    struct lang_part point = {".", others.length + others.zeros > 0, 0};
    struct lang_part parts[4] = {first, point, others, {start, (size_t)(end - start), 0}};
    lang_put_number(sign, parts, 4, spec);
}

/* `decimal` is left without digits for zero. */
static void put_finite(const char *sign, struct decoded value, struct format format,
                       const struct lang_format_spec *spec) {
    struct decimal decimal;
    decimal.count = 0;
    decimal.scale = 0;
    int32_t precision = spec != NULL ? spec->precision : -1;
    uint8_t kind = spec != NULL ? spec->kind : 'd';
    bool exponential = kind == 'e';
    if (value.mantissa != 0 && precision >= 0) {
        if (exponential || !fixed_digits(value, (size_t)precision, &decimal)) {
            all_digits(value, &decimal);
            round_to(&decimal, (int64_t)precision + (exponential ? 1 : decimal.scale));
        }
    } else if (value.mantissa != 0) {
        if (!integer_digits(value, format, &decimal)) {
            shortest_digits(value, &decimal);
        }
        /* `{:?}` takes the exponential form from 1e16 on and below 1e-4. */
        exponential = exponential || (kind == '?' && (decimal.scale > 16 || decimal.scale < -3));
    }
    if (exponential) {
        put_exponential(sign, &decimal, precision >= 0 ? (size_t)precision + 1 : 1, spec);
    } else {
        put_positional(sign, &decimal, precision >= 0 ? (size_t)precision : kind == '?', spec);
    }
}

static void put_float(double value, struct format format, const struct lang_format_spec *spec) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool negative = bits >> 63;
    bits &= UINT64_MAX >> 1;
    const char *sign = negative ? "-" : spec != NULL && spec->sign ? "+" : "";
    uint64_t infinity = (uint64_t)0x7ff << 52;
    if (bits >= infinity) {
        struct lang_part part = {bits == infinity ? "inf" : "NaN", 3, 0};
        lang_put_number(bits == infinity ? sign : "", &part, 1, spec);
        return;
    }
    put_finite(sign, decode(bits, format), format, spec);
}

void lang_print_f64(double value, const struct lang_format_spec *spec) { put_float(value, format_64, spec); }

void lang_print_f32(float value, const struct lang_format_spec *spec) { put_float(value, format_32, spec); }

void lang_print_f16(float value, const struct lang_format_spec *spec) { put_float(value, format_16, spec); }
