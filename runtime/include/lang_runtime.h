/* The runtime of Lang: what compiled programs call, and what C programs may call.
 *
 * Every function here has C linkage and the target's C calling convention. Text is UTF-8 as (pointer, length in bytes)
 * and is not NUL-terminated unless it says so. Lines and columns count from 1.
 *
 * Needs nothing of a C library but <stdbool.h>, <stddef.h> and <stdint.h>, which every compiler brings itself.
 */
#ifndef LANG_RUNTIME_H
#define LANG_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define LANG_NORETURN [[noreturn]]
extern "C" {
#else
#define LANG_NORETURN _Noreturn
#endif

/* --- Start-up (start.c) ------------------------------------------------------------------------------------------ */

/* The program: emitted by the compiler, called once by the runtime's `main`, gives the exit status. It lets no panic
 * out: its body runs under a landing pad `catch ptr null`, which returns what `lang_panic_end` gives. */
int lang_main(void);

/* Keeps the arguments and runs `lang_main`. The runtime's `main` is `return lang_start(argc, argv);`. */
int lang_start(int argc, char **argv);

/* How many arguments the program was given, its own name (argument 0) among them. */
size_t lang_args_count(void);

/* Argument `index`, NUL-terminated, or null when there are not so many. Lives as long as the program. */
const char *lang_arg(size_t index);

/* --- Printing (print.c, format.c, float.c) ------------------------------------------------------------------------ */

/* What stands after the colon in `{x:08.2}`. A null pointer to it means `{x}`. The output is that of Rust's `format!`
 * with the same specification. */
struct lang_format_spec {
    uint32_t fill;     /* the scalar value that pads; ' ' when none is written */
    uint8_t align;     /* 0: by type, 1: left `<`, 2: centre `^`, 3: right `>` */
    uint8_t sign;      /* 1: `+`, show the sign of positive numbers */
    uint8_t alternate; /* 1: `#`, the prefix 0x, 0o or 0b */
    uint8_t zero;      /* 1: `0`, pad with zeros between the sign or prefix and the digits */
    int32_t width;     /* in scalar values; -1: none */
    int32_t precision; /* digits after the point, or the most scalar values of a string; -1: none */
    uint8_t kind;      /* 'd' display, '?' debug, 'x', 'X', 'o', 'b', 'e'; what a type does not have prints as 'd' */
    uint8_t reserved[3];
};

/* Begins a message on stream 1 (standard output) or 2 (standard error). The pieces that follow are collected per
 * thread, and `lang_print_end` writes them at once. Messages nest: an inner one is written first. No piece panics. */
void lang_print_begin(int stream);

/* Writes the message that was begun last. Panics when standard output cannot be written to (disk full, closed pipe with
 * the signal ignored); a failure of standard error is passed over. */
void lang_print_end(void);

/* Adds bytes to the message that was begun last, each line of them as far inside as `lang_format_indent` says. */
void lang_put(const char *bytes, size_t length);

/* The lines that follow in the message begun last start four columns further inside, or outside for -1. */
void lang_format_indent(int by);

/* A message that is not written anywhere: it is read where it lies, until something is added, and then ended. */
void lang_format_begin(void);
const char *lang_format_text(size_t *length);
void lang_format_end(void);

/* How many messages of this thread are open, and the end of those that a panic left open beyond so many. */
size_t lang_format_depth(void);
void lang_format_forget(size_t depth);

void lang_print_str(const char *text, size_t length, const struct lang_format_spec *spec);
/* NUL-terminated bytes. What is not UTF-8 prints as U+FFFD, or as \xHH under '?'. */
void lang_print_cstr(const char *text, const struct lang_format_spec *spec);
void lang_print_bool(bool value, const struct lang_format_spec *spec);
void lang_print_char(uint32_t scalar, const struct lang_format_spec *spec);
/* An address, 0x and hexadecimal digits. */
void lang_print_pointer(const void *pointer, const struct lang_format_spec *spec);
/* A sign-extended integer of a type of `bits` bits: 'x', 'o' and 'b' print its two's complement in so many bits. */
void lang_print_i64(int64_t value, uint32_t bits, const struct lang_format_spec *spec);
void lang_print_u64(uint64_t value, const struct lang_format_spec *spec);
/* 128-bit integers as their low and high halves. */
void lang_print_i128(uint64_t low, uint64_t high, const struct lang_format_spec *spec);
void lang_print_u128(uint64_t low, uint64_t high, const struct lang_format_spec *spec);
/* Floats print the fewest digits that give the same value back in their own type: an f16 is passed as the float of the
 * same value, yet keeps its own digits. */
void lang_print_f64(double value, const struct lang_format_spec *spec);
void lang_print_f32(float value, const struct lang_format_spec *spec);
void lang_print_f16(float value, const struct lang_format_spec *spec);

/* --- Errors of the system (system_error.c) ------------------------------------------------------------------------ */

/* The number of the last error of this thread: `errno`. */
int lang_last_error(void);
void lang_set_last_error(int number);

/* What an error's number means: NUL-terminated, and there as long as the program, for every number that the system
 * has. */
const char *lang_error_text(int number);

/* --- Streams of the system (write.c) ------------------------------------------------------------------------------ */

/* Reads or writes some bytes, again where a signal interrupts it. Gives how many, 0 at the end of what is read, or -1
 * with the last error set. */
intptr_t lang_read(int stream, void *bytes, size_t length);
intptr_t lang_write_some(int stream, const void *bytes, size_t length);

/* Closes a stream: 0, or -1 with the last error set. */
int lang_close(int stream);

/* --- Files and folders (files.c) ---------------------------------------------------------------------------------- */

/* On Linux and macOS, as all that follows up to the memory. Paths are NUL-terminated. What gives an `int` and says no
 * more gives 0, or -1 with the last error set. */

/* How a file is opened. */
enum {
    LANG_OPEN_READ = 1,
    LANG_OPEN_WRITE = 2,
    LANG_OPEN_APPEND = 4,
    LANG_OPEN_TRUNCATE = 8,
    LANG_OPEN_CREATE = 16,
    LANG_OPEN_CREATE_NEW = 32,
};

struct lang_metadata {
    uint64_t length;
    int64_t modified_seconds; /* since 1970, UTC */
    int64_t accessed_seconds;
    uint32_t modified_nanoseconds;
    uint32_t accessed_nanoseconds;
    uint32_t mode; /* the permissions, 0777, and the kind, 0170000: 0100000 a file, 040000 a folder, 0120000 a link */
    uint32_t reserved;
};

/* Gives the stream, or -1. A new file gets the permissions of `mode` that the process grants. */
int lang_file_open(const char *path, uint32_t options, uint32_t mode);
/* From the start (0), from here (1), or from the end (2); gives the new place, or -1. */
int64_t lang_file_seek(int stream, int64_t offset, int whence);
int lang_file_set_len(int stream, int64_t length);
/* Returns when the disk has what was written. */
int lang_file_sync(int stream);
bool lang_is_terminal(int stream);
int lang_file_metadata(int stream, struct lang_metadata *to);
/* Of what a link leads to, or of the link. */
int lang_path_metadata(const char *path, bool follow, struct lang_metadata *to);
int lang_remove_file(const char *path);
int lang_rename(const char *from, const char *to);
int lang_set_mode(const char *path, uint32_t mode);
int lang_create_folder(const char *path);
int lang_remove_folder(const char *path);

/* A folder that is being listed, or null. */
void *lang_folder_open(const char *path);
/* The next name, there until the next call; null at the end, where the last error is 0, or after an error. */
const char *lang_folder_next(void *folder);
void lang_folder_close(void *folder);

/* --- Around the process (environment.c) --------------------------------------------------------------------------- */

/* A variable's value, or null; `NAME=value` by its index, or null. They stay until a variable is set. */
/* Whether the processor has a feature, by LLVM's name: 1 or 0, and -1 for a name that none of its architecture has. */
int lang_processor_has(const char *name, size_t length);
const char *lang_variable(const char *name);
const char *lang_variable_at(size_t index);
int lang_set_variable(const char *name, const char *value);
int lang_remove_variable(const char *name);

int lang_current_folder(char *to, size_t size);
int lang_set_current_folder(const char *path);

struct lang_time {
    int64_t seconds;
    uint32_t nanoseconds; /* below 1,000,000,000 */
    uint32_t reserved;
};

/* The time since 1970, UTC, or that of a clock that is never set. */
void lang_clock(bool of_day, struct lang_time *to);
/* Returns after that time, not before. */
void lang_sleep(uint64_t seconds, uint32_t nanoseconds);

/* --- Processes (process.c) ---------------------------------------------------------------------------------------- */

uint32_t lang_process_id(void);
LANG_NORETURN void lang_exit(int status);
LANG_NORETURN void lang_abort(void);

/* A stream to read from and one to write to, neither of which a started program gets. */
int lang_pipe(int ends[2]);

struct lang_command {
    const char *const *arguments;   /* the program first; a null after the last */
    const char *const *environment; /* `NAME=value`, a null after the last; null for this process's own */
    const char *folder;             /* null for the current one */
    int streams[3];                 /* what the program's streams are; -1 for this process's own */
};

/* Starts a program, which is looked for in PATH where its name has no slash. Gives the process, or -1. */
int lang_process_start(const struct lang_command *command);
/* Waits for its end. `status` is the system's: the exit status in bits 8 to 15 where bits 0 to 6 are 0, which are the
 * signal that ended it. */
int lang_process_wait(int process, int *status);
int lang_process_kill(int process);
/* Waits until there is something to read from one of the two, or their end: bit 0 for the first, bit 1 for the second,
 * or -1. A negative stream is passed over. */
int lang_wait_readable(int first, int second);

/* --- Threads (thread.c) ------------------------------------------------------------------------------------------- */

/* Starts a thread that calls `run(data)`, which lets no panic out. Gives 0, or the number of the error. */
int lang_thread_start(void *(*run)(void *), void *data, uintptr_t *thread);
/* Waits for a thread's end. Each thread is joined or detached once. */
int lang_thread_join(uintptr_t thread);
void lang_thread_detach(uintptr_t thread);
void lang_thread_yield(void);
/* How many threads the machine runs at once, at least 1. */
size_t lang_processors(void);

/* Waits, if the word has this value, until it is woken or the time is over, where that is not negative; or returns
 * earlier for no reason. */
void lang_wait(uint32_t *word, uint32_t value, int64_t nanoseconds);
/* Wakes one of the threads that wait for this word, or all; some systems wake more. */
void lang_wake(uint32_t *word, bool all);

/* --- Memory (alloc.c) --------------------------------------------------------------------------------------------- */

/* `size` bytes at an address that `align`, a power of two, divides; null when there are not so many. */
void *lang_alloc_aligned(size_t size, size_t align);

/* The same for `size` bytes of which the first are those of `pointer`, a block of `old_size` bytes of the same `align`,
 * which is freed. Null, and nothing is freed, when there are not so many. */
void *lang_realloc_aligned(void *pointer, size_t old_size, size_t size, size_t align);

/* Gives back a block of `lang_alloc_aligned` or `lang_realloc_aligned`. */
void lang_free_aligned(void *pointer);

/* Says that there are not `size` bytes, and aborts. */
LANG_NORETURN void lang_out_of_memory(size_t size);

/* --- Numbers in text (parse_float.c) ------------------------------------------------------------------------------ */

/* The value nearest to a decimal number, such as `-12.5e-3`, `inf` or `nan`; false where the text is none. */
bool lang_parse_f64(const char *text, size_t length, double *value);
bool lang_parse_f32(const char *text, size_t length, float *value);

/* --- Characters (unicode.c) --------------------------------------------------------------------------------------- */

/* Properties of scalar values beyond ASCII. */
bool lang_char_is_alphabetic(uint32_t scalar);
bool lang_char_is_numeric(uint32_t scalar);
bool lang_char_is_whitespace(uint32_t scalar);
bool lang_char_is_uppercase(uint32_t scalar);
bool lang_char_is_lowercase(uint32_t scalar);

/* Writes what a scalar value beyond ASCII becomes in the other case to `to`, which has room for 3; gives how many. */
size_t lang_char_to_uppercase(uint32_t scalar, uint32_t *to);
size_t lang_char_to_lowercase(uint32_t scalar, uint32_t *to);

/* --- Panics (panic.c, personality.c, checks.c) -------------------------------------------------------------------- */

/* A place in a Lang source file. The compiler emits these as constants. */
struct lang_location {
    const char *file;
    size_t file_len;
    uint32_t line;
    uint32_t column;
};

/* How compiled code takes part in unwinding (the Itanium C++ ABI):
 *
 *   define void @f() personality ptr @lang_personality
 *
 * - A call that may panic while something must be dropped is an `invoke` that unwinds to
 *       %lp = landingpad { ptr, i32 } cleanup        ; drops, then
 *       resume { ptr, i32 } %lp
 * - `catch ptr null` stops every panic. The pad must pass the first field of the landing pad's value to
 *   `lang_panic_end`, once, before anything else may panic:
 *       %lp = landingpad { ptr, i32 } catch ptr null
 *       %exception = extractvalue { ptr, i32 } %lp, 0
 *       %status = call i32 @lang_panic_end(ptr %exception)
 * - A function that C calls lets no panic out: its body runs under `catch ptr null` too, whose pad calls
 *   `lang_panic_no_unwind`.
 * - What is marked `nounwind` must keep the promise. Where a frame with landing pads sees that it was broken, the panic
 *   ends in `lang_panic_no_unwind`; elsewhere it may go on past drops.
 * - A panic in a drop that unwinding runs aborts the program by itself: such calls need no pad of their own.
 *
 * On a target without an unwinder a panic prints its message and aborts. */

/* Prints `panic at FILE:LINE:COLUMN: MESSAGE` to standard error and unwinds to the nearest `catch`. */
LANG_NORETURN void lang_panic(const char *message, size_t length, const char *file, size_t file_len, uint32_t line,
                              uint32_t column);

/* The same, with the place as the compiler has it. */
LANG_NORETURN void lang_panic_message(const char *message, size_t length, const struct lang_location *location);

/* A panic with a formatted message: begin, the pieces as for printing, then finish. */
void lang_panic_begin(const struct lang_location *location);
LANG_NORETURN void lang_panic_finish(void);

/* Ends a caught panic and frees it. Gives 101, the exit status of a program that panicked. Aborts on an exception that
 * is not a panic of Lang. */
int lang_panic_end(void *exception);

/* Says, before anything else, that the program has no landing pads: a panic prints its message and aborts. */
void lang_panics_abort(void);

/* Whether this thread is unwinding. */
bool lang_panicking(void);

/* Where a panic must not go on, it stops the program: `lang_panic_no_unwind` when it would cross into C,
 * `lang_panic_in_cleanup` when it would leave a drop that unwinding runs. */
LANG_NORETURN void lang_panic_no_unwind(void);
LANG_NORETURN void lang_panic_in_cleanup(void);

/* Checks that failed. Each panics with its message at `location`. */
LANG_NORETURN void lang_panic_bounds(size_t index, size_t length, const struct lang_location *location);
/* `start..end` of a sequence of `length` elements. */
LANG_NORETURN void lang_panic_slice(size_t start, size_t end, size_t length, const struct lang_location *location);
/* `operation` is what was attempted: "add", "subtract", "multiply", "divide", "negate", "calculate the remainder". */
LANG_NORETURN void lang_panic_overflow(const char *operation, size_t operation_len,
                                       const struct lang_location *location);
LANG_NORETURN void lang_panic_divide_by_zero(const struct lang_location *location);
LANG_NORETURN void lang_panic_remainder_by_zero(const struct lang_location *location);
/* The amount of a shift is not less than the type's bits. */
LANG_NORETURN void lang_panic_shift(const struct lang_location *location);
/* A checked `as` met a value that the type does not have. */
LANG_NORETURN void lang_panic_cast(const struct lang_location *location);
LANG_NORETURN void lang_panic_unreachable(const struct lang_location *location);

/* The personality routine that every Lang function with a landing pad names. Only the unwinder calls it; its real type
 * is that of the Itanium C++ ABI's `__personality_routine`. */
int lang_personality(int version, int actions, uint64_t exception_class, void *exception, void *context);

/* --- Tests (test.c) ----------------------------------------------------------------------------------------------- */

/* One `test "name" { … }`. `run` gives 0, or what `lang_panic_end` gave. */
struct lang_test {
    const char *name;
    size_t name_len;
    int (*run)(void);
};

/* The body of `lang_main` in a test build. Runs the tests whose name contains one of the program's arguments, or all
 * when there are none (`--exact` compares whole names, `--list` only prints them), prints how each ended and a summary.
 * Gives 0, or 1 when a test failed, or 2 for an option that is not known. With `--run=N` it runs the test of that
 * number alone, prints nothing of its own, and gives what `run` gives. */
int lang_test_main(const struct lang_test *tests, size_t count);

#ifdef __cplusplus
}
#endif

#endif
