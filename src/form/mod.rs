//! What a filled form says, and whether it is right: pure judgement over bounded cell grids. [`Form::read`] anchors on
//! labels, never on addresses, because units insert rows, delete columns and retype headings; [`check`] turns what
//! was read into values with cells and flaws with remedies. Who sent it is none of this room's business.

mod amount;
mod asides;
mod beside;
mod blank;
mod cell;
mod check;
mod counted;
mod essay;
mod further;
mod grid;
mod hits;
mod inline;
mod label;
mod lines;
mod number;
mod numeral;
mod owner;
mod pair;
mod person;
mod places;
mod quote;
mod read;
mod rows;
mod shares;
mod signing;
mod spread;
mod subtotal;
mod table;
mod twins;
mod words;
mod written;
mod year;

pub use blank::is_blank;
pub use check::{Checked, CheckedRow, Contact, UNFILLED, check, contact, one_each, state_of};
pub use essay::words;
pub use grid::Book;
pub use label::{Form, label_key};
pub use owner::owners;
pub use pair::unlike;
pub use read::{Entry, Reading, Row, is_note};
pub use shares::Doubt;
pub use signing::FILLED_LABELS;
pub use year::{names_year, year_in};
