//! Folders that are not there, or there no more.

use super::Look;
use crate::domain::mailbox::JUNK;
use crate::fault::Fault;
use crate::imap::Folder;
use crate::intake::broken::Broken;
use crate::intake::capture::on_blocking_thread;
use crate::store::Scan;

/// What staff read of a folder for spam that brought mail and is listed no more: for so long reminders are held by it.
const HIDDEN: &str = "这个收到过来件的文件夹，服务器不再列出，或设置的 folders 里已没有它；服务器也没有垃圾邮件文件夹。可能已改名、删除或不让客户端读取，请到网页邮箱核对；\
                      先按可能漏收暂缓催报，24小时后仍不见则不再等它";

impl Look<'_> {
    /// A folder that the server neither lists nor opens. One that never brought mail is a slip in the configuration, told on
    /// the page and once in the log, and beside a folder that is there no reason to think that mail is missed. One that did
    /// was renamed or deleted, and mail comes under a name that nobody looks at; and where none of the folders that are
    /// named is there, none of the mail was seen: nobody may be chased upon that.
    pub(super) async fn absent(&mut self, folder: &Folder, scan: &mut Scan) -> Result<(), Broken> {
        let (id, name) = (self.mailbox.id.clone(), folder.name.clone());
        let had_mail = on_blocking_thread(self.store, move |store| store.has_mail_of(&id, &name)).await?;
        let name = &folder.name;
        let words = match had_mail {
            true => format!("服务器上原有的文件夹“{name}”不见了，可能已改名或删除，请核对 folders 的写法"),
            false => format!("服务器上没有文件夹“{name}”，请核对 folders 的写法，或在邮箱中建立它"),
        };
        let is_slip = self.has_named_folder && !had_mail;
        *if is_slip { &mut scan.note } else { &mut scan.trouble } = Some(words);
        self.failures.remove(name);
        self.memory.folders.remove(name);
        if self.memory.told_absent.insert(name.clone()) {
            tracing::warn!(mailbox = self.mailbox.id, folder = name, "the server has no such folder");
        }
        Ok(())
    }

    /// Folders that were looked at under names that configuration has no more, or as spam that the server keeps no more,
    /// would go stale and hold all reminders.
    pub(super) async fn forget_all_but(&self, folders: &[Folder]) -> Result<(), Fault> {
        let id = self.mailbox.id.clone();
        let kept = folders.iter().map(|folder| folder.name.clone());
        let roles = self.mailbox.folders.iter().filter(|name| *name == JUNK).cloned();
        let kept: Vec<String> = kept.chain(roles).collect();
        // Where spam is wanted and no folder is for it, one that brought mail may only be hidden for the moment.
        let has_junk = folders.iter().any(|folder| !self.mailbox.folders.contains(&folder.name));
        let is_hidden = !has_junk && kept.iter().any(|name| name == JUNK);
        let hidden = is_hidden.then_some(HIDDEN);
        on_blocking_thread(self.store, move |store| store.forget_folders_but(&id, &kept, hidden)).await
    }
}
