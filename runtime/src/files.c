/* Files and folders by their paths. */
#include "lang_internal.h"
#include "lang_system.h"

#if LANG_SYSTEM

int lang_file_open(const char *path, uint32_t options, uint32_t mode) {
    bool reads = options & LANG_OPEN_READ;
    bool writes = options & (LANG_OPEN_WRITE | LANG_OPEN_APPEND);
    int flags = LANG_O_CLOEXEC | (!writes ? LANG_O_RDONLY : reads ? LANG_O_RDWR : LANG_O_WRONLY);
    flags |= options & LANG_OPEN_APPEND ? LANG_O_APPEND : 0;
    flags |= options & LANG_OPEN_TRUNCATE ? LANG_O_TRUNC : 0;
    flags |= options & LANG_OPEN_CREATE ? LANG_O_CREAT : 0;
    flags |= options & LANG_OPEN_CREATE_NEW ? LANG_O_CREAT | LANG_O_EXCL : 0;
    for (;;) {
        int stream = lang_sys_open(path, flags, mode);
        if (stream >= 0 || lang_last_error() != LANG_EINTR) {
            return stream;
        }
    }
}

int64_t lang_file_seek(int stream, int64_t offset, int whence) { return lang_sys_lseek(stream, offset, whence); }

int lang_file_set_len(int stream, int64_t length) { return lang_sys_ftruncate(stream, length); }

int lang_file_sync(int stream) { return lang_sys_fsync(stream); }

bool lang_is_terminal(int stream) { return lang_sys_isatty(stream) == 1; }

static int describe(int result, const struct lang_sys_stat *found, struct lang_metadata *to) {
    if (result == 0) {
        to->length = (uint64_t)found->st_size;
        to->modified_seconds = found->st_mtim.tv_sec;
        to->accessed_seconds = found->st_atim.tv_sec;
        to->modified_nanoseconds = (uint32_t)found->st_mtim.tv_nsec;
        to->accessed_nanoseconds = (uint32_t)found->st_atim.tv_nsec;
        to->mode = found->st_mode;
    }
    return result;
}

int lang_file_metadata(int stream, struct lang_metadata *to) {
    struct lang_sys_stat found;
    return describe(lang_sys_fstat(stream, &found), &found, to);
}

int lang_path_metadata(const char *path, bool follow, struct lang_metadata *to) {
    struct lang_sys_stat found;
    return describe(follow ? lang_sys_stat(path, &found) : lang_sys_lstat(path, &found), &found, to);
}

int lang_remove_file(const char *path) { return lang_sys_unlink(path); }

int lang_rename(const char *from, const char *to) { return lang_sys_rename(from, to); }

int lang_set_mode(const char *path, uint32_t mode) { return lang_sys_chmod(path, (lang_sys_mode)mode); }

int lang_create_folder(const char *path) { return lang_sys_mkdir(path, 0777); }

int lang_remove_folder(const char *path) { return lang_sys_rmdir(path); }

void *lang_folder_open(const char *path) { return lang_sys_opendir(path); }

/* The end of a folder is told from an error by the number of the error alone. */
const char *lang_folder_next(void *folder) {
    for (;;) {
        lang_set_last_error(0);
        const struct lang_sys_dirent *entry = lang_sys_readdir(folder);
        if (entry == NULL) {
            return NULL;
        }
        const char *name = entry->d_name;
        bool is_self = name[0] == '.' && name[1] == 0;
        bool is_parent = name[0] == '.' && name[1] == '.' && name[2] == 0;
        if (!is_self && !is_parent) {
            return name;
        }
    }
}

void lang_folder_close(void *folder) { lang_sys_closedir(folder); }

#endif
