#include <immintrin.h>

#define ALL_EIGHT _mm256_set1_epi32(8)
#define DOUBLED(v) _mm256_add_epi32(v, v)

struct sums { __m256i low, high; };

static inline __attribute__((always_inline, target("avx2"))) struct sums both(__m256i a, __m256i b) {
    struct sums sums = { _mm256_add_epi32(a, b), _mm256_sub_epi32(a, b) };
    return sums;
}

/* C calls it from anywhere, and does not inline it everywhere. */
static inline __attribute__((target("avx2"))) int first_sum(const int *a, const int *b) {
    __m256i sum = _mm256_add_epi32(_mm256_loadu_si256((const void *)a), _mm256_loadu_si256((const void *)b));
    return _mm256_extract_epi32(sum, 0);
}
