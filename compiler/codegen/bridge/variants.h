// DWARF's variant parts, for which LLVM's C interface has no functions.
//
// Linked into lang-codegen, unlike the bridge to Clang. Metadata and values are those of the builder's module.

#ifndef LANG_CODEGEN_VARIANTS_H
#define LANG_CODEGEN_VARIANTS_H

#include <stddef.h>
#include <stdint.h>

#include "llvm-c/DebugInfo.h"

#ifdef __cplusplus
extern "C" {
#endif

// A variant whose fields are those of `type`, at the start of the whole. It is the one of `discriminant`, an integer,
// or where that is null the one of all that no other variant has. The name is copied.
LLVMMetadataRef lang_debug_variant(LLVMDIBuilderRef builder, const char *name, size_t n_name, uint64_t size_bits,
                                   LLVMValueRef discriminant, LLVMMetadataRef type);

// The only element of a struct that is one of `variants`, as the member `discriminator` tells.
LLVMMetadataRef lang_debug_variant_part(LLVMDIBuilderRef builder, uint64_t size_bits, LLVMMetadataRef discriminator,
                                        LLVMMetadataRef *variants, size_t n_variants);

#ifdef __cplusplus
}
#endif

#endif
