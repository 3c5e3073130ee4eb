struct point { int x, y; };

static struct point thing = { 3, 4 };
static int counter;
static int names[3] = { 1, 2, 3 };
static const int limits[2] = { 10, 20 };

static inline struct point *get_thing(void) { return &thing; }
static inline int call(void) { return ++counter; }

#define current_thing (get_thing()->x)
#define CALLS (call())
#define COUNT_UP ((void)++counter)
#define LAST (limits[1])
#define NAMES names
#define LIMITS limits
#define STATEMENT_EXPRESSION ({ int twice = 2 * thing.y; twice; })
#define ORIGIN ((struct point){ 1, 2 })
#define CORNER ((const struct point){ 5, 6 })
#define PRIMES ((int[]){ 2, 3, 5 })
#define PI 3.14159265358979323846264338327950288L
#define COUNTER_ADDRESS (&counter)

#define NOTHING
#define ATTRIBUTE __attribute__((unused))
#define STATEMENT do { ++counter; } while (0)
#define BRACES { 1, 2 }
#define HALF (1 +
#define UNDECLARED not_declared_anywhere
#define THIS_LINE (__LINE__ + 0)
#define THIS_FUNCTION __func__
#define THIS_FILE "in " __FILE__
#define LITERAL_ADDRESS (&(struct point){ 1, 2 })

struct flags { unsigned low : 3; signed high : 5; volatile int port; };
static struct flags flags;
#define low_flag (flags.low)
#define high_flag flags.high
#define PORT (*(volatile int *)&flags.port)
#define READ_ONLY_PORT (*(const volatile int *)&flags.port)
#define CHOSEN _Generic(1L, int: "an int", long: "a long")
#define CHOSEN_BY (_Generic(sizeof(int), default: __builtin_choose_expr(1, "yes", 0)))
