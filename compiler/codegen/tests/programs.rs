//! Units that are compiled, linked with the C library and run, at both levels.

mod units;

use unit::*;
use units::{Builder, Workshop};

#[test]
fn puts_says_hello() {
    let mut b = Builder::new("hello");
    let puts = b.import("puts", &[b.pointer], b.i32);
    let hello = b.text("hello");
    let mut body = b.body(&[], b.i32);
    let start = body.block();
    let end = body.run(start, puts, vec![b.address_of(hello)], b.i32);
    body.set(end, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]), ("hello\n".to_string(), 0));
}
