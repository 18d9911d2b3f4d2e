//! A copy of the shipped configuration that a story may change.

use std::fs;
use std::path::{Path, PathBuf};

use shouwen::config::{self, Config, ConfigErrors};
use shouwen::domain::campaign::Campaign;
use tempfile::TempDir;

pub const CAMPAIGN: &str = "campaigns/2023-activity-week/campaign.toml";
pub const CALENDAR: &str = "campaigns/2023-activity-week/calendar.toml";
pub const UNITS: &str = "campaigns/2023-activity-week/units.csv";
pub const FORM5: &str = "campaigns/2023-activity-week/forms/form5.toml";

/// A copy of the shipped configuration that a story may spoil.
pub struct World(TempDir);

pub fn shipped() -> World {
    let dir = TempDir::new().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config"), dir.path());
    World(dir)
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl World {
    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub fn load(&self) -> Result<Config, ConfigErrors> {
        config::load(&self.path("shouwen.toml"))
    }

    /// Puts a copy of a campaign beside it.
    pub fn add_campaign(&self, of: &str, name: &str) {
        let campaigns = self.path("campaigns");
        fs::create_dir_all(campaigns.join(name)).unwrap();
        copy(&campaigns.join(of), &campaigns.join(name));
    }

    /// Replaces the first `good` of a file by `bad`.
    pub fn with(self, file: &str, good: &str, bad: &str) -> Self {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(good), "{file} has no {good:?}");
        fs::write(self.path(file), text.replacen(good, bad, 1)).unwrap();
        self
    }

    /// The first line of a file that holds `mark`, from 1.
    pub fn line(&self, file: &str, mark: &str) -> usize {
        let text = fs::read_to_string(self.path(file)).unwrap();
        text.lines().position(|line| line.contains(mark)).unwrap() + 1
    }

    /// The configuration is refused, and one problem stands at this line, under `key`, and speaks of `word`.
    pub fn refused(&self, file: &str, line: usize, key: &str, word: &str) {
        let said = self.load().expect_err("accepted").to_string();
        let place = format!("{}:{line}: {key}: ", self.path(file).display());
        let told = said.lines().find_map(|told| told.strip_prefix(&place));
        let (what, remedy) = told.unwrap_or_else(|| panic!("{place}\n{said}")).split_once('；').unwrap();
        assert!(what.contains(word), "{word:?} is not in {what:?}");
        assert!(!remedy.is_empty(), "{said}");
    }
}

/// The shipped file with its first `good` written as `bad` is accepted, and one warning stands on the line where `bad` ends, under
/// `key`, and speaks of every word.
pub fn warned(file: &str, good: &str, bad: &str, key: &str, words: &[&str]) -> Config {
    let world = shipped();
    let text = fs::read_to_string(world.path(file)).unwrap();
    let before = text.split_once(good).unwrap_or_else(|| panic!("{file} has no {good:?}")).0;
    let line = 1 + before.matches('\n').count() + bad.trim_end_matches('\n').matches('\n').count();
    let world = world.with(file, good, bad);
    let config = world.load().unwrap();
    let place = format!("{}:{line}: {key}", world.path(file).display());
    let [told] = config.warnings.as_slice() else { panic!("{bad:?}: {:#?}", config.warnings) };
    assert_eq!(told.place(), place, "{told}");
    assert!(words.iter().all(|word| told.to_string().contains(word)), "{words:?} is not in {told}");
    assert!(!told.remedy.is_empty(), "{told}");
    config
}

/// The shipped file with its first `good` written as `bad` is refused on the line where `bad` ends.
pub fn spoilt(file: &str, good: &str, bad: &str, key: &str, word: &str) {
    let world = shipped();
    let text = fs::read_to_string(world.path(file)).unwrap();
    let before = text.split_once(good).unwrap_or_else(|| panic!("{file} has no {good:?}")).0;
    let line = 1 + before.matches('\n').count() + bad.matches('\n').count();
    world.with(file, good, bad).refused(file, line, key, word);
}

/// The one campaign that is shipped.
pub fn campaign(config: &Config) -> &Campaign {
    config.campaigns.first().unwrap()
}
