//! Accounts of the page (`contract.md` 1). A password is read from a pipe, or made and shown once: it never stands in the
//! list of processes or in a shell's history.

use std::io::{BufRead as _, IsTerminal as _};

use clap::Subcommand;
use jiff::Timestamp;

use super::open;
use super::screen::print;
use super::{Common, DONE, Failure, Outcome};
use crate::daemon::House;
use crate::domain::role::Role;
use crate::store::User;
use crate::web;

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// 添加用户；密码从标准输入读取一行，没有则自动生成并显示一次
    Add {
        /// 姓名：认定记录以此署名
        #[arg(value_name = "NAME")]
        name: String,
        /// 角色：查看（只看）、经办（办理、批准）、管理（另管用户和链接）；或 view、clerk、admin；默认经办
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
    },
    /// 更换密码，并结束该用户已有的登录
    Passwd {
        /// 姓名
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// 移除用户；其认定和署名保留
    Remove {
        /// 姓名
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// 列出用户
    List {
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
}

/// `shouwen user`.
pub(super) fn user(common: &Common, command: &UserCommand) -> Outcome {
    let house = open::house(common)?;
    let store = &house.store;
    let unknown = |name: &str| Failure::usage(format!("没有用户“{name}”；用 shouwen user list 查看。"));
    match command {
        UserCommand::Add { name, role } => {
            web::may_be_named(name).map_err(|fault| Failure::usage(fault.cause()))?;
            let unknown = |role: &str| Failure::usage(format!("没有角色“{role}”；可用：查看、经办、管理"));
            let role = match role {
                Some(role) => Role::named(role).ok_or_else(|| unknown(role))?,
                None => Role::Clerk,
            };
            let (password, is_made) = password()?;
            let kept = web::password::hashed(&password).map_err(|fault| Failure::usage(fault.cause()))?;
            let made_at = house.clock.now();
            if !store.add_user(&User { name: name.clone(), role, password: kept, made_at })? {
                return Err(Failure::usage(format!("已有用户“{name}”；换密码用 shouwen user passwd {name}")));
            }
            print(&format!("已添加用户 {name}（{}）。\n", role.chinese()))?;
            tell(&password, is_made)?;
        }
        UserCommand::Passwd { name } => {
            if store.user(name)?.is_none() {
                return Err(unknown(name));
            }
            let (password, is_made) = password()?;
            let kept = web::password::hashed(&password).map_err(|fault| Failure::usage(fault.cause()))?;
            store.set_password(name, &kept)?;
            print(&format!("已更换用户 {name} 的密码，已有的登录都已结束。\n"))?;
            tell(&password, is_made)?;
        }
        UserCommand::Remove { name } => {
            if !store.remove_user(name)? {
                return Err(unknown(name));
            }
            print(&format!("已移除用户 {name}；认定记录中的署名不变。\n"))?;
        }
        UserCommand::List { json } => list(&house, &store.users()?, *json)?,
    }
    Ok(DONE)
}

fn list(house: &House, users: &[User], json: bool) -> Result<(), Failure> {
    if json {
        // By the clock of the office: accounts are of no campaign.
        let time = |at: Timestamp| {
            house.config.campaigns.first().map_or_else(|| at.to_string(), |campaign| campaign.rfc3339(at))
        };
        let one = |user: &User| serde_json::json!({"name": user.name, "role": user.role.word(), "made_at": time(user.made_at)});
        return super::screen::print_json(&users.iter().map(one).collect::<Vec<_>>());
    }
    if users.is_empty() {
        return Ok(print("还没有用户：状态页只在本机打开，不登录，署名“本机”。\n")?);
    }
    let mut table = crate::report::Table::new(&["姓名", "角色"]);
    for user in users {
        table.row(vec![user.name.clone(), user.role.chinese().to_owned()]);
    }
    Ok(print(&table.render())?)
}

/// A line of a pipe, else one that is made; and whether it was.
fn password() -> Result<(String, bool), Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        let mut line = String::new();
        input.lock().read_line(&mut line)?;
        let line = line.trim_end_matches(['\n', '\r']).to_owned();
        if !line.is_empty() {
            return Ok((line, false));
        }
    }
    Ok((web::password::made(), true))
}

fn tell(password: &str, is_made: bool) -> Result<(), Failure> {
    if is_made {
        print(&format!("密码（只显示这一次）：{password}\n"))?;
    }
    Ok(())
}
