//! A stage for the tests of this room: the campaign of the 2023 notice in small, its calendar, and a season that can
//! be played moment by moment without a store.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;

use super::super::compose::write;
use super::super::due::{Mail, Situation};
use super::super::gate::Gate;
use super::super::opening::{early, for_units};
use super::super::{DueState, Mode, Settings};
use crate::domain::calendar::Calendar;
use crate::domain::campaign::{Campaign, Chase, Item, ItemKind, Need, Offset, Requirement, Step, When};
use crate::domain::grant::Grants;
use crate::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};
use crate::domain::message::PartState;
use crate::domain::obligation::{Holdings, obligations};
use crate::domain::submission::{Filing, Flaw, Level, NIL_ITEM, hold};
use crate::domain::unit::{Roster, Unit};
use crate::store::{OutboxState, SentStep, StepKey};

/// The moment `MM-DDTHH:MM` of 2023 in Sichuan.
pub fn at(moment: &str) -> Timestamp {
    format!("2023-{moment}:00+08:00").parse().unwrap()
}

fn wd(days: i32) -> Offset {
    Offset { days, working: true }
}

fn step(id: &str, at: Offset, template: &str) -> Step {
    let to_staff = template == "phone_list";
    Step {
        id: id.into(),
        at,
        hours: None,
        every_days: 1,
        template: template.into(),
        to_staff,
        attach: vec![],
    }
}

fn item(id: &str, title: &str, kind: ItemKind) -> Item {
    let (id, title) = (id.to_owned(), title.to_owned());
    Item {
        id,
        title,
        kind,
        names: vec![],
        form: None,
        of: None,
        from_form: None,
        sections: vec![],
        limits: Default::default(),
    }
}

fn requirement(id: &str, title: &str, when: When, need: Need, items: Vec<Item>) -> Requirement {
    Requirement {
        id: id.into(),
        title: title.into(),
        groups: vec!["college".into()],
        also_from: vec![],
        opens: None,
        when,
        need,
        nil_report: need == Need::Any,
        items,
    }
}

fn chases() -> Vec<Chase> {
    let late = |requirement: &str, before: &[(&str, i32)]| {
        let mut steps: Vec<Step> =
            before.iter().map(|(id, days)| step(id, wd(*days), "before_due")).collect();
        steps.push(step("first", wd(1), "overdue"));
        steps.push(step("second", wd(2), "overdue_again"));
        steps.push(step("phone", wd(3), "phone_list"));
        Chase { requirement: requirement.into(), steps }
    };
    let nudge = Step {
        hours: Some((time(10, 0, 0, 0), time(18, 0, 0, 0))),
        every_days: 2,
        ..step("nudge", Offset { days: 1, working: false }, "daily_missing")
    };
    vec![
        late("plan", &[("notice", -3), ("eve", -1)]),
        late("summary", &[("eve", -1)]),
        Chase { requirement: "daily".into(), steps: vec![nudge] },
    ]
}

fn unit(code: &str) -> Unit {
    Unit {
        code: code.into(),
        name: format!("{code}职业学院"),
        group: "college".into(),
        emails: vec![format!("{code}@school.example"), format!("{code}@other.example")],
        contact: "某老师".into(),
        phone: "028-00000000".into(),
        ..Unit::default()
    }
}

