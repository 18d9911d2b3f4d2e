//! 素材: photos, films, cases and articles of a day as a gallery, with what staff think of each. What it shows of a photo is
//! our own JPEG; the file itself is only ever saved.

use std::collections::BTreeSet;

use jiff::civil::Date;
use minijinja::{Value, context};

use super::ask::{Fields, encoded};
use super::failure::Failure;
use super::frame::{Visit, with_flash};
use super::mail::{is_seen, plays};
use super::reply::{Reply, safe_name};
use super::view::{column_day, short, size};
use crate::archive::Packer;
use crate::domain::campaign::{Campaign, ItemKind, Requirement, When};
use crate::domain::chinese;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::media::has_thumbnail;
use crate::report::words::alike_word;
use crate::report::{self, GalleryRow, gallery_workbook};
use crate::store::{Alike, MarkWish, Material, MaterialFilter, Push};

/// Pieces on a page.
const MOST_SHOWN: u32 = 120;
/// Most bytes packed at once: more is the work of `export`.
const ZIP_BYTES_MAX: u64 = 2 << 30;
/// What packing leaves free on the disk for mail to come.
const ZIP_LEAVES_BYTES: u64 = 1 << 30;
/// Longest caption, in characters.
const CAPTION_CHARS_MAX: usize = 200;
/// The conditions of the address beside the day, in the order in which they are written.
const KEYS: [&str; 5] = ["kind", "city", "unit", "mark", "q"];

/// The days that an address asks for.
struct Days {
    /// All of the campaign.
    all: Vec<Date>,
    /// Those that are shown.
    shown: Vec<Date>,
    /// As the address has them; the nearest day where it says nothing.
    word: String,
    /// What of it is no day.
    misread: Vec<String>,
}

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let query = &visit.asked.query;
    let days = days(visit, campaign);
    let filter = MaterialFilter {
        days: days.shown.iter().map(ToString::to_string).collect(),
        units: units(campaign, query.get("city"), query.get("unit")),
        item: query.get("kind").to_owned(),
        mark: MarkWish::from_word(query.get("mark")),
        words: query.get("q").to_owned(),
        most: Some(MOST_SHOWN),
        ..of_campaign(campaign)
    };
    let gallery = visit.shared.desk.store.material(&filter)?;
    let kinds = daily(campaign).flat_map(|r| &r.items).map(|item| {
        let count = gallery.of_item.get(&item.id).copied().unwrap_or_default();
        let is_current = query.get("kind") == item.id;
        context! { title => item.title.as_str(), count, is_current, query => narrowed(query, &days.word, "kind", &item.id) }
    });
    let tab = |day: &Date| {
        let (word, is_current) =
            (day.to_string(), days.shown.contains(day) && days.shown.len() < days.all.len());
        context! { title => column_day(*day), is_current, query => narrowed(query, &word, "", "") }
    };
    let sees_mail = visit.who.may_see_mail();
    let earlier = if sees_mail { earlier(visit, campaign, &gallery.pieces)? } else { Vec::new() };
    let pieces = gallery.pieces.iter().enumerate().map(|(at, piece)| {
        context! { alike => earlier.get(at), ..shown_piece(campaign, piece, sees_mail) }
    });
    let page = context! {
        days => days.all.iter().map(tab).collect::<Vec<_>>(), every_day => narrowed(query, "all", "", ""),
        all_days => days.shown.len() == days.all.len(), day => days.word.as_str(), misread => days.misread.clone(),
        kinds => kinds.collect::<Vec<_>>(), total => gallery.total,
        more => gallery.total.saturating_sub(u64::from(MOST_SHOWN)),
        pieces => pieces.collect::<Vec<_>>(),
        cities => cities(campaign), city => query.get("city"), unit => query.get("unit"), mark => query.get("mark"),
        kind => query.get("kind"), q => query.get("q"),
        marks => MarkWish::ALL.iter().map(|wish| context! { id => wish.word(), title => wish.chinese() }).collect::<Vec<_>>(),
    };
    visit.page("media.html", campaign, "media", &visit.health(campaign)?, page)
}

/// What of earlier mail shows the same as each piece, of photos and films alone.
fn earlier(visit: &Visit<'_>, campaign: &Campaign, pieces: &[Material]) -> Result<Vec<Vec<Value>>, Failure> {
    let is_shot =
        |piece: &Material| matches!(kind_of(campaign, piece), Some(ItemKind::Photo | ItemKind::Video));
    let asked = |piece: &Material| is_shot(piece).then(|| (piece.message, piece.place, piece.sha256.clone()));
    let shots: Vec<Option<(i64, u32, String)>> = pieces.iter().map(asked).collect();
    let named: Vec<(i64, u32, &str)> =
        shots.iter().flatten().map(|(id, place, hash)| (*id, *place, hash.as_str())).collect();
    let mut found = visit.shared.desk.store.earlier(&named)?.into_iter();
    let one = |alike: Alike| {
        context! { number => alike.message, path => alike.path, word => alike_word(alike.is_same) }
    };
    let of_shot = |shot: &Option<_>| shot.as_ref().and_then(|_| found.next()).unwrap_or_default();
    Ok(shots.iter().map(of_shot).map(|alike| alike.into_iter().map(one).collect()).collect())
}

