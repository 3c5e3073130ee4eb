struct address { unsigned char bytes[4]; int port; };
static inline struct address local(void) { return (struct address){ { 127, 0, 0, 1 }, 80 }; }
#define BYTES(a) ((a).bytes)
#define BYTES_OF(p) ((p)->bytes)
#define BYTE(a, i) ((a).bytes[i])
#define LOCAL (local().bytes)
struct grid { short rows[2][2]; };
#define ROWS(g) (g).rows
