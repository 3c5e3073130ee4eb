/* What the processor has that the program runs on, and the system lets programs use. The names are LLVM's. */
#include "lang_internal.h"
#include "lang_system.h"

/* A feature is a bit of one of the words that the architecture or the system shows. */
struct feature {
    const char *name;
    uint8_t word;
    uint8_t bit;
    /* What the system must keep across a switch of tasks. */
    uint8_t state;
};

#if defined(__x86_64__)
#include <cpuid.h>

enum { LEAF_1_C, LEAF_1_D, LEAF_7_B, LEAF_7_C, LEAF_7_D, LEAF_7_1_A, LEAF_7_1_D, EXTENDED_C, EXTENDED_D, WORDS };
enum { ALWAYS, OF_AVX, OF_AVX512, OF_AMX };

static const struct feature features[] = {
    {"cx8", LEAF_1_D, 8, ALWAYS},
    {"cmov", LEAF_1_D, 15, ALWAYS},
    {"mmx", LEAF_1_D, 23, ALWAYS},
    {"fxsr", LEAF_1_D, 24, ALWAYS},
    {"sse", LEAF_1_D, 25, ALWAYS},
    {"sse2", LEAF_1_D, 26, ALWAYS},
    {"sse3", LEAF_1_C, 0, ALWAYS},
    {"pclmul", LEAF_1_C, 1, ALWAYS},
    {"ssse3", LEAF_1_C, 9, ALWAYS},
    {"fma", LEAF_1_C, 12, OF_AVX},
    {"cx16", LEAF_1_C, 13, ALWAYS},
    {"sse4.1", LEAF_1_C, 19, ALWAYS},
    {"sse4.2", LEAF_1_C, 20, ALWAYS},
    {"crc32", LEAF_1_C, 20, ALWAYS},
    {"movbe", LEAF_1_C, 22, ALWAYS},
    {"popcnt", LEAF_1_C, 23, ALWAYS},
    {"aes", LEAF_1_C, 25, ALWAYS},
    {"xsave", LEAF_1_C, 27, ALWAYS},
    {"avx", LEAF_1_C, 28, OF_AVX},
    {"f16c", LEAF_1_C, 29, OF_AVX},
    {"rdrnd", LEAF_1_C, 30, ALWAYS},
    {"fsgsbase", LEAF_7_B, 0, ALWAYS},
    {"bmi", LEAF_7_B, 3, ALWAYS},
    {"avx2", LEAF_7_B, 5, OF_AVX},
    {"bmi2", LEAF_7_B, 8, ALWAYS},
    {"avx512f", LEAF_7_B, 16, OF_AVX512},
    {"avx512dq", LEAF_7_B, 17, OF_AVX512},
    {"rdseed", LEAF_7_B, 18, ALWAYS},
    {"adx", LEAF_7_B, 19, ALWAYS},
    {"avx512ifma", LEAF_7_B, 21, OF_AVX512},
    {"clflushopt", LEAF_7_B, 23, ALWAYS},
    {"clwb", LEAF_7_B, 24, ALWAYS},
    {"avx512cd", LEAF_7_B, 28, OF_AVX512},
    {"sha", LEAF_7_B, 29, ALWAYS},
    {"avx512bw", LEAF_7_B, 30, OF_AVX512},
    {"avx512vl", LEAF_7_B, 31, OF_AVX512},
    {"avx512vbmi", LEAF_7_C, 1, OF_AVX512},
    {"waitpkg", LEAF_7_C, 5, ALWAYS},
    {"avx512vbmi2", LEAF_7_C, 6, OF_AVX512},
    {"gfni", LEAF_7_C, 8, ALWAYS},
    {"vaes", LEAF_7_C, 9, OF_AVX},
    {"vpclmulqdq", LEAF_7_C, 10, OF_AVX},
    {"avx512vnni", LEAF_7_C, 11, OF_AVX512},
    {"avx512bitalg", LEAF_7_C, 12, OF_AVX512},
    {"avx512vpopcntdq", LEAF_7_C, 14, OF_AVX512},
    {"rdpid", LEAF_7_C, 22, ALWAYS},
    {"cldemote", LEAF_7_C, 25, ALWAYS},
    {"movdiri", LEAF_7_C, 27, ALWAYS},
    {"movdir64b", LEAF_7_C, 28, ALWAYS},
    {"avx512vp2intersect", LEAF_7_D, 8, OF_AVX512},
    {"serialize", LEAF_7_D, 14, ALWAYS},
    {"amx-bf16", LEAF_7_D, 22, OF_AMX},
    {"avx512fp16", LEAF_7_D, 23, OF_AVX512},
    {"amx-tile", LEAF_7_D, 24, OF_AMX},
    {"amx-int8", LEAF_7_D, 25, OF_AMX},
    {"sha512", LEAF_7_1_A, 0, OF_AVX},
    {"sm3", LEAF_7_1_A, 1, OF_AVX},
    {"sm4", LEAF_7_1_A, 2, OF_AVX},
    {"avxvnni", LEAF_7_1_A, 4, OF_AVX},
    {"avx512bf16", LEAF_7_1_A, 5, OF_AVX512},
    {"avxifma", LEAF_7_1_A, 23, OF_AVX},
    {"avxvnniint8", LEAF_7_1_D, 4, OF_AVX},
    {"avxneconvert", LEAF_7_1_D, 5, OF_AVX},
    {"avxvnniint16", LEAF_7_1_D, 10, OF_AVX},
    {"sahf", EXTENDED_C, 0, ALWAYS},
    {"lzcnt", EXTENDED_C, 5, ALWAYS},
    {"sse4a", EXTENDED_C, 6, ALWAYS},
    {"prfchw", EXTENDED_C, 8, ALWAYS},
    {"xop", EXTENDED_C, 11, OF_AVX},
    {"fma4", EXTENDED_C, 16, OF_AVX},
    {"tbm", EXTENDED_C, 21, ALWAYS},
    {"64bit", EXTENDED_D, 29, ALWAYS},
};

