#ifdef FAST
#define MODE "fast"
#else
#define MODE "slow"
#endif
static inline int level(void) { return LEVEL; }
