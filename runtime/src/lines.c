/* Names and places of code addresses, from the executable's own file: ELF's symbol table, and DWARF's line table of
 * versions 4 and 5 (DWARF 5, 6.2; DWARF 4, 6.2).
 *
 * Everything that is read is checked against the end of its section: a file that was damaged or exchanged gives fewer
 * names, and nothing worse. Other formats of executables are not read yet, and give addresses alone. */
#include "lang_internal.h"

#if defined(__ELF__) && defined(__linux__) && UINTPTR_MAX == UINT64_MAX

int open(const char *path, int flags, ...);
int close(int file);
int64_t lseek(int file, int64_t offset, int whence);
void *mmap(void *address, size_t length, int protection, int flags, int file, int64_t offset);

enum { READ_ONLY = 0, SEEK_TO_END = 2, PROTECT_READ = 1, MAP_OWN = 2 };

/* Where the file's header is in memory: what addresses in the file are counted from. */
extern const char __ehdr_start[] __attribute__((__weak__, __visibility__("hidden")));

/* Bytes that are read in order. Reading past the end gives zeros and says so. */
struct bytes {
    const uint8_t *at;
    const uint8_t *end;
    bool is_over;
};

static struct bytes bytes_of(const uint8_t *at, uint64_t length) {
    struct bytes bytes = {at, at + length, 0};
    return bytes;
}

static uint64_t left(const struct bytes *from) { return (uint64_t)(from->end - from->at); }

static void skip(struct bytes *from, uint64_t count) {
    if (count > left(from)) {
        from->is_over = 1;
        count = left(from);
    }
    from->at += count;
}

static uint64_t fixed(struct bytes *from, unsigned count) {
    if (left(from) < count) {
        skip(from, count);
        return 0;
    }
    uint64_t value = 0;
    for (unsigned index = 0; index < count; index++) {
        value |= (uint64_t)from->at[index] << (8 * index);
    }
    from->at += count;
    return value;
}

static uint64_t uleb128(struct bytes *from) {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = (uint8_t)fixed(from, 1);
        if (shift < 64) {
            value |= (uint64_t)(byte & 0x7f) << shift;
        }
        shift += 7;
    } while ((byte & 0x80) && !from->is_over);
    return value;
}

static int64_t sleb128(struct bytes *from) {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = (uint8_t)fixed(from, 1);
        if (shift < 64) {
            value |= (uint64_t)(byte & 0x7f) << shift;
        }
        shift += 7;
    } while ((byte & 0x80) && !from->is_over);
    if ((byte & 0x40) && shift < 64) {
        value |= -(UINT64_C(1) << shift);
    }
    return (int64_t)value;
}

/* NUL-terminated text. */
static const char *text(struct bytes *from, size_t *length) {
    const uint8_t *start = from->at;
    while (fixed(from, 1) != 0) {
    }
    *length = from->is_over ? 0 : (size_t)(from->at - start - 1);
    return (const char *)start;
}

/* The text at an offset of a section of them. */
static const char *text_at(struct bytes section, uint64_t offset, size_t *length) {
    skip(&section, offset);
    return text(&section, length);
}

struct executable {
    struct bytes symbols;
    struct bytes symbol_names;
    struct bytes lines;
    struct bytes line_texts;
    struct bytes texts;
};

/* --- ELF (System V ABI, chapter 4) --- */

enum { SECTION_BYTES = 64, SYMBOL_BYTES = 24, SYMBOL_TABLE = 2, NO_BITS = 8, COMPRESSED = 0x800, FUNCTION = 2 };

struct section {
    uint32_t name;
    uint32_t type;
    uint64_t flags;
    uint64_t link;
    struct bytes content;
};

static bool read_section(struct bytes file, uint64_t table, uint64_t index, struct section *section) {
    struct bytes at = file;
    skip(&at, table);
    skip(&at, index * SECTION_BYTES);
    section->name = (uint32_t)fixed(&at, 4);
    section->type = (uint32_t)fixed(&at, 4);
    section->flags = fixed(&at, 8);
    skip(&at, 8);
    uint64_t offset = fixed(&at, 8);
    uint64_t size = fixed(&at, 8);
    section->link = fixed(&at, 4);
    uint64_t file_size = left(&file);
    if (at.is_over || section->type == NO_BITS || offset > file_size || size > file_size - offset) {
        return 0;
    }
    section->content = bytes_of(file.at + offset, size);
    return 1;
}

