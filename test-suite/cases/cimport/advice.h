__attribute__((deprecated("use counts"))) extern int count;
extern int limit __attribute__((unavailable("since 2.0")));
static const int MOST __attribute__((deprecated("there is no most"))) = 7;
static int shared __attribute__((deprecated("use counts")));
static struct { int first, second; } pair __attribute__((deprecated));
static const int TABLE[2] __attribute__((deprecated("use LIMITS"))) = { 1, 2 };
static int hidden __attribute__((unavailable("since 3.0")));
static int kept;
#define OLD_SHARED shared
#define KEPT kept

struct __attribute__((deprecated("use point3"))) point { int x, y; };
typedef struct point point_t;
typedef int old_size __attribute__((deprecated));
typedef int no_size __attribute__((unavailable("sizes have gone")));
typedef int size __attribute__((deprecated("by itself")));
union __attribute__((unavailable)) bits { int i; float f; };

enum color { RED, GREEN __attribute__((deprecated("use LIME"))), BLUE __attribute__((unavailable)), LIME };
enum __attribute__((deprecated("use color"))) colour { ROUGE, VERT };

struct settings {
    int width;
    int depth __attribute__((deprecated("use width")));
    int gone __attribute__((unavailable));
    union {
        int inner __attribute__((deprecated));
        int outer;
    };
};

static inline int area(struct settings settings) { return settings.width; }
#define OLD_COUNT count
#define SIZE_OF(t) ((int)sizeof(t))
