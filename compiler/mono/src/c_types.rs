//! Lang's types as C types, for the signatures of crossings: as [`check::CShapes`] has them, with Lang's layouts of the
//! records of its source, for the C text to assert.

use check::{CShapes, Ty};
use cmodel::{CModuleId, CParam, CSignature, CType, CallingConvention, CrossingRecord};
use target::CScalar;

use crate::crossings::has_result;
use crate::pool::Pool;

/// Collects the records that the types mention.
pub(crate) struct CTypes<'a> {
    shapes: CShapes<'a>,
}

impl<'a> CTypes<'a> {
    pub(crate) fn new(pool: &Pool<'a>) -> Self {
        Self {
            shapes: CShapes::new(pool.input.signatures, pool.input.target),
        }
    }

    /// The records of Lang source, each after those it contains, and the module of the first record of a header.
    pub(crate) fn finish(self, pool: &mut Pool<'a>) -> (Vec<CrossingRecord>, Option<CModuleId>) {
        let (shapes, module) = self.shapes.finish();
        let records = shapes.into_iter().map(|(ty, shape)| {
            let layout = pool.layout(ty);
            let fields = layout.offsets.iter().zip(&shape.fields);
            CrossingRecord {
                size: layout.size,
                align_bytes: layout.align,
                offsets: fields
                    .map(|(offset, field)| field.bit_width.is_none().then_some(*offset))
                    .collect(),
                shape,
            }
        });
        (records.collect(), module)
    }

    pub(crate) fn signature(&mut self, params: &[Ty], ret: Ty, variadic: bool) -> CSignature {
        let params = params.iter().map(|ty| CParam {
            name: None,
            ty: self.of(*ty),
        });
        CSignature {
            params: params.collect(),
            ret: if has_result(ret) {
                self.of(ret)
            } else {
                CType::Scalar(CScalar::Void)
            },
            variadic,
            without_prototype: false,
            noreturn: ret.is_never(),
            convention: CallingConvention::Default,
        }
    }

    pub(crate) fn of(&mut self, ty: Ty) -> CType {
        let of = self.shapes.of(ty);
        of.expect("signatures of C are checked to have types that C knows")
    }
}
