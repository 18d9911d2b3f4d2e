//! The whole season, played moment by moment: every figure of one moment is the same wherever it stands.

use std::collections::BTreeMap;

use serde_json::Value;
use shouwen::domain::campaign::Campaign;
use shouwen::domain::obligation::Standing;
use shouwen::rehearsal::season::{self, cast::CAST};

use super::named::text_of;
use super::world::{Post, World, at};

const MOMENTS: [&str; 4] = ["05-11 09:05", "05-16 10:30", "05-22 09:00", "05-30 09:05"];

/// All obligations of a moment: unit, group, requirement, day, standing.
struct Figures {
    status: Value,
    campaign: Campaign,
}

struct Owed<'a> {
    unit: &'a str,
    group: &'a str,
    requirement: &'a str,
    day: Option<&'a str>,
    standing: Standing,
}

impl Figures {
    fn of(world: &World, moment: &str) -> Self {
        let config = shouwen::config::load(&world.file("shouwen.toml")).unwrap();
        Self { status: world.status(moment).0, campaign: config.campaigns[0].clone() }
    }

    fn owed(&self) -> impl Iterator<Item = Owed<'_>> {
        self.status["units"].as_array().unwrap().iter().flat_map(|unit| {
            unit["requirements"].as_array().unwrap().iter().map(move |own| Owed {
                unit: unit["unit"].as_str().unwrap(),
                group: unit["group"].as_str().unwrap(),
                requirement: own["id"].as_str().unwrap(),
                day: own["day"].as_str(),
                standing: Standing::from_word(own["standing"].as_str().unwrap()).unwrap(),
            })
        })
    }

    fn count(&self, is_meant: impl Fn(&Owed) -> bool) -> usize {
        self.owed().filter(|owed| is_meant(owed)).count()
    }
}

/// The number that stands behind `word` in a text; nought where the word does not.
fn after(text: &str, word: &str) -> usize {
    let Some((_, rest)) = text.split_once(word) else { return 0 };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number after {word} in {text}"))
}

#[test]
fn every_figure_of_a_moment_is_the_same_wherever_it_stands() {
    let known: Vec<&str> = CAST.iter().filter(|unit| !unit.roster.is_empty()).map(|unit| unit.name).collect();
    let world = World::on(Post::scripted(), &known);
    let Post::Scripted(server) = &world.post else { panic!("scripted") };
    let mut mails = season::season();
    let mut told = BTreeMap::new();
    for moment in MOMENTS {
        let until = at(moment).parse::<jiff::Timestamp>().unwrap();
        let (come, later): (Vec<_>, Vec<_>) = mails.into_iter().partition(|mail| mail.at <= until);
        mails = later;
        for mail in come {
            server.deliver(mail.folder, mail.raw, mail.at);
        }
        world.once(moment);
        let figures = Figures::of(&world, moment);
        sentences_agree(&world, moment, &figures);
        rows_agree(&world, moment, &figures);
        the_paper_agrees(&world, &figures);
        laws_hold(&figures);
        told.insert(moment, figures);
    }
    for (moment, then) in &told {
        let words = ["status", "--json", "--as-of", &at(moment), "--now", &at("06-02 09:00")];
        let status = world.run(&words).json();
        let now = Figures { status, campaign: then.campaign.clone() };
        let lines = |figures: &Figures| {
            let line =
                |owed: Owed| format!("{} {} {:?} {}", owed.unit, owed.requirement, owed.day, owed.standing);
            figures.owed().map(line).collect::<Vec<_>>()
        };
        assert_eq!(lines(&now), lines(then), "looked back at {moment}");
    }
}

/// The sentences above the matrix, and the paragraph that can be sent on.
fn sentences_agree(world: &World, moment: &str, figures: &Figures) {
    let text = world.run(&["status", "--now", &at(moment)]).said();
    for requirement in &figures.campaign.requirements {
        let line = text.lines().find(|line| line.starts_with(&requirement.title)).unwrap();
        let words = ["status", "--req", &requirement.id, "--text", "--now", &at(moment)];
        let paragraph = world.run(&words).said();
        let days: Vec<&str> = figures
            .owed()
            .filter(|owed| owed.requirement == requirement.id)
            .filter_map(|owed| owed.day)
            .collect();
        let today = at(moment)[..10].to_owned();
        let day = days.iter().min().map(|first| today.as_str().clamp(*first, days.iter().max().unwrap()));
        for group in &requirement.groups {
            let title = figures.campaign.group_title(group);
            let of_line = line.split(title).nth(1).unwrap().split('；').next().unwrap();
            let of_text = paragraph.split(&format!("个{title}中，")).nth(1).unwrap_or_default();
            let of_text = of_text.split(['；', '。']).next().unwrap();
            let is_ours = |owed: &Owed| owed.requirement == requirement.id && owed.group == *group;
            for standing in Standing::ALL {
                let count = figures.count(|owed| is_ours(owed) && owed.standing == *standing);
                let counted = after(
                    &of_line.replace("逾期报齐", "迟").replace("逾期缺项", "欠"),
                    match standing {
                        Standing::CompleteLate => "迟",
                        Standing::OverduePartial => "欠",
                        other => other.chinese(),
                    },
                );
                assert_eq!(counted, count, "{moment} {standing}: {line}");
            }
            for (word, standings) in [
                ("已报齐", &[Standing::Complete, Standing::CompleteLate][..]),
                ("零报告", &[Standing::Nil]),
                ("部分报送", &[Standing::Partial, Standing::OverduePartial]),
                ("未报送", &[Standing::Open, Standing::Overdue]),
                ("待核", &[Standing::Review]),
            ] {
                let is_counted =
                    |owed: &Owed| is_ours(owed) && owed.day == day && standings.contains(&owed.standing);
                assert_eq!(after(of_text, word), figures.count(is_counted), "{moment} {word}: {paragraph}");
            }
        }
    }
}

