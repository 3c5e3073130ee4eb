/* Memory that is aligned more than `malloc` aligns it, and the end of a program that gets none.
 *
 * An aligned block lies inside of one of `malloc`; the word before it is the address of that. Where AddressSanitizer
 * watches, it is one of the C library's own, so that what is beside it is nobody's. */
#include "lang_internal.h"

#if __has_feature(address_sanitizer)

int posix_memalign(void **block, size_t align, size_t size);

void *lang_alloc_aligned(size_t size, size_t align) {
    void *block;
    return posix_memalign(&block, align, size) == 0 ? block : NULL;
}

static void *outer_of(void *pointer) { return pointer; }

#else

static void *outer_of(void *pointer) { return ((void **)pointer)[-1]; }

void *lang_alloc_aligned(size_t size, size_t align) {
    size_t extra = align + sizeof(void *);
    if (size > SIZE_MAX - extra) {
        return NULL;
    }
    char *outer = malloc(size + extra);
    if (outer == NULL) {
        return NULL;
    }
    uintptr_t first = (uintptr_t)outer + sizeof(void *);
    char *inner = outer + sizeof(void *) + (-first & (align - 1));
    ((void **)inner)[-1] = outer;
    return inner;
}

#endif

void *lang_realloc_aligned(void *pointer, size_t old_size, size_t size, size_t align) {
    void *moved = lang_alloc_aligned(size, align);
    if (moved != NULL) {
        memcpy(moved, pointer, old_size < size ? old_size : size);
        free(outer_of(pointer));
    }
    return moved;
}

void lang_free_aligned(void *pointer) { free(outer_of(pointer)); }

/* Nothing here may need memory: the parts are written one by one. */
void lang_out_of_memory(size_t size) {
    char digits[20];
    char *end = digits + sizeof digits;
    char *first = lang_decimal(size, end);
    static const char before[] = "out of memory: no ";
    static const char after[] = " bytes are left: aborting\n";
    lang_write(2, before, sizeof before - 1);
    lang_write(2, first, (size_t)(end - first));
    lang_write(2, after, sizeof after - 1);
    abort();
}
