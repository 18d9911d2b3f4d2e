//! Whole mails; see `shouwen_fuzz::mime_walk`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| shouwen_fuzz::mime_walk(bytes));
