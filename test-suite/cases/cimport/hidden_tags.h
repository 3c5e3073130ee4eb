typedef struct foo *foo;
struct foo { int v; };
static inline int get(foo f) { return f->v; }

typedef enum shade { DARK = 1, LIGHT } *shade;
static inline enum shade lighter(enum shade by) { return by == DARK ? LIGHT : by; }

typedef int number;
union number { int whole; float real; };
struct both { union number number; number other; };

typedef struct same same;
struct same { int same; };
