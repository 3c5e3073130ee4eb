#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>

__attribute__((warn_unused_result)) static inline int must(void) { return 1; }
[[nodiscard("it is the only handle")]] static inline int handle(void) { return 2; }
[[deprecated("use newer")]] static inline int old(void) { return 3; }
static inline int older(void) __attribute__((deprecated));
static inline int older(void) { return 4; }
int never(void) __attribute__((error("there is no such thing")));
int gone(void) __attribute__((unavailable("since 2.0")));
int checkpoint(jmp_buf *to) __attribute__((returns_twice));

void *memory(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
int triple(int x) __attribute__((const));
int digits(const char *text) __attribute__((pure, nonnull));

/* As GNU has it: what stands here is only to inline. */
extern inline __attribute__((gnu_inline, always_inline)) int quick(int x) { return x + 1; }

static inline int guarded(int (*body)(jmp_buf *), jmp_buf *to) { return setjmp(*to) == 0 ? body(to) : -1; }