/// The campaign of 2023 with the units `a`, `b`, `c` (which is valid from 16 May).
pub fn campaign() -> Campaign {
    let plan =
        vec![item("scheme", "活动方案", ItemKind::Document), item("form4", "信息采集表", ItemKind::Form)];
    let daily =
        vec![item("photo", "活动照片", ItemKind::Photo), item("case", "典型案例", ItemKind::Document)];
    let by = |nominal, on_time_through| When::By { nominal, on_time_through };
    let until_next_day = time(10, 0, 0, 0);
    let days = When::EachDay { from: date(2023, 5, 14), to: date(2023, 5, 20), until_next_day };
    let line = "{% for o in owed %}{{ o.requirement }}|{{ o.due }}|{{ o.days }}|{{ o.items }}|{{ o.late }}\n{% endfor %}";
    let text = format!(
        "主题: {{{{ title }}}} §\n{{{{ unit }}}}：截至{{{{ now }}}}\n{line}{{% for f in flaws %}}{{{{ f.file }}}} {{{{ f.place }}}} {{{{ f.text }}}}\n{{% endfor %}}{{{{ today }}}}"
    );
    let mut wording: BTreeMap<String, String> =
        ["before_due", "overdue", "overdue_again", "daily_missing", "fix"]
            .map(|n| (n.into(), text.replace('§', n)))
            .into();
    let list = "主题：电话名单\n{% for u in units %}{{ u.unit }} {{ u.phone }} {{ u.owed }} {{ u.reminded }}\n{% endfor %}";
    wording.insert("phone_list".into(), list.into());
    Campaign {
        id: "week".into(),
        title: "活动周".into(),
        short: "活动周".into(),
        notice: "某函〔2023〕1号".into(),
        office: "某厅职教处".into(),
        contact: String::new(),
        timezone: TimeZone::get("Asia/Shanghai").unwrap(),
        period: (date(2023, 5, 14), date(2023, 5, 20)),
        retention: None,
        keywords: vec![],
        other_business: None,
        groups: vec![],
        routes: vec![],
        requirements: vec![
            requirement("plan", "方案", by(date(2023, 5, 10), date(2023, 5, 10)), Need::All, plan),
            requirement("daily", "每日材料", days, Need::Any, daily),
            requirement(
                "summary",
                "总结",
                by(date(2023, 5, 27), date(2023, 5, 29)),
                Need::All,
                vec![item("report", "工作总结报告", ItemKind::Document)],
            ),
        ],
        chases: chases(),
        roster: Roster {
            units: vec![unit("a"), unit("b"), Unit { valid_from: Some(date(2023, 5, 16)), ..unit("c") }],
        },
        calendar: Calendar {
            days_off: (29..=30).map(|d| date(2023, 4, d)).chain((1..=3).map(|d| date(2023, 5, d))).collect(),
            work_days: [date(2023, 4, 23), date(2023, 5, 6)].into(),
            years: [2023].into(),
        },
        templates: BTreeMap::new(),
        blanks: BTreeMap::new(),
        wording,
    }
}

/// The office's mailbox.
pub fn mailbox() -> Mailbox {
    let tls = Tls::Implicit;
    let server = Endpoint { host: "mail.example".into(), port: 465, tls, ca_file: None };
    Mailbox {
        id: "office".into(),
        address: "office@mail.example".into(),
        user: "office@mail.example".into(),
        password: Secret::new("code"),
        imap: server.clone(),
        smtp: Some(server),
        folders: vec!["INBOX".into(), "@junk".into()],
        poll_seconds: 120,
        since: None,
        campaigns: vec![],
    }
}

/// The settings of the contract's example.
pub fn settings() -> Settings {
    Settings {
        mode: Mode::Auto,
        hours: (time(8, 30, 0, 0), time(18, 0, 0, 0)),
        working_days_only: true,
        max_per_unit_per_day: 1,
        receipts: false,
        a_day: BTreeMap::new(),
        staff: vec!["staff@office.example".into()],
    }
}

/// A season: what came, what was sent, when it was looked.
pub struct Season {
    pub campaign: Campaign,
    pub settings: Settings,
    pub filings: Vec<Filing>,
    pub sent: Vec<SentStep>,
    pub blind_days: BTreeSet<Date>,
    pub dead: BTreeSet<String>,
    pub gate: Gate,
}

impl Season {
    pub fn new() -> Self {
        let (campaign, settings) = (campaign(), settings());
        let (filings, sent, blind_days, dead) = (vec![], vec![], BTreeSet::new(), BTreeSet::new());
        Self { campaign, settings, filings, sent, blind_days, dead, gate: Gate::default() }
    }

    /// Material of `unit` arrives: `plan/form4`, `daily/photo/05-14`, `daily/nil/05-15`.
    pub fn arrive(&mut self, unit: &str, what: &str, moment: &str, state: PartState) {
        let mut words = what.split('/');
        let (requirement, item) = (words.next().unwrap(), words.next().unwrap());
        let flaw = Flaw {
            code: "V11".into(),
            place: "Sheet1!F7".into(),
            text: "大于100%".into(),
            level: Level::Error,
        };
        self.filings.push(Filing {
            campaign: self.campaign.id.clone(),
            unit: unit.into(),
            requirement: requirement.into(),
            day: words.next().map(|day| format!("2023-{day}").parse().unwrap()),
            item: item.into(),
            state,
            flaws: if state == PartState::Accepted { vec![] } else { vec![flaw] },
            received_at: at(moment),
            message: self.filings.len() as i64,
            ordinal: 0,
            sha256: self.filings.len().to_string(),
            version: None,
        });
    }

