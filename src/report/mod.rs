//! What stands, for people and programs: assembled once from the store by pure functions of a moment, then shown as
//! JSON, terminal table, CSV, workbook or page. Every shape is fixed in the contract and tested there.

mod changes;
mod corrections;
mod dead;
mod decisions;
mod export;
mod gallery;
mod health;
mod links;
mod messages;
mod outbox;
mod reminder_log;
mod status;
mod table;
mod text;
mod totals;
mod under;
mod unit;
pub mod words;

pub use changes::{Changes, Snapshot, changes_text};
pub use corrections::{Change, Correction, corrections};
pub use dead::{DeadAddressJson, dead_addresses};
pub use decisions::{DecisionJson, add_decisions, decided_text, decisions_json};
pub use export::{status_csv, status_html, status_workbook};
pub use gallery::{GalleryRow, gallery_workbook};
pub use health::{metrics, troubles};
pub use links::{WaitingLink, waiting_links};
pub use messages::{AlikeJson, LinkJson, MessageJson, PartJson, messages_json};
pub use outbox::{Leaving, OutboxJson, outbox_json, outbox_text, queue_line};
pub use reminder_log::{LogJson, log_json, log_text, pause_line};
pub use status::{Health, ItemStatus, Question, RequirementStatus, Status, UnitStatus, health, status};
pub use table::{Table, clean};
pub use text::{deadline, lead_sentence, messages_text, short_city, show_text, standing_counts, status_text};
pub use totals::{LeftOutUnit, Ranking, TotalRow, Totals, totals, totals_csv, totals_text, totals_workbook};
pub use under::units_under;
pub use unit::{SenderJson, UnitFile, how_word, unit_file, unit_text};
