//! Names of files; see `shouwen_fuzz::names_of_parts`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| shouwen_fuzz::names_of_parts(bytes));
