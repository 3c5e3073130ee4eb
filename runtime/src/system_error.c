/* Errors of the system: the number of the last one, and what a number means. */
#include "lang_internal.h"

char *strerror(int number);

#if defined(_WIN32)
int *_errno(void);
#define last_error (*_errno())
#elif defined(__APPLE__)
int *__error(void);
#define last_error (*__error())
#elif defined(__wasi__)
extern _Thread_local int errno;
#define last_error errno
#else
int *__errno_location(void);
#define last_error (*__errno_location())
#endif

int lang_last_error(void) { return last_error; }

void lang_set_last_error(int number) { last_error = number; }

const char *lang_error_text(int number) { return strerror(number); }
