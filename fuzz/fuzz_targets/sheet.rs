//! Workbooks; see `shouwen_fuzz::sheet`.
#![no_main]

use libfuzzer_sys::fuzz_target;

// A caught panic is no finding, and its words would be most of the log.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |bytes: &[u8]| shouwen_fuzz::sheet(bytes));
