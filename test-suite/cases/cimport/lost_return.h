#include <stdio.h>
#define RETURN_VAL_IF(c, v) do { if (c) return (v); } while (0)
#define RETURN_IF(c) do { if (c) return; } while (0)
#define RETURN(v) return (v)
#define BUILD_BUG_ON(c) _Static_assert(!(c), "bad")
#define FAIL() return
