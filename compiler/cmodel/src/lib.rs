//! cmodel
