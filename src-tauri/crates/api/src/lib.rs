//! The use cases of Countersign. The shell and the command line call this crate and nothing below it.
//!
//! **Architecture invariant:** this crate knows no window and prints nothing; every use case can be
//! tested without either. What crosses to the user interface are the types of [`wire`].

pub mod wire;
