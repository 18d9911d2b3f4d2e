//! Words of the page that do not stand in a template: refusals of the rules, names of views, what was done.

use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::intake::rule::Refused;
use crate::store::LogEntry;

use super::failure::Failure;

/// Why something cannot be ruled so, in the words of the page.
pub(super) fn refused(refused: Refused) -> Failure {
    Failure::wrong(match refused {
        Refused::Fault(fault) => return fault.into(),
        Refused::Rule(text) => text,
        Refused::NoAddress(id) => format!("来件#{id}没有可以记住的发件地址；请不要勾选“记住”。"),
        Refused::SharedAddress(address, units) => format!(
            "多个单位用过此地址：{address} 还为别的单位来过信（{}），不能记住；不勾选“记住”可只归入这一封。",
            units.join("、")
        ),
        Refused::OnItsWay(id) => format!("来件#{id}还在登记途中，请稍后再试。"),
        Refused::WhichPart(id) => format!("来件#{id}有几个附件，请在各个附件旁办理。"),
        Refused::NothingToAccept(id) => {
            format!("来件#{id}没有能直接收下的附件；请在附件旁选明是哪项材料再收下。")
        }
        Refused::NothingToReturn(id) => format!("来件#{id}没有计入的材料可退回。"),
        Refused::NoUnit(id) => format!("来件#{id}还没有认定单位；请先归入单位，再收下。"),
        Refused::NoItem(path, ..) => format!("看不出“{path}”是哪项材料，请选明再收下。"),
        Refused::NoDay(path, _) => format!("“{path}”不在报送日内，请选明作为哪一天的材料。"),
        Refused::TextOnly(id, _) => format!("来件#{id}没有附件；要把正文作为材料收下，请选明是哪项材料。"),
        Refused::WhichDay(scope) => format!("请选明是哪一天的（{}）。", chinese::scope(&scope, None)),
        Refused::WholeOnly(_) => "延期按整项要求办理。".to_owned(),
        Refused::InFuture => "收到的时间晚于现在，请核对。".to_owned(),
    })
}

/// What the view of an address is called, for the way back to it.
pub(super) fn view_of(address: &str) -> &'static str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "c", _, ""] => "总览",
        ["", "c", _, "bulletin"] => "报送情况",
        ["", "c", _, "units"] => "单位",
        ["", "c", _, "units", _] => "单位页",
        ["", "c", _, "mail"] => "来件",
        ["", "mail", _] => "这封来件",
        ["", "c", _, "todo"] => "待办",
        ["", "c", _, "chase"] => "催报",
        ["", "c", _, "media"] => "素材",
        ["", "c", _, "totals", ..] => "汇总",
        ["", "system", ..] => "系统",
        _ => "上一页",
    }
}

/// That all mail is paused: by whom, since when, why.
pub(super) fn paused(entry: &LogEntry, campaign: &Campaign) -> String {
    let since = chinese::short_moment(campaign.local(entry.at));
    format!("发信已暂停（{} {since}：{}）。除告警外一概不发，直到恢复。", entry.by, entry.why)
}

/// What was done, of acts that are no decisions: a word and a number or name, as they stand in an address.
pub(super) fn did(text: &str) -> Option<String> {
    let (what, about) = text.split_once('.').unwrap_or((text, ""));
    Some(match what {
        "approved" => format!("已批准{about}封催报。首封不早于1分钟后发出；未发出的可在“排队”中撤回。"),
        "paused" => "已暂停发信：除告警外一概不发，直到恢复。".to_owned(),
        "resumed" => "已恢复发信。".to_owned(),
        "fixed" => format!("已给{about}写好请补正的信，在“排队”中；发出前可以划掉。"),
        "struck" => format!("已划掉{about}封，没有发出。"),
        "settled" => format!("已认定待发邮件#{about}。"),
        "retry" => format!("来件#{about}已送去重新拆读，片刻后刷新可见结果。"),
        "user" => format!("已更新用户{about}。"),
        "link" => "已收回只读链接。".to_owned(),
        "marked" => format!("已更新{about}件素材的标记。"),
        _ => return None,
    })
}
