//! The findings of one walk through a server, in order: what each step showed, and what was left untried because
//! of one that failed.

use super::Tap;

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should, or merely good to know.
    Fine,
    /// It was not tried, because something before it failed.
    Untried,
    /// It works, but somebody should look.
    Warning,
    /// Mail cannot be fetched or sent because of it.
    Failed,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// How it went.
    pub verdict: Verdict,
    /// What was found, in Chinese.
    pub what: String,
    /// What to do about it; may be empty.
    pub remedy: String,
    /// What was said: `> ` by us, `< ` by the server, `- ` for what is no words. No secret is in it.
    pub transcript: Vec<String>,
}

/// Collects the findings.
pub struct Trials {
    tap: Tap,
    /// All there is to try, in order.
    names: &'static [&'static str],
    begun: Vec<&'static str>,
    found: Vec<Trial>,
}

impl Trials {
    /// Nothing tried yet. What the tap hears belongs to the step at hand.
    pub fn new(tap: Tap, names: &'static [&'static str]) -> Self {
        Self { tap, names, begun: Vec::new(), found: Vec::new() }
    }

    /// The next findings are of this step.
    pub fn begin(&mut self, name: &'static str) {
        self.begun.push(name);
    }

    /// It went well.
    pub fn fine(&mut self, what: impl AsRef<str>) {
        self.add(Verdict::Fine, what.as_ref(), "");
    }

    /// It went well, and there is something a person may do.
    pub fn advise(&mut self, what: impl AsRef<str>, remedy: &str) {
        self.add(Verdict::Fine, what.as_ref(), remedy);
    }

    /// Somebody should look.
    pub fn warn(&mut self, what: impl AsRef<str>, remedy: impl AsRef<str>) {
        self.add(Verdict::Warning, what.as_ref(), remedy.as_ref());
    }

    /// It failed.
    pub fn fail(&mut self, what: impl AsRef<str>, remedy: impl AsRef<str>) {
        self.add(Verdict::Failed, what.as_ref(), remedy.as_ref());
    }

    /// All findings, and what was never begun.
    pub fn end(mut self) -> Vec<Trial> {
        let untried: Vec<&str> =
            self.names.iter().copied().filter(|name| !self.begun.contains(name)).collect();
        if !untried.is_empty() {
            let what = format!("未试：{}（须先解决以上问题）", untried.join("、"));
            self.found.push(Trial {
                verdict: Verdict::Untried,
                what,
                remedy: String::new(),
                transcript: Vec::new(),
            });
        }
        self.found
    }

    fn add(&mut self, verdict: Verdict, what: &str, remedy: &str) {
        // A secret may be short: only what was heard is cleaned of it, not the names of the steps.
        let what = self.tap.clean(what);
        self.found.push(Trial {
            verdict,
            what: self.begun.last().map_or_else(|| what.clone(), |name| format!("{name}：{what}")),
            remedy: self.tap.clean(remedy),
            transcript: self.tap.take(),
        });
    }
}
