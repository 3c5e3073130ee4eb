// The bridge's implementation: Clang's front end up to LLVM IR, in process.
//
// Clang's driver makes the invocation, because what it adds to the command line (`+d`, `lp64d`, `darwinpcs`) is part
// of the C ABI. No pass runs here: the IR is optimised with the unit that it is linked into.

#include "bridge.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/GlobalDecl.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Basic/SourceManager.h"
#include "clang/CodeGen/ModuleBuilder.h"
#include "clang/Driver/CreateInvocationFromArgs.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace {

// What diagnostics call the text.
const char *const InputName = "c-text.c";

using Root = std::pair<std::string, llvm::Function *>;

// Asks Clang's code generator for the wanted functions once the whole text is read, as a use in C would.
class Roots : public clang::ASTConsumer {
public:
  Roots(clang::CodeGenerator &Generator, llvm::ArrayRef<const char *> Wanted, std::vector<Root> &Found)
      : Generator(Generator), Wanted(Wanted), Found(Found) {}

  void HandleTranslationUnit(clang::ASTContext &Context) override {
    for (const char *Name : Wanted) {
      clang::DeclarationName Identifier(&Context.Idents.get(Name));
      for (clang::NamedDecl *Decl : Context.getTranslationUnitDecl()->lookup(Identifier)) {
        auto *Function = llvm::dyn_cast<clang::FunctionDecl>(Decl);
        const clang::FunctionDecl *Definition = nullptr;
        if (!Function || !Function->hasBody(Definition))
          continue;
        // C99's `inline` without `extern` counts on a definition elsewhere, and none is made of it here when nothing is
        // optimised. GNU's `inline` is the same function, defined.
        if (Definition->isInlined() && Definition->isExternallyVisible() &&
            !Definition->hasAttr<clang::GNUInlineAttr>())
          const_cast<clang::FunctionDecl *>(Definition)->addAttr(clang::GNUInlineAttr::CreateImplicit(Context));
        llvm::Constant *Address = Generator.GetAddrOfGlobal(clang::GlobalDecl(Definition), false);
        if (auto *Value = llvm::dyn_cast_or_null<llvm::Function>(Address))
          Found.emplace_back(Name, Value);
        break;
      }
    }
  }

private:
  clang::CodeGenerator &Generator;
  llvm::ArrayRef<const char *> Wanted;
  std::vector<Root> &Found;
};

class ToModule : public clang::ASTFrontendAction {
public:
  ToModule(llvm::LLVMContext &Context, llvm::ArrayRef<const char *> Wanted) : Context(Context), Wanted(Wanted) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &Compiler, llvm::StringRef) override {
    std::unique_ptr<clang::CodeGenerator> Generator = clang::CreateLLVMCodeGen(Compiler, InputName, Context);
    this->Generator = Generator.get();
    std::vector<std::unique_ptr<clang::ASTConsumer>> Consumers;
    // In this order: the roots are asked for before the code generator ends its module.
    Consumers.push_back(std::make_unique<Roots>(*Generator, Wanted, Found));
    Consumers.push_back(std::move(Generator));
    return std::make_unique<clang::MultiplexConsumer>(std::move(Consumers));
  }

  void EndSourceFileAction() override {
    if (getCompilerInstance().getDiagnostics().hasErrorOccurred())
      return;
    weakenHeaders();
    Module = Generator->ReleaseModule();
  }

  std::unique_ptr<llvm::Module> Module;
  // The functions of Module that were wanted and are defined.
  std::vector<Root> Found;

private:
  // What a header defines for the whole program, each text on it defines: one of them is kept.
  void weakenHeaders() {
    const clang::SourceManager &Sources = getCompilerInstance().getSourceManager();
    for (llvm::GlobalObject &Object : Generator->GetModule()->global_objects()) {
      if (Object.isDeclaration() || !Object.hasExternalLinkage())
        continue;
      const clang::Decl *Decl = Generator->GetDeclForMangledName(Object.getName());
      if (Decl && !Sources.isInMainFile(Sources.getExpansionLoc(Decl->getLocation())))
        Object.setLinkage(llvm::GlobalValue::WeakODRLinkage);
    }
  }

  llvm::LLVMContext &Context;
  llvm::ArrayRef<const char *> Wanted;
  // Owned by the consumer, which lives until the source file ends.
  clang::CodeGenerator *Generator = nullptr;
};

