//! What becomes of mail: stories of one mail or two each, judged by the rules alone, without mailbox or reader. A file for each
//! thing that units get wrong, and what comes after: what staff ruled, and how an obligation then stands.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/campaign.rs"]
mod campaign;
mod county_schools;
#[path = "../support/effort.rs"]
mod effort;
#[path = "../support/mail.rs"]
mod mail;

mod companies;
mod companies_between;
mod days;
mod days_beside;
mod due_weeks;
mod forms;
mod letters;
mod months;
mod names;
mod nasty;
mod nothing;
mod odd;
mod openings;
mod other_offices;
mod plain;
mod quarters;
mod rulings;
mod sender;
mod standing;
mod strange_papers;
mod tables;
mod times;
mod told_days;
mod traps;
mod two_offices;
mod under_a_bureau;
mod villages;
mod weeks;
