//! Units made by hand, and what the tests do with them: compile, link, run, read.

// Each test file uses its own part of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base::IndexVec;
use tempfile::TempDir;
use unit::*;

pub(crate) const X86_64: &str = "x86_64-unknown-linux-gnu";
pub(crate) const AARCH64: &str = "aarch64-unknown-linux-gnu";
pub(crate) const DARWIN: &str = "arm64-apple-macosx13.0.0";

/// A processor that the tests compile for.
pub(crate) fn machine(triple: &str, optimize: Optimize) -> Machine {
    let (data_layout, cpu, features) = match triple {
        X86_64 => (
            "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128",
            "x86-64",
            "+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87",
        ),
        AARCH64 => (
            "e-m:e-p270:32:32-p271:32:32-p272:64:64-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32",
            "generic",
            "+fp-armv8,+neon,+outline-atomics,+v8a,-fmv",
        ),
        DARWIN => (
            "e-m:o-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-n32:64-S128-Fn32",
            "apple-m1",
            "+aes,+altnzcv,+ccdp,+ccidx,+ccpp,+complxnum,+crc,+dit,+dotprod,+flagm,+fp-armv8,+fp16fml,+fptoint,\
             +fullfp16,+jsconv,+lse,+neon,+pauth,+perfmon,+predres,+ras,+rcpc,+rdm,+sb,+sha2,+sha3,+specrestrict,\
             +ssbs,+v8.1a,+v8.2a,+v8.3a,+v8.4a,+v8a",
        ),
        other => panic!("no machine for {other}"),
    };
    Machine {
        triple: triple.to_string(),
        data_layout: data_layout.to_string(),
        cpu: cpu.to_string(),
        tune_cpu: (triple == X86_64).then(|| "generic".to_owned()),
        features: features.to_string(),
        frame_pointer: match (triple, optimize) {
            (X86_64, Optimize::None) => "all",
            (X86_64, Optimize::Full) => "none",
            _ => "non-leaf-no-reserve",
        }
        .to_owned(),
        unwind_tables: if triple == DARWIN {
            UnwindTables::Sync
        } else {
            UnwindTables::Async
        },
        stack_probes: true,
        relocation_model: if triple == DARWIN {
            RelocationModel::Pic
        } else {
            RelocationModel::Pie
        },
        pointer_bits: 64,
        variadic_extend: unit::Extend::None,
    }
}

/// A unit in the making, with the types that most tests want.
pub(crate) struct Builder {
    pub(crate) unit: Unit,
    pub(crate) nothing: TypeId,
    pub(crate) boolean: TypeId,
    pub(crate) u8: TypeId,
    pub(crate) i32: TypeId,
    pub(crate) u32: TypeId,
    pub(crate) i64: TypeId,
    pub(crate) usize: TypeId,
    pub(crate) f32: TypeId,
    pub(crate) f64: TypeId,
    pub(crate) pointer: TypeId,
    /// A pointer and a length.
    pub(crate) slice: TypeId,
}

impl Builder {
    pub(crate) fn new(name: &str) -> Self {
        Self::for_target(name, X86_64)
    }

