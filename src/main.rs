//! The door: hands the command line to `cli` and turns its answer into an exit status.

fn main() -> std::process::ExitCode {
    // The caged child is this same program; it is told apart before anything else happens in it.
    if std::env::args_os().nth(1).is_some_and(|word| word == "reader") {
        return shouwen::reader::child_main();
    }
    shouwen::cli::main()
}
