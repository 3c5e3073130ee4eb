//! Modules as Lang source: goldens over the tests' own headers, and that everything printed can be read again.

mod common;

use std::io::Write;

use base::SourceMap;
use cimport::{Selection, print_module};
use cmodel::{CModel, CModuleId, CModuleSpec};
use common::{HOST, import_everything, own_folder, own_spec, spec, target};

fn printed(spec: &CModuleSpec) -> String {
    let model: CModel = import_everything(spec);
    print_module(&model, CModuleId(0), &target(HOST), Selection::Public).replace(&own_folder(), "headers")
}

fn assert_parses(name: &str, text: &str) {
    let mut map = SourceMap::default();
    let file = map.add(name.as_ref(), text.into());
    let (_, diagnostics) = syntax::parse(file, text);
    let first = diagnostics.sorted().into_iter().next();
    let place = first
        .as_ref()
        .and_then(|d| d.primary.as_ref())
        .map(|label| map.line_column(file, label.span.start));
    let line = place.and_then(|place| text.lines().nth(place.line as usize - 1));
    assert!(first.is_none(), "{name}: {:?} in {line:?}", first.map(|d| d.message));
}

#[test]
fn own_headers() {
    let mut mint = goldenfile::Mint::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/printed"));
    for name in ["records", "macros", "documented", "advice"] {
        let text = printed(&own_spec(&format!("{name}.h")));
        assert_parses(name, &text);
        let mut golden = mint.new_goldenfile(format!("{name}.lang")).expect("a golden");
        // What of the system is reached comes last, and is another on each system.
        let own = text.split("\n// /").next().expect("there is a first part");
        golden.write_all(own.as_bytes()).expect("written");
    }
}

#[test]
fn system_headers_can_be_read_again() {
    for header in [
        "stdio.h",
        "stdlib.h",
        "string.h",
        "math.h",
        "errno.h",
        "signal.h",
        "sys/stat.h",
        "pthread.h",
        "sqlite3.h",
        "zlib.h",
        "SDL2/SDL.h",
    ] {
        let text = printed(&spec(&[header]));
        assert_parses(header, &text);
        assert!(text.len() > 1000, "{header}");
    }
}

/// Headers of the C library and of libraries that may be here.
#[test]
fn headers_that_happen_to_be_here_can_be_read_again() {
    let headers = [
        "arpa/inet.h",
        "bzlib.h",
        "complex.h",
        "curses.h",
        "dirent.h",
        "expat.h",
        "fcntl.h",
        "ifaddrs.h",
        "inttypes.h",
        "lua.h",
        "lzma.h",
        "netdb.h",
        "netinet/in.h",
        "png.h",
        "poll.h",
        "setjmp.h",
        "spawn.h",
        "sys/socket.h",
        "termios.h",
        "time.h",
        "uv.h",
        "wchar.h",
        "zstd.h",
    ];
    for header in headers {
        if std::path::Path::new("/usr/include").join(header).is_file() {
            assert_parses(header, &printed(&spec(&[header])));
        }
    }
}
