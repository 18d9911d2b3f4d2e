//! `docs/OPERATIONS.md` tells what a mail server may do and what happens then. It is the catalogue in words, so it cannot
//! promise what no test demands. After a change: `UPDATE_EXPECT=1 cargo test --test mailbox_faults operations`.

use std::path::Path;

use crate::catalogue::{self, Chapter};

const BEGIN: &str = "<!-- begin: what a mail server may do -->\n";
const END: &str = "<!-- end: what a mail server may do -->";

#[test]
fn the_operations_manual_tells_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/OPERATIONS.md");
    let manual = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = manual.split_once(BEGIN).expect("the place where the catalogue begins");
    let (told, after) = rest.split_once(END).expect("the place where the catalogue ends");
    let is = catalogue_in_words();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{is}{END}{after}")).unwrap();
    } else {
        assert_eq!(told, is, "docs/OPERATIONS.md tells another catalogue");
    }
}

fn catalogue_in_words() -> String {
    catalogue::chapters().iter().chain([&catalogue::slow()]).map(chapter_in_words).collect()
}

fn chapter_in_words(chapter: &Chapter) -> String {
    let mut words = format!("### {}\n\n| The server … | What happens then |\n| --- | --- |\n", chapter.title);
    for row in &chapter.rows {
        words.push_str(&format!("| {} | {} |\n", row.name, row.outcome.sentence()));
    }
    words.push('\n');
    words
}