/// Requirements that ask for something each day.
fn daily(campaign: &Campaign) -> impl Iterator<Item = &Requirement> {
    campaign.requirements.iter().filter(|requirement| matches!(requirement.when, When::EachDay { .. }))
}

/// All material of each day of a campaign.
fn of_campaign(campaign: &Campaign) -> MaterialFilter {
    let items = daily(campaign).flat_map(|r| r.items.iter().map(|item| (r.id.clone(), item.id.clone())));
    MaterialFilter {
        campaign: campaign.id.clone(),
        units: units(campaign, "", ""),
        items: items.collect(),
        days: daily(campaign).flat_map(Requirement::days).flatten().map(|day| day.to_string()).collect(),
        ..MaterialFilter::default()
    }
}

/// Days of the address: `all`, `today`, or days with commas between them.
fn days(visit: &Visit<'_>, campaign: &Campaign) -> Days {
    let all: Vec<Date> = daily(campaign).flat_map(Requirement::days).flatten().collect();
    let today = campaign.local(visit.now).date();
    let nearest = all.iter().rev().find(|day| **day <= today).or(all.first());
    let word = match visit.asked.query.get("day") {
        "" => nearest.map(ToString::to_string).unwrap_or_default(),
        asked => asked.to_owned(),
    };
    let (mut shown, mut misread) = (Vec::new(), Vec::new());
    for one in word.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        match (one, one.parse::<Date>()) {
            ("all", _) => shown.extend(&all),
            ("today", _) => shown.push(today),
            (_, Ok(day)) => shown.push(day),
            (_, Err(_)) => misread.push(format!("看不懂日期“{one}”，例如 2023-05-16。")),
        }
    }
    shown.sort_unstable();
    shown.dedup();
    Days { all, shown, word, misread }
}

/// The address of this page with another day, or another value of one condition; the others stay.
fn narrowed(query: &Fields, day: &str, key: &str, value: &str) -> String {
    let kept = KEYS.iter().map(|own| (*own, if *own == key { value } else { query.get(own) }));
    let kept = kept.filter(|(_, value)| !value.is_empty());
    let kept = kept.map(|(own, value)| format!("&{own}={}", encoded(value)));
    format!("?day={}{}", encoded(day), kept.collect::<String>())
}

fn units(campaign: &Campaign, city: &str, named: &str) -> Vec<String> {
    let fits = |unit: &&Unit| {
        (city.is_empty() || unit.city == city)
            && (named.is_empty() || unit.code == named || unit.names().any(|name| name == named))
    };
    campaign.roster.units.iter().filter(fits).map(|unit| unit.code.clone()).collect()
}

fn cities(campaign: &Campaign) -> Vec<String> {
    let mut cities: Vec<String> = Vec::new();
    for unit in campaign.roster.units.iter().filter(|unit| !unit.city.is_empty()) {
        if !cities.contains(&unit.city) {
            cities.push(unit.city.clone());
        }
    }
    cities
}

fn kind_of(campaign: &Campaign, piece: &Material) -> Option<ItemKind> {
    Some(campaign.requirement(&piece.requirement)?.item(&piece.item)?.kind)
}

fn kind_word(campaign: &Campaign, piece: &Material) -> &'static str {
    match kind_of(campaign, piece) {
        Some(ItemKind::Photo) => "照片",
        Some(ItemKind::Video) => "视频",
        _ => "文稿",
    }
}

fn shown_piece(campaign: &Campaign, piece: &Material, sees_mail: bool) -> Value {
    let told = |text: &str| if sees_mail { text.to_owned() } else { report::masked(text) };
    let unit = campaign.roster.by_code(&piece.unit);
    let word = kind_word(campaign, piece);
    let push = (piece.mark.push != Push::No).then(|| piece.mark.push.chinese());
    context! {
        message => piece.message, place => piece.place, sha256 => piece.sha256.as_str(), path => told(&piece.path),
        name => told(piece.path.rsplit('/').next().unwrap_or_default()), size => size(piece.size), word,
        unit => unit.map_or(piece.unit.as_str(), |unit| unit.name.as_str()), code => piece.unit.as_str(),
        city => unit.map(|unit| report::short_city(&unit.city)), day => piece.day.map(column_day),
        at => short(campaign, Some(&campaign.rfc3339(piece.received_at))),
        has_thumbnail => has_thumbnail(&piece.media_type), plays => plays(&piece.media_type, Some(&piece.sha256), piece.state), is_seen => is_seen(&piece.media_type), is_starred => piece.mark.is_starred, push,
        caption => told(&piece.mark.caption),
    }
}

/// Our own JPEG of a photo, never the sender's bytes: made now where nobody asked for it before.
pub(super) fn thumbnail(visit: &Visit<'_>, sha256: &str) -> Result<Reply, Failure> {
    match visit.shared.desk.darkroom.thumbnail(sha256)? {
        Some(jpeg) => Ok(Reply::Own("image/jpeg", "private, max-age=86400", jpeg)),
        None => Err(Failure::missing("没有这张缩略图。")),
    }
}