    pub(crate) fn for_target(name: &str, triple: &str) -> Self {
        let mut types = IndexVec::new();
        let mut add = |size, repr| {
            types.push(TypeDef {
                size,
                align: u64::max(size.min(8), 1),
                repr,
                values: Values::All,
                debug: None,
            })
        };
        let int = |bits, signed| Repr::Scalar(Scalar::Int { bits, signed });
        let length = Scalar::Int {
            bits: 64,
            signed: false,
        };
        Self {
            nothing: add(0, Repr::Unit),
            boolean: add(1, Repr::Scalar(Scalar::Bool)),
            u8: add(1, int(8, false)),
            i32: add(4, int(32, true)),
            u32: add(4, int(32, false)),
            i64: add(8, int(64, true)),
            usize: add(8, int(64, false)),
            f32: add(4, Repr::Scalar(Scalar::F32)),
            f64: add(8, Repr::Scalar(Scalar::F64)),
            pointer: add(8, Repr::Scalar(Scalar::Pointer)),
            slice: add(
                16,
                Repr::Pair {
                    first: Scalar::Pointer,
                    second: length,
                    second_offset: 8,
                },
            ),
            unit: Unit {
                name: name.to_string(),
                machine: machine(triple, Optimize::None),
                optimize: Optimize::None,
                debug_info: DebugInfo::None,
                sanitizer: None,
                panic: PanicStrategy::Unwind,
                files: [UnitFile {
                    directory: "/src".to_string(),
                    name: "test.lang".to_string(),
                }]
                .into_iter()
                .collect(),
                types,
                debug_types: IndexVec::new(),
                functions: IndexVec::new(),
                globals: IndexVec::new(),
                c_texts: Vec::new(),
            },
        }
    }

    pub(crate) fn memory(&mut self, size: u64, align: u64) -> TypeId {
        self.unit.types.push(TypeDef {
            size,
            align,
            repr: Repr::Memory,
            values: Values::All,
            debug: None,
        })
    }

    pub(crate) fn int(&mut self, bits: u32, signed: bool) -> TypeId {
        let size = u64::from(bits / 8);
        let repr = Repr::Scalar(Scalar::Int { bits, signed });
        self.unit.types.push(TypeDef {
            size,
            align: size,
            repr,
            values: Values::All,
            debug: None,
        })
    }

    pub(crate) fn c_signature(&self, params: &[TypeId], ret: TypeId) -> Signature {
        signature(Abi::C { variadic: false }, params, ret)
    }

    /// A function of another object.
    pub(crate) fn import(&mut self, symbol: &str, params: &[TypeId], ret: TypeId) -> FunctionId {
        let signature = self.c_signature(params, ret);
        self.declare(symbol, signature, Linkage::Import)
    }

    pub(crate) fn declare(&mut self, symbol: &str, signature: Signature, linkage: Linkage) -> FunctionId {
        self.unit.functions.push(Function {
            symbol: symbol.to_string(),
            name: symbol.to_string(),
            signature,
            linkage,
            inline: Inline::Default,
            nounwind: false,
            facts: unit::Facts::default(),
            features: None,
            body: None,
        })
    }

    /// `int printf(const char *, ...)`
    pub(crate) fn printf(&mut self) -> FunctionId {
        let signature = signature(Abi::C { variadic: true }, &[self.pointer], self.i32);
        self.declare("printf", signature, Linkage::Import)
    }

    /// An internal constant with a NUL at its end.
    pub(crate) fn text(&mut self, text: &str) -> GlobalId {
        let bytes = [text.as_bytes(), &[0]].concat();
        let symbol = format!("text.{}", self.unit.globals.len());
        self.global(&symbol, bytes, Vec::new(), true)
    }

    pub(crate) fn global(
        &mut self,
        symbol: &str,
        bytes: Vec<u8>,
        relocations: Vec<Relocation>,
        constant: bool,
    ) -> GlobalId {
        self.unit.globals.push(Global {
            symbol: symbol.to_string(),
            size: bytes.len() as u64,
            align: 8,
            linkage: Linkage::Internal,
            constant,
            thread_local: false,
            init: Some(GlobalInit { bytes, relocations }),
        })
    }

    /// Starts a body: the result and the parameters are its first locals.
    pub(crate) fn body(&self, params: &[TypeId], ret: TypeId) -> BodyBuilder {
        let mut body = BodyBuilder {
            body: Body {
                locals: IndexVec::new(),
                blocks: IndexVec::new(),
                scopes: [SourceScope { parent: None, loc: AT }].into_iter().collect(),
                loc: AT,
            },
            nothing: self.nothing,
            loc: AT,
        };
        body.local(ret);
        for &param in params {
            body.local(param);
        }
        body
    }

