//! What cases of whole programs cannot see: layouts, the shape of units, crossings.

mod crossings;
mod fixture;
mod layouts;
mod lowering;
