//! Header sections; see `shouwen_fuzz::headers`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| shouwen_fuzz::headers(bytes));
