use crate::hubspot::{Evidence, ObjectType};
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/object-coordinates",
    severity: Warning,
    summary: "the coordinates of an object are not those of the record",
    explanation: "`hs_obj_coords` and `hs_object_coordinates` consist of the type and the id of the record, for example 0-48-50100000001 for a call. HubSpot sets them for activities that were created since 2025 (recorded calls and notes). Accounts cannot change them.",
    fix: "use the type and the id of the record, for example \"0-48-50100000001\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(
    &INFO,
    example!("call-object-coordinates"),
    &[
        Check::Result(Field::ObjCoords, |record| check(record, Field::ObjCoords)),
        Check::Result(Field::ObjectCoordinates, |record| check(record, Field::ObjectCoordinates)),
    ],
);

fn check(record: &Record<'_>, field: Field) -> Option<Diagnostic> {
    let (coordinates, id) = (record.set(field)?, record.string(Field::Id)?);
    let (value, own) = (coordinates.value(), id.value());
    let name = field.name();
    let finding = |message: String, label: &str| {
        Diagnostic::new(&INFO, message, Label::new(coordinates.span(), label)).at(field.pointer())
    };
    let Some((kind, other)) = ObjectType::of_coordinates(&value) else {
        let message = format!("`{name}` must be {{type}}-{{id}}, found \"{}\"", shorten(&value, 40));
        return Some(finding(message, "expected the type and the id").help(INFO.fix));
    };
    if other != own {
        let message = format!("`{name}` contains the id {}, but `id` is {}", shorten(other, 40), shorten(&own, 40));
        return Some(finding(message, "contains a different id").related(id.span(), "`id` is here").help(INFO.fix));
    }
    let object = record.object_without_coordinates().filter(|object| object.kind != kind)?;
    let (named, reason) = (object.kind.named(), reason(object.evidence));
    let message = format!("`{name}` is that of {}, but {reason} that of {named}", kind.named());
    let help = format!("use \"{}-{}\"", object.kind, shorten(&own, 40));
    Some(finding(message, "contains a different type").help(help))
}

fn reason(evidence: Evidence) -> String {
    match evidence {
        Evidence::Url => "`url` is".to_owned(),
        Evidence::Coordinates(name) | Evidence::Property(name) | Evidence::DefaultProperty(name) => {
            format!("`{name}` is")
        }
        Evidence::CallProperties | Evidence::Message => "the prefix `hs_call_` is".to_owned(),
    }
}
