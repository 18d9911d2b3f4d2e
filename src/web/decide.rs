//! What a person decides at the page. Each form says which decision was the newest when its page was made: where another
//! one about the same thing was made since, nothing is written and both are shown.

use jiff::Timestamp;
use jiff::civil::Date;

use super::failure::Failure;
use super::frame::{Visit, with_flash};
use super::reply::Reply;
use super::{view, words};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, Decision, Scope, in_force};
use crate::domain::text::lines_in_one;
use crate::domain::unit::{Unit, listed};
use crate::fault::Fault;
use crate::intake::decide::Bench;
use crate::intake::rule::grant::Grant;
use crate::intake::rule::{self, Refused, Signature, assign, verdict};
use crate::recognition::names::NameBook;
use crate::store::{MessageFilter, MessageRow};

/// Longest reason or remark, in characters: what nobody would read is no reason.
const WHY_CHARS_MAX: usize = 2_000;

/// Why nothing was decided.
enum Stop {
    Refused(Refused),
    /// Somebody else was first.
    Beaten(Box<Decision>),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl Visit<'_> {
    fn bench(&self) -> Bench<'_> {
        let desk = &self.shared.desk;
        Bench {
            store: &desk.store,
            campaigns: &desk.campaigns,
            mailboxes: &desk.mailboxes,
            clock: &desk.clock,
        }
    }

    fn signature(&self) -> Result<Signature, Failure> {
        let why = self.asked.form.get("why");
        if why.chars().count() > WHY_CHARS_MAX {
            return Err(self.kept(Failure::wrong(format!("理由太长，请在{WHY_CHARS_MAX}字以内写明。"))));
        }
        Ok(Signature { by: self.who.name.clone(), at: self.now, why: lines_in_one(why) })
    }

    /// A failure that shows again what was written.
    fn kept(&self, failure: Failure) -> Failure {
        failure.keeping(&self.fields(), &self.asked.address, "改好后再提交")
    }

    /// What was written, without what the page itself added.
    fn fields(&self) -> Vec<(String, String)> {
        self.asked.form.pairs().iter().filter(|(name, _)| name != "token").cloned().collect()
    }

    /// Decides, and leads back to where the form stood.
    pub(super) fn decide(
        &self,
        campaign: &Campaign,
        is_same: impl Fn(&Decision) -> bool,
        make: impl Fn(&[Decision], &Signature) -> Result<Vec<Decision>, Refused>,
    ) -> Result<Reply, Failure> {
        let signature = self.signature()?;
        let seen = self.asked.form.number("seen").unwrap_or(i64::MAX);
        let decided = self.bench().decide(|all| {
            let counting = in_force(all, Timestamp::MAX);
            if let Some(first) = counting.into_iter().rev().find(|made| made.id > seen && is_same(made)) {
                return Err(Stop::Beaten(Box::new(first.clone())));
            }
            Ok(make(all, &signature)?)
        });
        match decided {
            Ok(decided) => {
                let numbers: Vec<String> = decided.numbers.iter().map(ToString::to_string).collect();
                Ok(Reply::see(with_flash(self.asked.back(), "done", &numbers.join(","))))
            }
            Err(Stop::Beaten(first)) => Err(self.beaten(campaign, &first)),
            Err(Stop::Refused(refused)) => Err(self.kept(words::refused(refused))),
        }
    }

    /// 409: what the other did, and what was written here, to be sent all the same or given up.
    fn beaten(&self, campaign: &Campaign, first: &Decision) -> Failure {
        let (at, what) = (campaign.local(first.at), chinese::ruling(first, Some(campaign)));
        let text = format!(
            "这件事{} {:02}:{:02} 已办：{what}。您填的内容还没有保存。要保留{}的，请返回；要改为您的，请按下面的按钮。",
            first.by,
            at.hour(),
            at.minute(),
            first.by
        );
        let mut fields = self.fields();
        fields.retain(|(name, _)| name != "seen" && name != "instead");
        fields.extend(["seen", "instead"].map(|name| (name.to_owned(), first.id.to_string())));
        Failure::conflict(text).keeping(&fields, &self.asked.address, "改为我的")
    }

    /// A reason that must be given is given.
    pub(super) fn must_say_why(&self, example: &str) -> Result<(), Failure> {
        match self.asked.form.has("why") {
            true => Ok(()),
            false => Err(self.kept(Failure::wrong(format!("请写明理由，例如“{example}”。")))),
        }
    }

    /// The unit that a person means by code, name, short name or initials.
    pub fn unit_meant<'c>(&self, campaign: &'c Campaign, wanted: &str) -> Result<&'c Unit, Failure> {
        let by_name = || match NameBook::of(&campaign.roster).mentions(wanted).as_slice() {
            [only] if only.chars == wanted.chars().count() => campaign.roster.by_code(&only.code),
            _ => None,
        };
        let found = campaign.roster.by_code(wanted).or_else(|| campaign.roster.find(wanted)).or_else(by_name);
        found.ok_or_else(|| {
            let text = if wanted.is_empty() {
                "请写明单位：全称、简称或代码。".to_owned()
            } else {
                let like = campaign.roster.like(wanted);
                let like = if like.is_empty() {
                    String::new()
                } else {
                    format!("相近的有：{}。", listed(&like))
                };
                format!("名册里没有“{wanted}”。{like}请写全称、简称或代码。")
            };
            self.kept(Failure::wrong(text))
        })
    }
}

