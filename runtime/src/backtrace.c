/* Backtraces: which calls led to a panic, by name, file and line, when the environment asks for them.
 *
 * The unwinder walks the frames. Names come from the program's own symbol table, places from its own line table
 * (lines.c), both read from the executable file: no tool and no library is needed. Where there is no such table, or no
 * such file, a frame is shown with what is known: at least its address. */
#include "lang_internal.h"
#include "lang_unwind.h"

#if LANG_UNWINDS

char *getenv(const char *name);
int _Unwind_Backtrace(int (*visit)(struct _Unwind_Context *context, void *data), void *data);

enum { MAX_FRAMES = 128, UNWIND_NO_REASON = 0, UNWIND_END_OF_STACK = 5 };

struct frames {
    struct lang_frame list[MAX_FRAMES];
    size_t count;
    bool more;
};

static int visit(struct _Unwind_Context *context, void *data) {
    struct frames *frames = data;
    int before_instruction = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &before_instruction);
    if (address == 0) {
        return UNWIND_END_OF_STACK;
    }
    if (frames->count == MAX_FRAMES) {
        frames->more = 1;
        return UNWIND_END_OF_STACK;
    }
    /* A return address may lie past the line of its call. */
    struct lang_frame frame = {.address = before_instruction ? address : address - 1};
    frames->list[frames->count++] = frame;
    return UNWIND_NO_REASON;
}

static bool starts_with(const char *text, size_t length, const char *start) {
    size_t start_length = lang_length(start);
    return length >= start_length && memcmp(text, start, start_length) == 0;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

/* Without what is not of the source: `.h` and a hash of type arguments, `.N` of functions of the same path. */
static size_t without_suffixes(const char *name, size_t length) {
    for (;;) {
        size_t end = length;
        while (end > 0 && is_hex(name[end - 1])) {
            end--;
        }
        if (end >= 2 && length - end >= 8 && name[end - 1] == 'h' && name[end - 2] == '.') {
            length = end - 2;
            continue;
        }
        end = length;
        while (end > 0 && is_digit(name[end - 1])) {
            end--;
        }
        if (end >= 1 && end < length && name[end - 1] == '.') {
            length = end - 1;
            continue;
        }
        return length;
    }
}

static void put_name(const struct lang_frame *frame) {
    const char *name = frame->name;
    size_t length = frame->name_len;
    bool is_made = starts_with(name, length, "lang-");
    if (is_made || starts_with(name, length, "lang.")) {
        name += 5;
        length -= 5;
        if (is_made && starts_with(name, length, "drop.")) {
            lang_put("drop of ", 8);
            name += 5;
            length -= 5;
        }
        length = without_suffixes(name, length);
    }
    lang_put(name, length);
}

static void put_frame(size_t number, const struct lang_frame *frame) {
    static const char blanks[] = "    ";
    lang_put("\n", 1);
    char digits[20];
    char *first = lang_decimal(number, digits + sizeof digits);
    size_t n_digits = (size_t)(digits + sizeof digits - first);
    lang_put(blanks, n_digits < 4 ? 4 - n_digits : 0);
    lang_put(first, n_digits);
    lang_put(": ", 2);
    if (frame->name != NULL) {
        put_name(frame);
    } else {
        lang_print_pointer((const void *)frame->address, NULL);
    }
    if (frame->line != 0) {
        lang_put("\n          at ", 14);
        if (frame->folder_len != 0) {
            lang_put(frame->folder, frame->folder_len);
            lang_put("/", 1);
        }
        lang_put(frame->file, frame->file_len);
        lang_put(":", 1);
        lang_print_u64(frame->line, NULL);
    }
}

/* The machinery of a panic: everything of the runtime above the code that panicked. */
static bool is_runtime(const struct lang_frame *frame) {
    return frame->name != NULL && (starts_with(frame->name, frame->name_len, "lang_panic") ||
                                   starts_with(frame->name, frame->name_len, "lang_put_backtrace"));
}

void lang_put_backtrace(void) {
    const char *wanted = getenv("LANG_BACKTRACE");
    if (wanted == NULL || wanted[0] == 0 || (wanted[0] == '0' && wanted[1] == 0)) {
        return;
    }
    /* Not on the stack, which a panic may have little of; one thread at a time. */
    static struct frames frames;
    static _Atomic bool busy;
    if (busy) {
        return;
    }
    busy = 1;
    frames.count = 0;
    frames.more = 0;
    _Unwind_Backtrace(visit, &frames);
    lang_describe_frames(frames.list, frames.count);

    size_t first = 0;
    for (size_t index = 0; index < frames.count && index < 8; index++) {
        if (is_runtime(&frames.list[index])) {
            first = index + 1;
        }
    }
    lang_put("\nbacktrace, the innermost call first:", 37);
    size_t number = 0;
    for (size_t index = first; index < frames.count; index++) {
        const struct lang_frame *frame = &frames.list[index];
        if (frame->name != NULL && frame->name_len == 9 && memcmp(frame->name, "lang_main", 9) == 0) {
            frames.more = 0;
            break;
        }
        put_frame(number++, frame);
    }
    if (number == 0) {
        static const char all[] = "\n   0: main, and what was compiled into it";
        lang_put(all, sizeof all - 1);
    }
    if (frames.more) {
        lang_put("\n      and more", 15);
    }
    busy = 0;
}

#else

void lang_put_backtrace(void) {}

#endif