static void read_elf(struct bytes file, struct executable *found) {
    static const uint8_t magic[] = {0x7f, 'E', 'L', 'F', 2, 1};
    if (left(&file) < 64 || memcmp(file.at, magic, sizeof magic) != 0) {
        return;
    }
    struct bytes header = file;
    skip(&header, 0x28);
    uint64_t table = fixed(&header, 8);
    skip(&header, 0x3c - 0x30);
    uint64_t count = fixed(&header, 2);
    uint64_t names_index = fixed(&header, 2);
    struct section names;
    if (!read_section(file, table, names_index, &names)) {
        return;
    }
    for (uint64_t index = 0; index < count; index++) {
        struct section section;
        if (!read_section(file, table, index, &section) || (section.flags & COMPRESSED)) {
            continue;
        }
        size_t length;
        const char *name = text_at(names.content, section.name, &length);
        struct section linked;
        if (section.type == SYMBOL_TABLE && read_section(file, table, section.link, &linked)) {
            found->symbols = section.content;
            found->symbol_names = linked.content;
        } else if (length == 11 && memcmp(name, ".debug_line", 11) == 0) {
            found->lines = section.content;
        } else if (length == 15 && memcmp(name, ".debug_line_str", 15) == 0) {
            found->line_texts = section.content;
        } else if (length == 10 && memcmp(name, ".debug_str", 10) == 0) {
            found->texts = section.content;
        }
    }
}

static void find_names(const struct executable *program, struct lang_frame *frames, size_t count, uint64_t base) {
    struct bytes at = program->symbols;
    while (left(&at) >= SYMBOL_BYTES) {
        uint64_t name = fixed(&at, 4);
        uint64_t info = fixed(&at, 1);
        skip(&at, 3);
        uint64_t start = fixed(&at, 8);
        uint64_t size = fixed(&at, 8);
        if ((info & 0xf) != FUNCTION) {
            continue;
        }
        for (size_t index = 0; index < count; index++) {
            uint64_t address = frames[index].address - base;
            if (address >= start && address - start < size) {
                frames[index].name = text_at(program->symbol_names, name, &frames[index].name_len);
            }
        }
    }
}

/* --- DWARF's line table --- */

enum { FORM_DATA2 = 0x05, FORM_DATA4 = 0x06, FORM_DATA8 = 0x07, FORM_STRING = 0x08, FORM_BLOCK = 0x09,
       FORM_DATA1 = 0x0b, FORM_STRP = 0x0e, FORM_UDATA = 0x0f, FORM_DATA16 = 0x1e, FORM_LINE_STRP = 0x1f };
enum { CONTENT_PATH = 1, CONTENT_FOLDER = 2 };
enum { EXTENDED = 0, COPY = 1, ADVANCE_PC = 2, ADVANCE_LINE = 3, SET_FILE = 4, SET_COLUMN = 5, NEGATE_STATEMENT = 6,
       BASIC_BLOCK = 7, CONST_ADD_PC = 8, FIXED_ADVANCE_PC = 9 };
enum { END_SEQUENCE = 1, SET_ADDRESS = 2 };

struct unit {
    const struct executable *program;
    unsigned version;
    unsigned offset_bytes;
    unsigned address_bytes;
    uint64_t instruction_bytes;
    int64_t line_base;
    uint64_t line_range;
    uint64_t opcode_base;
    struct bytes opcode_lengths;
    /* The tables of folders and files, to be read again from their beginning. */
    struct bytes folders;
    struct bytes files;
    struct bytes program_bytes;
};

/* The path and the folder of one entry of a table of version 5, of the given format. */
static void read_entry(const struct unit *unit, struct bytes format, uint64_t n_fields, struct bytes *at,
                       const char **path, size_t *length, uint64_t *folder) {
    for (uint64_t field = 0; field < n_fields; field++) {
        uint64_t content = uleb128(&format);
        uint64_t form = uleb128(&format);
        uint64_t value = 0;
        const char *string = NULL;
        size_t string_length = 0;
        switch (form) {
        case FORM_STRING:
            string = text(at, &string_length);
            break;
        case FORM_LINE_STRP:
            string = text_at(unit->program->line_texts, fixed(at, unit->offset_bytes), &string_length);
            break;
        case FORM_STRP:
            string = text_at(unit->program->texts, fixed(at, unit->offset_bytes), &string_length);
            break;
        case FORM_UDATA:
            value = uleb128(at);
            break;
        case FORM_DATA1:
            value = fixed(at, 1);
            break;
        case FORM_DATA2:
            value = fixed(at, 2);
            break;
        case FORM_DATA4:
            value = fixed(at, 4);
            break;
        case FORM_DATA8:
            value = fixed(at, 8);
            break;
        case FORM_DATA16:
            skip(at, 16);
            break;
        case FORM_BLOCK:
            skip(at, uleb128(at));
            break;
        default:
            at->is_over = 1;
            return;
        }
        if (content == CONTENT_PATH && string != NULL) {
            *path = string;
            *length = string_length;
        } else if (content == CONTENT_FOLDER) {
            *folder = value;
        }
    }
}

