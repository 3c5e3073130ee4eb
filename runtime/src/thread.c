/* Threads, and waiting for a word in memory to change: what locks are made of. */
#include "lang_internal.h"
#include "lang_system.h"

#if LANG_SYSTEM

int lang_thread_start(void *(*run)(void *), void *data, uintptr_t *thread) {
    lang_sys_thread started;
    int error = lang_sys_pthread_create(&started, NULL, run, data);
    if (error == 0) {
        *thread = (uintptr_t)started;
    }
    return error;
}

int lang_thread_join(uintptr_t thread) { return lang_sys_pthread_join((lang_sys_thread)thread, NULL); }

void lang_thread_detach(uintptr_t thread) { lang_sys_pthread_detach((lang_sys_thread)thread); }

void lang_thread_yield(void) { lang_sys_sched_yield(); }

size_t lang_processors(void) {
    long count = lang_sys_sysconf(LANG_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (size_t)count;
}

static struct lang_sys_timespec time_of(int64_t nanoseconds) {
    int64_t seconds = nanoseconds / 1000000000;
    /* The largest `long` of 32 bits: who waits so long looks again. */
    long part = seconds < 0x7fffffff ? (long)seconds : 0x7fffffff;
    return (struct lang_sys_timespec){part, (long)(nanoseconds % 1000000000)};
}

#if defined(__linux__)

/* Linux has this as a call, futex(2). */
void lang_wait(uint32_t *word, uint32_t value, int64_t nanoseconds) {
    struct lang_sys_timespec time = time_of(nanoseconds < 0 ? 0 : nanoseconds);
    lang_sys_syscall(LANG_SYS_futex, word, (long)LANG_FUTEX_WAIT_PRIVATE, (unsigned long)value,
                     nanoseconds < 0 ? NULL : &time, NULL, 0L);
}

void lang_wake(uint32_t *word, bool all) {
    lang_sys_syscall(LANG_SYS_futex, word, (long)LANG_FUTEX_WAKE_PRIVATE, all ? 0x7fffffffL : 1L, NULL, NULL, 0L);
}

#else

/* Words share some conditions by their address: a thread that is woken for another word looks and waits again. */
static struct bucket {
    struct lang_sys_mutex mutex;
    struct lang_sys_cond cond;
} buckets[] = {
#define BUCKET {LANG_MUTEX_INIT, LANG_COND_INIT}
#define BUCKETS BUCKET, BUCKET, BUCKET, BUCKET, BUCKET, BUCKET, BUCKET, BUCKET
    BUCKETS, BUCKETS, BUCKETS, BUCKETS, BUCKETS, BUCKETS, BUCKETS, BUCKETS,
};

static struct bucket *bucket_of(const uint32_t *word) {
    uint64_t mixed = (uint64_t)(uintptr_t)word * 0x9e3779b97f4a7c15u;
    return &buckets[(mixed >> 32) % (sizeof buckets / sizeof buckets[0])];
}

void lang_wait(uint32_t *word, uint32_t value, int64_t nanoseconds) {
    struct bucket *bucket = bucket_of(word);
    lang_sys_pthread_mutex_lock(&bucket->mutex);
    /* Who wakes changes the word first and takes the mutex then: a change is not missed. */
    if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == value) {
        if (nanoseconds < 0) {
            lang_sys_pthread_cond_wait(&bucket->cond, &bucket->mutex);
        } else {
            struct lang_sys_timespec time = time_of(nanoseconds);
            lang_sys_pthread_cond_timedwait_relative_np(&bucket->cond, &bucket->mutex, &time);
        }
    }
    lang_sys_pthread_mutex_unlock(&bucket->mutex);
}

void lang_wake(uint32_t *word, bool all) {
    (void)all;
    struct bucket *bucket = bucket_of(word);
    lang_sys_pthread_mutex_lock(&bucket->mutex);
    lang_sys_pthread_cond_broadcast(&bucket->cond);
    lang_sys_pthread_mutex_unlock(&bucket->mutex);
}

#endif

#endif
