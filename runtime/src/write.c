/* Reading from and writing to streams of the system, through interruptions. */
#include "lang_internal.h"

#if defined(_WIN32)
int _read(int stream, void *bytes, unsigned length);
int _write(int stream, const void *bytes, unsigned length);
int _close(int stream);
#define read_some(stream, bytes, length) _read(stream, bytes, (unsigned)(length))
#define write_some(stream, bytes, length) _write(stream, bytes, (unsigned)(length))
#define close _close
#else
intptr_t read(int stream, void *bytes, size_t length);
intptr_t write(int stream, const void *bytes, size_t length);
int close(int stream);
#define read_some(stream, bytes, length) read(stream, bytes, length)
#define write_some(stream, bytes, length) write(stream, bytes, length)
#endif

/* Numbers that differ between systems. */
#if defined(__wasi__)
enum { INTERRUPTED = 27, WOULD_BLOCK = 6 };
#elif defined(__APPLE__)
enum { INTERRUPTED = 4, WOULD_BLOCK = 35 };
#else
enum { INTERRUPTED = 4, WOULD_BLOCK = 11 };
#endif

#if defined(__linux__) || defined(__APPLE__)
struct pollfd {
    int stream;
    short events;
    short revents;
};
#if defined(__APPLE__)
int poll(struct pollfd *waits, unsigned count, int milliseconds);
#else
int poll(struct pollfd *waits, unsigned long count, int milliseconds);
#endif
enum { WRITABLE = 4 };

/* Waits until a stream that someone made non-blocking takes bytes again. */
static void wait_until_writable(int stream) {
    struct pollfd wait = {stream, WRITABLE, 0};
    poll(&wait, 1, -1);
}
#else
static void wait_until_writable(int stream) { (void)stream; }
#endif

/* One call reads or writes at most this much: every system takes it. */
enum { LARGEST_PART = 1 << 30 };

static size_t part_of(size_t length) { return length < LARGEST_PART ? length : LARGEST_PART; }

int lang_write(int stream, const char *bytes, size_t length) {
    while (length > 0) {
        size_t part = part_of(length);
        intptr_t written = write_some(stream, bytes, part);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
            continue;
        }
        int error = lang_last_error();
        if (error == WOULD_BLOCK) {
            wait_until_writable(stream);
        } else if (error != INTERRUPTED) {
            return error;
        }
    }
    return 0;
}

intptr_t lang_read(int stream, void *bytes, size_t length) {
    for (;;) {
        intptr_t count = read_some(stream, bytes, part_of(length));
        if (count >= 0 || lang_last_error() != INTERRUPTED) {
            return count;
        }
    }
}

intptr_t lang_write_some(int stream, const void *bytes, size_t length) {
    for (;;) {
        intptr_t count = write_some(stream, bytes, part_of(length));
        if (count >= 0 || lang_last_error() != INTERRUPTED) {
            return count;
        }
    }
}

int lang_close(int stream) { return close(stream); }