    /// The whole plan of `unit` arrives.
    pub fn plan(&mut self, unit: &str, moment: &str) {
        self.arrive(unit, "plan/scheme", moment, PartState::Accepted);
        self.arrive(unit, "plan/form4", moment, PartState::Accepted);
    }

    /// Runs `look` with the situation of a moment.
    pub fn situation<T>(&self, now: Timestamp, look: impl FnOnce(&Situation<'_>) -> T) -> T {
        let mut holdings = Holdings::default();
        let mut keys: BTreeMap<_, Vec<Filing>> = BTreeMap::new();
        for filing in self.filings.iter().filter(|filing| filing.received_at <= now) {
            let key = (filing.unit.clone(), filing.requirement.clone(), filing.day, filing.item.clone());
            keys.entry(key).or_default().push(filing.clone());
        }
        for ((unit, requirement, day, item), mut filings) in keys {
            let (holding, _) = hold(&mut filings, item != NIL_ITEM).unwrap();
            holdings.add(&unit, &requirement, day, holding);
        }
        let today = self.campaign.local(now).date();
        let days = date(2023, 4, 1).series(jiff::ToSpan::days(1)).take_while(|day| *day <= today);
        let mut gate = self.gate.clone();
        gate.scanned_at.get_or_insert(now);
        let units: Vec<_> = self
            .campaign
            .owing_units()
            .map(|u| (u, obligations(&self.campaign, u, &holdings, &Grants::default(), now)))
            .collect();
        let a_day = for_units(&self.settings, Some(&mailbox()));
        look(&Situation {
            early: early(&self.campaign, &self.settings, a_day, &units, &self.sent),
            campaign: &self.campaign,
            settings: &self.settings,
            mailbox: "office@mail.example",
            staff: self.settings.staff.clone(),
            units,
            claimed: self.sent.iter().cloned().collect(),
            elsewhere: BTreeMap::new(),
            approvals: vec![],
            dead: self.dead.clone(),
            gate,
            contacts: Default::default(),
            scan_days: days.filter(|day| !self.blind_days.contains(day)).collect(),
            now,
        })
    }

    /// What is to be mailed at a moment: `UNIT: steps`, `staff: steps`; held ones with `held`.
    pub fn mails(&self, moment: &str) -> Vec<String> {
        self.situation(at(moment), |situation| situation.mails().iter().map(line).collect())
    }

    /// The text of the only mail of a moment.
    pub fn text(&self, moment: &str) -> String {
        self.situation(at(moment), |situation| {
            let mails = situation.mails();
            let [mail] = mails.as_slice() else { panic!("one mail: {mails:?}") };
            let (subject, text) = write(situation, mail, situation.now).unwrap();
            format!("{subject}\n{text}")
        })
    }

    /// Sends at a moment all that is due, and says what went.
    pub fn send(&mut self, now: Timestamp) -> Vec<String> {
        let (lines, steps): (Vec<String>, Vec<Vec<StepKey>>) = self.situation(now, |situation| {
            let mails = situation.mails();
            mails
                .iter()
                .filter(|mail| mail.state == DueState::Due)
                .map(|mail| (line(mail), mail.steps.clone()))
                .unzip()
        });
        let sent =
            |key: StepKey| SentStep { key, state: OutboxState::Sent, queued_at: now, sent_at: Some(now) };
        self.sent.extend(steps.into_iter().flatten().map(sent));
        lines
    }

    /// Plays every half hour from one day to another and says what went when.
    pub fn play(&mut self, from: Date, to: Date) -> Vec<String> {
        let mut log = Vec::new();
        for day in from.series(jiff::ToSpan::days(1)).take_while(|day| *day <= to) {
            for half_hour in 0..48 {
                let clock = Time::constant(half_hour / 2, half_hour % 2 * 30, 0, 0);
                let lines = self.send(self.campaign.at(day, clock));
                log.extend(
                    lines
                        .into_iter()
                        .map(|line| format!("{} {} {line}", day.strftime("%m-%d"), clock.strftime("%H:%M"))),
                );
            }
        }
        log
    }
}

fn line(mail: &Mail<'_>) -> String {
    let who = mail.unit.map_or("staff", |unit| unit.code.as_str());
    let held = if mail.state == DueState::Held { format!(" held {}", mail.why) } else { String::new() };
    let steps: Vec<String> = mail.steps.iter().map(StepKey::to_string).collect();
    format!("{who}: {}{held}", steps.join(" "))
}
