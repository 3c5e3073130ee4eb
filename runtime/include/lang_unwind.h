/* The unwinder of the Itanium C++ ABI (exception handling, level I), as libgcc_s, libunwind and libSystem have it. */
#ifndef LANG_UNWIND_H
#define LANG_UNWIND_H

#include <stdint.h>

/* ARM's EHABI, Windows and WebAssembly unwind otherwise: a panic aborts there. */
#if defined(__arm__) || defined(_WIN32) || defined(__wasm__)
#define LANG_UNWINDS 0
#else
#define LANG_UNWINDS 1
#endif

/* "LANG" of the vendor and "LNG\0" of the language, as the ABI asks. */
#define LANG_EXCEPTION_CLASS UINT64_C(0x4c414e474c4e4700)

struct _Unwind_Exception {
    uint64_t exception_class;
    void (*exception_cleanup)(int reason, struct _Unwind_Exception *exception);
    uintptr_t private_1;
    uintptr_t private_2;
} __attribute__((__aligned__));

struct _Unwind_Context;

enum { UNWIND_HANDLER_FOUND = 6, UNWIND_INSTALL_CONTEXT = 7, UNWIND_CONTINUE = 8, UNWIND_FATAL_PHASE1_ERROR = 3 };
enum { UNWIND_SEARCH_PHASE = 1, UNWIND_CLEANUP_PHASE = 2, UNWIND_HANDLER_FRAME = 4, UNWIND_FORCED = 8 };

int _Unwind_RaiseException(struct _Unwind_Exception *exception);
uintptr_t _Unwind_GetIPInfo(struct _Unwind_Context *context, int *before_instruction);
void _Unwind_SetIP(struct _Unwind_Context *context, uintptr_t address);
void _Unwind_SetGR(struct _Unwind_Context *context, int index, uintptr_t value);
uintptr_t _Unwind_GetRegionStart(struct _Unwind_Context *context);
void *_Unwind_GetLanguageSpecificData(struct _Unwind_Context *context);

#endif
