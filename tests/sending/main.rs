//! Stories of sending against the rehearsal receiver: what every answer at every step leads to, what a lost
//! connection means before and after the dot, pace, allow-list, TLS.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod answers;
mod enclosed;
mod office;
mod patience;
mod table;
mod tls;
