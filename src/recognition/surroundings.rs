//! What the mail around a part tells of it: a scan without a telling name is the copy of the only form beside it, or of the
//! spreadsheet that is called like it.

use super::item::is_bare;
use super::vocabulary::Target;

/// What the mail around a part tells.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Form items that spreadsheets of the same mail answer.
    pub forms: Vec<Target>,
    /// How each of those spreadsheets is called, without its ending and without names of units.
    pub form_names: Vec<(String, Target)>,
    /// Whether another part is named as the scan of such a form.
    pub has_named_scan: bool,
    /// Whether material of a day is expected when it came.
    pub is_daily_time: bool,
    /// Whether a word of the campaign or one of its days stands in the mail.
    pub belongs: bool,
    /// Whether a short letter says that the stamped copy of a form comes with it.
    pub letter_names_copy: bool,
    /// Whether several unnamed scans came beside a form while the subject lists a document that no part is named as.
    pub has_unnamed_document: bool,
}

impl Around {
    /// The form of the only spreadsheet that is called so; a name of numbers and bare words tells nothing.
    pub(super) fn namesake(&self, name: &str) -> Option<&Target> {
        let mut called = self.form_names.iter().filter(|(form, _)| form == name && !is_bare(name));
        called.next().map(|(_, form)| form).filter(|_| called.next().is_none())
    }
}
