//! 素材: photos, films, cases and articles of a day as a gallery, with what staff think of each. What it shows of a photo is
//! our own JPEG; the file itself is only ever saved.

use std::collections::BTreeSet;

use minijinja::{Value, context};

use super::failure::Failure;
use super::frame::{Visit, with_flash};
use super::reply::{Reply, safe_name};
use super::view::{column_day, short, size};
use crate::archive::Packer;
use crate::domain::campaign::{Campaign, ItemKind, Requirement, When};
use crate::domain::chinese;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::media::has_thumbnail;
use crate::report::{self, GalleryRow, gallery_workbook};
use crate::store::{Material, MaterialFilter, Push};

/// Pieces on a page.
const MOST_SHOWN: usize = 120;
/// Most bytes packed at once: more is the work of `export`.
const ZIP_BYTES_MAX: u64 = 2 << 30;
/// What packing leaves free on the disk for mail to come.
const ZIP_LEAVES_BYTES: u64 = 1 << 30;
/// Longest caption, in characters.
const CAPTION_CHARS_MAX: usize = 200;

/// What the marks mean, as the address has it.
const MARKS: &[(&str, &str)] =
    &[("star", "已加星"), ("picked", "拟推送"), ("pushed", "已推送"), ("none", "未标记")];

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let query = &visit.asked.query;
    let daily: Vec<&Requirement> =
        campaign.requirements.iter().filter(|r| matches!(r.when, When::EachDay { .. })).collect();
    let days: Vec<_> = daily.iter().flat_map(|r| r.days()).flatten().collect();
    let today = campaign.local(visit.now).date();
    let nearest = days.iter().rev().find(|day| **day <= today).or(days.first());
    let day = match query.get("day") {
        "" => nearest.map(ToString::to_string).unwrap_or_default(),
        "today" => today.to_string(),
        day => day.to_owned(),
    };
    let filter = MaterialFilter {
        campaign: campaign.id.clone(),
        units: units(campaign, query.get("city"), query.get("unit")),
        items: daily
            .iter()
            .flat_map(|r| r.items.iter().map(|item| (r.id.clone(), item.id.clone())))
            .collect(),
        days: if day == "all" { days.iter().map(ToString::to_string).collect() } else { vec![day.clone()] },
    };
    let of_day = visit.shared.desk.store.material(&filter)?;
    let kinds = daily.iter().flat_map(|r| &r.items).map(|item| {
        let count = of_day.iter().filter(|piece| piece.item == item.id).count();
        context! { id => item.id.as_str(), title => item.title.as_str(), count, is_current => query.get("kind") == item.id }
    });
    let kinds: Vec<Value> = kinds.collect();
    let wanted = |piece: &&Material| fits(piece, query.get("kind"), query.get("mark"), query.get("q"));
    let mut shown: Vec<&Material> = of_day.iter().filter(wanted).collect();
    let order = |piece: &&Material| campaign.roster.units.iter().position(|unit| unit.code == piece.unit);
    shown.sort_by_cached_key(order);
    let page = context! {
        days => days.iter().map(|other| context! { day => other.to_string(), title => column_day(*other), is_current => other.to_string() == day }).collect::<Vec<_>>(),
        all_days => day == "all", day, kinds, total => shown.len(), more => shown.len().saturating_sub(MOST_SHOWN),
        pieces => shown.iter().take(MOST_SHOWN).map(|piece| shown_piece(campaign, piece, visit.who.may_see_mail())).collect::<Vec<_>>(),
        cities => cities(campaign), city => query.get("city"), unit => query.get("unit"), mark => query.get("mark"),
        kind => query.get("kind"), q => query.get("q"),
        marks => MARKS.iter().map(|(id, title)| context! { id => *id, title => *title }).collect::<Vec<_>>(),
    };
    visit.page("media.html", campaign, "media", &visit.health(campaign)?, page)
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

fn fits(piece: &Material, kind: &str, mark: &str, q: &str) -> bool {
    let is_marked = match mark {
        "star" => piece.mark.is_starred,
        "picked" => piece.mark.push == Push::Picked,
        "pushed" => piece.mark.push == Push::Pushed,
        "none" => !piece.mark.is_starred && piece.mark.push == Push::No,
        _ => true,
    };
    is_marked
        && (kind.is_empty() || piece.item == kind)
        && (q.is_empty() || piece.path.contains(q) || piece.mark.caption.contains(q))
}

fn kind_word(campaign: &Campaign, piece: &Material) -> &'static str {
    let item = campaign.requirement(&piece.requirement).and_then(|r| r.item(&piece.item));
    match item.map(|item| item.kind) {
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
        has_thumbnail => has_thumbnail(&piece.media_type), is_starred => piece.mark.is_starred, push,
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
    let daily = campaign.requirements.iter().filter(|r| matches!(r.when, When::EachDay { .. }));
    let daily: Vec<&Requirement> = daily.collect();
    let filter = MaterialFilter {
        campaign: campaign.id.clone(),
        units: units(campaign, "", ""),
        items: daily
            .iter()
            .flat_map(|r| r.items.iter().map(|item| (r.id.clone(), item.id.clone())))
            .collect(),
        days: daily.iter().flat_map(|r| r.days()).flatten().map(|day| day.to_string()).collect(),
    };
    let mut pieces = visit.shared.desk.store.material(&filter)?;
    pieces.retain(|piece| ticked.contains(piece.sha256.as_str()));
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
