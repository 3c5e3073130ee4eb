/* Writing to a stream of the system, whole and through interruptions. */
#include "lang_internal.h"

#if defined(_WIN32)
int _write(int stream, const void *bytes, unsigned length);
#define write_some(stream, bytes, length) _write(stream, bytes, (unsigned)(length))
#else
intptr_t write(int stream, const void *bytes, size_t length);
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

/* One call writes at most this much: every system takes it. */
enum { LARGEST_WRITE = 1 << 30 };

int lang_write(int stream, const char *bytes, size_t length) {
    while (length > 0) {
        size_t part = length < LARGEST_WRITE ? length : LARGEST_WRITE;
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
