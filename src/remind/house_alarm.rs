//! What is wrong with the house itself and not with a mailbox: a disk without room, a damaged store, readers that die, mail that
//! does not come to its end. Each has one alarm when it begins and one when it is over.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::alarm::Alarm;
use crate::domain::chinese;
use crate::fault::Fault;
use crate::store::{AMPLE_BYTES, Checkup, ROOM_BYTES, Store};

/// Mails set aside as unreadable within a day from which on it is the reader and not the mail.
const MANY_PARKED: u64 = 5;
/// Time over which they are counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Mail that waits for so long in spite of the river is told.
const SLOW: SignedDuration = SignedDuration::from_hours(2);
/// Damages named one by one.
const DAMAGES_NAMED: usize = 20;

/// One of the things that can be wrong, as it stands now.
pub(super) struct Trouble {
    /// Its name in causes.
    key: &'static str,
    is_on: bool,
    /// Not the contrary: between the two nothing new is said.
    is_over: bool,
    title: &'static str,
    /// What it is and what to do.
    words: String,
    /// What is so again.
    over_words: String,
}

impl Trouble {
    /// What `to` has to hear of it now: its beginning, or the end of what was told last.
    pub(super) fn alarm(
        &self,
        said: &BTreeMap<String, Timestamp>,
        to: &str,
        now: Timestamp,
    ) -> Option<Alarm> {
        let (head, tail) = (format!("trouble {} ", self.key), format!(" {to}"));
        let end_of = |since: &str| format!("end-of-trouble {} {since} {to}", self.key);
        let told = said.keys().filter_map(|cause| cause.strip_prefix(&head)?.strip_suffix(&tail));
        let open = told.map(end_of).find(|end| !said.contains_key(end));
        match open {
            None if self.is_on => Some(Alarm {
                cause: format!("{head}{now}{tail}"),
                subject: format!("【收文告警】{}", self.title),
                text: self.words.clone(),
            }),
            Some(cause) if self.is_over => Some(Alarm {
                cause,
                subject: format!("【收文告警解除】{}", self.title),
                text: self.over_words.clone(),
            }),
            _ => None,
        }
    }
}

/// How it stands with all of them.
pub(super) fn troubles(store: &Store, zone: &TimeZone, now: Timestamp) -> Result<Vec<Trouble>, Fault> {
    let stuck = store.stuck(now - DAY, now - SLOW)?;
    let free = store.blobs().free_bytes()?;
    let checkup = store.checkup()?;
    let mut troubles = vec![disk(free), readers(stuck.parked)];
    // Without room nothing is read: that is told already.
    if free >= ROOM_BYTES {
        troubles.push(river(stuck.waiting));
    }
    troubles.extend(checkup.map(|checkup| damage(&checkup, zone)));
    Ok(troubles)
}

fn disk(free: u64) -> Trouble {
    let free_mb = free / 1_000_000;
    Trouble {
        key: "disk",
        is_on: free < ROOM_BYTES,
        is_over: free >= AMPLE_BYTES,
        title: "磁盘空间不足",
        words: format!(
            "数据文件夹所在的磁盘只剩{free_mb} MB。\n\n接下来：\n  \
             剩余不足约70 MB时，程序暂停收信和拆读，已登记的内容不受影响，状态页照常可看，催报暂停；\n  \
             邮件仍在邮箱里，不会丢失。\n\n请清理该磁盘，或换更大的磁盘。腾出空间后自动继续，另发一封通知。\n"
        ),
        over_words: format!("数据文件夹所在的磁盘现有{free_mb} MB可用，收信照常，无需另作处理。\n"),
    }
}

fn readers(parked: u64) -> Trouble {
    Trouble {
        key: "readers",
        is_on: parked >= MANY_PARKED,
        is_over: parked == 0,
        title: "多封来件读不出",
        words: format!(
            "一天之内有{parked}封来件没能读出，已搁置待人处理。偶有一封是邮件本身的毛病，这么多可能是程序或服务器的毛病。\n\n\
             请在状态页“待处理”里查看原因；内存不足、磁盘出错时常见。\n\
             必要时运行 shouwen support 生成诊断包，交给维护人员。原信都在，没有丢失。\n"
        ),
        over_words: "最近一天没有来件读不出。此前搁置的来件仍待人处理。\n".to_owned(),
    }
}

fn river(waiting: u64) -> Trouble {
    Trouble {
        key: "river",
        is_on: waiting > 0,
        is_over: waiting == 0,
        title: "来件收下后没有登记",
        words: format!(
            "有{waiting}封来件收下超过{}小时仍没有登记完。\n\n在登记之前：\n  \
             统计可能不全；\n  催报全部暂停，不会误催。\n\n\
             程序会继续重试。请查看服务日志（journalctl -u shouwen），或运行 shouwen support 生成诊断包，交给维护人员。\n",
            SLOW.as_hours()
        ),
        over_words: "收下的来件都已登记。\n".to_owned(),
    }
}

fn damage(checkup: &Checkup, zone: &TimeZone) -> Trouble {
    let at = chinese::moment(zone.to_datetime(checkup.ended_at));
    let lines = checkup.problems.iter().take(DAMAGES_NAMED);
    let lines: String = lines.map(|problem| format!("  {}\n", problem)).collect();
    let rest = match checkup.problems.len().saturating_sub(DAMAGES_NAMED) {
        0 => String::new(),
        rest => format!("  另有{rest}处\n"),
    };
    let (again, awaited) = (checkup.again, checkup.awaited);
    Trouble {
        key: "store",
        is_on: !checkup.problems.is_empty(),
        is_over: checkup.problems.is_empty(),
        title: "登记库或原始内容有损坏",
        words: format!(
            "{at}核对，{}处不符：\n{lines}{rest}\n程序已自动处理：\n  \
             {again}封来件的附件由原信重新生成；\n  {awaited}封原信将从邮箱重新收取（邮箱里还有的话）。\n\n\
             磁盘可能在损坏，请检查磁盘，并确认备份可用。下一夜再核对一次，全部相符时另发一封通知；\
             仍不符的，请按上面每一条的说明办理。\n",
            checkup.problems.len()
        ),
        over_words: format!("{at}核对，来件{}封、原始内容{}份全部相符。\n", checkup.messages, checkup.blobs),
    }
}
