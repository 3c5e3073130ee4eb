static inline int broken(int x) { return x + nowhere; }
static inline int fine(int x) { return x + 1; }