/// `POST …/zip`: the ticked pieces with a catalogue.
pub(super) fn zip(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let ticked: BTreeSet<&str> = visit.asked.form.all("piece").collect();
    let files = Some(ticked.iter().map(|hash| (*hash).to_owned()).collect());
    let filter = MaterialFilter { files, ..of_campaign(campaign) };
    let mut pieces = visit.shared.desk.store.material(&filter)?.pieces;
    // The same file may have come several times; it is taken along once.
    let mut seen = BTreeSet::new();
    pieces.retain(|piece| seen.insert(piece.sha256.clone()));
    if ticked.is_empty() {
        return Err(Failure::wrong("没有选中任何一件。请先勾选。"));
    }
    let gone = ticked.len() - pieces.len();
    if gone > 0 {
        let (all, text) =
            (ticked.len(), "已不在素材里（改归别处、退回或被新版代替），没有打包。请返回后重新勾选。");
        return Err(Failure::changed(format!("所选{all}件中有{gone}件{text}")));
    }
    let bytes = pieces.iter().map(|piece| piece.size).sum::<u64>();
    if bytes > ZIP_BYTES_MAX {
        return Err(Failure::wrong("所选超过2 GB，请分几次打包，或用 shouwen export 导出。"));
    }
    let Ok(_alone) = visit.shared.packing.try_lock() else {
        return Err(Failure::changed("正在打包另一批素材，请稍候再按一次。".to_owned()));
    };
    let free = visit.shared.desk.store.blobs().free_bytes().map_err(Fault::from)?;
    if free < bytes + ZIP_LEAVES_BYTES {
        return Err(Failure::wrong(format!("磁盘只剩{}，放不下这一包。请告诉管理员。", size(free))));
    }
    let (file, size) = packed(visit, campaign, &pieces)?;
    let day = column_day(campaign.local(visit.now).date());
    Ok(Reply::Download(file, size, format!("{}推送素材（{day}打包）.zip", campaign.short)))
}

fn packed(
    visit: &Visit<'_>,
    campaign: &Campaign,
    pieces: &[Material],
) -> Result<(std::fs::File, u64), Failure> {
    let blobs = visit.shared.desk.store.blobs();
    let broken = |error: std::io::Error| Failure::from(Fault::from(error));
    let mut packer = Packer::new(tempfile::tempfile_in(blobs.scratch_dir()).map_err(broken)?);
    let mut rows = Vec::new();
    for (piece, number) in pieces.iter().zip(1..) {
        let unit =
            campaign.roster.by_code(&piece.unit).map_or(piece.unit.as_str(), |unit| unit.name.as_str());
        let name = piece.path.rsplit('/').next().unwrap_or_default();
        let title = format!("{number:03}_{}", safe_name(name));
        packer.add(&format!("{}/{title}", safe_name(unit)), blobs.open(&piece.sha256)?).map_err(broken)?;
        rows.push(GalleryRow {
            unit: unit.to_owned(),
            day: piece.day.map(chinese::day).unwrap_or_default(),
            title,
            caption: piece.mark.caption.clone(),
            kind: kind_word(campaign, piece).to_owned(),
            name: name.to_owned(),
            message: piece.message,
        });
    }
    let catalogue = gallery_workbook(&rows).map_err(|error| Failure::broken(&error))?;
    packer.add("目录.xlsx", catalogue.as_slice()).map_err(broken)?;
    packer.finish().map_err(broken)
}

/// `POST …/mark`: what a person thinks of the pieces that were ticked.
pub(super) fn mark(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let form = &visit.asked.form;
    let is_hash = |hash: &&str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    // A caption is that of one piece; its button says which.
    let caption_of = form.get("caption_of");
    let ticked: Vec<String> = match caption_of {
        "" => form.all("piece").filter(is_hash).map(str::to_owned).collect(),
        one => Some(one).filter(is_hash).map(str::to_owned).into_iter().collect(),
    };
    if ticked.is_empty() {
        return Err(Failure::wrong("没有选中任何一件。请先勾选。"));
    }
    let key = format!("caption.{caption_of}");
    let caption = (!caption_of.is_empty()).then(|| form.get(&key));
    if caption.is_some_and(|caption| caption.chars().count() > CAPTION_CHARS_MAX) {
        return Err(Failure::wrong(format!("图说太长，请在{CAPTION_CHARS_MAX}字以内写明。")));
    }
    let (star, push) = match form.get("as") {
        "star" => (Some(true), None),
        "unstar" => (Some(false), None),
        "picked" => (None, Some(Push::Picked)),
        "pushed" => (None, Some(Push::Pushed)),
        "clear" => (Some(false), Some(Push::No)),
        _ if caption.is_some() => (None, None),
        _ => return Err(Failure::wrong("请选明标成什么。")),
    };
    let by = (visit.who.name.as_str(), visit.now);
    visit.shared.desk.store.mark(&campaign.id, &ticked, (star, push, caption), by)?;
    Ok(Reply::see(with_flash(visit.asked.back(), "did", &format!("marked.{}", ticked.len()))))
}
