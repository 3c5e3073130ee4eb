#define READ 4
#define WRITE 2
#define ALL_BITS 0x80000000u
#define LIMIT 0x7fffffff
#define LOWEST (-LIMIT - 1)
#define SLOTS 8

enum kind { STREAM = 1, DATAGRAM };
enum { FIRST_KEY = 3, LAST_KEY = 7 };
typedef enum { SHOWN = 1, HIDDEN = 2, OPEN = 1u << 31 } window_flags;

static inline int open_as(int kind) { return kind + 100; }
static inline unsigned show(window_flags flags) { return flags; }
