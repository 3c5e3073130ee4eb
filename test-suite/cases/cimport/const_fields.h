struct pair { int first, second; };
struct entry {
    const int id;
    int uses;
    const struct pair fixed;
    struct pair open;
    const char name[4];
    int *const counter;
    union { const int inner; int other; };
    const unsigned bit : 1;
};
struct around { struct entry entry; int more; };
static inline int uses(struct entry *entry) { return entry->uses += entry->id; }
static inline void set(int *to) { *to = 7; }
#define SET(to) set(to)
#define ADD(to, by) (*(to) += (by))
#define READ(from) (*(from) + 1)
