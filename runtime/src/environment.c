/* What surrounds the process: variables, the current folder, clocks. */
#include "lang_internal.h"
#include "lang_system.h"

#if LANG_SYSTEM

const char *lang_variable(const char *name) { return lang_sys_getenv(name); }

const char *lang_variable_at(size_t index) {
    char **list = *lang_sys_environ();
    for (size_t at = 0; list != NULL && list[at] != NULL; at++) {
        if (at == index) {
            return list[at];
        }
    }
    return NULL;
}

int lang_set_variable(const char *name, const char *value) { return lang_sys_setenv(name, value, 1); }

int lang_remove_variable(const char *name) { return lang_sys_unsetenv(name); }

int lang_current_folder(char *to, size_t size) { return lang_sys_getcwd(to, size) == NULL ? -1 : 0; }

int lang_set_current_folder(const char *path) { return lang_sys_chdir(path); }

/* A clock that the system has cannot fail to be read. */
void lang_clock(bool of_day, struct lang_time *to) {
    struct lang_sys_timespec now = {0, 0};
    lang_sys_clock_gettime(of_day ? LANG_CLOCK_REALTIME : LANG_CLOCK_MONOTONIC, &now);
    to->seconds = now.tv_sec;
    to->nanoseconds = (uint32_t)now.tv_nsec;
}

void lang_sleep(uint64_t seconds, uint32_t nanoseconds) {
    /* The largest `long` of 32 bits, in parts. */
    while (seconds > 0 || nanoseconds > 0) {
        long part = seconds < 0x7fffffff ? (long)seconds : 0x7fffffff;
        struct lang_sys_timespec time = {part, (long)nanoseconds};
        while (lang_sys_nanosleep(&time, &time) != 0 && lang_last_error() == LANG_EINTR) {
        }
        seconds -= (uint64_t)part;
        nanoseconds = 0;
    }
}

#endif
