//! Everything that a server has been seen or feared to do wrong, a row each, in chapters by where it happens. Steps
//! are named by what every version of the client has to ask (`row::LIST`, `row::BODY`), not by whole commands.

mod combined;
mod door;
mod folder;
mod large;
mod list;
mod mail;
mod manners;
mod odder;
mod oddest;
mod padded;
mod refusal;
mod slow;
mod together;
mod unread;

use shouwen::rehearsal::server::Misdeed;

pub use self::together::pairs;

use crate::row::Row;

/// UIDVALIDITY of every folder of a new server.
const UIDVALIDITY: u32 = 1_628_767_717;

/// A chapter of the catalogue.
pub struct Chapter {
    pub title: &'static str,
    pub rows: Vec<Row>,
}

/// All chapters that a story has time for.
pub fn chapters() -> Vec<Chapter> {
    vec![
        Chapter { title: "At the door", rows: door::rows() },
        Chapter { title: "Refusing and hanging up", rows: refusal::rows() },
        Chapter { title: "Listing a folder", rows: list::rows() },
        Chapter { title: "Handing out mail", rows: mail::rows() },
        Chapter { title: "Large mail", rows: large::rows() },
        Chapter { title: "Folders that change", rows: folder::rows() },
        Chapter { title: "Lines that cannot be read", rows: unread::rows() },
        Chapter { title: "Odd manners", rows: manners::rows() },
        Chapter { title: "Stranger things", rows: odder::rows() },
        Chapter { title: "Stranger still", rows: oddest::rows() },
        Chapter { title: "Right, and of no use as it stands", rows: padded::rows() },
        Chapter { title: "One upon another", rows: combined::rows() },
    ]
}

/// What takes longer than a story may: `tests/long slow-server`.
pub fn slow() -> Chapter {
    Chapter { title: "Slow beyond patience", rows: slow::rows() }
}

fn say(text: &str) -> Misdeed {
    Misdeed::Say(text.into())
}

fn first(line: &str) -> Misdeed {
    Misdeed::UnsolicitedFirst(line.into())
}

fn cut_after(text: &str) -> Misdeed {
    Misdeed::CutAfter(text.into())
}

fn replace(old: &str, new: &str) -> Misdeed {
    Misdeed::Replace(old.into(), new.into())
}
