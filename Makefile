# The two commands of the README, and a few for those who work on Lang.
# Each installs what it needs and is missing (tools/setup), then builds and runs.

CARGO := tools/cargo

.PHONY: demo test soak bench setup build lint

# Builds the compiler and runs examples/wordcount with it.
demo:
	@tools/setup demo
	$(CARGO) build --release --package lang --package codegen
	target/release/lang run --release examples/wordcount/wordcount.lang -- examples/wordcount/devils-dictionary.txt

# Every test. The compiler's two executables are built first: the tests start them.
test:
	@tools/setup test
	$(CARGO) build --workspace
	$(CARGO) test --workspace

# Every declaration of forty libraries' headers, as a table; every intrinsic of x86's and of ARM's processors; every
# program that uses one of the libraries, in release mode too; every program that is accepted, with AddressSanitizer;
# fifty thousand random functions that borrow, against rustc; the library without each of its `@borrows` and `@captures`;
# ten thousand random functions across the C boundary, with Clang's C and with GCC's on two machines; ten thousand mutants
# of our own sources, and as many for the formatter; of other seeds than before with SEED=41.
SEED := 1
soak:
	@tools/setup soak
	$(CARGO) build --workspace
	HEADERS_SOAK=1 $(CARGO) test --package test-suite --test headers
	HEADERS_SOAK=1 $(CARGO) test --package test-suite --test headers_as_files
	HEADERS_SOAK=1 $(CARGO) test --package test-suite --test intrinsics -- --nocapture
	LIBRARIES_SOAK=1 $(CARGO) test --package test-suite --test libraries
	SANITIZE_SOAK=1 LIBRARIES_SOAK=1 $(CARGO) test --package test-suite --test cases --test docs --test examples \
		--test libraries --test library sanitized
	SANITIZE_SOAK=1 ABI_SOAK=14 ABI_SEED=$(SEED) $(CARGO) test --package test-suite --test abi
	BORROWING_SOAK=20 BORROWING_SEED=$(SEED) $(CARGO) test --package test-suite --test borrowing
	SANITIZE_SOAK=1 BORROWING_SEED=$(SEED) $(CARGO) test --package test-suite --test borrowing_runs
	ANNOTATIONS_SOAK=1 $(CARGO) test --package test-suite --test annotations
	MUTANTS=10000 MUTANT_SEED=$(SEED) $(CARGO) test --package test-suite --test mutants
	FMT_MUTANTS=60 FMT_SEED=$(SEED) $(CARGO) test --package fmt

# What the boundary and the compiler cost, in ratio to clang in the same run.
bench:
	@tools/setup bench
	$(CARGO) build --release --package lang --package codegen
	$(CARGO) bench --package test-suite

# Everything that the other goals need, without building.
setup:
	@tools/setup demo
	@tools/setup test
	@tools/setup bench

build:
	@tools/setup demo
	$(CARGO) build --workspace

# What clippy warns of is an error, and so is another formatting. `.ci/run` asks for it too.
lint:
	@tools/setup demo
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- --deny warnings