    pub(crate) fn define(
        &mut self,
        symbol: &str,
        abi: Abi,
        params: &[TypeId],
        ret: TypeId,
        linkage: Linkage,
        body: BodyBuilder,
    ) -> FunctionId {
        self.unit.functions.push(Function {
            symbol: symbol.to_string(),
            name: symbol.to_string(),
            signature: signature(abi, params, ret),
            linkage,
            inline: Inline::Default,
            nounwind: false,
            facts: unit::Facts::default(),
            features: None,
            body: Some(body.body),
        })
    }

    /// An internal function of our own ABI.
    pub(crate) fn lang(&mut self, symbol: &str, params: &[TypeId], ret: TypeId, body: BodyBuilder) -> FunctionId {
        self.define(symbol, Abi::Lang, params, ret, Linkage::Internal, body)
    }

    /// `int main(void)`
    pub(crate) fn main(&mut self, body: BodyBuilder) -> FunctionId {
        self.define("main", Abi::C { variadic: false }, &[], self.i32, Linkage::Export, body)
    }

    pub(crate) fn int_const(&self, ty: TypeId, value: i128) -> Operand {
        let bits = self.unit.types[ty].size * 8;
        let mask = if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
        Operand::Const(Const::Int {
            bits: value as u128 & mask,
            ty,
        })
    }

    pub(crate) fn address_of(&self, global: GlobalId) -> Operand {
        Operand::Const(Const::Global {
            global,
            offset: 0,
            ty: self.pointer,
        })
    }
}

pub(crate) fn signature(abi: Abi, params: &[TypeId], ret: TypeId) -> Signature {
    let param = |ty| Param {
        ty,
        extend: Extend::None,
        pointee: None,
    };
    Signature {
        abi,
        params: params.iter().copied().map(param).collect(),
        ret: param(ret),
        noreturn: false,
    }
}

/// Compiler-made code.
pub(crate) const AT: SourceLoc = SourceLoc {
    file: UnitFileId(0),
    line: 0,
    column: 0,
    scope: ScopeId(0),
};

pub(crate) struct BodyBuilder {
    pub(crate) body: Body,
    nothing: TypeId,
    /// Where what is added next stands.
    pub(crate) loc: SourceLoc,
}

impl BodyBuilder {
    pub(crate) fn local(&mut self, ty: TypeId) -> LocalId {
        self.body.locals.push(LocalDecl {
            ty,
            name: None,
            loc: AT,
        })
    }

    /// The whole of a local.
    pub(crate) fn place(&self, local: LocalId) -> Place {
        Place {
            local,
            projections: Vec::new(),
            ty: self.body.locals[local].ty,
        }
    }

    pub(crate) fn read(&self, local: LocalId) -> Operand {
        Operand::Copy(self.place(local))
    }

    /// A new empty block that returns.
    pub(crate) fn block(&mut self) -> BlockId {
        let terminator = Terminator {
            kind: TerminatorKind::Return,
            loc: self.loc,
        };
        self.body.blocks.push(Block {
            statements: Vec::new(),
            terminator,
            cleanup: false,
        })
    }

    pub(crate) fn cleanup(&mut self) -> BlockId {
        let block = self.block();
        self.body.blocks[block].cleanup = true;
        self.end(block, TerminatorKind::Resume);
        block
    }

    pub(crate) fn assign(&mut self, block: BlockId, place: Place, rvalue: Rvalue) {
        let loc = self.loc;
        self.body.blocks[block].statements.push(Statement {
            kind: StatementKind::Assign(place, rvalue),
            loc,
        });
    }

    pub(crate) fn set(&mut self, block: BlockId, local: LocalId, rvalue: Rvalue) {
        let place = self.place(local);
        self.assign(block, place, rvalue);
    }

    pub(crate) fn end(&mut self, block: BlockId, kind: TerminatorKind) {
        self.body.blocks[block].terminator = Terminator { kind, loc: self.loc };
    }

