struct point { int x, y; };
#define AT(v) (&(struct point){ .x = (v), .y = 8 })
static inline int x_of(const struct point *p) { return p->x; }
#define X_AT(v) x_of(&(struct point){ .x = (v), .y = 8 })
