//! One call for material as data: requirements, dates, roster, calendar, forms, wording and the steps of chasing.
//! Nothing of a particular notice is code; `config/campaigns/ID/` says it all.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::calendar::Calendar;
use super::template::Template;
use super::unit::{Roster, Unit};

/// 报送任务.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Folder name and key in the store.
    pub id: String,
    /// Full title.
    pub title: String,
    /// Title short enough for file names and headings; default: the title.
    pub short: String,
    /// Number of the notice (文号).
    pub notice: String,
    /// Who signs (落款).
    pub office: String,
    /// Contact line printed under mails; may be empty.
    pub contact: String,
    /// Where its days begin and end.
    pub timezone: TimeZone,
    /// First and last day of the activity.
    pub period: (Date, Date),
    /// How long its content is kept; none: until somebody says otherwise.
    pub retention: Option<Retention>,
    /// Words that tell its mail from other campaigns' in a shared mailbox.
    pub keywords: Vec<String>,
    /// Words of other business that comes to the same mailbox; none: what such units usually write about.
    pub other_business: Option<Vec<String>>,
    /// Group ids with their titles, in the order of lists.
    pub groups: Vec<(String, String)>,
    /// Where material goes that is not taken here, by group.
    pub routes: Vec<Route>,
    /// What is asked.
    pub requirements: Vec<Requirement>,
    /// The steps of chasing, one set a requirement.
    pub chases: Vec<Chase>,
    /// Who is asked.
    pub roster: Roster,
    /// Its working days.
    pub calendar: Calendar,
    /// Its forms by id.
    pub templates: BTreeMap<String, Template>,
    /// Its forms as units fill them in, by the id of the form (`forms/ID.xlsx`).
    pub blanks: BTreeMap<String, Blank>,
    /// Its mail texts by template name (`mail/NAME.txt`).
    pub wording: BTreeMap<String, String>,
}

/// 保存期限: how long the content of a campaign's mail is kept after its last day (`[campaign] retention`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Months after the last day of its period.
    pub months: u32,
    /// What goes then.
    pub drop: Drop,
}

/// What goes when a campaign's time is over. The register always stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drop {
    /// Raw mail and files.
    Mail,
    /// Senders, form values and letters as well.
    All,
}

/// 空白表: an official form that no unit has filled in yet, to go with a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Blank {
    /// File name as units see it.
    pub name: String,
    /// The workbook.
    pub bytes: Arc<[u8]>,
}

impl fmt::Debug for Blank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blank({}, {} bytes)", self.name, self.bytes.len())
    }
}

/// 报送渠道: what a group is told whose material belongs to another office, wholly or as well (`[[route]]`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Group id.
    pub group: String,
    /// Where what is not taken here goes instead; empty where it goes nowhere else.
    pub instead: String,
    /// The other office's address; may be empty.
    pub address: String,
    /// What to do besides, where material is welcome here; may be empty.
    pub also: String,
}

/// 报送要求: one thing asked for by one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// Id, e.g. `plan`.
    pub id: String,
    /// Title as staff and units read it.
    pub title: String,
    /// Groups that owe it.
    pub groups: Vec<String>,
    /// Groups that may send it without owing it.
    pub also_from: Vec<String>,
    /// First day on which it can be sent; none: open from the beginning.
    pub opens: Option<Date>,
    /// When it is due.
    pub when: When,
    /// Whether all items or any one fulfil it.
    pub need: Need,
    /// Whether 今日无, or 本周零报告 where it has one date, fulfils it.
    pub nil_report: bool,
    /// What it consists of.
    pub items: Vec<Item>,
}

impl Requirement {
    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Whether units of `group` owe it.
    pub fn owed_by(&self, group: &str) -> bool {
        self.groups.iter().any(|g| g == group)
    }

    /// Whether material of `group` is taken for it, owed or not.
    pub fn takes_from(&self, group: &str) -> bool {
        self.owed_by(group) || self.also_from.iter().any(|g| g == group)
    }