/// `POST /mail/{number}/{act}`.
pub(super) fn mail(visit: &Visit<'_>, number: &str, act: &str) -> Result<Reply, Failure> {
    let row = row(visit, number)?;
    let desk = &visit.shared.desk;
    let own = desk.campaigns.iter().find(|campaign| Some(&campaign.id) == row.campaign.as_ref());
    let rivals = row.undecided();
    let campaign = match (visit.asked.form.get("campaign"), own) {
        ("", _) if !rivals.is_empty() && act != "none" && act != "note" && act != "retry" => {
            let text = format!("来件#{}可能属于几个报送任务，请先选明是哪一个。", row.id);
            return Err(visit.kept(Failure::wrong(text)));
        }
        ("", Some(own)) => own,
        ("", None) => desk.campaigns.first().ok_or_else(|| Failure::missing("还没有配置报送任务。"))?,
        (id, _) => visit.campaign(id)?,
    };
    let form = &visit.asked.form;
    let at = match form.get("part") {
        "" => None,
        path => {
            let at = row.parts.iter().position(|part| part.path == path);
            Some(at.ok_or_else(|| visit.kept(Failure::wrong("来件里没有这个附件；它可能刚重新拆读过。")))?)
        }
    };
    let is_same = |made: &Decision| made.message == Some(row.id) && made.rules_mail();
    match act {
        "assign" | "none" => {
            let unit = match act {
                "none" => None,
                _ => {
                    // Candidates are called as in the roster of the campaign that the mail was shown in.
                    let shown = own.filter(|own| own.id != campaign.id);
                    let same = shown.and_then(|own| campaign.same_unit(own, form.get("unit")));
                    Some(same.map_or_else(|| visit.unit_meant(campaign, form.get("unit")), Ok)?)
                }
            };
            let part = at.and_then(|at| row.parts.get(at)).map(rule::ruled_part);
            let remember = form.has("remember") && part.is_none();
            let known = (&desk.store, desk.mailboxes.as_slice());
            visit.decide(campaign, is_same, |_, signature| {
                assign::assignment(known, campaign, &row, (unit, part.clone(), remember), signature)
            })
        }
        "accept" => {
            let items = items(visit)?;
            visit.decide(campaign, is_same, |_, signature| {
                verdict::acceptance(&visit.bench(), campaign, &row, (at, &items), signature)
            })
        }
        "return" => {
            visit.must_say_why("表内缺公章，请重新盖章扫描")?;
            visit.decide(campaign, is_same, |_, signature| verdict::returned(campaign, &row, at, signature))
        }
        "note" => {
            visit.must_say_why("已电话核实")?;
            let why = visit.signature()?.why;
            let is_again =
                |made: &Decision| made.act == Act::Note && made.message == Some(row.id) && made.why == why;
            let note = |_: &[Decision], signature: &Signature| {
                let (campaign, unit) = (Some(campaign.id.clone()), row.unit.clone());
                Ok(vec![Decision { message: Some(row.id), campaign, unit, ..signature.decision(Act::Note) }])
            };
            visit.decide(campaign, is_again, note)
        }
        "retry" => match desk.store.read_again(row.id)? {
            true => Ok(Reply::see(with_flash(visit.asked.back(), "did", &format!("retry.{}", row.id)))),
            false => Err(Failure::conflict(format!("来件#{}已不是待处理，可能有人刚办过。", row.id))),
        },
        _ => Err(Failure::missing("没有这项办理。")),
    }
}

