/* Processes: ending this one, starting others. */
#include "lang_internal.h"
#include "lang_system.h"

#if LANG_SYSTEM

uint32_t lang_process_id(void) { return (uint32_t)lang_sys_getpid(); }

_Noreturn void lang_exit(int status) { lang_sys_exit(status); }

_Noreturn void lang_abort(void) { abort(); }

/* Linux has a call that does both at once; another thread's child may keep the ends between the two here, which makes
 * a reader wait for it and no more. */
int lang_pipe(int ends[2]) {
    if (lang_sys_pipe(ends) != 0) {
        return -1;
    }
    lang_sys_fcntl(ends[0], LANG_F_SETFD, LANG_FD_CLOEXEC);
    lang_sys_fcntl(ends[1], LANG_F_SETFD, LANG_FD_CLOEXEC);
    return 0;
}

/* In the child, where only what is safe in a signal handler may be called. Gives the number of what failed. */
static int become(const struct lang_command *command) {
    int streams[3];
    for (int stream = 0; stream < 3; stream++) {
        /* Above the three, so that none is overwritten before it is copied. */
        streams[stream] = command->streams[stream];
        if (streams[stream] >= 0) {
            streams[stream] = lang_sys_fcntl(streams[stream], LANG_F_DUPFD_CLOEXEC, 3);
            if (streams[stream] < 0) {
                return lang_last_error();
            }
        }
    }
    for (int stream = 0; stream < 3; stream++) {
        if (streams[stream] >= 0 && lang_sys_dup2(streams[stream], stream) < 0) {
            return lang_last_error();
        }
    }
    if (command->folder != NULL && lang_sys_chdir(command->folder) != 0) {
        return lang_last_error();
    }
    if (command->environment != NULL) {
        *lang_sys_environ() = (char **)command->environment;
    }
    lang_sys_execvp(command->arguments[0], (char *const *)command->arguments);
    return lang_last_error();
}

/* The child says through a pipe why it could not become the program; the pipe closes when it does. */
int lang_process_start(const struct lang_command *command) {
    int report[2];
    if (lang_pipe(report) != 0) {
        return -1;
    }
    int process = lang_sys_fork();
    if (process == 0) {
        int error = become(command);
        lang_write(report[1], (const char *)&error, sizeof error);
        lang_sys__exit(127);
    }
    int error = process < 0 ? lang_last_error() : 0;
    lang_close(report[1]);
    if (process > 0) {
        int failure = 0;
        if (lang_read(report[0], &failure, sizeof failure) == sizeof failure) {
            int status;
            lang_process_wait(process, &status);
            error = failure;
        }
    }
    lang_close(report[0]);
    if (error != 0) {
        lang_set_last_error(error);
        return -1;
    }
    return process;
}

int lang_process_wait(int process, int *status) {
    for (;;) {
        if (lang_sys_waitpid(process, status, 0) >= 0) {
            return 0;
        }
        if (lang_last_error() != LANG_EINTR) {
            return -1;
        }
    }
}

int lang_process_kill(int process) { return lang_sys_kill(process, LANG_SIGKILL); }

int lang_wait_readable(int first, int second) {
    struct lang_sys_pollfd waits[2] = {{first, LANG_POLLIN, 0}, {second, LANG_POLLIN, 0}};
    for (;;) {
        if (lang_sys_poll(waits, 2, -1) >= 0) {
            return (waits[0].revents != 0 ? 1 : 0) | (waits[1].revents != 0 ? 2 : 0);
        }
        if (lang_last_error() != LANG_EINTR) {
            return -1;
        }
    }
}

#endif
