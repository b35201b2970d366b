//! `schema/*`: one rule for each JSON Schema keyword that can fail. `schema::explain` finds the words.

use super::example::example;
use super::{Rule, rule};
use crate::diagnostic::Severity::*;

pub(super) const RULES: &[Rule] = &[
    rule(
        "schema/additionalItems",
        Error,
        "an array has more items than the schema describes",
        "`additionalItems` applies to the items after those that an array of schemas in `items` describes (JSON Schema Core 2019-09, section 9.3.1.2). In 2020-12, `prefixItems` and `items` replace these two keywords.",
    ).shown(example!(wrong "keywords/additionalItems.json")),
    rule(
        "schema/additionalProperties",
        Error,
        "an object has a property that is not allowed",
        "`additionalProperties` applies to all properties that neither `properties` nor `patternProperties` matches (JSON Schema Core 2020-12, section 10.3.2.3).",
    ).shown(example!(wrong "keywords/additionalProperties.json")),
    rule("schema/anyOf", Error, "a value does not match any of the `anyOf` schemas", "A value must match at least one of the schemas in `anyOf` (JSON Schema Core 2020-12, section 10.2.1.2).").shown(example!(wrong "keywords/anyOf.json")),
    rule(
        "schema/const",
        Error,
        "a value is not the one allowed value",
        "A value must be equal to the value of `const` (JSON Schema Validation 2020-12, section 6.1.3).",
    ).shown(example!(wrong "keywords/const.json")),
    rule(
        "schema/contains",
        Error,
        "an array has too few or too many items of a certain kind",
        "At least one item of an array must match `contains`, unless `minContains` or `maxContains` specifies other numbers (JSON Schema Core 2020-12, section 10.3.1.3).",
    ).shown(example!(wrong "keywords/contains.json")),
    rule(
        "schema/contentEncoding",
        Error,
        "a string is not in the required encoding",
        "Drafts 6 and 7 validate the encoding of a string. Later drafts treat `contentEncoding` as an annotation (JSON Schema Validation 2020-12, section 8.3).",
    ).shown(example!(wrong "keywords/contentEncoding.json")),
    rule(
        "schema/contentMediaType",
        Error,
        "a string does not contain data of the required media type",
        "Drafts 6 and 7 validate the content of a string. Later drafts treat `contentMediaType` as an annotation (JSON Schema Validation 2020-12, section 8.4).",
    ).shown(example!(wrong "keywords/contentMediaType.json")),
    rule("schema/custom", Error, "a value does not satisfy a custom keyword", "Programs that use callcheck as a library register custom keywords."),
    rule(
        "schema/enum",
        Error,
        "a value is not one of the allowed values",
        "A value must be equal to one of the values of `enum` (JSON Schema Validation 2020-12, section 6.1.2). HubSpot's types define PENDING, PROCESSING, CANCELED and COMPLETE for `status`.",
    ).shown(example!("invalid/schema-enum.case.pretty.json", "valid/create.pretty.json")),
    rule("schema/exclusiveMaximum", Error, "a number is too large", "A number must be less than `exclusiveMaximum` (JSON Schema Validation 2020-12, section 6.2.3).").shown(example!(wrong "keywords/exclusiveMaximum.json")),
    rule("schema/exclusiveMinimum", Error, "a number is too small", "A number must be greater than `exclusiveMinimum` (JSON Schema Validation 2020-12, section 6.2.5).").shown(example!(wrong "keywords/exclusiveMinimum.json")),
    rule("schema/false", Error, "a value is present where the schema is `false`", "The schema `false` does not allow any value (JSON Schema Core 2020-12, section 4.3.2).").shown(example!(wrong "keywords/false.json")),
    rule(
        "schema/format",
        Error,
        "a string does not have the required format",
        "callcheck asserts `format` (JSON Schema Validation 2020-12, section 7), unless --no-assert-format is used. A `date-time` must conform exactly to RFC 3339, section 5.6. Second 60 is valid only if UTC can have a leap second at that time.",
    ).shown(example!("invalid/schema-format.space.pretty.json", "valid/create.pretty.json")),
    rule(
        "schema/limit",
        Error,
        "a schema or its evaluation exceeds a limit of callcheck",
        "Only custom schemas (--schema) can exceed a limit. A schema file can have up to 32 MiB and 256 levels. References can refer to up to 50,000 schemas, and to 1,000 in a chain. A schema can require up to 100,000 evaluations per value (static upper bound). A compiled pattern can have up to 10 MiB, and `multipleOf` up to 37 digits. The rule also reports an invalid document with too many violations to list.",
    ),
    rule("schema/maxItems", Error, "an array has too many items", "An array must have at most `maxItems` items (JSON Schema Validation 2020-12, section 6.4.1).").shown(example!(wrong "keywords/maxItems.json")),
    rule("schema/maxLength", Error, "a string is too long", "A string must have at most `maxLength` characters (JSON Schema Validation 2020-12, section 6.3.1).").shown(example!(wrong "keywords/maxLength.json")),
    rule(
        "schema/maxProperties",
        Error,
        "an object has too many properties",
        "An object must have at most `maxProperties` properties (JSON Schema Validation 2020-12, section 6.5.1).",
    ).shown(example!(wrong "keywords/maxProperties.json")),
    rule("schema/maximum", Error, "a number is too large", "A number must be less than or equal to `maximum` (JSON Schema Validation 2020-12, section 6.2.2).").shown(example!(wrong "keywords/maximum.json")),
    rule("schema/minItems", Error, "an array has too few items", "An array must have at least `minItems` items (JSON Schema Validation 2020-12, section 6.4.2).").shown(example!(wrong "keywords/minItems.json")),
    rule("schema/minLength", Error, "a string is too short", "A string must have at least `minLength` characters (JSON Schema Validation 2020-12, section 6.3.2).").shown(example!(wrong "keywords/minLength.json")),
    rule(
        "schema/minProperties",
        Error,
        "an object has too few properties",
        "An object must have at least `minProperties` properties (JSON Schema Validation 2020-12, section 6.5.2).",
    ).shown(example!(wrong "keywords/minProperties.json")),
    rule("schema/minimum", Error, "a number is too small", "A number must be greater than or equal to `minimum` (JSON Schema Validation 2020-12, section 6.2.4).").shown(example!(wrong "keywords/minimum.json")),
    rule("schema/multipleOf", Error, "a number is not a multiple of the given number", "A number must be an integer multiple of `multipleOf` (JSON Schema Validation 2020-12, section 6.2.1).").shown(example!(wrong "keywords/multipleOf.json")),
    rule("schema/not", Error, "a value matches a schema that it must not match", "A value must not match the schema in `not` (JSON Schema Core 2020-12, section 10.2.1.4).").shown(example!(wrong "keywords/not.json")),
    rule(
        "schema/oneOf",
        Error,
        "a value does not match exactly one of the `oneOf` schemas",
        "A value must match exactly one of the schemas in `oneOf` (JSON Schema Core 2020-12, section 10.2.1.3).",
    ).shown(example!(wrong "keywords/oneOf.json")),
    rule(
        "schema/pattern",
        Error,
        "a string does not match the required pattern",
        "A string must match the regular expression in `pattern`, which is not anchored (JSON Schema Validation 2020-12, section 6.3.3).",
    ).shown(example!(wrong "keywords/pattern.json")),
    rule("schema/propertyNames", Error, "a property name is not allowed", "All property names of an object must match the schema in `propertyNames` (JSON Schema Core 2020-12, section 10.3.2.4).").shown(example!(wrong "keywords/propertyNames.json")),
    rule("schema/ref", Error, "a reference cannot be resolved", "A reference must refer to an existing schema, and references must not form an infinite loop (JSON Schema Core 2020-12, section 8.2.3).").shown(example!(wrong "keywords/ref.json")),
    rule(
        "schema/required",
        Error,
        "a required property is missing",
        "An object must have every property listed in `required` (JSON Schema Validation 2020-12, section 6.5.3). HubSpot's types require the same properties as the embedded schema.",
    ).shown(example!("invalid/schema-required.look-alike.pretty.json", "valid/create.pretty.json")),
    rule("schema/type", Error, "a value has the wrong type", "A value must have one of the types listed in `type` (JSON Schema Validation 2020-12, section 6.1.1).").shown(example!("invalid/schema-type.number-for-date.pretty.json", "valid/create.pretty.json")),
    rule(
        "schema/unevaluatedItems",
        Error,
        "an array has an item that the schema does not describe",
        "`unevaluatedItems` applies to all items that the rest of the schema does not evaluate (JSON Schema Core 2020-12, section 11.2).",
    ).shown(example!(wrong "keywords/unevaluatedItems.json")),
    rule(
        "schema/unevaluatedProperties",
        Error,
        "an object has a property that the schema does not describe",
        "`unevaluatedProperties` applies to all properties that the rest of the schema does not evaluate (JSON Schema Core 2020-12, section 11.3).",
    ).shown(example!(wrong "keywords/unevaluatedProperties.json")),
    rule(
        "schema/undecided",
        Error,
        "a value could not be evaluated",
        "Only custom schemas (--schema) can cause this. The value is neither valid nor invalid, and the exit code is 2. An evaluation can take up to 20,000,000 steps, plus 200 for each nested value, and 480 MiB of stack. Matching a pattern with lookaround or backreferences can take up to 1,000,000 steps.",
    ).shown(example!(wrong "keywords/undecided.json")),
    rule("schema/uniqueItems", Error, "an array has duplicate items", "All items of an array must be different if `uniqueItems` is true (JSON Schema Validation 2020-12, section 6.4.3).").shown(example!(wrong "keywords/uniqueItems.json")),
];
