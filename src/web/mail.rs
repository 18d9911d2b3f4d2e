//! 来件: one mail of the register whole: what it says, every part of it, by what each decision was made, and what may be
//! done about it. Its bytes are saved by a browser and never shown.

use jiff::SignedDuration;
use minijinja::{Value, context};

use super::failure::Failure;
use super::frame::Visit;
use super::reply::Reply;
use super::view::{alike, choices, corrections, flaws, moment, options, short, size, thumbnail};
use super::{decide, todo};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::Act;
use crate::domain::link::LinkState;
use crate::domain::message::PartState;
use crate::report::words::{folder_word, part_family, part_word, provider_word};
use crate::report::{self, LinkJson, MessageJson, PartJson};
use crate::store::MessageRow;

/// Longest text of a mail shown on its page, in characters.
const TEXT_CHARS: usize = 20_000;
/// The one kind of film that browsers play.
const FILM: &str = "video/mp4";
/// A sender's clock that is so far off is told.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(10);

/// The page of one mail.
pub(super) fn page(visit: &Visit<'_>, number: &str) -> Result<Reply, Failure> {
    let row = decide::row(visit, number)?;
    let desk = &visit.shared.desk;
    // Mail of no campaign, or of one that is not configured any more, is shown in the frame of the first.
    let own = desk.campaigns.iter().find(|campaign| Some(&campaign.id) == row.campaign.as_ref());
    let campaign = own.or(desk.campaigns.first()).ok_or_else(|| Failure::missing("还没有配置报送任务。"))?;
    let mut messages = report::messages_json(std::slice::from_ref(&row), &desk.campaigns, visit.now);
    report::add_decisions(&mut messages, &desk.store.decisions()?, &desk.campaigns);
    report::add_alike(&desk.store, &desk.campaigns, &mut messages, |_, _| true)?;
    let message = messages.first().ok_or_else(|| Failure::missing("没有这条记录。"))?;
    // Parked before it could be read: there are no facts to show.
    let (facts, _) = desk.store.facts(row.id).unwrap_or_default();
    let mut changed = Vec::new();
    for campaign in &desk.campaigns {
        changed.extend(report::corrections(&desk.store, campaign, row.id)?);
    }
    let page = context! {
        mail => mail(campaign, &row, message, &facts.text), corrections => corrections(changed.iter(), visit.who.may_decide()),
        candidates => todo::candidates(campaign, &row),
        options => options(&choices(campaign)), choices => choices(campaign),
        rivals => rivals(&row, &desk.campaigns),
    };
    visit.page("mail.html", campaign, "mail", &visit.health(campaign)?, page)
}

fn mail(campaign: &Campaign, row: &MessageRow, message: &MessageJson, text: &str) -> Value {
    let links = message.links.iter().map(link_line);
    let evidence =
        message.evidence.iter().map(|e| context! { rule => e.rule.as_str(), text => e.text.as_str() });
    let unit = row.unit.as_deref().and_then(|code| campaign.roster.by_code(code));
    let clock = row.sent_at.filter(|sent| row.received_at.duration_since(*sent).abs() > CLOCKS_DIFFER);
    let decided = message.decisions.iter().map(|decision| {
        context! { id => decision.id, words => decision.words.as_str(), undone => decision.undone_by.is_some(),
                   undo => decision.counts && decision.act != Act::Undo }
    });
    let (new, quoted) = quoted(text);
    context! {
        number => message.id, subject => message.subject.as_str(), from => message.from.as_str(),
        from_name => row.from_name.as_str(), check => message.sender_check.chinese(),
        is_doubted => message.sender_check.is_against(),
        folder => folder_word(&message.folder), mailbox => message.mailbox.as_str(),
        received => moment(campaign, &message.received_at), why => message.why.as_str(),
        sent => clock.map(|at| chinese::short_moment(campaign.local(at))),
        kind => message.kind.map(|kind| kind.chinese()), state => message.state.map(|state| state.chinese()),
        state_word => message.state.map(|state| state.word()),
        unit => message.unit.as_deref(), is_owned => message.unit.is_some(), code => unit.map(|unit| unit.code.as_str()),
        unit_by => message.unit_by.map(|by| by.chinese()),
        text => new.chars().take(TEXT_CHARS).collect::<String>(),
        quoted => quoted.chars().take(TEXT_CHARS).collect::<String>(),
        is_cut => new.chars().nth(TEXT_CHARS).is_some(),
        evidence => evidence.collect::<Vec<_>>(),
        decisions => decided.collect::<Vec<_>>(),
        parts => message.parts.iter().enumerate().map(|part| part_line(campaign, message, part)).collect::<Vec<_>>(),
        links => links.collect::<Vec<_>>(),
    }
}