    /// The days it is owed for: each day of the range, or one entry without a day.
    pub fn days(&self) -> Vec<Option<Date>> {
        match self.when {
            When::By { .. } => vec![None],
            When::EachDay { from, to, .. } => {
                from.series(1.day()).take_while(|day| *day <= to).map(Some).collect()
            }
        }
    }

    /// The last day that is on time: the rolled due day, or the day itself.
    pub fn last_day(&self, day: Option<Date>) -> Date {
        match (self.when, day) {
            (When::By { on_time_through, .. }, _) => on_time_through,
            (When::EachDay { .. }, Some(day)) => day,
            (When::EachDay { to, .. }, None) => to,
        }
    }
}

/// When a requirement falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Once: named day, and the last day that is still on time after rolling (节假日顺延).
    By {
        /// The day that the notice names.
        nominal: Date,
        /// The day through whose end it is on time.
        on_time_through: Date,
    },
    /// For every day of a range.
    EachDay {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// Until this hour of the next day material may still be the day's, if it says so.
        until_next_day: Time,
    },
}

/// How many of a requirement's items fulfil it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Every one.
    All,
    /// Any one.
    Any,
}

/// 材料: one piece of a requirement.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Id, e.g. `form4_scan`.
    pub id: String,
    /// Title as staff and units read it.
    pub title: String,
    /// What kind of thing answers it.
    pub kind: ItemKind,
    /// Words in file names and titles that mean it.
    pub names: Vec<String>,
    /// For a form: the template's id.
    pub form: Option<String>,
    /// For a scan: the form item whose stamped copy it is; none for a page that is signed by itself.
    pub of: Option<String>,
    /// For a contact: the template whose contact row answers it.
    pub from_form: Option<String>,
    /// For a document: sections that it should have.
    pub sections: Vec<String>,
    /// What its files have to keep to.
    pub limits: Limits,
}

impl Item {
    /// Whether a newer file replaces an older one. Where several are asked for they add up.
    pub fn is_single(&self, each_day: bool) -> bool {
        self.kind.is_single(each_day) && self.limits.max_count <= 1
    }
}

/// 限制: what files of an item have to keep to. What breaks one counts, and a person is told. Nought and empty: no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Files of one unit, for a requirement of each day those of a day.
    pub max_count: u32,
    /// Endings that file names may have, lower case.
    pub formats: Vec<String>,
    /// Bytes of one file.
    pub max_bytes: u64,
    /// Length of a film in seconds.
    pub max_seconds: u32,
    /// Length of a text, counted as word processors do.
    pub max_words: u32,
    /// Whether the unit's name must not appear in it.
    pub anonymous: bool,
}

/// Kinds of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A text: doc, docx, wps, pdf.
    Document,
    /// A contact person: from a form's row or the mail's text.
    Contact,
    /// A filled spreadsheet.
    Form,
    /// The stamped and signed copy of a form, or a signed page of its own.
    Scan,
    /// A picture of the activity.
    Photo,
    /// A film of the activity.
    Video,
    /// A web address, given in the mail or a document under one of the item's names.
    Url,
}

impl ItemKind {
    /// Whether a newer file replaces an older one. Photos and reports of a day add up instead.
    pub fn is_single(self, each_day: bool) -> bool {
        match self {
            ItemKind::Photo | ItemKind::Video => false,
            ItemKind::Document => !each_day,
            ItemKind::Contact | ItemKind::Form | ItemKind::Scan | ItemKind::Url => true,
        }
    }
}

/// The chasing of one requirement (`[[reminder]]`).
#[derive(Debug, Clone, PartialEq)]
pub struct Chase {
    /// Requirement id.
    pub requirement: String,
    /// Steps in the order of their days.
    pub steps: Vec<Step>,
}