/* What the system keeps: XCR0, whose bits are the registers' states. */
static bool keeps(uint32_t leaf_1_c, uint8_t state) {
    static const uint32_t wanted[] = {0, 0x6, 0xe6, 0x60000};
    if (state == ALWAYS) {
        return true;
    }
    if ((leaf_1_c >> 27 & 1) == 0) {
        return false;
    }
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & wanted[state]) == wanted[state];
}

static bool has(const struct feature *feature) {
    uint32_t a = 0, b = 0, c = 0, words[WORDS] = {0};
    __get_cpuid(1, &a, &b, &words[LEAF_1_C], &words[LEAF_1_D]);
    __get_cpuid_count(7, 0, &a, &words[LEAF_7_B], &words[LEAF_7_C], &words[LEAF_7_D]);
    if (a >= 1) {
        __get_cpuid_count(7, 1, &words[LEAF_7_1_A], &b, &c, &words[LEAF_7_1_D]);
    }
    __get_cpuid(0x80000001, &a, &b, &words[EXTENDED_C], &words[EXTENDED_D]);
    return (words[feature->word] >> feature->bit & 1) != 0 && keeps(words[LEAF_1_C], feature->state);
}

#elif defined(__linux__) && (defined(__aarch64__) || defined(__arm__) || defined(__riscv))

/* AT_HWCAP and AT_HWCAP2. */
enum { FIRST = 16, SECOND = 26 };

