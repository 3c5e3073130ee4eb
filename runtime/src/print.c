/* Messages: pieces are collected in a buffer of the thread, and a message is written when it ends.
 *
 * The buffer is a stack of open messages. Each begins with a `mark` that says where the one below it began, so nesting
 * needs no limit and no list. A short message lives in the thread's own storage; a long one in a block from malloc,
 * which is freed when no message is open. */
#include "lang_internal.h"

struct mark {
    size_t below;
    int stream;      /* 0: none, the message is read and not written */
    unsigned indent; /* of the message below: how far its lines begin inside */
    bool at_line_start;
};

static _Thread_local struct {
    char *bytes; /* `own` or a block from malloc; null while no message is open */
    size_t length;
    size_t capacity; /* 0 while no message is open */
    size_t top; /* where the innermost open message's mark lies */
    size_t open;
    unsigned indent; /* of the innermost message */
    bool at_line_start;
    char own[1024];
} pending;

static struct mark top_mark(void) {
    struct mark mark;
    memcpy(&mark, pending.bytes + pending.top, sizeof mark);
    return mark;
}

/* The part of the innermost message that is not written yet. */
static size_t message_start(void) { return pending.top + sizeof(struct mark); }

static _Noreturn void out_of_memory(void) {
    static const char message[] = "out of memory while printing\n";
    lang_write(2, message, sizeof message - 1);
    abort();
}

/* Makes room for `more` bytes. False when there is no memory for them. */
static bool reserve(size_t more) {
    if (more <= pending.capacity - pending.length) {
        return 1;
    }
    if (pending.bytes == NULL) {
        pending.bytes = pending.own;
        pending.capacity = sizeof pending.own;
        return reserve(more);
    }
    if (more > SIZE_MAX / 4 || pending.capacity > SIZE_MAX / 4) {
        return 0;
    }
    size_t wanted = pending.capacity * 2;
    if (wanted < pending.length + more) {
        wanted = pending.length + more;
    }
    bool is_own = pending.bytes == pending.own;
    char *block = realloc(is_own ? NULL : pending.bytes, wanted);
    if (block == NULL) {
        return 0;
    }
    if (is_own) {
        memcpy(block, pending.own, pending.length);
    }
    pending.bytes = block;
    pending.capacity = wanted;
    return 1;
}

void lang_print_begin(int stream) {
    struct mark mark = {pending.top, stream, pending.indent, pending.at_line_start};
    if (!reserve(sizeof mark)) {
        out_of_memory();
    }
    pending.top = pending.length;
    memcpy(pending.bytes + pending.top, &mark, sizeof mark);
    pending.length += sizeof mark;
    pending.indent = 0;
    pending.open++;
}

static void put_as_is(const char *bytes, size_t length) {
    if (reserve(length)) {
        memcpy(pending.bytes + pending.length, bytes, length);
        pending.length += length;
        return;
    }
    /* Without memory the message is written in parts: all of it arrives, only not at once. */
    int stream = top_mark().stream;
    if (stream == 0) {
        out_of_memory();
    }
    lang_write(stream, pending.bytes + message_start(), pending.length - message_start());
    pending.length = message_start();
    lang_write(stream, bytes, length);
}

char *lang_put_place(size_t length) {
    if (pending.indent != 0 || length > pending.capacity - pending.length) {
        return NULL;
    }
    char *place = pending.bytes + pending.length;
    pending.length += length;
    return place;
}

/* What does not fit, or stands in a message with an indent. */
static void put_with_care(const char *bytes, size_t length) {
    if (pending.open == 0) {
        return;
    }
    if (pending.indent == 0) {
        put_as_is(bytes, length);
        return;
    }
    while (length > 0) {
        size_t line = 0;
        while (line < length && bytes[line] != '\n') {
            line++;
        }
        line += line < length;
        for (unsigned level = 0; pending.at_line_start && level < pending.indent; level++) {
            put_as_is("    ", 4);
        }
        pending.at_line_start = bytes[line - 1] == '\n';
        put_as_is(bytes, line);
        bytes += line;
        length -= line;
    }
}

void lang_put(const char *bytes, size_t length) {
    if (length == 0) {
        return;
    }
    char *place = lang_put_place(length);
    if (place != NULL) {
        lang_copy(place, bytes, length);
    } else {
        put_with_care(bytes, length);
    }
}

void lang_format_indent(int by) {
    pending.indent = by < 0 ? pending.indent - 1 : pending.indent + 1;
    pending.at_line_start = 1;
}

/* Takes away the innermost message. */
static void drop_message(void) {
    struct mark mark = top_mark();
    pending.length = pending.top;
    pending.top = mark.below;
    pending.indent = mark.indent;
    pending.at_line_start = mark.at_line_start;
    pending.open--;
    if (pending.open == 0) {
        lang_put_reset();
    }
}

void lang_format_begin(void) { lang_print_begin(0); }

const char *lang_format_text(size_t *length) {
    *length = pending.length - message_start();
    return pending.bytes + message_start();
}

void lang_format_end(void) { drop_message(); }

size_t lang_format_depth(void) { return pending.open; }

void lang_format_forget(size_t depth) {
    while (pending.open > depth) {
        drop_message();
    }
}

/* Writes and takes away the innermost message. Gives the number of the error, or 0. */
static int finish_message(int *stream) {
    struct mark mark = top_mark();
    int error = lang_write(mark.stream, pending.bytes + message_start(), pending.length - message_start());
    drop_message();
    *stream = mark.stream;
    return error;
}

void lang_put_reset(void) {
    if (pending.bytes != pending.own) {
        free(pending.bytes);
    }
    pending.bytes = NULL;
    pending.capacity = 0;
    pending.length = 0;
    pending.top = 0;
    pending.open = 0;
    pending.indent = 0;
}

void lang_put_end(void) {
    int stream;
    lang_put("\n", 1);
    if (pending.open != 0) {
        finish_message(&stream);
    }
}

void lang_print_end(void) {
    int stream;
    if (pending.open == 0) {
        return;
    }
    int error = finish_message(&stream);
    if (error != 0 && stream == 1) {
        static const char text[] = "cannot print to standard output: error ";
        lang_panic_begin(NULL);
        lang_print_str(text, sizeof text - 1, NULL);
        lang_print_i64(error, 32, NULL);
        lang_panic_finish();
    }
}