// Makes each root a symbol that a declaration of that name in another module is linked to.
void expose(llvm::ArrayRef<Root> Roots) {
  for (const Root &Root : Roots) {
    llvm::Function *Function = Root.second;
    Function->setLinkage(llvm::GlobalValue::ExternalLinkage);
    Function->setVisibility(llvm::GlobalValue::HiddenVisibility);
    Function->setComdat(nullptr);
    // An `asm` label gave it another name.
    if (Function->getName() != Root.first)
      Function->setName(Root.first);
  }
}

std::unique_ptr<llvm::Module> compile(llvm::LLVMContext &Context, const LangCText &Text, llvm::raw_ostream &Messages) {
  clang::DiagnosticOptions Options;
  // A warning about code that we wrote, or about the user's header, is of no use to whoever builds a program.
  Options.IgnoreWarnings = true;
  auto *Printer = new clang::TextDiagnosticPrinter(Messages, Options);
  auto Files = llvm::vfs::getRealFileSystem();
  auto Diagnostics = clang::CompilerInstance::createDiagnostics(*Files, Options, Printer, /*ShouldOwnClient=*/true);

  // The resource folder is found from the program's, where no argument names it.
  std::vector<const char *> Args = {LANG_LLVM_PREFIX "/bin/clang"};
  Args.insert(Args.end(), Text.args, Text.args + Text.n_args);
  Args.insert(Args.end(), {"-x", "c", "-w", "-c", InputName});
  clang::CreateInvocationOptions InvocationOptions;
  InvocationOptions.Diags = Diagnostics;
  InvocationOptions.VFS = Files;
  std::shared_ptr<clang::CompilerInvocation> Invocation =
      clang::createInvocation(Args, std::move(InvocationOptions));
  if (!Invocation)
    return nullptr;
  Invocation->getFrontendOpts().DisableFree = false;
  auto Buffer = llvm::MemoryBuffer::getMemBuffer(Text.text, InputName);
  Invocation->getPreprocessorOpts().addRemappedFile(InputName, Buffer.release());

  clang::CompilerInstance Compiler(std::move(Invocation));
  // Where Clang would count its errors.
  Compiler.setVerboseOutputStream(llvm::nulls());
  Compiler.setVirtualFileSystem(Files);
  Compiler.setDiagnostics(Diagnostics);
  ToModule Action(Context, llvm::ArrayRef<const char *>(Text.wanted, Text.n_wanted));
  if (!Compiler.ExecuteAction(Action) || !Action.Module)
    return nullptr;
  expose(Action.Found);
  return std::move(Action.Module);
}

} // namespace

LLVMModuleRef lang_bridge_compile(LLVMContextRef Context, const LangCText *Text, char **Message) {
  std::string Messages;
  llvm::raw_string_ostream Stream(Messages);
  std::unique_ptr<llvm::Module> Module = compile(*llvm::unwrap(Context), *Text, Stream);
  *Message = nullptr;
  if (!Module)
    *Message = strdup(Messages.empty() ? "Clang gives no module and no reason" : Messages.c_str());
  return llvm::wrap(Module.release());
}

void lang_bridge_free_message(char *Message) { free(Message); }

void lang_bridge_use_init_array(LLVMTargetMachineRef Machine) {
  reinterpret_cast<llvm::TargetMachine *>(Machine)->Options.UseInitArray = true;
}

LLVMBool lang_bridge_inlinable(LLVMTargetMachineRef Machine, LLVMValueRef Caller, LLVMValueRef Callee) {
  auto *From = llvm::unwrap<llvm::Function>(Caller);
  auto *To = llvm::unwrap<llvm::Function>(Callee);
  auto *Target = reinterpret_cast<llvm::TargetMachine *>(Machine);
  return Target->getTargetTransformInfo(*To).areInlineCompatible(From, To);
}
