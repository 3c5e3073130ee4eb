static struct undefined nothing;
extern struct undefined elsewhere;
static struct later soon;
struct later { int x; };
static inline int f(int x) { return x; }
