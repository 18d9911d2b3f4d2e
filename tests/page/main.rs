//! The page: served over HTTP from a store that holds the season or what a story puts there, asked as a browser asks, and
//! where it matters looked at in a real one. One program, because each is linked with all of the page.

// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/browser.rs"]
mod browser;
mod clerk;
mod deeds;
#[path = "../support/desk.rs"]
mod desk;
mod door;
#[path = "../support/driver.rs"]
mod driver;
mod figures;
mod guests;
mod leaving;
mod letters;
mod looks;
mod offers;
mod print;
#[path = "../support/served.rs"]
mod served;
