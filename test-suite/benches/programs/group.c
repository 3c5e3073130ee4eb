struct point# {
    int x;
    int y;
    double weight;
};

static struct point# point#_new(int x, int y) {
    struct point# point = { x, y, 1.0 };
    return point;
}

static int point#_distance(const struct point# *self, const struct point# *other) {
    int dx = self->x - other->x;
    int dy = self->y - other->y;
    return dx * dx + dy * dy;
}

static void point#_scale(struct point# *self, double factor) {
    self->weight *= factor;
    self->x += 1;
}

enum shape#_kind { CIRCLE#, RECT#, DOT#, EMPTY# };

struct shape# {
    enum shape#_kind kind;
    union {
        double radius;
        struct { double width, height; } rect;
        struct point# dot;
    };
};

static double area#(const struct shape# *shape) {
    switch (shape->kind) {
    case CIRCLE#: return 3.0 * shape->radius * shape->radius;
    case RECT#: return shape->rect.width * shape->rect.height;
    case DOT#: return shape->dot.weight;
    case EMPTY#: return 0.0;
    }
    return 0.0;
}

struct int_pair# { int left, right; };
struct double_pair# { double left, right; };

static struct int_pair# int_swapped#(struct int_pair# pair) {
    return (struct int_pair#){ pair.right, pair.left };
}

static struct double_pair# double_swapped#(struct double_pair# pair) {
    return (struct double_pair#){ pair.right, pair.left };
}

static int count#(const int *items, int length, int limit) {
    int n = 0;
    for (int i = 0; i < length; i++) {
        int item = items[i];
        if (item > limit) {
            n += item % 7;
        } else if (item == limit) {
            n += 2;
        } else {
            n -= 1;
        }
    }
    return n;
}

static int classify#(int n) {
    switch (n % 6) {
    case 0: return 1;
    case 1: case 2: return n / 3;
    case 3: case 4: return -n;
    default: return n + #;
    }
}

static int run#(int n) {
    struct point# start = point#_new(n, n + 1);
    struct point# end = { 3, 4, 0.5 };
    point#_scale(&start, 2.0);
    int distance = point#_distance(&start, &end);
    struct shape# circle = { CIRCLE#, { .radius = 1.5 } };
    struct shape# rect = { RECT#, { .rect = { 2.0, start.weight } } };
    struct shape# dot = { DOT#, { .dot = end } };
    double total = area#(&circle) + area#(&rect) + area#(&dot);
    struct int_pair# numbers = int_swapped#((struct int_pair#){ n, distance });
    struct double_pair# floats = double_swapped#((struct double_pair#){ total, 1.0 });
    int items[] = { 1, n, 5, distance, 9 };
    int sum = 0;
    for (int i = 0; i < 4; i++) {
        sum += classify#(n + i);
    }
    int more = floats.left < floats.right ? numbers.left : numbers.right;
    return (int)((unsigned)count#(items, 5, 4) + (unsigned)more + (unsigned)sum);
}