/// What a mail says anew, and the older mails that it quotes behind that.
fn quoted(text: &str) -> (&str, &str) {
    const HEADS: [&str; 4] = [
        "-----原始邮件-----",
        "------------------ 原始邮件",
        "-----Original Message-----",
        "---- 回复的原邮件 ----",
    ];
    let at = HEADS.iter().filter_map(|head| text.find(head)).min().unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn link_line(link: &LinkJson) -> Value {
    let family = match link.state {
        LinkState::Waiting => "ask",
        LinkState::Fetched => "done",
        LinkState::Expired => "late-text",
    };
    context! {
        name => link.name.as_str(), provider => provider_word(&link.provider), url => link.url.as_str(), family,
        word => link.state.chinese(), stands => (link.state != LinkState::Fetched).then_some(link.words.as_str()),
        size => link.size.map(size), code => link.code.as_deref(), trouble => link.trouble.as_deref(),
    }
}

fn part_line(campaign: &Campaign, message: &MessageJson, (place, part): (usize, &PartJson)) -> Value {
    let requirement = part.requirement.as_deref().and_then(|id| campaign.requirement(id));
    let item = requirement.zip(part.item.as_deref()).and_then(|(requirement, id)| requirement.item(id));
    let reasons: Vec<String> =
        part.flaws.iter().map(|flaw| format!("{} {}", flaw.place, flaw.text)).collect();
    context! {
        place, path => part.path.as_str(), size => size(part.size), word => part_word(part.state, &part.media_type),
        why => part.why.as_str(), family => part_family(part.state), item => item.map(|item| item.title.as_str()),
        day => part.day.map(chinese::day), depth => part.path.matches('/').count().min(3),
        unit => part.unit.as_deref(), flaws => flaws(&part.flaws), thumbnail => thumbnail(part), alike => alike(part),
        is_kept => part.sha256.is_some(), reasons => reasons.join("\n"), is_seen => is_seen(&part.media_type),
        plays => plays(&part.media_type, part.sha256.as_ref(), part.state), is_owned => message.unit.is_some() || part.unit.is_some(), is_known => part.item.is_some(),
    }
}

/// The raw mail, to be saved: whole, with everybody in it, so not for 查看.
pub(super) fn raw(visit: &Visit<'_>, number: &str) -> Result<Reply, Failure> {
    if !visit.who.may_decide() {
        return Err(Failure::forbidden(visit.who.role));
    }
    let row = decide::row(visit, number)?;
    saved(visit, &row.sha256, &format!("来件{}.eml", row.id))
}

/// What a browser may play of somebody else's: a film whose own bytes say that it is one. Nothing in it can do anything.
pub(super) fn plays(media_type: &str, sha256: Option<&String>, state: PartState) -> bool {
    media_type == FILM && sha256.is_some() && state != PartState::Unreadable
}

/// One part that is a film, to be played where it stands, or a piece of it.
pub(super) fn film(visit: &Visit<'_>, number: &str, place: &str) -> Result<Reply, Failure> {
    let missing = || Failure::missing("没有这段视频，或者它不能在网页里播放；可下载后打开。");
    let row = decide::row(visit, number)?;
    let part = place.parse::<usize>().ok().and_then(|place| row.parts.get(place)).ok_or_else(missing)?;
    let sha256 = part.sha256.as_ref().filter(|sha256| plays(&part.media_type, Some(sha256), part.state));
    let file = visit.shared.desk.store.blobs().open(sha256.ok_or_else(missing)?).map_err(|_| missing())?;
    let size = file.metadata().map_err(|_| missing())?.len();
    let wanted = visit.asked.range.as_deref().and_then(|range| piece(range, size));
    Ok(Reply::Film(FILM, file, size, wanted))
}

/// First and last byte of the one piece that `Range` asks for (RFC 9110 14.1.2); none where it asks for no such thing, and
/// then the whole is sent.
fn piece(range: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = size.checked_sub(1)?;
    let (first, last) = match (first.trim(), last.trim()) {
        ("", tail) => (size.saturating_sub(tail.parse().ok().filter(|tail| *tail > 0)?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.min(end)),
    };
    (first <= last).then_some((first, last))
}

/// One part, to be saved. Of files, which nobody covers, 查看 takes photos and films only.
pub(super) fn part(visit: &Visit<'_>, number: &str, place: &str) -> Result<Reply, Failure> {
    let missing = || Failure::missing("来件里没有这个附件，或者没有保存它的内容。");
    let row = decide::row(visit, number)?;
    let place: usize = place.parse().map_err(|_| missing())?;
    let part = row.parts.get(place).ok_or_else(missing)?;
    if !visit.who.may_decide() && !is_seen(&part.media_type) {
        return Err(Failure::forbidden(visit.who.role));
    }
    let name = part.path.rsplit('/').next().unwrap_or_default();
    saved(visit, part.sha256.as_deref().ok_or_else(missing)?, name)
}

/// Whether what a file holds is looked at, not read: photos and films, which 查看 takes too.
pub(super) fn is_seen(media_type: &str) -> bool {
    ["image/", "video/"].iter().any(|kind| media_type.starts_with(kind))
}

fn saved(visit: &Visit<'_>, sha256: &str, name: &str) -> Result<Reply, Failure> {
    let gone = || {
        Failure::missing(
            "没有它的内容：可能已按保存期限或个人信息保护的要求删除；否则请管理员运行 shouwen verify。",
        )
    };
    let file = visit.shared.desk.store.blobs().open(sha256).map_err(|_| gone())?;
    let size = file.metadata().map_err(|_| gone())?.len();
    Ok(Reply::Download(file, size, name.to_owned()))
}

/// The campaigns of which a person must say which a mail belongs to.
pub(super) fn rivals(row: &MessageRow, campaigns: &[Campaign]) -> Vec<Value> {
    let undecided = row.undecided();
    let open = campaigns.iter().filter(|campaign| undecided.contains(&campaign.id.as_str()));
    open.map(|campaign| context! { id => campaign.id.as_str(), title => campaign.title.as_str() }).collect()
}

/// The one line of a mail in a list.
pub(super) fn line(campaign: &Campaign, row: &MessageRow) -> Value {
    let unit = row.unit.as_deref().and_then(|code| campaign.roster.by_code(code));
    let settled =
        |part: &&crate::store::PartRow| matches!(part.state, crate::domain::message::PartState::Accepted);
    context! {
        number => row.id, at => short(campaign, Some(&campaign.rfc3339(row.received_at))),
        from => row.from.as_str(), from_name => row.from_name.as_str(), subject => row.subject.as_str(),
        unit => unit.map(|unit| unit.name.as_str()), code => unit.map(|unit| unit.code.as_str()),
        unit_by => row.unit_by.map(|by| by.chinese()), kind => row.kind.map(|kind| kind.chinese()),
        state => row.state.map(|state| state.chinese()), word => row.state.map(|state| state.word()),
        parts => row.parts.len(), accepted => row.parts.iter().filter(settled).count(), links => row.links.len(),
        folder => folder_word(&row.folder), why => row.reason.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_a_film_is_asked_for_as_browsers_do() {
        assert_eq!(piece("bytes=0-", 10), Some((0, 9)));
        assert_eq!((piece("bytes=2-5", 10), piece("bytes=2-50", 10)), (Some((2, 5)), Some((2, 9))));
        assert_eq!((piece("bytes=-3", 10), piece("bytes=-30", 10)), (Some((7, 9)), Some((0, 9))));
        for range in ["bytes=10-", "bytes=5-2", "bytes=-0", "bytes=0-1,4-5", "bytes=x-", "lines=0-1", ""] {
            assert_eq!(piece(range, 10), None, "{range}");
        }
        assert_eq!(piece("bytes=0-", 0), None);
    }
}
