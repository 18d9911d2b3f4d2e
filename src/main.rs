//! The door: the caged child is told apart first; the rest is built floor by floor.

fn main() -> std::process::ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == "reader") {
        return shouwen::reader::child_main();
    }
    std::process::ExitCode::SUCCESS
}