static const struct feature features[] = {
#if defined(__aarch64__)
    {"fp-armv8", FIRST, 0, 0},    {"neon", FIRST, 1, 0},        {"aes", FIRST, 3, 0},
    {"sha2", FIRST, 6, 0},        {"crc", FIRST, 7, 0},         {"lse", FIRST, 8, 0},
    {"fullfp16", FIRST, 10, 0},   {"rdm", FIRST, 12, 0},        {"jsconv", FIRST, 13, 0},
    {"complxnum", FIRST, 14, 0},  {"rcpc", FIRST, 15, 0},       {"ccpp", FIRST, 16, 0},
    {"sha3", FIRST, 17, 0},       {"sm4", FIRST, 19, 0},        {"dotprod", FIRST, 20, 0},
    {"sve", FIRST, 22, 0},        {"fp16fml", FIRST, 23, 0},    {"dit", FIRST, 24, 0},
    {"flagm", FIRST, 27, 0},      {"ssbs", FIRST, 28, 0},       {"sb", FIRST, 29, 0},
    {"pauth", FIRST, 30, 0},      {"ccdp", SECOND, 0, 0},       {"sve2", SECOND, 1, 0},
    {"sve-aes", SECOND, 2, 0},    {"sve-bitperm", SECOND, 4, 0}, {"sve-sha3", SECOND, 5, 0},
    {"sve-sm4", SECOND, 6, 0},    {"altnzcv", SECOND, 7, 0},    {"fptoint", SECOND, 8, 0},
    {"f32mm", SECOND, 10, 0},     {"f64mm", SECOND, 11, 0},     {"i8mm", SECOND, 13, 0},
    {"bf16", SECOND, 14, 0},      {"rand", SECOND, 16, 0},      {"bti", SECOND, 17, 0},
    {"mte", SECOND, 18, 0},       {"sme", SECOND, 23, 0},
#elif defined(__arm__)
    {"neon", FIRST, 12, 0},       {"vfp3", FIRST, 13, 0},       {"vfp4", FIRST, 16, 0},
    {"hwdiv-arm", FIRST, 17, 0},  {"hwdiv", FIRST, 18, 0},      {"aes", SECOND, 0, 0},
    {"sha2", SECOND, 3, 0},       {"crc", SECOND, 4, 0},
#else
    {"a", FIRST, 0, 0},           {"c", FIRST, 2, 0},           {"d", FIRST, 3, 0},
    {"f", FIRST, 5, 0},           {"i", FIRST, 8, 0},           {"m", FIRST, 12, 0},
    {"v", FIRST, 21, 0},
#endif
};

static bool has(const struct feature *feature) {
    return (lang_sys_getauxval(feature->word) >> feature->bit & 1) != 0;
}

#elif defined(__APPLE__)

/* By what the system calls them; those that every processor of the target has are always there. */
struct named {
    const char *name;
    const char *system;
};
#endif

static bool is(const char *name, size_t length, const char *known) {
    size_t at = 0;
    while (at < length && known[at] != '\0' && known[at] == name[at]) {
        at++;
    }
    return at == length && known[at] == '\0';
}

#if defined(__APPLE__) && defined(__aarch64__)
static const struct named features[] = {
    {"neon", "hw.optional.AdvSIMD"},          {"aes", "hw.optional.arm.FEAT_AES"},
    {"sha2", "hw.optional.arm.FEAT_SHA256"},  {"sha3", "hw.optional.arm.FEAT_SHA3"},
    {"crc", "hw.optional.armv8_crc32"},       {"lse", "hw.optional.arm.FEAT_LSE"},
    {"fullfp16", "hw.optional.arm.FEAT_FP16"}, {"rdm", "hw.optional.arm.FEAT_RDM"},
    {"jsconv", "hw.optional.arm.FEAT_JSCVT"}, {"complxnum", "hw.optional.arm.FEAT_FCMA"},
    {"rcpc", "hw.optional.arm.FEAT_LRCPC"},   {"dotprod", "hw.optional.arm.FEAT_DotProd"},
    {"fp16fml", "hw.optional.arm.FEAT_FHM"},  {"dit", "hw.optional.arm.FEAT_DIT"},
    {"flagm", "hw.optional.arm.FEAT_FlagM"},  {"sb", "hw.optional.arm.FEAT_SB"},
    {"i8mm", "hw.optional.arm.FEAT_I8MM"},    {"bf16", "hw.optional.arm.FEAT_BF16"},
    {"bti", "hw.optional.arm.FEAT_BTI"},      {"sme", "hw.optional.arm.FEAT_SME"},
    {"sme2", "hw.optional.arm.FEAT_SME2"},
};

static bool has(const struct named *feature) {
    int value = 0;
    size_t size = sizeof value;
    return lang_sys_sysctlbyname(feature->system, &value, &size, NULL, 0) == 0 && value != 0;
}
#endif

int lang_processor_has(const char *name, size_t length) {
#if defined(__x86_64__) || (defined(__APPLE__) && defined(__aarch64__)) ||                                             \
    (defined(__linux__) && (defined(__aarch64__) || defined(__arm__) || defined(__riscv)))
    for (size_t at = 0; at < sizeof features / sizeof features[0]; at++) {
        if (is(name, length, features[at].name)) {
            return has(&features[at]);
        }
    }
    return -1;
#else
    /* A program for such a machine does not start where something is lacking. */
    (void)name, (void)length, (void)is;
    return 0;
#endif
}
