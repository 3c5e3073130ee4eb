/* The personality routine: what the unwinder asks about each Lang frame that has landing pads.
 *
 * It reads the function's language-specific data (the table that LLVM writes for `landingpad`, in the format of GCC's
 * `.gcc_except_table`): a header, call sites with their landing pads, actions, and types counted backwards. Lang has
 * two kinds of action, `cleanup` and `catch ptr null`. */
#include "lang_internal.h"
#include "lang_unwind.h"

#if LANG_UNWINDS

/* The encodings of DWARF's exception headers (LSB 5, 10.5). */
enum {
    ENCODED_ABSOLUTE = 0x00,
    ENCODED_ULEB128 = 0x01,
    ENCODED_UDATA2 = 0x02,
    ENCODED_UDATA4 = 0x03,
    ENCODED_UDATA8 = 0x04,
    ENCODED_SLEB128 = 0x09,
    ENCODED_SDATA2 = 0x0a,
    ENCODED_SDATA4 = 0x0b,
    ENCODED_SDATA8 = 0x0c,
    ENCODED_OMITTED = 0xff,
};

/* What a frame does about an exception. */
enum frame_action { PASS, CLEAN_UP, CATCH, STOP };

struct landing {
    enum frame_action action;
    uintptr_t pad;
    uintptr_t selector;
};

/* The part of the header that actions need. */
struct type_table {
    const uint8_t *end;
    uint8_t encoding;
};

static uintptr_t read_uleb128(const uint8_t **at) {
    uintptr_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        if (shift < sizeof value * 8) {
            value |= (uintptr_t)(byte & 0x7f) << shift;
        }
        shift += 7;
    } while (byte & 0x80);
    return value;
}

static intptr_t read_sleb128(const uint8_t **at) {
    uintptr_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        if (shift < sizeof value * 8) {
            value |= (uintptr_t)(byte & 0x7f) << shift;
        }
        shift += 7;
    } while (byte & 0x80);
    if ((byte & 0x40) && shift < sizeof value * 8) {
        value |= -((uintptr_t)1 << shift);
    }
    return (intptr_t)value;
}

/* Little-endian bytes, as every target that unwinds has them, at any alignment. */
static uint64_t read_bytes(const uint8_t **at, unsigned count) {
    uint64_t value = 0;
    for (unsigned index = 0; index < count; index++) {
        value |= (uint64_t)(*at)[index] << (8 * index);
    }
    *at += count;
    return value;
}

/* The number that an encoding stores, before anything is added to it. */
static uintptr_t read_stored(const uint8_t **at, uint8_t encoding) {
    switch (encoding & 0x0f) {
    case ENCODED_ULEB128:
        return read_uleb128(at);
    case ENCODED_SLEB128:
        return (uintptr_t)read_sleb128(at);
    case ENCODED_UDATA2:
        return (uintptr_t)read_bytes(at, 2);
    case ENCODED_SDATA2:
        return (uintptr_t)(intptr_t)(int16_t)read_bytes(at, 2);
    case ENCODED_UDATA4:
        return (uintptr_t)read_bytes(at, 4);
    case ENCODED_SDATA4:
        return (uintptr_t)(intptr_t)(int32_t)read_bytes(at, 4);
    case ENCODED_UDATA8:
    case ENCODED_SDATA8:
        return (uintptr_t)read_bytes(at, 8);
    case ENCODED_ABSOLUTE:
        return (uintptr_t)read_bytes(at, sizeof(uintptr_t));
    default:
        abort();
    }
}

/* How many bytes an entry of the type table takes. */
static size_t stored_size(uint8_t encoding) {
    switch (encoding & 0x0f) {
    case ENCODED_UDATA2:
    case ENCODED_SDATA2:
        return 2;
    case ENCODED_UDATA4:
    case ENCODED_SDATA4:
        return 4;
    case ENCODED_UDATA8:
    case ENCODED_SDATA8:
        return 8;
    default:
        return sizeof(uintptr_t);
    }
}