    /// Calls, and gives the block after the call.
    pub(crate) fn call(&mut self, block: BlockId, callee: Callee, args: Vec<Operand>, dest: Place) -> BlockId {
        let target = self.block();
        self.body.blocks[target].cleanup = self.body.blocks[block].cleanup;
        self.end(
            block,
            TerminatorKind::Call {
                callee,
                args,
                dest,
                target: Some(target),
                unwind: None,
            },
        );
        target
    }

    /// Calls for the effect.
    pub(crate) fn run(&mut self, block: BlockId, function: FunctionId, args: Vec<Operand>, result: TypeId) -> BlockId {
        let ignored = self.local(result);
        let dest = self.place(ignored);
        self.call(block, Callee::Function(function), args, dest)
    }

    /// An intrinsic without a result.
    pub(crate) fn intrinsic(&mut self, block: BlockId, intrinsic: Intrinsic, args: Vec<Operand>) -> BlockId {
        let ignored = self.local(self.nothing);
        let dest = self.place(ignored);
        self.call(block, Callee::Intrinsic(intrinsic), args, dest)
    }
}

pub(crate) fn field(place: Place, offset: u64, ty: TypeId) -> Place {
    let mut projections = place.projections;
    projections.push(Projection::Offset(offset));
    Place {
        local: place.local,
        projections,
        ty,
    }
}

pub(crate) fn deref(place: Place, ty: TypeId) -> Place {
    let mut projections = place.projections;
    projections.push(Projection::Deref);
    Place {
        local: place.local,
        projections,
        ty,
    }
}

/// A folder with the units and what is made of them.
pub(crate) struct Workshop {
    pub(crate) folder: TempDir,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a writable folder");
        path
    }

    /// Runs `lang-codegen` over files.
    pub(crate) fn codegen(&self, args: &[&str], units: &[PathBuf]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lang-codegen"));
        command
            .arg("--verify")
            .args(args)
            .arg("--out")
            .arg(self.folder.path())
            .args(units);
        command.output().expect("lang-codegen starts")
    }

    /// Compiles a unit to what is asked for.
    pub(crate) fn emit(&self, unit: &Unit, emit: &str, extension: &str) -> PathBuf {
        let path = self.write(&format!("{}.unit", unit.name), unit.to_bytes());
        let output = self.codegen(&["--emit", emit], &[path]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr).replace("\\n", "\n")
        );
        self.path(&format!("{}.{extension}", unit.name))
    }

    pub(crate) fn object(&self, unit: &Unit) -> PathBuf {
        self.emit(unit, "obj", "o")
    }

    pub(crate) fn llvm(&self, unit: &Unit) -> String {
        std::fs::read_to_string(self.emit(unit, "llvm", "ll")).expect("LLVM IR")
    }

    /// Links objects and C or C++ files to a program.
    pub(crate) fn link(&self, inputs: &[&Path]) -> PathBuf {
        let program = self.path("program");
        let output = Command::new("clang++-22")
            .arg("-o")
            .arg(&program)
            .args(inputs)
            .output()
            .expect("clang++-22");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        program
    }

    /// Compiles, links and runs; gives what was printed, and the exit status.
    pub(crate) fn run(&self, unit: &Unit, others: &[&Path]) -> (String, i32) {
        let object = self.object(unit);
        let program = self.link(&[&[object.as_path()], others].concat());
        let output = Command::new(program).output().expect("the program starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        (printed, output.status.code().unwrap_or(-1))
    }

    /// Runs at both levels, which have to agree.
    pub(crate) fn run_both(&self, builder: &mut Builder, others: &[&Path]) -> (String, i32) {
        builder.unit.optimize = Optimize::None;
        let plain = self.run(&builder.unit, others);
        builder.unit.optimize = Optimize::Full;
        let full = self.run(&builder.unit, others);
        assert_eq!(plain, full, "the levels differ");
        plain
    }
}
