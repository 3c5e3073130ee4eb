typedef unsigned char id_t16[16];
static inline int second(const int a[2]) { return a[1]; }
static inline int first_of(const id_t16 id) { return id[0]; }
static inline int last(const int a[][2], int n) { return a[n - 1][1]; }
static inline void set(int a[2]) { a[1] = 9; }
#define BUILD_BUG_ON(c) _Static_assert(!(c), "bad")
constexpr int LIMIT = 42;
constexpr double HALF = 0.5;
