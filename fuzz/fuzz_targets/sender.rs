//! Header sections as the receiving server's word; see `shouwen_fuzz::sender`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| shouwen_fuzz::sender(bytes));
