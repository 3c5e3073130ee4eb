struct pair {
  int left, right;
};
#define WIDTH 12
static int doubled(int x) { return 2 * x; }
static int total(struct pair p) { return p.left + p.right; }
