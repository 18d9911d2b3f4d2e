//! Where readers sit: starts one when it is needed, sends it home after so many mails, and puts a fresh one in its place
//! when it died.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::limits::Limits;
use super::{Death, OWN_PROGRAM, Reader};
use crate::domain::facts::MailFacts;
use crate::fault::Fault;
use crate::media::Thumbnail;

/// One place at which mail is read, with its scratch folder.
pub struct ReadingDesk {
    program: PathBuf,
    scratch: PathBuf,
    limits: Limits,
    reader: Option<Reader>,
    served: u32,
    /// Whether files may lie in the scratch folder that nobody moves away.
    is_littered: bool,
}

impl ReadingDesk {
    /// A desk with a scratch folder of its own. No reader is started before the first mail.
    pub fn new(scratch: &Path) -> Self {
        Self::with_program(Path::new(OWN_PROGRAM), scratch)
    }

    /// A desk whose readers are another program than this one: tests are not `shouwen` themselves.
    pub fn with_program(program: &Path, scratch: &Path) -> Self {
        Self {
            program: program.to_owned(),
            scratch: scratch.to_owned(),
            limits: Limits::HOUSE,
            reader: None,
            served: 0,
            is_littered: true,
        }
    }

    /// Has one mail read. The scratch folder holds the derived files until the next mail.
    ///
    /// # Errors
    /// A [`Fault`] when no reader could be started or the scratch folder fails; that is not the mail's doing. A
    /// [`Death`] is.
    pub fn read(&mut self, raw: &File) -> Result<Result<MailFacts, Death>, Fault> {
        let outcome = self.serve(|reader| reader.read(raw));
        if let Ok(Ok(facts)) = &outcome {
            // Whatever was written then is named in the report, and moved away by the caller.
            self.is_littered = facts.parts.iter().any(|part| part.trouble.is_some());
        }
        outcome
    }

    /// Has only the header of a mail read, after the whole of it has ended its readers.
    ///
    /// # Errors
    /// As [`ReadingDesk::read`].
    pub fn read_header(&mut self, raw: &File) -> Result<Result<MailFacts, Death>, Fault> {
        self.serve(|reader| reader.read_header(raw))
    }

    /// Has a photo made small; or why it cannot be shown, in words for staff. A reader that ends over it cannot show it.
    ///
    /// # Errors
    /// As [`ReadingDesk::read`].
    pub fn thumbnail(&mut self, photo: &File) -> Result<Result<Thumbnail, String>, Fault> {
        let made = self.serve(|reader| reader.thumbnail(photo))?;
        Ok(made.unwrap_or_else(|death| Err(death.words().to_owned())))
    }

    fn serve<T>(
        &mut self,
        ask: impl FnOnce(&mut Reader) -> Result<Result<T, Death>, Fault>,
    ) -> Result<Result<T, Death>, Fault> {
        if std::mem::replace(&mut self.is_littered, true) {
            self.clear_scratch()?;
        }
        if self.served >= self.limits.mails_per_reader {
            self.reader = None;
        }
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => {
                self.served = 0;
                self.reader.insert(Reader::start_program(&self.program, &self.scratch, &self.limits)?)
            }
        };
        self.served += 1;
        let outcome = ask(reader);
        if !matches!(outcome, Ok(Ok(_))) {
            self.reader = None;
        }
        outcome
    }

    /// Where a derived file of the last mail stands, by the name its report gives.
    pub fn file(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    /// Removes what an earlier mail or run left behind. Nothing but files is ever in there.
    fn clear_scratch(&self) -> Result<(), Fault> {
        std::fs::create_dir_all(&self.scratch)?;
        for entry in std::fs::read_dir(&self.scratch)? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(())
    }
}
