/* What the runtime takes from Linux and macOS, declared by hand: their headers are never read but by the test that
 * compares them with this (tests/system.rs). Each function has a name of its own here and the system's in the object.
 *
 * `LANG_SYSTEM` is 1 where there is such a system. */
#ifndef LANG_SYSTEM_H
#define LANG_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#if defined(__linux__) || defined(__APPLE__)
#define LANG_SYSTEM 1

/* A function that has the same name everywhere; one that has two sizes of files on 32-bit Linux; and one that has two
 * sizes of file numbers on Intel Macs. */
#if defined(__APPLE__)
#define LANG_NAMED(name) __asm__("_" name)
#define LANG_NAMED_LARGE(name) LANG_NAMED(name)
#if defined(__x86_64__)
#define LANG_NAMED_INODE(name) LANG_NAMED(name "$INODE64")
#else
#define LANG_NAMED_INODE(name) LANG_NAMED(name)
#endif
#else
#define LANG_NAMED(name) __asm__(name)
#if __SIZEOF_POINTER__ == 4
#define LANG_NAMED_LARGE(name) LANG_NAMED(name "64")
#else
#define LANG_NAMED_LARGE(name) LANG_NAMED(name)
#endif
#define LANG_NAMED_INODE(name) LANG_NAMED_LARGE(name)
#endif

/* --- Types -------------------------------------------------------------------------------------------------------- */

struct lang_sys_timespec {
    long tv_sec;
    long tv_nsec;
};

#if defined(__APPLE__)
struct lang_sys_stat {
    int32_t st_dev;
    uint16_t st_mode;
    uint16_t st_nlink;
    uint64_t st_ino;
    uint32_t st_uid;
    uint32_t st_gid;
    int32_t st_rdev;
    struct lang_sys_timespec st_atim;
    struct lang_sys_timespec st_mtim;
    struct lang_sys_timespec st_ctim;
    struct lang_sys_timespec st_birthtim;
    int64_t st_size;
    int64_t st_blocks;
    int32_t st_blksize;
    uint32_t st_flags;
    uint32_t st_gen;
    int32_t st_lspare;
    int64_t st_qspare[2];
};
#elif defined(__x86_64__)
struct lang_sys_stat {
    uint64_t st_dev;
    uint64_t st_ino;
    uint64_t st_nlink;
    uint32_t st_mode;
    uint32_t st_uid;
    uint32_t st_gid;
    uint32_t padding;
    uint64_t st_rdev;
    int64_t st_size;
    int64_t st_blksize;
    int64_t st_blocks;
    struct lang_sys_timespec st_atim;
    struct lang_sys_timespec st_mtim;
    struct lang_sys_timespec st_ctim;
    int64_t reserved[3];
};
#elif __SIZEOF_POINTER__ == 8
struct lang_sys_stat {
    uint64_t st_dev;
    uint64_t st_ino;
    uint32_t st_mode;
    uint32_t st_nlink;
    uint32_t st_uid;
    uint32_t st_gid;
    uint64_t st_rdev;
    uint64_t padding;
    int64_t st_size;
    int32_t st_blksize;
    int32_t padding_of_blocks;
    int64_t st_blocks;
    struct lang_sys_timespec st_atim;
    struct lang_sys_timespec st_mtim;
    struct lang_sys_timespec st_ctim;
    int32_t reserved[2];
};
#else
struct lang_sys_stat {
    uint64_t st_dev;
    uint32_t padding;
    uint32_t st_ino_low;
    uint32_t st_mode;
    uint32_t st_nlink;
    uint32_t st_uid;
    uint32_t st_gid;
    uint64_t st_rdev;
    uint32_t padding_of_size;
    int64_t st_size;
    int32_t st_blksize;
    int64_t st_blocks;
    struct lang_sys_timespec st_atim;
    struct lang_sys_timespec st_mtim;
    struct lang_sys_timespec st_ctim;
    uint64_t st_ino;
};
#endif

struct lang_sys_dirent {
    uint64_t d_ino;
    int64_t d_off;
    uint16_t d_reclen;
#if defined(__APPLE__)
    uint16_t d_namlen;
    uint8_t d_type;
    char d_name[1024];
#else
    uint8_t d_type;
    char d_name[256];
#endif
};

