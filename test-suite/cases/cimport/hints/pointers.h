struct record { int x; };

static inline void fill(int *a, int n) { for (int i = 0; i < n; i++) a[i] = i; }
static inline int sum(const int *a, int n) { int all = 0; while (n--) all += *a++; return all; }
static inline int length(const char *text) { int n = 0; while (text[n]) n++; return n; }
static inline int count(const void *at, int n) { return at ? n : 0; }
static inline int first(const unsigned char *bytes) { return *bytes; }
static inline void change(struct record *one) { one->x++; }
static inline const char *name(void) { return "name"; }
static inline int *nowhere(void) { return 0; }