/* Entry `wanted` of a table of version 5; moves past the table when there are fewer. */
static bool entry_of(const struct unit *unit, struct bytes *at, uint64_t wanted, const char **path, size_t *length,
                     uint64_t *folder) {
    uint64_t n_fields = fixed(at, 1);
    struct bytes format = *at;
    for (uint64_t field = 0; field < 2 * n_fields && !at->is_over; field++) {
        uleb128(at);
    }
    uint64_t count = uleb128(at);
    for (uint64_t index = 0; index < count && !at->is_over; index++) {
        read_entry(unit, format, n_fields, at, path, length, folder);
        if (index == wanted) {
            return !at->is_over;
        }
    }
    return 0;
}

static void name_file(const struct unit *unit, uint64_t file, struct lang_frame *frame) {
    uint64_t folder = 0;
    if (unit->version >= 5) {
        struct bytes files = unit->files;
        struct bytes folders = unit->folders;
        uint64_t ignored;
        if (!entry_of(unit, &files, file, &frame->file, &frame->file_len, &folder)) {
            return;
        }
        if (frame->file_len != 0 && frame->file[0] != '/' && folder != 0) {
            entry_of(unit, &folders, folder, &frame->folder, &frame->folder_len, &ignored);
        }
        return;
    }
    struct bytes files = unit->files;
    for (uint64_t index = 1; !files.is_over; index++) {
        size_t length;
        const char *path = text(&files, &length);
        if (length == 0) {
            return;
        }
        folder = uleb128(&files);
        uleb128(&files);
        uleb128(&files);
        if (index == file) {
            frame->file = path;
            frame->file_len = length;
            break;
        }
    }
    struct bytes folders = unit->folders;
    for (uint64_t index = 1; index <= folder && frame->file_len != 0 && frame->file[0] != '/'; index++) {
        size_t length;
        const char *path = text(&folders, &length);
        if (length == 0 || folders.is_over) {
            return;
        }
        if (index == folder) {
            frame->folder = path;
            frame->folder_len = length;
        }
    }
}

/* One row of the table: what is true from an address on. */
struct row {
    uint64_t address;
    uint64_t file;
    uint64_t line;
};

static void take_rows(const struct unit *unit, struct row from, uint64_t to, struct lang_frame *frames, size_t count,
                      uint64_t base) {
    for (size_t index = 0; index < count; index++) {
        uint64_t address = frames[index].address - base;
        if (frames[index].line == 0 && address >= from.address && address < to && from.line != 0) {
            name_file(unit, from.file, &frames[index]);
            frames[index].line = frames[index].file_len == 0 ? 0 : from.line;
        }
    }
}

