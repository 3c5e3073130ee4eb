#define BARE(l) "[" #l "]"
#define PASSED(l) same("[" #l "]")
static inline const char *same(const char *s) { return s; }
struct entry { const char *key; int value; };
#define ENTRY(key, value) { #key, value }
#define BOTH(x) (same(#x), same(x))
