/* Natural numbers that are large enough to print and to read every floating-point number exactly. */
#ifndef LANG_NATURAL_H
#define LANG_NATURAL_H

#include "lang_internal.h"

/* --- Natural numbers of up to 4,096 bits --- */

/* The largest that are printed are 2^53 * 5^1074, the full expansion of a double below 2^-1021: 2,547 bits. Those that
 * are read have 800 digits at most, 2,658 bits, and are compared with 2^54 * 5^1142: 2,706 bits. Either may be shifted
 * by up to 1,200 more. */
enum { LIMBS = 128 };

/* Invariant: the last limb is not 0. */
struct natural {
    size_t count;
    uint32_t limbs[LIMBS];
};

static inline void set_natural(struct natural *number, uint64_t value) {
    number->count = 0;
    while (value != 0) {
        number->limbs[number->count++] = (uint32_t)value;
        value >>= 32;
    }
}

static inline void copy_natural(struct natural *to, const struct natural *from) {
    to->count = from->count;
    memcpy(to->limbs, from->limbs, from->count * sizeof from->limbs[0]);
}

static inline void push_limb(struct natural *number, uint32_t limb) {
    if (number->count == LIMBS) {
        abort();
    }
    number->limbs[number->count++] = limb;
}

static inline void multiply_small(struct natural *number, uint32_t factor) {
    uint64_t carry = 0;
    for (size_t index = 0; index < number->count; index++) {
        carry += (uint64_t)number->limbs[index] * factor;
        number->limbs[index] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        push_limb(number, (uint32_t)carry);
    }
}

static inline void multiply_power_of_5(struct natural *number, unsigned exponent) {
    enum { FIVE_TO_13 = 1220703125 };
    for (; exponent >= 13; exponent -= 13) {
        multiply_small(number, FIVE_TO_13);
    }
    uint32_t factor = 1;
    for (; exponent > 0; exponent--) {
        factor *= 5;
    }
    multiply_small(number, factor);
}

static inline void shift_left(struct natural *number, unsigned bits) {
    if (number->count == 0) {
        return;
    }
    size_t limbs = bits / 32;
    unsigned rest = bits % 32;
    if (number->count + limbs + 1 > LIMBS) {
        abort();
    }
    memmove(number->limbs + limbs, number->limbs, number->count * sizeof number->limbs[0]);
    memset(number->limbs, 0, limbs * sizeof number->limbs[0]);
    number->count += limbs;
    if (rest == 0) {
        return;
    }
    uint32_t carry = 0;
    for (size_t index = limbs; index < number->count; index++) {
        uint32_t limb = number->limbs[index];
        number->limbs[index] = limb << rest | carry;
        carry = limb >> (32 - rest);
    }
    if (carry != 0) {
        push_limb(number, carry);
    }
}

static inline void multiply_power_of_10(struct natural *number, unsigned exponent) {
    multiply_power_of_5(number, exponent);
    shift_left(number, exponent);
}

/* Negative, zero or positive as `left` is less, equal or greater. */
static inline int compare_naturals(const struct natural *left, const struct natural *right) {
    if (left->count != right->count) {
        return left->count < right->count ? -1 : 1;
    }
    for (size_t index = left->count; index-- > 0;) {
        if (left->limbs[index] != right->limbs[index]) {
            return left->limbs[index] < right->limbs[index] ? -1 : 1;
        }
    }
    return 0;
}

static inline void add_natural(struct natural *number, const struct natural *other) {
    uint64_t carry = 0;
    for (size_t index = 0; index < other->count || carry != 0; index++) {
        if (index == number->count) {
            push_limb(number, 0);
        }
        carry += (uint64_t)number->limbs[index] + (index < other->count ? other->limbs[index] : 0);
        number->limbs[index] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* `number -= other`; `other` is not greater. */
static inline void subtract_natural(struct natural *number, const struct natural *other) {
    int64_t borrow = 0;
    for (size_t index = 0; index < number->count; index++) {
        borrow += (int64_t)number->limbs[index] - (index < other->count ? other->limbs[index] : 0);
        number->limbs[index] = (uint32_t)borrow;
        borrow >>= 32;
    }
    while (number->count > 0 && number->limbs[number->count - 1] == 0) {
        number->count--;
    }
}

/* Divides by a small number and gives the remainder. */
static inline uint32_t divide_small(struct natural *number, uint32_t divisor) {
    uint64_t rest = 0;
    for (size_t index = number->count; index-- > 0;) {
        rest = rest << 32 | number->limbs[index];
        number->limbs[index] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    while (number->count > 0 && number->limbs[number->count - 1] == 0) {
        number->count--;
    }
    return (uint32_t)rest;
}

#endif
