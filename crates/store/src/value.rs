//! Parameters of statements.

pub use spin_sdk::sqlite::Value;

/// Parameters of mixed types, in the order of `?1`, `?2`, …: `values![id, name]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}