/// The rows of the CSV and of the matrix.
fn rows_agree(world: &World, moment: &str, figures: &Figures) {
    let csv = world.run(&["status", "--csv", "--now", &at(moment)]).said();
    let matrix = world.run(&["status", "--now", &at(moment)]).said();
    for unit in figures.status["units"].as_array().unwrap() {
        let name = unit["unit"].as_str().unwrap();
        let row: Vec<&str> =
            csv.lines().find(|line| line.contains(&format!(",{name},"))).unwrap().split(',').collect();
        let line = matrix.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        assert_eq!(line.split_whitespace().last(), row.last().copied(), "{moment} {name}: reminded");
        for own in unit["requirements"].as_array().unwrap() {
            let standing = Standing::from_word(own["standing"].as_str().unwrap()).unwrap();
            let sign = shouwen::report::words::sign(standing);
            assert!(
                row.iter().any(|cell| cell.starts_with(&format!("{sign} "))),
                "{moment} {name} {standing}: {row:?}"
            );
        }
    }
    let missing = world.run(&["status", "--missing", "--csv", "--now", &at(moment)]).said();
    let owing = |unit: &&Value| {
        unit["requirements"].as_array().unwrap().iter().any(|own| {
            let standing = Standing::from_word(own["standing"].as_str().unwrap()).unwrap();
            !standing.is_done() && standing != Standing::NotOpen
        })
    };
    let count = figures.status["units"].as_array().unwrap().iter().filter(owing).count();
    assert_eq!(missing.lines().count() - 1, count, "{moment}: --missing");
}

/// The morning paper of the moment.
fn the_paper_agrees(world: &World, figures: &Figures) {
    let mut papers = world.receiver.received().into_iter();
    let paper = papers.rfind(|mail| String::from_utf8_lossy(&mail.raw).contains("<shouwen.digest."));
    let paper = paper.unwrap();
    let subject =
        mail_parser::MessageParser::default().parse(&paper.raw).unwrap().subject().unwrap().to_owned();
    let text = text_of(&paper.raw);
    let late = figures.status["units"].as_array().unwrap().iter().filter(|unit| {
        let all = unit["requirements"].as_array().unwrap();
        all.iter().any(|own| own["standing"].as_str().unwrap().starts_with("overdue"))
    });
    assert_eq!(after(&subject, "逾期"), late.count(), "{subject}");
    let waiting = &figures.status["waiting"];
    let waiting = ["unassigned", "review", "parked"].map(|of| waiting[of].as_u64().unwrap());
    let questions = world.messages();
    let questions = questions.iter().filter(|row| row["kind"] == "question" && row["state"] == "registered");
    let to_do = usize::try_from(waiting.iter().sum::<u64>()).unwrap() + questions.count();
    assert_eq!(after(&subject, "待办"), to_do, "{subject}\n{text}");
    let today = figures.status["as_of"].as_str().unwrap()[..10].to_owned();
    for requirement in &figures.campaign.requirements {
        let days =
            figures.owed().filter(|owed| owed.requirement == requirement.id).filter_map(|owed| owed.day);
        let day = days.filter(|day| *day < today.as_str()).max();
        let is_daily = requirement.days().iter().any(Option::is_some);
        // Over a weekend the paper tells of several days; the last line is of the last.
        let Some(line) = text.lines().rfind(|line| line.contains(&format!("{}（", requirement.title)))
        else {
            assert!(is_daily && day.is_none(), "{text}");
            continue;
        };
        let is_ours = |owed: &Owed| {
            owed.requirement == requirement.id && owed.day == day && owed.standing != Standing::Exempt
        };
        let counts = [
            figures.count(is_ours),
            figures.count(|owed| is_ours(owed) && owed.standing.is_done()),
            figures.count(|owed| is_ours(owed) && owed.standing.is_late()),
        ];
        assert_eq!(["应报", "已报齐", "逾期"].map(|word| after(line, word)), counts, "{line}");
    }
}

/// What a standing says of its own moments and items.
fn laws_hold(figures: &Figures) {
    for unit in figures.status["units"].as_array().unwrap() {
        for own in unit["requirements"].as_array().unwrap() {
            let moment = |key: &str| own[key].as_str().map(|at| at.parse::<jiff::Timestamp>().unwrap());
            let standing = own["standing"].as_str().unwrap();
            let is_late = moment("complete_at") >= moment("due");
            match standing {
                "complete" => assert!(moment("complete_at").is_some() && !is_late, "{own:#}"),
                "complete_late" => assert!(is_late, "{own:#}"),
                _ => assert!(moment("complete_at").is_none(), "{own:#}"),
            }
            let items = own["items"].as_array().unwrap();
            let counting =
                items.iter().any(|item| ["accepted", "flawed"].contains(&item["state"].as_str().unwrap()));
            assert_eq!(
                counting,
                ["partial", "overdue_partial", "complete", "complete_late"].contains(&standing),
                "{own:#}"
            );
        }
    }
}
