//! What a mail says of mail of ours: it came back, it was seen, it is answered. A bounce is believed when it names the
//! Message-ID that we gave, or comes from a mail system that has to do with the delivery and only one mail fits; a
//! forged one costs no unit its address. Pure: which mails of ours it may be about is asked beforehand.

use super::judge::Case;
use crate::domain::facts::{DeliveryFacts, HeaderFacts};
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{Echo, EchoKind, MessageKind, UnitBy};
use crate::fault::Fault;
use crate::recognition::bounce::{Fate, fate, is_mail_system, may_speak, words};
use crate::recognition::unit::Verdict;
use crate::store::{Ours, Registration, Store};

/// The rule by which it stands among the evidence.
const RULE: &str = "对应发信";
/// Message-IDs and addresses of one mail that are looked up.
const ASKED_MAX: usize = 50;

/// Mails of ours that a mail may be about.
///
/// # Errors
/// Those of the store.
pub(super) fn ours(
    store: &Store,
    header: &HeaderFacts,
    received_at: jiff::Timestamp,
) -> Result<Vec<Ours>, Fault> {
    let named = std::iter::once(&header.message_id).chain(&header.returned_ids).chain(&header.refers_to);
    let ids: Vec<String> = named.filter(|id| id.starts_with("<shouwen.")).take(ASKED_MAX).cloned().collect();
    let failed = header.deliveries.iter().map(|delivery| delivery.recipient.clone());
    store.ours(&ids, &failed.take(ASKED_MAX).collect::<Vec<_>>(), received_at)
}

/// The mail of ours that a mail answers; the newest of several.
pub(super) fn answered<'a>(case: &Case<'a>) -> Option<&'a Ours> {
    let refers = &case.facts.header.refers_to;
    case.ours.iter().rev().find(|ours| refers.contains(&ours.message_id) && ours.unit.is_some())
}

/// A reply lands at the unit that was written to, unless something in it speaks for another.
pub(super) fn land(case: &Case, campaign: &str, verdict: &mut Verdict) {
    let Some(ours) = answered(case).filter(|ours| ours.campaign.as_deref() == Some(campaign)) else { return };
    let Some(code) = &ours.unit else { return };
    let told = format!("回复本处{}发信{}", ours.to, ours.id);
    verdict.evidence.push((RULE.to_owned(), told));
    let contradicts = verdict.concerns.iter().any(|concern| concern != code);
    if verdict.is_silent && !contradicts && !case.facts.header.sender_check.verdict.is_against() {
        (verdict.unit, verdict.by, verdict.review) = (Some(code.clone()), Some(UnitBy::Sender), None);
    }
    if !verdict.concerns.contains(code) {
        verdict.concerns.push(code.clone());
    }
}

/// Adds what a machine's mail says of ours to the judgement on it.
pub(super) fn heed(case: &Case, mailboxes: &[Mailbox], registration: &mut Registration) {
    match registration.kind {
        MessageKind::Own => seen(case, mailboxes, registration),
        MessageKind::Bounce => came_back(case, mailboxes, registration),
        MessageKind::AutoReply => {
            if let Some(ours) = answered(case) {
                note(ours, registration, "自动回复本处");
            }
        }
        _ => {}
    }
}

/// A copy of ours in a mailbox proves that the server took it. Anybody can write our address into a mail; whoever knows
/// the Message-ID too has received it, and then it left.
fn seen(case: &Case, mailboxes: &[Mailbox], registration: &mut Registration) {
    let header = &case.facts.header;
    let is_ours = mailboxes.iter().any(|mailbox| mailbox.address.eq_ignore_ascii_case(&header.from));
    let Some(ours) = case.ours.iter().find(|ours| ours.message_id == header.message_id) else { return };
    if is_ours && !header.sender_check.verdict.is_against() {
        note(ours, registration, "本处");
        let words = "在收信文件夹中见到这封邮件，可知已发出".to_owned();
        registration.echoes.push(Echo { outbox: ours.id, kind: EchoKind::Seen, words });
    }
}

