//! Why a page is not shown, in words that say what to do; nothing of the program's inside reaches a browser.

use axum::http::StatusCode;
use minijinja::{Value, context};

use super::password;
use crate::domain::role::Role;
use crate::fault::Fault;

/// A page that is not shown.
#[derive(Debug)]
pub(super) struct Failure {
    pub status: StatusCode,
    pub title: &'static str,
    pub text: String,
    /// What the person wrote, shown again so that nothing typed is lost.
    kept: Option<Box<Kept>>,
}

/// A form that may be sent once more.
#[derive(Debug)]
struct Kept {
    /// Name and value of each field.
    fields: Vec<(String, String)>,
    /// Where it goes.
    address: String,
    /// The words of its button.
    button: &'static str,
}

impl Failure {
    fn plain(status: StatusCode, title: &'static str, text: impl Into<String>) -> Self {
        Self { status, title, text: text.into(), kept: None }
    }

    /// 404.
    pub fn missing(text: &str) -> Self {
        Self::plain(StatusCode::NOT_FOUND, "没有这一页", text)
    }

    /// 403: the role may not.
    pub fn forbidden(role: Role) -> Self {
        let helper = if role == Role::Clerk { "管理员" } else { "经办人员" };
        let text = format!("您是“{}”角色，不能办理。请找{helper}。", role.chinese());
        Self::plain(StatusCode::FORBIDDEN, "不能办理", text)
    }

    /// 403: something that is not for this door.
    pub fn refused(text: &str) -> Self {
        Self::plain(StatusCode::FORBIDDEN, "不能打开", text)
    }

    /// 422: what was written cannot be done; it is kept.
    pub fn wrong(text: impl Into<String>) -> Self {
        Self::plain(StatusCode::UNPROCESSABLE_ENTITY, "没有办理", text)
    }

    /// 409: somebody else was first.
    pub fn conflict(text: String) -> Self {
        Self::plain(StatusCode::CONFLICT, "已有人办过", text)
    }

    /// 409: what was asked for is not there as it was any more, or is being used.
    pub fn changed(text: String) -> Self {
        Self::plain(StatusCode::CONFLICT, "没有办理", text)
    }

    /// 429.
    pub fn too_many() -> Self {
        Self::plain(StatusCode::TOO_MANY_REQUESTS, "请稍候", "登录尝试过多，请5分钟后再试。")
    }

    /// 500; the log has the cause under the number that the page shows.
    pub fn broken(cause: &str) -> Self {
        let number: String = password::token().chars().take(4).collect::<String>().to_uppercase();
        tracing::error!(number, cause, "page failed");
        let text =
            format!("程序出错，这次没有保存任何改动。编号 {number}。请重试；仍不行请把编号告诉管理员。");
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR, "程序出错", text)
    }

    /// The same, with what was written and where it may be sent once more.
    pub fn keeping(self, fields: &[(String, String)], address: &str, button: &'static str) -> Self {
        let kept = Kept { fields: fields.to_vec(), address: address.to_owned(), button };
        Self { kept: Some(Box::new(kept)), ..self }
    }

    /// 403: a form that does not bear the token of its page.
    pub fn stale() -> Self {
        Self::plain(
            StatusCode::FORBIDDEN,
            "请再按一次",
            "这一页打开之后程序重新启动过，或者您重新登录过。您填的内容还在，核对后请再按一次。",
        )
    }

    /// As its template has it.
    pub fn context(&self) -> Value {
        let kept = self.kept.as_ref();
        let fields = kept.iter().flat_map(|kept| &kept.fields);
        context! {
            title => self.title, text => self.text.as_str(),
            fields => fields.map(|(name, value)| context! { name, value }).collect::<Vec<_>>(),
            again => kept.map(|kept| context! { address => kept.address.as_str(), button => kept.button }),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            // Sorted by the store as something that a person can mend, and worded for them.
            Fault::Refused(text) => Self::wrong(text),
            Fault::Halt(cause) => Self {
                text: format!("已停止写入，已收材料不受影响；请告诉管理员。原因：{cause}"),
                ..Self::broken(&cause)
            },
            other => Self::broken(other.cause()),
        }
    }
}

impl From<minijinja::Error> for Failure {
    fn from(error: minijinja::Error) -> Self {
        Self::broken(&format!("{error:#}"))
    }
}
