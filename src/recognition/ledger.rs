//! What a spreadsheet answers that fits no form of the campaign. An office that asks for a ledger, a roster of duty or a daily list
//! prints no form for it, and units keep such things in spreadsheets: passed over as no form, they were chased for what they had sent.

use super::item::{Guess, Texts, is_bare, nearest};
use super::vocabulary::{Target, Vocabulary};
use crate::domain::campaign::ItemKind;

/// What is called so is a table, whatever its file is.
const TABLES: &[&str] = &[
    "表",
    "台账",
    "台帐",
    "清单",
    "名单",
    "名册",
    "花名册",
    "目录",
    "明细",
    "汇总",
    "一览",
    "日报",
    "周报",
    "旬报",
    "月报",
    "季报",
    "年报",
];

fn is_table(word: &str) -> bool {
    TABLES.iter().any(|table| word.ends_with(table))
}

/// What a spreadsheet answers.
pub(super) fn of_book(vocabulary: &Vocabulary, texts: &Texts) -> Guess {
    let (named, by) = nearest(vocabulary, texts).unwrap_or_default();
    if let Some(form) = named.iter().find(|target| target.kind == ItemKind::Form) {
        return Guess::NotTheForm(form.clone(), "没有找到表样的表头，请使用下发的表样填报".to_owned());
    }
    if let Some(contact) = named.iter().find(|target| target.kind == ItemKind::Contact) {
        return match vocabulary.is_listed_contact(contact) && by == "文件名" {
            true => Guess::Items(vec![contact.clone()], format!("{by}写明")),
            false => Guess::Review("表格可能是联络员信息，请打开确认".to_owned()),
        };
    }
    of_paper(vocabulary, texts).unwrap_or_else(|| Guess::Extra("表格不是要求的表样".to_owned()))
}

/// A paper that is a table by what it is called; any other that the file is called by is hardly one, and a person looks.
fn of_paper(vocabulary: &Vocabulary, texts: &Texts) -> Option<Guess> {
    let papers = |text: &str| -> Vec<Target> {
        vocabulary.named(text).into_iter().filter(|target| target.kind == ItemKind::Document).collect()
    };
    let tables = |text: &str| -> Vec<Target> {
        papers(text).into_iter().filter(|target| vocabulary.calls(text, target, &is_table)).collect()
    };
    let by_name = tables(&texts.name);
    // 工作方案.xlsx is called a plan, whatever table is in it.
    if by_name.is_empty()
        && papers(&texts.name).iter().any(|target| vocabulary.ends_with(&texts.name, target))
    {
        return Some(Guess::Review("应报送的是文稿，收到的是表格，请打开确认".to_owned()));
    }
    let titles = texts.title.iter().map(|line| (tables(line), "标题"));
    let folders = texts.folders.iter().rev().map(|folder| (tables(folder), "文件夹名"));
    let mut found = std::iter::once((by_name, "文件名")).chain(titles).chain(folders);
    if let Some((items, by)) = found.find(|(items, _)| !items.is_empty()) {
        return Some(Guess::Items(items, format!("{by}写明")));
    }
    match tables(&texts.subject).as_slice() {
        [table] if is_bare(&texts.name) => Some(Guess::Items(vec![table.clone()], "主题写明".to_owned())),
        _ => None,
    }
}
