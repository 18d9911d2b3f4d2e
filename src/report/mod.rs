//! What stands, for people and programs: assembled once from the store by pure functions of a moment, then shown as
//! JSON, terminal table, CSV, workbook or page. Every shape is fixed in the contract and tested there.

mod alike;
mod archive;
mod book;
mod came;
mod changes;
mod check_names;
mod contacts;
mod corrections;
mod csv;
mod cut_off;
mod dead;
mod decisions;
mod gallery;
mod grid;
mod health;
mod links;
mod messages;
mod narrow;
mod outbox;
mod register;
mod remarks;
mod reminder_log;
mod situation;
mod status;
mod support;
mod table;
mod text;
mod totals;
mod under;
mod unit;
mod wide;
pub mod words;

pub use crate::domain::mask::masked;
pub use alike::add_alike;
pub use archive::{Archived, Unfinished, Wish, archive};
pub use book::{Book, ShownTable, file_name};
pub use came::OTHERS;
pub use changes::{Changes, Snapshot, changes_text};
pub use check_names::{check_name, named_checks};
pub use contacts::contact_book;
pub use corrections::{Change, Correction, corrections};
pub use cut_off::{CutOff, cut_off, keep_names};
pub use dead::{DeadAddressJson, dead_addresses};
pub use decisions::{DecisionJson, add_decisions, decided_text, decisions_json};
pub use gallery::{GalleryRow, gallery_workbook};
pub use health::{metrics, troubles};
pub use links::{WaitingLink, about_link, waiting_links};
pub use messages::{AlikeJson, LinkJson, MessageJson, PartJson, messages_json};
pub use narrow::{ItemKey, Narrow};
pub use outbox::{Held, Leaving, OutboxJson, outbox_json, outbox_text, queue_line};
pub use register::register_book;
pub use remarks::{Remarks, remarks};
pub use reminder_log::{LogJson, log_json, log_text, pause_line, steps_in_words};
pub use situation::{Focus, bulletin, flaw_book, missing_book, nearest, status_book, status_tables};
pub use status::{Health, ItemStatus, Question, RequirementStatus, Status, UnitStatus, health, status};
pub use support::support;
pub use table::{Screen, Table, clean};
pub use text::{
    deadline, lead_sentence, messages_text, searched_text, short_city, show_text, standing_counts,
    status_text,
};
pub use totals::{
    LeftOutUnit, Occasion, Ranking, TotalRow, Totals, blank_book, compared_book, ranking_book, totals,
    totals_book, totals_csv, totals_of, totals_text,
};
pub use under::units_under;
pub use unit::{SenderJson, UnitFile, how_word, unit_file, unit_text};
pub use wide::status_csv;