struct lang_sys_pollfd {
    int fd;
    short events;
    short revents;
};

#if defined(__APPLE__)
typedef uint16_t lang_sys_mode;
typedef unsigned lang_sys_poll_count;
typedef struct lang_sys_thread_data *lang_sys_thread;

/* What `PTHREAD_MUTEX_INITIALIZER` and `PTHREAD_COND_INITIALIZER` make. */
struct lang_sys_mutex {
    long sig;
    char opaque[56];
};
struct lang_sys_cond {
    long sig;
    char opaque[40];
};
#define LANG_MUTEX_INIT {0x32AAABA7, {0}}
#define LANG_COND_INIT {0x3CB0B1BB, {0}}
#else
typedef uint32_t lang_sys_mode;
typedef unsigned long lang_sys_poll_count;
typedef unsigned long lang_sys_thread;
#endif

/* --- Constants ---------------------------------------------------------------------------------------------------- */

/* Each is the system's name, without an underscore in front, and `LANG_` before it. */
enum {
    LANG_O_RDONLY = 0,
    LANG_O_WRONLY = 1,
    LANG_O_RDWR = 2,
#if defined(__APPLE__)
    LANG_O_APPEND = 0x8,
    LANG_O_CREAT = 0x200,
    LANG_O_TRUNC = 0x400,
    LANG_O_EXCL = 0x800,
    LANG_O_CLOEXEC = 0x1000000,
    LANG_F_DUPFD_CLOEXEC = 67,
    LANG_CLOCK_MONOTONIC = 6,
    LANG_SC_NPROCESSORS_ONLN = 58,
#else
    LANG_O_CREAT = 0100,
    LANG_O_EXCL = 0200,
    LANG_O_TRUNC = 01000,
    LANG_O_APPEND = 02000,
    LANG_O_CLOEXEC = 02000000,
    LANG_F_DUPFD_CLOEXEC = 1030,
    LANG_CLOCK_MONOTONIC = 1,
    LANG_SC_NPROCESSORS_ONLN = 84,
    LANG_FUTEX_WAIT_PRIVATE = 128,
    LANG_FUTEX_WAKE_PRIVATE = 129,
#if defined(__x86_64__)
    LANG_SYS_futex = 202,
#elif defined(__arm__)
    LANG_SYS_futex = 240,
#else
    LANG_SYS_futex = 98,
#endif
#endif
    LANG_CLOCK_REALTIME = 0,
    LANG_F_SETFD = 2,
    LANG_FD_CLOEXEC = 1,
    LANG_POLLIN = 1,
    LANG_SIGKILL = 9,
    LANG_EINTR = 4,
};

/* --- Functions ---------------------------------------------------------------------------------------------------- */

int lang_sys_open(const char *path, int flags, ...) LANG_NAMED_LARGE("open");
int lang_sys_close(int fd) LANG_NAMED("close");
int64_t lang_sys_lseek(int fd, int64_t offset, int whence) LANG_NAMED_LARGE("lseek");
int lang_sys_ftruncate(int fd, int64_t length) LANG_NAMED_LARGE("ftruncate");
int lang_sys_fsync(int fd) LANG_NAMED("fsync");
int lang_sys_fcntl(int fd, int command, ...) LANG_NAMED("fcntl");
int lang_sys_dup2(int from, int to) LANG_NAMED("dup2");
int lang_sys_isatty(int fd) LANG_NAMED("isatty");
int lang_sys_fstat(int fd, struct lang_sys_stat *to) LANG_NAMED_INODE("fstat");
int lang_sys_stat(const char *path, struct lang_sys_stat *to) LANG_NAMED_INODE("stat");
int lang_sys_lstat(const char *path, struct lang_sys_stat *to) LANG_NAMED_INODE("lstat");
int lang_sys_mkdir(const char *path, lang_sys_mode mode) LANG_NAMED("mkdir");
int lang_sys_rmdir(const char *path) LANG_NAMED("rmdir");
int lang_sys_unlink(const char *path) LANG_NAMED("unlink");
int lang_sys_rename(const char *from, const char *to) LANG_NAMED("rename");
int lang_sys_chmod(const char *path, lang_sys_mode mode) LANG_NAMED("chmod");
/* A `DIR *` is a pointer that only these read through. */
void *lang_sys_opendir(const char *path) LANG_NAMED_INODE("opendir");
struct lang_sys_dirent *lang_sys_readdir(void *folder) LANG_NAMED_INODE("readdir");
int lang_sys_closedir(void *folder) LANG_NAMED("closedir");
char *lang_sys_getcwd(char *buffer, size_t size) LANG_NAMED("getcwd");
int lang_sys_chdir(const char *path) LANG_NAMED("chdir");
char *lang_sys_getenv(const char *name) LANG_NAMED("getenv");
#if defined(__linux__)
unsigned long lang_sys_getauxval(unsigned long type) LANG_NAMED("getauxval");
#else
int lang_sys_sysctlbyname(const char *name, void *old, size_t *old_size, void *to, size_t to_size)
    LANG_NAMED("sysctlbyname");