/* Whether type `index` is null, which catches everything. A null type is stored as 0 whatever the encoding adds. */
static bool catches_all(struct type_table types, uintptr_t index) {
    if (types.end == NULL) {
        return 0;
    }
    const uint8_t *entry = types.end - index * stored_size(types.encoding);
    return read_stored(&entry, types.encoding) == 0;
}

/* Follows the chain of actions of a call site. */
static enum frame_action read_actions(const uint8_t *action, struct type_table types, uintptr_t *selector) {
    enum frame_action found = PASS;
    for (;;) {
        intptr_t type = read_sleb128(&action);
        const uint8_t *next = action;
        intptr_t distance = read_sleb128(&action);
        if (type > 0 && catches_all(types, (uintptr_t)type)) {
            *selector = (uintptr_t)type;
            return CATCH;
        }
        if (type == 0) {
            found = CLEAN_UP;
        }
        if (distance == 0) {
            return found;
        }
        action = next + distance;
    }
}

static struct landing find_landing(struct _Unwind_Context *context) {
    struct landing landing = {PASS, 0, 0};
    const uint8_t *at = _Unwind_GetLanguageSpecificData(context);
    if (at == NULL) {
        return landing;
    }
    int before_instruction = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &before_instruction);
    if (!before_instruction) {
        /* A return address may lie past the call site that it belongs to. */
        address--;
    }
    uintptr_t function = _Unwind_GetRegionStart(context);

    uint8_t pads_encoding = *at++;
    uintptr_t pads_start = pads_encoding == ENCODED_OMITTED ? function : read_stored(&at, pads_encoding);
    struct type_table types = {NULL, *at++};
    if (types.encoding != ENCODED_OMITTED) {
        uintptr_t types_offset = read_uleb128(&at);
        types.end = at + types_offset;
    }
    uint8_t sites_encoding = *at++;
    uintptr_t sites_length = read_uleb128(&at);
    const uint8_t *actions = at + sites_length;

    while (at < actions) {
        uintptr_t start = read_stored(&at, sites_encoding);
        uintptr_t length = read_stored(&at, sites_encoding);
        uintptr_t pad = read_stored(&at, sites_encoding);
        uintptr_t action = read_uleb128(&at);
        if (address - function < start) {
            break;
        }
        if (address - function - start >= length) {
            continue;
        }
        if (pad == 0) {
            return landing;
        }
        landing.pad = pads_start + pad;
        landing.action = action == 0 ? CLEAN_UP : read_actions(actions + action - 1, types, &landing.selector);
        return landing;
    }
    /* No call site here may unwind, as LLVM saw it: the call is `nounwind`. */
    landing.action = STOP;
    return landing;
}

static int install(struct _Unwind_Context *context, void *exception, struct landing landing) {
    _Unwind_SetGR(context, __builtin_eh_return_data_regno(0), (uintptr_t)exception);
    _Unwind_SetGR(context, __builtin_eh_return_data_regno(1), landing.selector);
    _Unwind_SetIP(context, landing.pad);
    return UNWIND_INSTALL_CONTEXT;
}

int lang_personality(int version, int actions, uint64_t exception_class, void *exception, void *context) {
    (void)exception_class;
    if (version != 1) {
        return UNWIND_FATAL_PHASE1_ERROR;
    }
    struct landing landing = find_landing(context);
    switch (landing.action) {
    case PASS:
        return UNWIND_CONTINUE;
    case STOP:
        lang_panic_no_unwind();
    case CLEAN_UP:
        return actions & UNWIND_SEARCH_PHASE ? UNWIND_CONTINUE : install(context, exception, landing);
    case CATCH:
        break;
    }
    if (actions & UNWIND_SEARCH_PHASE) {
        return UNWIND_HANDLER_FOUND;
    }
    /* A forced unwinding (a thread that is cancelled) goes through: its landing pad would stop it. */
    return actions & UNWIND_HANDLER_FRAME ? install(context, exception, landing) : UNWIND_CONTINUE;
}

#else

int lang_personality(int version, int actions, uint64_t exception_class, void *exception, void *context) {
    (void)version, (void)actions, (void)exception_class, (void)exception, (void)context;
    abort();
}

#endif
