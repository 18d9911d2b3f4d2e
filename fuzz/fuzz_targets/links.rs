//! Texts and pages with cloud attachments; see `shouwen_fuzz::links`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| shouwen_fuzz::links(bytes));