fn came_back(case: &Case, mailboxes: &[Mailbox], registration: &mut Registration) {
    let header = &case.facts.header;
    let say = |registration: &mut Registration, text: &str| {
        registration.evidence.push((RULE.to_owned(), text.to_owned()));
    };
    let named = case.ours.iter().find(|ours| header.returned_ids.contains(&ours.message_id));
    let (ours, delivery) = match named {
        Some(_) if !is_mail_system(&header.from) && !header.null_return_path => {
            return say(registration, "不是邮件系统的地址发来的，不据此认定退信");
        }
        Some(ours) => (ours, delivery_to(header, &ours.to)),
        None => match by_address(case, mailboxes) {
            Fit::One(ours, delivery) => (ours, Some(delivery)),
            Fit::Several(delivery) => {
                let address = &delivery.recipient;
                say(registration, &format!("发往{address}的邮件不止一封，退信没有写明是哪一封"));
                registration.review = Some(format!(
                    "发往{address}的邮件被退回，但看不出是哪一封，请查看；办完用 assign {} --none 销掉",
                    case.id
                ));
                return;
            }
            Fit::None => return say(registration, "没有对应的本处发信"),
        },
    };
    note(ours, registration, "退回本处");
    let Some(delivery) = delivery else {
        let words = "退信没有写明原因".to_owned();
        registration.echoes.push(Echo { outbox: ours.id, kind: EchoKind::Bounced, words });
        return;
    };
    let is_named = delivery.recipient.eq_ignore_ascii_case(&ours.to);
    let kind = match fate(delivery) {
        Fate::Arrived => return,
        Fate::Delayed => EchoKind::Delayed,
        // Forwarded from there to an address that is gone: the one on the roster may be good.
        Fate::Dead if is_named => EchoKind::Dead,
        Fate::Dead | Fate::Failed => EchoKind::Bounced,
    };
    let about = if is_named { String::new() } else { format!("{}：", delivery.recipient) };
    let words = format!("{about}{}", words(delivery));
    say(registration, &format!("{}：{words}", kind.chinese()));
    registration.echoes.push(Echo { outbox: ours.id, kind, words });
}

/// What a bounce that names no Message-ID may be about.
enum Fit<'a> {
    None,
    One(&'a Ours, &'a DeliveryFacts),
    Several(&'a DeliveryFacts),
}

fn by_address<'a>(case: &Case<'a>, mailboxes: &[Mailbox]) -> Fit<'a> {
    let header = &case.facts.header;
    let speaks = |delivery: &&DeliveryFacts| {
        let may = |mailbox: &Mailbox| may_speak(&header.from, &mailbox.address, &delivery.recipient);
        // Whoever names the mail has had it; whoever only names an address has to be vouched for.
        let is_believed = is_mail_system(&header.from) && !header.sender_check.verdict.is_against();
        is_believed && mailboxes.iter().any(may)
    };
    for delivery in header.deliveries.iter().filter(speaks) {
        let is_it =
            |ours: &&Ours| ours.left_at.is_some() && ours.to.eq_ignore_ascii_case(&delivery.recipient);
        let mut fitting = case.ours.iter().filter(is_it);
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => return Fit::One(only, delivery),
            (Some(_), Some(_)) => return Fit::Several(delivery),
            (None, _) => {}
        }
    }
    Fit::None
}

/// What a report says of the address that we wrote to, else of any that did not get it.
fn delivery_to<'a>(header: &'a HeaderFacts, to: &str) -> Option<&'a DeliveryFacts> {
    let own = header.deliveries.iter().find(|delivery| delivery.recipient.eq_ignore_ascii_case(to));
    let lost = || header.deliveries.iter().find(|delivery| fate(delivery) != Fate::Arrived);
    own.or_else(lost)
}

/// The mail stands at the unit that ours went to.
fn note(ours: &Ours, registration: &mut Registration, what: &str) {
    registration.evidence.push((RULE.to_owned(), format!("{what}发往{}的发信{}", ours.to, ours.id)));
    if ours.unit.is_some() {
        (registration.unit, registration.unit_by) = (ours.unit.clone(), Some(UnitBy::Sender));
        registration.campaign.clone_from(&ours.campaign);
    }
}
