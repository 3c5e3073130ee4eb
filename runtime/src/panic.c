/* Panics: the message, the exception that the unwinder carries, and what must not unwind.
 *
 * A thread has one panic at a time: a second one, in a drop that unwinding runs, aborts. So the exception needs no
 * allocation, and a panic for want of memory works too. */
#include "lang_internal.h"
#include "lang_unwind.h"

static _Thread_local struct {
    struct _Unwind_Exception exception;
    bool unwinding;
} current;

static void put_text(const char *text) { lang_put(text, lang_length(text)); }

static _Noreturn void stop(const char *why) {
    lang_print_begin(2);
    put_text(why);
    lang_put_end();
    abort();
}

void lang_panic_begin(const struct lang_location *location) {
    lang_print_begin(2);
    put_text("panic");
    if (location != NULL && location->file_len != 0) {
        put_text(" at ");
        lang_put(location->file, location->file_len);
        put_text(":");
        lang_print_u64(location->line, NULL);
        put_text(":");
        lang_print_u64(location->column, NULL);
    }
    put_text(": ");
}

#if LANG_UNWINDS

/* Called when code that is not Lang's stops our panic and frees it. */
static void forget(int reason, struct _Unwind_Exception *exception) {
    (void)reason;
    (void)exception;
    current.unwinding = 0;
}

/* The whole program's, set before it has a second thread. */
static bool aborts;

void lang_panics_abort(void) { aborts = 1; }

void lang_panic_finish(void) {
    lang_put_backtrace();
    lang_put_end();
    if (aborts) {
        abort();
    }
    if (current.unwinding) {
        lang_panic_in_cleanup();
    }
    current.unwinding = 1;
    memset(&current.exception, 0, sizeof current.exception);
    current.exception.exception_class = LANG_EXCEPTION_CLASS;
    current.exception.exception_cleanup = forget;
    _Unwind_RaiseException(&current.exception);
    /* The unwinder comes back when no frame catches: a stack without `lang_main` below, such as a C thread's. */
    stop("nothing catches this panic: aborting");
}

int lang_panic_end(void *exception) {
    struct _Unwind_Exception *caught = exception;
    if (caught->exception_class != LANG_EXCEPTION_CLASS) {
        stop("an exception that is not a panic reached Lang: aborting");
    }
    current.unwinding = 0;
    return 101;
}

#else

void lang_panics_abort(void) {}

void lang_panic_finish(void) {
    lang_put_backtrace();
    lang_put_end();
    abort();
}

int lang_panic_end(void *exception) {
    (void)exception;
    return 101;
}

#endif

bool lang_panicking(void) { return current.unwinding; }

void lang_panic_message(const char *message, size_t length, const struct lang_location *location) {
    lang_panic_begin(location);
    lang_put(message, length);
    lang_panic_finish();
}

void lang_panic(const char *message, size_t length, const char *file, size_t file_len, uint32_t line,
                uint32_t column) {
    struct lang_location location = {file, file_len, line, column};
    lang_panic_message(message, length, &location);
}

void lang_panic_no_unwind(void) { stop("a panic cannot leave a function that does not unwind: aborting"); }

void lang_panic_in_cleanup(void) { stop("a panic in a drop while unwinding: aborting"); }