static void run_program(const struct unit *unit, struct lang_frame *frames, size_t count, uint64_t base) {
    const struct row start = {0, 1, 1};
    struct row row = start;
    struct row last = start;
    bool has_last = 0;
    struct bytes at = unit->program_bytes;
    while (left(&at) > 0 && !at.is_over) {
        uint64_t opcode = fixed(&at, 1);
        bool emits = 0;
        bool ends = 0;
        if (opcode >= unit->opcode_base) {
            uint64_t adjusted = opcode - unit->opcode_base;
            row.address += adjusted / unit->line_range * unit->instruction_bytes;
            row.line += (uint64_t)(unit->line_base + (int64_t)(adjusted % unit->line_range));
            emits = 1;
        } else if (opcode == EXTENDED) {
            uint64_t length = uleb128(&at);
            struct bytes operation = at;
            skip(&at, length);
            switch (fixed(&operation, 1)) {
            case END_SEQUENCE:
                emits = 1;
                ends = 1;
                break;
            case SET_ADDRESS:
                row.address = fixed(&operation, unit->address_bytes);
                break;
            default:
                break;
            }
        } else {
            switch (opcode) {
            case COPY:
                emits = 1;
                break;
            case ADVANCE_PC:
                row.address += uleb128(&at) * unit->instruction_bytes;
                break;
            case ADVANCE_LINE:
                row.line += (uint64_t)sleb128(&at);
                break;
            case SET_FILE:
                row.file = uleb128(&at);
                break;
            case CONST_ADD_PC:
                row.address += (255 - unit->opcode_base) / unit->line_range * unit->instruction_bytes;
                break;
            case FIXED_ADVANCE_PC:
                row.address += fixed(&at, 2);
                break;
            default: {
                struct bytes lengths = unit->opcode_lengths;
                skip(&lengths, opcode - 1);
                for (uint64_t operands = fixed(&lengths, 1); operands > 0 && !at.is_over; operands--) {
                    uleb128(&at);
                }
            }
            }
        }
        if (!emits) {
            continue;
        }
        if (has_last) {
            take_rows(unit, last, row.address, frames, count, base);
        }
        last = row;
        has_last = !ends;
        if (ends) {
            row = start;
        }
    }
}

/* Reads the header of a unit and runs its program. */
static void read_unit(const struct executable *program, struct bytes at, unsigned offset_bytes,
                      struct lang_frame *frames, size_t count, uint64_t base) {
    struct unit unit = {.program = program, .offset_bytes = offset_bytes, .address_bytes = 8};
    unit.version = (unsigned)fixed(&at, 2);
    if (unit.version < 4 || unit.version > 5) {
        return;
    }
    if (unit.version == 5) {
        unit.address_bytes = (unsigned)fixed(&at, 1);
        skip(&at, 1);
    }
    uint64_t header_length = fixed(&at, offset_bytes);
    unit.program_bytes = at;
    skip(&unit.program_bytes, header_length);
    unit.instruction_bytes = fixed(&at, 1);
    skip(&at, 2);
    unit.line_base = (int8_t)fixed(&at, 1);
    unit.line_range = fixed(&at, 1);
    unit.opcode_base = fixed(&at, 1);
    if (at.is_over || unit.line_range == 0 || unit.opcode_base == 0 || unit.address_bytes > 8) {
        return;
    }
    unit.opcode_lengths = at;
    skip(&at, unit.opcode_base - 1);
    unit.folders = at;
    if (unit.version == 5) {
        const char *path;
        size_t length;
        uint64_t folder;
        entry_of(&unit, &at, UINT64_MAX, &path, &length, &folder);
    } else {
        size_t length;
        do {
            text(&at, &length);
        } while (length != 0 && !at.is_over);
    }
    unit.files = at;
    if (!at.is_over) {
        run_program(&unit, frames, count, base);
    }
}

static void find_lines(const struct executable *program, struct lang_frame *frames, size_t count, uint64_t base) {
    struct bytes at = program->lines;
    while (left(&at) > 4) {
        unsigned offset_bytes = 4;
        uint64_t length = fixed(&at, 4);
        if (length == 0xffffffff) {
            offset_bytes = 8;
            length = fixed(&at, 8);
        }
        if (length > left(&at)) {
            return;
        }
        read_unit(program, bytes_of(at.at, length), offset_bytes, frames, count, base);
        skip(&at, length);
    }
}

void lang_describe_frames(struct lang_frame *frames, size_t count) {
    if (__ehdr_start == NULL) {
        return;
    }
    int file = open("/proc/self/exe", READ_ONLY);
    if (file < 0) {
        return;
    }
    int64_t size = lseek(file, 0, SEEK_TO_END);
    void *map = size > 0 ? mmap(NULL, (size_t)size, PROTECT_READ, MAP_OWN, file, 0) : (void *)-1;
    close(file);
    if (map == (void *)-1) {
        return;
    }
    /* It stays mapped: the names point into it, and the program ends soon. */
    struct executable program;
    memset(&program, 0, sizeof program);
    read_elf(bytes_of(map, (uint64_t)size), &program);
    /* An executable that is not moved says its addresses as they are. */
    uint64_t base = ((const uint8_t *)__ehdr_start)[16] == 2 ? 0 : (uint64_t)(uintptr_t)__ehdr_start;
    find_names(&program, frames, count, base);
    find_lines(&program, frames, count, base);
}

#else

void lang_describe_frames(struct lang_frame *frames, size_t count) { (void)frames, (void)count; }

#endif
