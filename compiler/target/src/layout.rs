//! Size and alignment, and C's rules for putting members together.
//!
//! Takes the layouts of members. Gives layouts and offsets, all in bytes. Bit-fields are laid out by Clang and never
//! come here.

/// The size and alignment of a type, in bytes. Invariant: `align_bytes` is a power of two. The size of a C type is a
/// multiple of its alignment, but a packed record's members need not be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Layout {
    pub size_bytes: u64,
    pub align_bytes: u64,
}

/// The object would be larger than half of the 64-bit address space, which no target has room for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLarge;

/// How a record departs from its members' natural places.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct RecordOptions {
    /// No member is aligned to more than this many bytes: 1 is `packed`, others are `#pragma pack(n)`.
    pub pack_bytes: Option<u64>,
    /// The record is aligned to at least this many bytes (`aligned(n)`).
    pub align_bytes: Option<u64>,
}

/// A record's layout and each member's offset in bytes, in order of declaration.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RecordLayout {
    pub layout: Layout,
    pub offsets: Vec<u64>,
}

impl Layout {
    /// The layout of `()`, of an empty C record (a GNU extension), and of `[T; 0]` for byte-aligned `T`.
    pub const EMPTY: Layout = Layout {
        size_bytes: 0,
        align_bytes: 1,
    };

    /// # Panics
    /// When `align_bytes` is not a power of two.
    pub const fn new(size_bytes: u64, align_bytes: u64) -> Layout {
        assert!(align_bytes.is_power_of_two(), "an alignment is a power of two");
        Layout {
            size_bytes,
            align_bytes,
        }
    }

    /// A type whose alignment is its size, such as `i32`. `bytes` must be a power of two.
    pub const fn of_scalar(bytes: u64) -> Layout {
        Layout::new(bytes, bytes)
    }

    /// The size rounded up to the alignment: the distance between neighbours in an array.
    pub fn stride_bytes(self) -> Result<u64, TooLarge> {
        align_up(self.size_bytes, self.align_bytes)
    }
}

/// `bytes` rounded up to a multiple of `align_bytes`, which is a power of two.
fn align_up(bytes: u64, align_bytes: u64) -> Result<u64, TooLarge> {
    let mask = align_bytes - 1;
    limited(bytes.checked_add(mask).ok_or(TooLarge)? & !mask)
}

fn limited(bytes: u64) -> Result<u64, TooLarge> {
    if bytes <= i64::MAX as u64 {
        Ok(bytes)
    } else {
        Err(TooLarge)
    }
}

/// `[element; count]`.
pub fn array_layout(element: Layout, count: u64) -> Result<Layout, TooLarge> {
    let size_bytes = limited(element.stride_bytes()?.checked_mul(count).ok_or(TooLarge)?)?;
    Ok(Layout {
        size_bytes,
        align_bytes: element.align_bytes,
    })
}

/// Members one after another in order of declaration, as C lays out a `struct`.
pub fn struct_layout(members: &[Layout], options: RecordOptions) -> Result<RecordLayout, TooLarge> {
    let mut offsets = Vec::with_capacity(members.len());
    let mut end = 0u64;
    let mut align_bytes = options.align_bytes.unwrap_or(1);
    for member in members {
        let member_align = packed_align(*member, options);
        align_bytes = align_bytes.max(member_align);
        let offset = align_up(end, member_align)?;
        offsets.push(offset);
        end = limited(offset.checked_add(member.size_bytes).ok_or(TooLarge)?)?;
    }
    let layout = Layout::new(align_up(end, align_bytes)?, align_bytes);
    Ok(RecordLayout { layout, offsets })
}

/// Members as Lang lays out a `struct` without `extern`: the most aligned first, equals in order of declaration, so
/// that nothing is lost between them. Offsets are in order of declaration.
pub fn lang_struct_layout(members: &[Layout]) -> Result<RecordLayout, TooLarge> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|&member| std::cmp::Reverse(members[member].align_bytes));
    let placed: Vec<Layout> = order.iter().map(|&member| members[member]).collect();
    let in_memory = struct_layout(&placed, RecordOptions::default())?;
    let mut offsets = vec![0; members.len()];
    for (&member, &offset) in order.iter().zip(&in_memory.offsets) {
        offsets[member] = offset;
    }
    Ok(RecordLayout {
        layout: in_memory.layout,
        offsets,
    })
}