/// One mail of the register.
pub(super) fn row(visit: &Visit<'_>, number: &str) -> Result<MessageRow, Failure> {
    let missing = || Failure::missing("没有这条记录，或者它还在登记途中。可在来件中按登记编号查找。");
    let number: i64 = number.parse().map_err(|_| missing())?;
    let filter = MessageFilter { id: Some(number), ..Default::default() };
    visit.shared.desk.store.messages(&filter)?.pop().ok_or_else(missing)
}

/// The items that a form names.
fn items(visit: &Visit<'_>) -> Result<Vec<Scope>, Failure> {
    let named = visit.asked.form.all("item").filter(|item| !item.is_empty());
    let items: Result<Vec<Scope>, _> = named.map(str::parse).collect();
    items.map_err(|_| visit.kept(Failure::wrong("看不懂所选的材料，请重新选择。")))
}

/// `POST /c/{campaign}/units/{code}/{act}`.
pub(super) fn unit(visit: &Visit<'_>, id: &str, code: &str, act: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let unit = campaign.roster.by_code(code).ok_or_else(|| Failure::missing("名册里没有这个单位。"))?;
    let form = &visit.asked.form;
    match act {
        "note" | "call" => {
            visit.must_say_why("已电话提醒，答应明天报")?;
            let said = visit.signature()?.why;
            let why = if act == "call" { call(form.get("result"), &said) } else { said };
            // The button pressed twice: one remark is enough.
            let is_again = |made: &Decision| {
                made.act == Act::Note && made.unit.as_ref() == Some(&unit.code) && made.why == why
            };
            visit.decide(campaign, is_again, |_, signature| {
                let (campaign, unit) = (Some(campaign.id.clone()), Some(unit.code.clone()));
                Ok(vec![Decision { campaign, unit, why: why.clone(), ..signature.decision(Act::Note) }])
            })
        }
        "waive" | "extend" | "record" => {
            visit.must_say_why(match act {
                "waive" => "5月新设立",
                "extend" => "电话说明系统故障",
                _ => "纸质件，机要交换收到",
            })?;
            grant(visit, campaign, unit, act)
        }
        "forget" => {
            let address = form.get("address").to_lowercase();
            let is_same = |made: &Decision| {
                made.act == Act::Forget
                    && made.address.as_ref() == Some(&address)
                    && made.unit.as_ref() == Some(&unit.code)
            };
            visit.decide(campaign, is_same, |_, signature| {
                let store = &visit.shared.desk.store;
                Ok(vec![assign::forgetting(store, campaign, unit, &address, signature)?])
            })
        }
        _ => Err(Failure::missing("没有这项办理。")),
    }
}

/// 「电话（答应5月12日前报）：张老师」: one line of the log says what a call came to.
fn call(result: &str, said: &str) -> String {
    match result {
        "" => format!("电话：{said}"),
        result => format!("电话（{result}）：{said}"),
    }
}