#endif
int lang_sys_setenv(const char *name, const char *value, int overwrite) LANG_NAMED("setenv");
int lang_sys_unsetenv(const char *name) LANG_NAMED("unsetenv");
int lang_sys_clock_gettime(int clock, struct lang_sys_timespec *to) LANG_NAMED("clock_gettime");
int lang_sys_nanosleep(const struct lang_sys_timespec *time, struct lang_sys_timespec *left) LANG_NAMED("nanosleep");
int lang_sys_getpid(void) LANG_NAMED("getpid");
int lang_sys_fork(void) LANG_NAMED("fork");
int lang_sys_execvp(const char *program, char *const *arguments) LANG_NAMED("execvp");
int lang_sys_waitpid(int process, int *status, int options) LANG_NAMED("waitpid");
int lang_sys_kill(int process, int signal) LANG_NAMED("kill");
int lang_sys_pipe(int ends[2]) LANG_NAMED("pipe");
int lang_sys_poll(struct lang_sys_pollfd *waits, lang_sys_poll_count count, int milliseconds) LANG_NAMED("poll");
_Noreturn void lang_sys_exit(int status) LANG_NAMED("exit");
_Noreturn void lang_sys__exit(int status) LANG_NAMED("_exit");
int lang_sys_pthread_create(lang_sys_thread *to, const void *attributes, void *(*run)(void *), void *data)
    LANG_NAMED("pthread_create");
int lang_sys_pthread_join(lang_sys_thread thread, void **result) LANG_NAMED("pthread_join");
int lang_sys_pthread_detach(lang_sys_thread thread) LANG_NAMED("pthread_detach");
int lang_sys_sched_yield(void) LANG_NAMED("sched_yield");
long lang_sys_sysconf(int name) LANG_NAMED("sysconf");
#if defined(__APPLE__)
int lang_sys_pthread_mutex_lock(struct lang_sys_mutex *mutex) LANG_NAMED("pthread_mutex_lock");
int lang_sys_pthread_mutex_unlock(struct lang_sys_mutex *mutex) LANG_NAMED("pthread_mutex_unlock");
int lang_sys_pthread_cond_wait(struct lang_sys_cond *cond, struct lang_sys_mutex *mutex)
    LANG_NAMED("pthread_cond_wait");
int lang_sys_pthread_cond_timedwait_relative_np(struct lang_sys_cond *cond, struct lang_sys_mutex *mutex,
                                                const struct lang_sys_timespec *time)
    LANG_NAMED("pthread_cond_timedwait_relative_np");
int lang_sys_pthread_cond_broadcast(struct lang_sys_cond *cond) LANG_NAMED("pthread_cond_broadcast");
#else
long lang_sys_syscall(long number, ...) LANG_NAMED("syscall");
#endif
#if defined(__APPLE__)
char ***lang_sys_environ(void) LANG_NAMED("_NSGetEnviron");
#else
extern char **lang_sys_environ_list LANG_NAMED("environ");
static inline char ***lang_sys_environ(void) { return &lang_sys_environ_list; }
#endif

#else
#define LANG_SYSTEM 0
#endif

#endif
