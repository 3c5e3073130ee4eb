typedef struct HitCounter HitCounter;
struct pair { int a, b; };
HitCounter *hit_counter_start(int step);
void hit_counter_hit(HitCounter *counter);
int hit_counter_total(const HitCounter *counter);
void hit_counter_end(HitCounter *counter);
int pair_sum(struct pair pair);
struct pair pair_swapped(struct pair pair, int by);
extern const int LIMIT, table[3], unread;
extern int calls;
extern const char *const greeting;

static inline int run(void) {
  HitCounter *counter = hit_counter_start(5);
  for (int i = 0; i < 3; i++) {
    hit_counter_hit(counter);
    calls++;
  }
  int total = hit_counter_total(counter);
  hit_counter_end(counter);
  struct pair swapped = pair_swapped((struct pair){ 1, 2 }, 10);
  return total + LIMIT + table[2] + pair_sum(swapped) + greeting[5] - 'L' + unread;
}
