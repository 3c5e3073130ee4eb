// See sanitize.h.

#include "sanitize.h"

#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Instrumentation/AddressSanitizer.h"

using namespace llvm;

void lang_sanitize_address(LLVMModuleRef module, LLVMTargetMachineRef machine) {
  PassBuilder builder(reinterpret_cast<TargetMachine *>(machine));
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  AddressSanitizerOptions options;
  // Memory whose `lifetime.end` has passed is gone; that of a function that returned is if the runtime is asked to.
  options.UseAfterScope = true;
  options.UseAfterReturn = AsanDetectStackUseAfterReturnMode::Runtime;
  ModulePassManager passes;
  passes.addPass(AddressSanitizerPass(options));
  passes.run(*unwrap(module), modules);
}
