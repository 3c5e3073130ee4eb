//! What cases of whole programs cannot see: layouts, the shape of units, crossings.

mod crossings;
mod fixture;
mod glue;
mod layouts;
mod lowering;
