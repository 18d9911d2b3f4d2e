//! What is wrong with the configuration, said so that an administrator can go there and mend it: every problem
//! names file, line, key, what is wrong and the remedy. All are collected; nobody should have to start ten times.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use super::complaint::Complaint;

/// How much a problem or a finding stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing: good to know.
    Note,
    /// Nothing, but somebody should look.
    Warning,
    /// Mail cannot be fetched or sent; everything that needs no password works.
    Unready,
    /// The configuration is not accepted.
    Error,
}

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How much it stops.
    pub level: Level,
    /// The file, as it was named on the way to it.
    pub file: PathBuf,
    /// Line, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// Dotted key or column; may be empty.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// Where it is: `file:line: key`, as far as it is known.
    pub fn place(&self) -> String {
        let mut place = self.file.display().to_string();
        if self.line > 0 {
            place = format!("{place}:{}", self.line);
        }
        if self.key.is_empty() { place } else { format!("{place}: {}", self.key) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}；{}", self.place(), self.what, self.remedy)
    }
}

/// Why a configuration is not accepted: all that could be found in one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The problems, in the order of reading.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Collects problems while files are read. Shared by reference, because many readers write into it.
#[derive(Debug, Default)]
pub(super) struct Notebook {
    problems: RefCell<Vec<Problem>>,
    /// Names of things that are there and could not be read.
    spoilt: RefCell<BTreeSet<String>>,
}

impl Notebook {
    /// Notes a problem.
    pub(super) fn note(
        &self,
        level: Level,
        file: impl Into<PathBuf>,
        line: usize,
        key: &str,
        complaint: Complaint,
    ) {
        let Complaint { what, remedy } = complaint;
        self.problems.borrow_mut().push(Problem {
            level,
            file: file.into(),
            line,
            key: key.to_owned(),
            what,
            remedy,
        });
    }

    /// Remembers that something of this name is there, and what is wrong with it was noted: nobody should be told that it is not.
    pub(super) fn spoil(&self, name: String) {
        self.spoilt.borrow_mut().insert(name);
    }

    /// Whether something of this name could not be read.
    pub(super) fn is_spoilt(&self, name: &str) -> bool {
        self.spoilt.borrow().contains(name)
    }

    /// What was noted: file by file in the order of reading, each from its top.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        let files: Vec<PathBuf> = problems.iter().map(|problem| problem.file.clone()).collect();
        problems.sort_by_key(|problem| (files.iter().position(|file| *file == problem.file), problem.line));
        problems
    }
}
