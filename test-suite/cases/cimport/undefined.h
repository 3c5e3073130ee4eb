static int declared_only(int x);
static int defined_later(int x);
static int defined_later(int x) { return x + 1; }
static int used_by_macro(void);
