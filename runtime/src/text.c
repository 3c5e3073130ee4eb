/* Strings as values. */
#include "lang_internal.h"

int lang_str_compare(const char *left, size_t left_len, const char *right, size_t right_len) {
    size_t common = left_len < right_len ? left_len : right_len;
    int order = common == 0 ? 0 : memcmp(left, right, common);
    return order != 0 ? order : (left_len > right_len) - (left_len < right_len);
}