/// 催报步骤: one step of chasing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Id, unique in its requirement: `notice`, `eve`, `first`, …
    pub id: String,
    /// Days from the last day on time.
    pub at: Offset,
    /// Hours in which it may leave, if narrower than the office's.
    pub hours: Option<(Time, Time)>,
    /// At most every so many days, for a requirement of each day; 1 for every day.
    pub every_days: u32,
    /// Name of the wording.
    pub template: String,
    /// Whether staff get it (a phone list) instead of the unit.
    pub to_staff: bool,
    /// Ids of the forms that go with it, blank.
    pub attach: Vec<String>,
}

/// `due-3wd`, `due+1d`: a distance from the last day on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    /// Signed number of days.
    pub days: i32,
    /// Whether working days are counted.
    pub working: bool,
}

impl Offset {
    /// The day that lies this far from `day`.
    pub fn from_day(self, day: Date, calendar: &Calendar) -> Date {
        if self.working {
            calendar.add_working_days(day, self.days)
        } else {
            day.saturating_add(self.days.days())
        }
    }
}

impl Campaign {
    /// The last day on which its content may be kept; none where no time is set.
    pub fn kept_through(&self) -> Option<Date> {
        let months = jiff::Span::new().try_months(self.retention?.months).ok()?;
        self.period.1.checked_add(months).ok()
    }

    /// The unit that another campaign's roster calls by a code: they may give one unit different codes.
    pub fn same_unit(&self, other: &Campaign, code: &str) -> Option<&Unit> {
        let Some(unit) = other.roster.by_code(code).filter(|_| other.id != self.id) else {
            return self.roster.by_code(code);
        };
        self.roster.units.iter().find(|own| own.name == unit.name)
    }

    /// The step of chasing with this id, with the chase that it belongs to.
    pub fn step(&self, requirement: &str, id: &str) -> Option<(&Chase, &Step)> {
        let chase = self.chases.iter().find(|chase| chase.requirement == requirement)?;
        Some((chase, chase.steps.iter().find(|step| step.id == id)?))
    }

    /// The requirement with this id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// Where a form is asked for: requirements and items.
    pub fn items_of_form<'a>(&'a self, form: &'a str) -> impl Iterator<Item = (&'a Requirement, &'a Item)> {
        let all = self
            .requirements
            .iter()
            .flat_map(|requirement| requirement.items.iter().map(move |i| (requirement, i)));
        all.filter(move |(_, item)| item.form.as_deref() == Some(form))
    }

    /// The group's title, or its id where it has none.
    pub fn group_title<'a>(&'a self, group: &'a str) -> &'a str {
        self.groups.iter().find(|(id, _)| id == group).map_or(group, |(_, title)| title.as_str())
    }

    /// What a group is told whose material belongs elsewhere.
    pub fn route(&self, group: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.group == group)
    }

    /// The instant at which `day` begins here.
    pub fn start_of(&self, day: Date) -> Timestamp {
        self.at(day, Time::midnight())
    }

    /// The instant at which `day` is over here.
    pub fn end_of(&self, day: Date) -> Timestamp {
        self.start_of(day.tomorrow().unwrap_or(day))
    }

    /// The instant of an hour of `day` here.
    pub fn at(&self, day: Date, time: Time) -> Timestamp {
        let moment = self.timezone.to_ambiguous_timestamp(day.to_datetime(time)).compatible();
        moment.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The day and hour that `moment` is here.
    pub fn local(&self, moment: Timestamp) -> jiff::civil::DateTime {
        self.timezone.to_datetime(moment)
    }

    /// `moment` as RFC 3339 with this campaign's offset (`contract.md`, head).
    pub fn rfc3339(&self, moment: Timestamp) -> String {
        let offset = self.timezone.to_offset(moment);
        let second = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
        second.display_with_offset(offset).to_string()
    }

    /// Units that owe something at all, in roster order.
    pub fn owing_units(&self) -> impl Iterator<Item = &Unit> {
        self.roster.units.iter().filter(|unit| self.requirements.iter().any(|r| r.owed_by(&unit.group)))
    }
}
