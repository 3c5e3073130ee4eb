// See variants.h.

#include "variants.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DIBuilder.h"

using namespace llvm;

LLVMMetadataRef lang_debug_variant(LLVMDIBuilderRef builder, const char *name, size_t n_name, uint64_t size_bits,
                                   LLVMValueRef discriminant, LLVMMetadataRef type) {
  Constant *value = discriminant ? cast<Constant>(unwrap(discriminant)) : nullptr;
  return wrap(unwrap(builder)->createVariantMemberType(nullptr, StringRef(name, n_name), nullptr, 0, size_bits, 0, 0,
                                                       value, DINode::FlagZero, cast<DIType>(unwrap(type))));
}

LLVMMetadataRef lang_debug_variant_part(LLVMDIBuilderRef builder, uint64_t size_bits, LLVMMetadataRef discriminator,
                                        LLVMMetadataRef *variants, size_t n_variants) {
  DIBuilder *made = unwrap(builder);
  DINodeArray elements = made->getOrCreateArray(ArrayRef<Metadata *>(unwrap(variants), n_variants));
  // Equal members are one node, and DWARF's part refers to the one entry that is made of its own.
  DIDerivedType *own = MDNode::replaceWithDistinct(cast<DIDerivedType>(unwrap(discriminator))->clone());
  return wrap(made->createVariantPart(nullptr, "", nullptr, 0, size_bits, 0, DINode::FlagZero, own, elements));
}
