#include <wchar.h>
#define WIDE L"wide"
#define WIDER L"w" "é"
static inline size_t length(const wchar_t *s) { return wcslen(s); }
static inline int first(const wchar_t *s) { return *s; }
