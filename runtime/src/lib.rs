//! The C sources of the runtime, and nothing else.
//!
//! They are compiled by Clang for the target when a program is first linked for it. They include only the headers
//! given here and Clang's own `stddef.h` and `stdint.h`.

/// The public header, `lang_runtime.h`, which C programs may include too.
pub const HEADER: &str = include_str!("../include/lang_runtime.h");

/// Every header by the name that the sources include it by.
pub const HEADERS: &[(&str, &str)] = &[
    ("lang_runtime.h", HEADER),
    ("lang_internal.h", include_str!("../include/lang_internal.h")),
    ("lang_system.h", include_str!("../include/lang_system.h")),
    ("lang_natural.h", include_str!("../include/lang_natural.h")),
    ("lang_unwind.h", include_str!("../include/lang_unwind.h")),
];

/// Every source by its file name, each a translation unit of its own.
pub const SOURCES: &[(&str, &str)] = &[
    ("start.c", include_str!("start.c")),
    ("write.c", include_str!("write.c")),
    ("system_error.c", include_str!("system_error.c")),
    ("files.c", include_str!("files.c")),
    ("environment.c", include_str!("environment.c")),
    ("processor.c", include_str!("processor.c")),
    ("process.c", include_str!("process.c")),
    ("thread.c", include_str!("thread.c")),
    ("print.c", include_str!("print.c")),
    ("format.c", include_str!("format.c")),
    ("escape.c", include_str!("escape.c")),
    ("float.c", include_str!("float.c")),
    ("parse_float.c", include_str!("parse_float.c")),
    ("panic.c", include_str!("panic.c")),
    ("backtrace.c", include_str!("backtrace.c")),
    ("lines.c", include_str!("lines.c")),
    ("personality.c", include_str!("personality.c")),
    ("checks.c", include_str!("checks.c")),
    ("alloc.c", include_str!("alloc.c")),
    ("unicode.c", include_str!("unicode.c")),
    ("test.c", include_str!("test.c")),
];

/// How Clang compiles the sources, besides the target and the optimisation level.
pub const COMPILE_ARGUMENTS: &[&str] = &[
    "-std=c17",
    "-ffreestanding",
    "-fexceptions",
    "-fasynchronous-unwind-tables",
    "-ffunction-sections",
    "-fdata-sections",
    "-fvisibility=hidden",
];
