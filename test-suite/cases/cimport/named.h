static int span(int from, int to, int step) { return (to - from) / step; }
struct pair { int a, b; };
static int sum(struct pair both, int factor) { return (both.a + both.b) * factor; }
int nameless(int, int);
