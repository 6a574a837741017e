//! What the window may ask, one module an area. Each command is thin: it unpacks,
//! calls and maps the error.

pub mod opening;

#[cfg(test)]
mod tests;
