// LLVM's sanitizer passes with options that its pipeline text has no words for.
//
// Linked into lang-codegen, unlike the bridge to Clang.

#ifndef LANG_CODEGEN_SANITIZE_H
#define LANG_CODEGEN_SANITIZE_H

#include "llvm-c/TargetMachine.h"

#ifdef __cplusplus
extern "C" {
#endif

// Instruments the functions of the module that have `sanitize_address`, and its globals, as Clang does.
void lang_sanitize_address(LLVMModuleRef module, LLVMTargetMachineRef machine);

#ifdef __cplusplus
}
#endif

#endif
