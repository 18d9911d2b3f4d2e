//! Whom to call in a unit: the contact that its form names, else the one on the roster; and when it was called last, so
//! that two clerks do not ring the same school.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::campaign::Campaign;
use super::chinese;
use super::decision::{Act, Decision, in_force};
use super::template::{Field, FieldKind, Place, Template};
use super::unit::Unit;

/// How a note of a call begins.
pub const CALL: &str = "电话";

/// Whom to call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Name; empty for none known.
    pub name: String,
    /// Telephone; empty for none known.
    pub phone: String,
    /// The last call as it was noted, 「5-11 10:02 李某 电话（答应报送）：张老师」; empty for none.
    pub called: String,
}

/// The contacts of a campaign's units.
#[derive(Debug, Clone, Default)]
pub struct Contacts {
    of_forms: HashMap<String, Contact>,
    called: HashMap<String, String>,
}

impl Contacts {
    /// What the rows of a form name, in the order of their arrival: of a unit the newest that gives a number.
    pub fn read<'r>(
        &mut self,
        form: &Template,
        rows: impl Iterator<Item = (&'r str, &'r Map<String, Json>)>,
    ) {
        for (unit, values) in rows {
            if let Some(contact) = named(form, values) {
                self.of_forms.insert(unit.to_owned(), contact);
            }
        }
    }

    /// What was noted of calls.
    pub fn note_calls(&mut self, all: &[Decision], campaign: &Campaign) {
        let own = |decision: &&Decision| decision.campaign.as_ref().is_none_or(|id| *id == campaign.id);
        let is_call = |decision: &&Decision| decision.act == Act::Note && decision.why.starts_with(CALL);
        for call in in_force(all, Timestamp::MAX).into_iter().filter(own).filter(is_call) {
            let Some(unit) = &call.unit else { continue };
            let at = chinese::stamp(call.at, Some(campaign));
            self.called.insert(unit.clone(), format!("{at} {} {}", call.by, call.why));
        }
    }

    /// Whom to call in a unit. A number and a name of two different persons are never put together.
    pub fn of(&self, unit: &Unit) -> Contact {
        let of_roster =
            || Contact { name: unit.contact.clone(), phone: unit.phone.clone(), ..Contact::default() };
        let contact = self.of_forms.get(&unit.code).cloned().unwrap_or_else(of_roster);
        Contact { called: self.called.get(&unit.code).cloned().unwrap_or_default(), ..contact }
    }
}

/// What tells whom to call and how: the row of the contact, then the person who filled the form.
pub fn contact_fields(form: &Template) -> Vec<&Field> {
    let tells = |field: &&Field| {
        matches!(field.kind, FieldKind::Text | FieldKind::Mobile | FieldKind::Phone | FieldKind::Qq)
    };
    let at = |place: Place| form.fields.iter().filter(tells).filter(move |field| field.at == place);
    at(Place::Below).chain(at(Place::Right)).collect()
}

/// The first person of a row beside whom a number stands; none without a number.
fn named(form: &Template, values: &Map<String, Json>) -> Option<Contact> {
    let said = |field: &Field| match values.get(&field.id) {
        Some(Json::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        Some(Json::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let is_number = |field: &Field| matches!(field.kind, FieldKind::Mobile | FieldKind::Phone);
    for place in [Place::Below, Place::Right] {
        let fields: Vec<&Field> =
            contact_fields(form).into_iter().filter(|field| field.at == place).collect();
        let phone = fields.iter().filter(|field| is_number(field)).find_map(|field| said(field));
        let mut persons = fields.iter().filter(|field| field.kind == FieldKind::Text && field.personal);
        if let Some(phone) = phone {
            let name = persons.find_map(|field| said(field)).unwrap_or_default();
            return Some(Contact { name, phone, ..Contact::default() });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(id: &str, at: Place, kind: FieldKind, personal: bool) -> Field {
        Field {
            id: id.to_owned(),
            label: id.to_owned(),
            synonyms: vec![],
            at,
            kind,
            required: false,
            optional_column: false,
            personal,
            max_chars: 0,
            max_value: 0,
            total: super::super::template::Total::List,
        }
    }

    fn form() -> Template {
        let fields = vec![
            field("filler", Place::Right, FieldKind::Text, true),
            field("filler_phone", Place::Right, FieldKind::Phone, true),
            field("contact", Place::Below, FieldKind::Text, true),
            field("mobile", Place::Below, FieldKind::Mobile, true),
        ];
        let (id, title) = ("form4".to_owned(), "采集表".to_owned());
        let none = Vec::new;
        Template {
            id,
            title,
            year: 2023,
            also_years: vec![],
            title_words: none(),
            match_percent: 70,
            fields,
            rules: vec![],
            hints: none(),
            total_labels: none(),
        }
    }

    fn told(values: Json) -> Contact {
        let mut contacts = Contacts::default();
        let values = values.as_object().cloned().unwrap_or_default();
        contacts.read(&form(), [("u1", &values)].into_iter());
        let (name, phone) = ("名册老师".to_owned(), "028-1".to_owned());
        contacts.of(&Unit { code: "u1".to_owned(), contact: name, phone, ..Unit::default() })
    }

    #[test]
    fn the_form_comes_first_and_nobody_gets_the_number_of_another() {
        let contact = told(
            json!({"filler": "填表人", "filler_phone": "028-2", "contact": "联络员", "mobile": "13900000000"}),
        );
        assert_eq!((contact.name.as_str(), contact.phone.as_str()), ("联络员", "13900000000"));
        let filler =
            told(json!({"filler": "填表人", "filler_phone": "028-2", "contact": "联络员", "mobile": null}));
        assert_eq!((filler.name.as_str(), filler.phone.as_str()), ("填表人", "028-2"));
        let roster = told(json!({"contact": "联络员", "mobile": null}));
        assert_eq!((roster.name.as_str(), roster.phone.as_str()), ("名册老师", "028-1"));
    }
}