/// Members behind a tag at offset 0, the least aligned first, so that little is lost after the tag. Offsets are in
/// order of declaration, without that of the tag.
pub fn lang_variant_layout(tag: Layout, members: &[Layout]) -> Result<RecordLayout, TooLarge> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|&member| members[member].align_bytes);
    let placed: Vec<Layout> = std::iter::once(tag)
        .chain(order.iter().map(|&member| members[member]))
        .collect();
    let in_memory = struct_layout(&placed, RecordOptions::default())?;
    let mut offsets = vec![0; members.len()];
    for (&member, &offset) in order.iter().zip(&in_memory.offsets[1..]) {
        offsets[member] = offset;
    }
    Ok(RecordLayout {
        layout: in_memory.layout,
        offsets,
    })
}

/// All members at offset 0, as C lays out a `union`.
pub fn union_layout(members: &[Layout], options: RecordOptions) -> Result<Layout, TooLarge> {
    let mut size_bytes = 0;
    let mut align_bytes = options.align_bytes.unwrap_or(1);
    for member in members {
        size_bytes = size_bytes.max(member.size_bytes);
        align_bytes = align_bytes.max(packed_align(*member, options));
    }
    Ok(Layout::new(align_up(size_bytes, align_bytes)?, align_bytes))
}

fn packed_align(member: Layout, options: RecordOptions) -> u64 {
    match options.pack_bytes {
        Some(pack_bytes) => member.align_bytes.min(pack_bytes),
        None => member.align_bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTE: Layout = Layout::of_scalar(1);
    const INT: Layout = Layout::of_scalar(4);
    const DOUBLE: Layout = Layout::of_scalar(8);

    #[test]
    fn a_struct_pads_members_and_its_end() {
        let record = struct_layout(&[BYTE, DOUBLE, INT], RecordOptions::default()).expect("small");
        assert_eq!(record.offsets, [0, 8, 16]);
        assert_eq!(record.layout, Layout::new(24, 8));
    }

    #[test]
    fn a_lang_struct_has_no_holes_between_members() {
        let record = lang_struct_layout(&[BYTE, DOUBLE, INT, BYTE]).expect("small");
        assert_eq!(record.offsets, [12, 0, 8, 13]);
        assert_eq!(record.layout, Layout::new(16, 8));
    }

    #[test]
    fn packed_and_aligned_change_both_ends() {
        let packed = RecordOptions {
            pack_bytes: Some(1),
            align_bytes: None,
        };
        let record = struct_layout(&[BYTE, DOUBLE, INT], packed).expect("small");
        assert_eq!(
            (record.offsets.as_slice(), record.layout),
            ([0, 1, 9].as_slice(), Layout::new(13, 1))
        );
        let pack_2 = RecordOptions {
            pack_bytes: Some(2),
            align_bytes: None,
        };
        let record = struct_layout(&[BYTE, DOUBLE], pack_2).expect("small");
        assert_eq!(
            (record.offsets.as_slice(), record.layout),
            ([0, 2].as_slice(), Layout::new(10, 2))
        );
        let aligned = RecordOptions {
            pack_bytes: Some(1),
            align_bytes: Some(16),
        };
        assert_eq!(
            struct_layout(&[BYTE, INT], aligned).expect("small").layout,
            Layout::new(16, 16)
        );
    }

    #[test]
    fn a_union_is_as_large_as_its_largest_member() {
        let options = RecordOptions::default();
        let bytes = array_layout(BYTE, 13).expect("small");
        assert_eq!(union_layout(&[bytes, INT], options), Ok(Layout::new(16, 4)));
        assert_eq!(union_layout(&[], options), Ok(Layout::EMPTY));
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        assert_eq!(array_layout(INT, u64::MAX / 4), Err(TooLarge));
        assert_eq!(array_layout(DOUBLE, u64::MAX), Err(TooLarge));
        let half = array_layout(BYTE, i64::MAX as u64).expect("exactly the limit");
        assert_eq!(struct_layout(&[half, half], RecordOptions::default()), Err(TooLarge));
    }
}