fn grant(visit: &Visit<'_>, campaign: &Campaign, unit: &Unit, act: &str) -> Result<Reply, Failure> {
    let form = &visit.asked.form;
    let scopes = items(visit)?;
    if scopes.is_empty() {
        return Err(visit.kept(Failure::wrong("请选明是哪项材料。")));
    }
    let until: Option<Date> = form.get("until").parse().ok();
    let came_at = match form.get("at") {
        "" => Some(visit.now),
        at => view::local_moment(campaign, at),
    };
    let kind = match act {
        "waive" => Act::Waive,
        "extend" => Act::Extend,
        _ => Act::Record,
    };
    let is_same = |made: &Decision| {
        made.act == kind
            && made.campaign.as_ref() == Some(&campaign.id)
            && made.unit.as_ref() == Some(&unit.code)
            && made.scopes.iter().any(|scope| scopes.contains(scope))
    };
    let instead = form.number("instead");
    visit.decide(campaign, is_same, |all, signature| {
        let one = |scope: &Scope, all: &[Decision]| {
            let grant = Grant { campaign, unit, scope: scope.clone() };
            let decision = grant.decision(kind, signature);
            let decision = match kind {
                Act::Waive => {
                    grant.must_owe()?;
                    decision
                }
                Act::Extend => {
                    let until = until.ok_or_else(|| Refused::Rule("请选明延至哪一天。".to_owned()))?;
                    grant.must_owe().and_then(|()| grant.must_be_whole())?;
                    grant.may_extend(until).and_then(|()| grant.must_be_latest(until, all))?;
                    Decision { until: Some(until), ..decision }
                }
                _ => {
                    let at =
                        came_at.ok_or_else(|| Refused::Rule("看不懂收到的时间，请重新填写。".to_owned()))?;
                    grant.may_have_come(at, visit.now)?;
                    Decision { came_at: Some(at), ..decision }
                }
            };
            Ok((grant, decision))
        };
        // What another clerk granted meanwhile, and this one saw, gives way to what this one grants.
        let gives_way = |made: &Decision| instead.is_some_and(|seen| made.id <= seen) && is_same(made);
        let undone = rule::undoing(all, signature, gives_way);
        let is_left = |made: &&Decision| undone.iter().all(|undo| undo.undoes != Some(made.id));
        let left: Vec<Decision> = all.iter().filter(is_left).cloned().collect();
        let granted: Vec<(Grant, Decision)> =
            scopes.iter().map(|scope| one(scope, &left)).collect::<Result<_, Refused>>()?;
        let mut made = Vec::new();
        let mut again = None;
        for (grant, decision) in granted {
            match grant.must_be_new(&decision, &left) {
                Ok(()) => made.push(decision),
                Err(refused) => again = again.or(Some(refused)),
            }
        }
        // Of several things what was granted before stays as it is; only where nothing is left it is said.
        match again.filter(|_| made.is_empty()) {
            Some(refused) => Err(refused),
            None => Ok(undone.into_iter().chain(made).collect()),
        }
    })
}

/// `POST /c/{campaign}/revive`: an address from which mail came back is good after all.
pub(super) fn revive(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    visit.must_say_why("电话核实，邮箱已恢复")?;
    let address = visit.asked.form.get("address").to_lowercase();
    let is_same = |made: &Decision| made.act == Act::Revive && made.address.as_ref() == Some(&address);
    visit.decide(campaign, is_same, |_, signature| {
        let dead = visit.shared.desk.store.dead_addresses()?;
        let dead = dead.into_iter().find(|dead| dead.address == address);
        let dead = dead.ok_or_else(|| Refused::Rule(format!("{address}没有因退信停用，不必恢复。")))?;
        let (campaign, unit, address) = (dead.campaign, dead.unit, Some(dead.address));
        Ok(vec![Decision { campaign, unit, address, ..signature.decision(Act::Revive) }])
    })
}
