//! `schema/*`: one rule per JSON Schema keyword that can fail. `schema::explain` reports them.

use super::Rule;
use super::example::example;
use crate::schema::rules;

pub(super) const RULES: &[Rule] = &[
    Rule::of(&rules::ADDITIONAL_ITEMS, example!(wrong "keywords/additionalItems.json")),
    Rule::of(&rules::ADDITIONAL_PROPERTIES, example!(wrong "keywords/additionalProperties.json")),
    Rule::of(&rules::ANY_OF, example!(wrong "keywords/anyOf.json")),
    Rule::of(&rules::CONST, example!(wrong "keywords/const.json")),
    Rule::of(&rules::CONTAINS, example!(wrong "keywords/contains.json")),
    Rule::of(&rules::CONTENT_ENCODING, example!(wrong "keywords/contentEncoding.json")),
    Rule::of(&rules::CONTENT_MEDIA_TYPE, example!(wrong "keywords/contentMediaType.json")),
    Rule::of(&rules::CUSTOM, None),
    Rule::of(&rules::ENUM, example!("invalid/schema-enum.case.pretty.json", create)),
    Rule::of(&rules::EXCLUSIVE_MAXIMUM, example!(wrong "keywords/exclusiveMaximum.json")),
    Rule::of(&rules::EXCLUSIVE_MINIMUM, example!(wrong "keywords/exclusiveMinimum.json")),
    Rule::of(&rules::FALSE, example!(wrong "keywords/false.json")),
    Rule::of(&rules::FORMAT, example!("invalid/schema-format.space.pretty.json", create)),
    Rule::of(&rules::LIMIT, None),
    Rule::of(&rules::MAX_ITEMS, example!(wrong "keywords/maxItems.json")),
    Rule::of(&rules::MAX_LENGTH, example!(wrong "keywords/maxLength.json")),
    Rule::of(&rules::MAX_PROPERTIES, example!(wrong "keywords/maxProperties.json")),
    Rule::of(&rules::MAXIMUM, example!(wrong "keywords/maximum.json")),
    Rule::of(&rules::MIN_ITEMS, example!(wrong "keywords/minItems.json")),
    Rule::of(&rules::MIN_LENGTH, example!(wrong "keywords/minLength.json")),
    Rule::of(&rules::MIN_PROPERTIES, example!(wrong "keywords/minProperties.json")),
    Rule::of(&rules::MINIMUM, example!(wrong "keywords/minimum.json")),
    Rule::of(&rules::MULTIPLE_OF, example!(wrong "keywords/multipleOf.json")),
    Rule::of(&rules::NOT, example!(wrong "keywords/not.json")),
    Rule::of(&rules::ONE_OF, example!(wrong "keywords/oneOf.json")),
    Rule::of(&rules::PATTERN, example!(wrong "keywords/pattern.json")),
    Rule::of(&rules::PROPERTY_NAMES, example!(wrong "keywords/propertyNames.json")),
    Rule::of(&rules::REF, example!(wrong "keywords/ref.json")),
    Rule::of(&rules::REQUIRED, example!("invalid/schema-required.look-alike.pretty.json", create)),
    Rule::of(&rules::TYPE, example!("invalid/schema-type.number-for-date.pretty.json", create)),
    Rule::of(&rules::UNEVALUATED_ITEMS, example!(wrong "keywords/unevaluatedItems.json")),
    Rule::of(&rules::UNEVALUATED_PROPERTIES, example!(wrong "keywords/unevaluatedProperties.json")),
    Rule::of(&rules::UNDECIDED, example!(wrong "keywords/undecided.json")),
    Rule::of(&rules::UNIQUE_ITEMS, example!(wrong "keywords/uniqueItems.json")),
];
