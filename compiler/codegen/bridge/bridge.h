// The C surface of the bridge: all that crosses between lang-codegen and Clang.
//
// Takes C text and Clang driver arguments, gives an LLVM module in the caller's context, or Clang's diagnostics as
// text. Both sides use the same libLLVM. Knows nothing of units.

#ifndef LANG_CODEGEN_BRIDGE_H
#define LANG_CODEGEN_BRIDGE_H

#include <stddef.h>

#include "llvm-c/TargetMachine.h"

#define LANG_BRIDGE_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

// Strings are UTF-8 and end with a NUL. What is pointed to is the caller's and only read.
typedef struct {
  // The C text.
  const char *text;
  // Clang driver arguments, without program name, input and output.
  const char *const *args;
  size_t n_args;
  // Names of functions that are wanted, whether or not the text uses them.
  const char *const *wanted;
  size_t n_wanted;
} LangCText;

// Compiles C text to IR in `context`. Gives the module, which the caller owns, or null. `*message` becomes null, or
// what Clang said where there is no module; the caller frees it with lang_bridge_free_message.
//
// Each wanted function that the text or its precompiled header defines is in the module under that name with hidden
// visibility, ready to be linked to by name; nothing else that is static and unused is. The data layout is Clang's.
LANG_BRIDGE_API LLVMModuleRef lang_bridge_compile(LLVMContextRef context, const LangCText *text, char **message);

LANG_BRIDGE_API void lang_bridge_free_message(char *message);

// Makes the machine list what runs before `main` and after it where ELF's loaders look for that today, as Clang does;
// other formats have one place for it.
LANG_BRIDGE_API void lang_bridge_use_init_array(LLVMTargetMachineRef machine);

// Whether LLVM may inline `callee` into `caller`, going by the processor features of both.
LANG_BRIDGE_API LLVMBool lang_bridge_inlinable(LLVMTargetMachineRef machine, LLVMValueRef caller, LLVMValueRef callee);

#ifdef __cplusplus
}
#endif

#endif
