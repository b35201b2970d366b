//! `schema/*`: one rule for each JSON Schema keyword that can fail. `schema::explain` finds the words.

use super::example::example;
use super::{Rule, rule};
use crate::diagnostic::Severity::*;

pub(super) const RULES: &[Rule] = &[
    rule(
        "schema/additionalItems",
        Error,
        "an array has elements beyond those described",
        "JSON Schema draft 2019-09, section 9.3.1.2 (items and prefixItems since 2020-12).",
    ).shown(example!(wrong "keywords/additionalItems.json")),
    rule(
        "schema/additionalProperties",
        Error,
        "an object has a member that is not allowed",
        "JSON Schema Core 2020-12, section 10.3.2.3.",
    ).shown(example!(wrong "keywords/additionalProperties.json")),
    rule("schema/anyOf", Error, "a value fits none of the alternatives", "JSON Schema Core 2020-12, section 10.2.1.2.").shown(example!(wrong "keywords/anyOf.json")),
    rule(
        "schema/const",
        Error,
        "a value is not the one that is allowed",
        "JSON Schema Validation 2020-12, section 6.1.3.",
    ).shown(example!(wrong "keywords/const.json")),
    rule(
        "schema/contains",
        Error,
        "an array lacks an element of a kind, or has too many",
        "JSON Schema Core 2020-12, section 10.3.1.3.",
    ).shown(example!(wrong "keywords/contains.json")),
    rule(
        "schema/contentEncoding",
        Error,
        "a string is not in the encoding that is asked for",
        "JSON Schema Validation 2020-12, section 8.3.",
    ).shown(example!(wrong "keywords/contentEncoding.json")),
    rule(
        "schema/contentMediaType",
        Error,
        "a string does not hold the media type that is asked for",
        "JSON Schema Validation 2020-12, section 8.4.",
    ).shown(example!(wrong "keywords/contentMediaType.json")),
    rule("schema/custom", Error, "a keyword of somebody's own fails", "Keywords that a library user registers."),
    rule(
        "schema/enum",
        Error,
        "a value is none of those that are allowed",
        "JSON Schema Validation 2020-12, section 6.1.2. For `status` HubSpot's own types list PENDING, PROCESSING, CANCELED and COMPLETE.",
    ).shown(example!("invalid/schema-enum.case.pretty.json", "valid/create.pretty.json")),
    rule("schema/exclusiveMaximum", Error, "a number is too large", "JSON Schema Validation 2020-12, section 6.2.3.").shown(example!(wrong "keywords/exclusiveMaximum.json")),
    rule("schema/exclusiveMinimum", Error, "a number is too small", "JSON Schema Validation 2020-12, section 6.2.5.").shown(example!(wrong "keywords/exclusiveMinimum.json")),
    rule("schema/false", Error, "a value stands where nothing is allowed", "JSON Schema Core 2020-12, section 4.3.2.").shown(example!(wrong "keywords/false.json")),
    rule(
        "schema/format",
        Error,
        "a string has not the form that is asked for",
        "JSON Schema Validation 2020-12, section 7. callcheck asserts formats. `date-time` is RFC 3339, section 5.6, to the letter; second 60 only where UTC can have a leap second.",
    ).shown(example!("invalid/schema-format.blank.pretty.json", "valid/create.pretty.json")),
    rule(
        "schema/limit",
        Error,
        "a schema asks for more than callcheck gives",
        "Only with --schema. Judging one value may take 100,000 evaluations whatever it is, schemas may lead through 1,000 others and be 50,000, nested 256 deep in 32 MiB, patterns may become 10 MiB large when they are compiled, a divisor may have 37 digits. And a document with so much wrong that it cannot be listed is told as that.",
    ),
    rule("schema/maxItems", Error, "an array is too long", "JSON Schema Validation 2020-12, section 6.4.1.").shown(example!(wrong "keywords/maxItems.json")),
    rule("schema/maxLength", Error, "a string is too long", "JSON Schema Validation 2020-12, section 6.3.1.").shown(example!(wrong "keywords/maxLength.json")),
    rule(
        "schema/maxProperties",
        Error,
        "an object has too many members",
        "JSON Schema Validation 2020-12, section 6.5.1.",
    ).shown(example!(wrong "keywords/maxProperties.json")),
    rule("schema/maximum", Error, "a number is too large", "JSON Schema Validation 2020-12, section 6.2.2.").shown(example!(wrong "keywords/maximum.json")),
    rule("schema/minItems", Error, "an array is too short", "JSON Schema Validation 2020-12, section 6.4.2.").shown(example!(wrong "keywords/minItems.json")),
    rule("schema/minLength", Error, "a string is too short", "JSON Schema Validation 2020-12, section 6.3.2.").shown(example!(wrong "keywords/minLength.json")),
    rule(
        "schema/minProperties",
        Error,
        "an object has too few members",
        "JSON Schema Validation 2020-12, section 6.5.2.",
    ).shown(example!(wrong "keywords/minProperties.json")),
    rule("schema/minimum", Error, "a number is too small", "JSON Schema Validation 2020-12, section 6.2.4.").shown(example!(wrong "keywords/minimum.json")),
    rule("schema/multipleOf", Error, "a number is not a multiple", "JSON Schema Validation 2020-12, section 6.2.1.").shown(example!(wrong "keywords/multipleOf.json")),
    rule("schema/not", Error, "a value fits what it must not fit", "JSON Schema Core 2020-12, section 10.2.1.4.").shown(example!(wrong "keywords/not.json")),
    rule(
        "schema/oneOf",
        Error,
        "a value fits none of the alternatives, or more than one",
        "JSON Schema Core 2020-12, section 10.2.1.3.",
    ).shown(example!(wrong "keywords/oneOf.json")),
    rule(
        "schema/pattern",
        Error,
        "a string does not match a pattern",
        "JSON Schema Validation 2020-12, section 6.3.3.",
    ).shown(example!(wrong "keywords/pattern.json")),
    rule("schema/propertyNames", Error, "a member name is not allowed", "JSON Schema Core 2020-12, section 10.3.2.4.").shown(example!(wrong "keywords/propertyNames.json")),
    rule("schema/ref", Error, "a reference cannot be followed", "JSON Schema Core 2020-12, section 8.2.3.").shown(example!(wrong "keywords/ref.json")),
    rule(
        "schema/required",
        Error,
        "a member is missing",
        "JSON Schema Validation 2020-12, section 6.5.3. HubSpot's own types require the same members.",
    ).shown(example!("invalid/schema-required.look-alike.pretty.json", "valid/create.pretty.json")),
    rule("schema/type", Error, "a value has the wrong type", "JSON Schema Validation 2020-12, section 6.1.1.").shown(example!("invalid/schema-type.number-for-date.pretty.json", "valid/create.pretty.json")),
    rule(
        "schema/unevaluatedItems",
        Error,
        "an array has an element that nothing describes",
        "JSON Schema Core 2020-12, section 11.2.",
    ).shown(example!(wrong "keywords/unevaluatedItems.json")),
    rule(
        "schema/unevaluatedProperties",
        Error,
        "an object has a member that nothing describes",
        "JSON Schema Core 2020-12, section 11.3.",
    ).shown(example!(wrong "keywords/unevaluatedProperties.json")),
    rule(
        "schema/undecided",
        Error,
        "a value could not be judged",
        "Only with --schema, and neither valid nor invalid: the exit code is 2. Judging a value may take 20,000,000 steps and 200 more for each value in it, 480 MiB of stack, and 1,000,000 steps of matching a pattern with look-around or back references.",
    ).shown(example!(wrong "keywords/undecided.json")),
    rule("schema/uniqueItems", Error, "an array has equal elements", "JSON Schema Validation 2020-12, section 6.4.3.").shown(example!(wrong "keywords/uniqueItems.json")),
];
