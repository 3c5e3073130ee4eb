struct outer {
  int a;
  struct {
    int in_a, in_b;
  };
  int z;
};
