//! `schema/*`: one rule for each JSON Schema keyword that can fail. `schema::explain` finds the words.

use super::Rule;
use super::example::example;
use crate::schema::rules;

pub(super) const RULES: &[Rule] = &[
    Rule::of(&rules::ADDITIONAL_ITEMS).shown(example!(wrong "keywords/additionalItems.json")),
    Rule::of(&rules::ADDITIONAL_PROPERTIES).shown(example!(wrong "keywords/additionalProperties.json")),
    Rule::of(&rules::ANY_OF).shown(example!(wrong "keywords/anyOf.json")),
    Rule::of(&rules::CONST).shown(example!(wrong "keywords/const.json")),
    Rule::of(&rules::CONTAINS).shown(example!(wrong "keywords/contains.json")),
    Rule::of(&rules::CONTENT_ENCODING).shown(example!(wrong "keywords/contentEncoding.json")),
    Rule::of(&rules::CONTENT_MEDIA_TYPE).shown(example!(wrong "keywords/contentMediaType.json")),
    Rule::of(&rules::CUSTOM),
    Rule::of(&rules::ENUM).shown(example!("invalid/schema-enum.case.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::EXCLUSIVE_MAXIMUM).shown(example!(wrong "keywords/exclusiveMaximum.json")),
    Rule::of(&rules::EXCLUSIVE_MINIMUM).shown(example!(wrong "keywords/exclusiveMinimum.json")),
    Rule::of(&rules::FALSE).shown(example!(wrong "keywords/false.json")),
    Rule::of(&rules::FORMAT).shown(example!("invalid/schema-format.space.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::LIMIT),
    Rule::of(&rules::MAX_ITEMS).shown(example!(wrong "keywords/maxItems.json")),
    Rule::of(&rules::MAX_LENGTH).shown(example!(wrong "keywords/maxLength.json")),
    Rule::of(&rules::MAX_PROPERTIES).shown(example!(wrong "keywords/maxProperties.json")),
    Rule::of(&rules::MAXIMUM).shown(example!(wrong "keywords/maximum.json")),
    Rule::of(&rules::MIN_ITEMS).shown(example!(wrong "keywords/minItems.json")),
    Rule::of(&rules::MIN_LENGTH).shown(example!(wrong "keywords/minLength.json")),
    Rule::of(&rules::MIN_PROPERTIES).shown(example!(wrong "keywords/minProperties.json")),
    Rule::of(&rules::MINIMUM).shown(example!(wrong "keywords/minimum.json")),
    Rule::of(&rules::MULTIPLE_OF).shown(example!(wrong "keywords/multipleOf.json")),
    Rule::of(&rules::NOT).shown(example!(wrong "keywords/not.json")),
    Rule::of(&rules::ONE_OF).shown(example!(wrong "keywords/oneOf.json")),
    Rule::of(&rules::PATTERN).shown(example!(wrong "keywords/pattern.json")),
    Rule::of(&rules::PROPERTY_NAMES).shown(example!(wrong "keywords/propertyNames.json")),
    Rule::of(&rules::REF).shown(example!(wrong "keywords/ref.json")),
    Rule::of(&rules::REQUIRED)
        .shown(example!("invalid/schema-required.look-alike.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::TYPE)
        .shown(example!("invalid/schema-type.number-for-date.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::UNEVALUATED_ITEMS).shown(example!(wrong "keywords/unevaluatedItems.json")),
    Rule::of(&rules::UNEVALUATED_PROPERTIES).shown(example!(wrong "keywords/unevaluatedProperties.json")),
    Rule::of(&rules::UNDECIDED).shown(example!(wrong "keywords/undecided.json")),
    Rule::of(&rules::UNIQUE_ITEMS).shown(example!(wrong "keywords/uniqueItems.json")),
];
