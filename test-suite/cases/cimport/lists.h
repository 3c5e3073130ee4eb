struct point { int x, y; };
struct named { const char *name; struct point at; };
static int next;

#define TWO { 1, 2 }
#define NAMES { "a", "b" }
#define NOTHING {}
#define ONE { 3 }
#define POINTS { { 1, 2 }, { 3, 4 } }
#define BY_PLACE { [1] = 7, [0] = 8 }
#define REALS { 0.5, 1 }
#define COUNTED { ++next, ++next }
#define NAMED { { "n", { 5, 6 } } }
#define TABLE { TWO, { 3, 4 } }
#define FLAGS { 1, 2, 0 }
#define ADDRESS { 8 }
#define LIST(a, b) { (a), (b) }
#define LINES(a, b) { { (a), (b) }, { (b), (a) } }
#define NO_VALUES(...) {}
#define RESET { next = 0; (void)next; }
#define CLEAR(a) { next = a; (void)next; }
static inline int sum(const struct point *points, int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) sum += points[i].x * points[i].y;
    return sum;
}
