//! One row of the catalogue of misdeeds: what the server does and what has to become of it. The outcome is a value
//! that is both checked (`play`) and put into words (`docs/OPERATIONS.md`), so that the two cannot part.

use shouwen::rehearsal::server::{Misdeed, Profile};

use crate::door::Door;
use crate::support::World;

/// The list of mails in a folder.
pub const LIST: &str = "1:*";
/// Any fetch of mails, whole or by windows.
pub const BODY: &str = "BODY.PEEK[]";
/// A piece of a large mail.
pub const WINDOW: &str = "BODY.PEEK[]<";

/// What must have become of the look that met the misdeed. Words are those shown to people. After it the server
/// behaves, and the next look must bring all that is there, each mail once, and leave no trouble.
#[derive(Debug, Clone, Copy)]
pub enum Outcome {
    /// Every mail came, over one login.
    Unnoticed,
    /// Every mail came in this look, over a new connection.
    TakenUpAgain,
    /// Every mail came; one of them with this remark.
    Noted(&'static str),
    /// These UIDs stay unseen, with these words; the others came.
    LeftOut(&'static [u32], &'static str),
    /// So many came; the folder does not count as looked at, with these words.
    PartlyListed(usize, &'static str),
    /// All are listed by their numbers, which is noted with these words, and come but for these UIDs.
    Numbered(&'static [u32], &'static str),
    /// Every mail of the folders that are named came; that the folder for spam cannot be found is told with these words.
    SpamUnknown(&'static str),
    /// The same after connections that were lost over it, fewer than a look may have.
    SpamGivenUp(&'static str),
    /// No mail came; the folder does not count as looked at, or every mail in it stays unseen, with these words.
    NothingComes(&'static str),
    /// Refused with these words after one try.
    NeedsAPerson(&'static str),
    /// The look ended in time; what it brought is whole, and what it did not bring is told.
    EndsInTime,
    /// The same of two rows at once, of which one may keep the other's misdeed from being done.
    Together,
}

/// One misdeed.
pub struct Row {
    /// What the server does: the sentence that "The server" begins.
    pub name: String,
    pub outcome: Outcome,
    /// Step and misdeed, once or (`true`) always.
    pub deeds: Vec<(String, Misdeed, bool)>,
    pub profile: Profile,
    pub door: Door,
    /// Small mails in INBOX; the n-th has UID n.
    pub mails: u32,
    /// Folders beside INBOX whose mails have to come as well.
    pub also: &'static [&'static str],
    /// What else there is before the look; what the office has configured.
    pub before: Option<fn(&mut World)>,
    /// How the server is mended, besides that it behaves again.
    pub mend: Option<fn(&World)>,
    /// A good look comes before, and then this happens.
    pub since_a_good_look: Option<fn(&World)>,
    /// Commands that the server must not hear.
    pub never: &'static [&'static str],
}

/// A row whose server behaves in every other way and has three small mails.
pub fn row(name: impl Into<String>, outcome: Outcome) -> Row {
    Row {
        name: name.into(),
        outcome,
        deeds: Vec::new(),
        profile: Profile::Plain,
        door: Door::Bare,
        mails: 3,
        also: &[],
        before: None,
        mend: None,
        since_a_good_look: None,
        never: &[],
    }
}

impl Row {
    /// The misdeed is done once.
    pub fn once(mut self, step: &str, misdeed: Misdeed) -> Self {
        self.deeds.push((step.to_owned(), misdeed, false));
        self
    }

    /// The misdeed is done every time.
    pub fn always(mut self, step: &str, misdeed: Misdeed) -> Self {
        self.deeds.push((step.to_owned(), misdeed, true));
        self
    }

    pub fn by(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    pub fn behind(self, door: Door) -> Self {
        Self { door, ..self }
    }

    pub fn with(self, mails: u32) -> Self {
        Self { mails, ..self }
    }

    /// What lies in these folders has to come as well, whatever the misdeed does to INBOX.
    pub fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    pub fn before(self, before: fn(&mut World)) -> Self {
        Self { before: Some(before), ..self }
    }

    pub fn mended_by(self, mend: fn(&World)) -> Self {
        Self { mend: Some(mend), ..self }
    }

    pub fn since_a_good_look(self, since: fn(&World)) -> Self {
        Self { since_a_good_look: Some(since), ..self }
    }

    pub fn never(self, never: &'static [&'static str]) -> Self {
        Self { never, ..self }
    }

    /// Both rows in one look, where both can be: the second brings nothing but its misdeeds, done to a server that
    /// would else behave.
    pub fn together(&self, second: &Self) -> Option<Row> {
        let is_plain = second.before.is_none() && second.mend.is_none() && second.since_a_good_look.is_none();
        let is_met = second.profile == Profile::Plain && second.mails <= self.mails;
        let both_bare = self.door == Door::Bare && second.door == Door::Bare;
        (is_plain && is_met && both_bare && self.name != second.name).then(|| Row {
            name: format!("{}; and it {}", self.name, second.name),
            outcome: Outcome::Together,
            deeds: self.deeds.iter().chain(&second.deeds).cloned().collect(),
            never: &[],
            ..*self
        })
    }
}

impl Outcome {
    /// For `docs/OPERATIONS.md`.
    pub fn sentence(self) -> String {
        match self {
            Self::Unnoticed => "Every mail comes, over one login.".to_owned(),
            Self::TakenUpAgain => "The same look brings every mail, over a new connection.".to_owned(),
            Self::Noted(words) => format!("The mail is filed with the note 「{words}」."),
            Self::LeftOut([_], words) => {
                format!("The mail stays unseen, shown with 「{words}」; the others come.")
            }
            Self::LeftOut(uids, words) => {
                format!("{} mails stay unseen, shown with 「{words}」; the others come.", uids.len())
            }
            Self::PartlyListed(_, words) => {
                format!("What is listed comes; the folder counts as not looked at, with 「{words}」.")
            }
            Self::Numbered(uids, words) => {
                let come = if uids.is_empty() { "Every mail comes" } else { "What can be read comes" };
                format!(
                    "{come}, found by its number alone; the folder counts as looked at, with the note 「{words}」."
                )
            }
            Self::SpamUnknown(words) => {
                format!(
                    "Every mail of the named folders comes; that spam cannot be found is told with 「{words}」."
                )
            }
            Self::SpamGivenUp(words) => format!(
                "The same look brings every mail of the named folders, over a new connection; that spam cannot be found is \
                 told with 「{words}」."
            ),
            Self::NothingComes(words) => {
                format!("No mail comes, which is told with 「{words}」.")
            }
            Self::NeedsAPerson(words) => {
                format!("It is not tried again in this look: a person has to act, told with 「{words}」.")
            }
            Self::EndsInTime | Self::Together => {
                "The look ends within 80 s, and what did not come is shown.".to_owned()
            }
        }
    }
}
