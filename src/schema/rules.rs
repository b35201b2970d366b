//! Rules of `schema/*`: one per keyword that can fail, and rules for problems of schemas and evaluations.

use crate::diagnostic::RuleInfo;
use crate::diagnostic::Severity::{Error, Warning};

pub(crate) const ADDITIONAL_ITEMS: RuleInfo = RuleInfo::new(
    "schema/additionalItems",
    Error,
    "an array has more items than the schema describes",
    "`additionalItems` applies to the items after those that an array of schemas in `items` describes (JSON Schema Core 2019-09, section 9.3.1.2). In 2020-12, `prefixItems` and `items` replace these two keywords.",
);
pub(crate) const ADDITIONAL_PROPERTIES: RuleInfo = RuleInfo::new(
    "schema/additionalProperties",
    Error,
    "an object has a property that is not allowed",
    "`additionalProperties` applies to all properties that neither `properties` nor `patternProperties` matches (JSON Schema Core 2020-12, section 10.3.2.3).",
);
pub(crate) const ANNOTATION: RuleInfo = RuleInfo::new(
    "schema/annotation",
    Warning,
    "an annotation in a schema has the wrong type",
    "`title`, `description`, `$comment`, `examples`, `deprecated`, `readOnly` and `writeOnly` have a type (JSON Schema Validation 2020-12, section 9), but they do not restrict values. A schema with such an annotation is used. The same mistake in a keyword that restricts values is an error, because its intention is unknown.",
);
pub(crate) const ANY_OF: RuleInfo = RuleInfo::new(
    "schema/anyOf",
    Error,
    "a value does not match any of the `anyOf` schemas",
    "A value must match at least one of the schemas in `anyOf` (JSON Schema Core 2020-12, section 10.2.1.2).",
);
pub(crate) const CONST: RuleInfo = RuleInfo::new(
    "schema/const",
    Error,
    "a value is not the one allowed value",
    "A value must be equal to the value of `const` (JSON Schema Validation 2020-12, section 6.1.3).",
);
pub(crate) const CONTAINS: RuleInfo = RuleInfo::new(
    "schema/contains",
    Error,
    "an array has too few or too many items of a certain kind",
    "At least one item of an array must match `contains`, unless `minContains` or `maxContains` specifies other numbers (JSON Schema Core 2020-12, section 10.3.1.3).",
);
pub(crate) const CONTENT_ENCODING: RuleInfo = RuleInfo::new(
    "schema/contentEncoding",
    Error,
    "a string is not in the required encoding",
    "Draft 7 validates the encoding of a string. Earlier drafts do not have `contentEncoding`, and later drafts treat it as an annotation (JSON Schema Validation 2020-12, section 8.3).",
);
pub(crate) const CONTENT_MEDIA_TYPE: RuleInfo = RuleInfo::new(
    "schema/contentMediaType",
    Error,
    "a string does not contain data of the required media type",
    "Draft 7 validates the content of a string. Earlier drafts do not have `contentMediaType`, and later drafts treat it as an annotation (JSON Schema Validation 2020-12, section 8.4).",
);
pub(crate) const CUSTOM: RuleInfo = RuleInfo::new(
    "schema/custom",
    Error,
    "a value does not satisfy a custom keyword",
    "Programs that use callcheck as a library register custom keywords.",
);
pub(crate) const DUPLICATE_ID: RuleInfo = RuleInfo::new(
    "schema/duplicate-id",
    Error,
    "two schemas have the same identifier",
    "`$id`, `$anchor` and `$dynamicAnchor` identify a schema for references, so each URI must be unique (JSON Schema Core 2020-12, section 9.1.2). Draft 4 uses `id`, and drafts 4 to 7 use `$id` with a fragment instead of `$anchor`. Schemas in `enum`, `const`, `default` and `examples` are data and have no identifiers.",
);
pub(crate) const ENUM: RuleInfo = RuleInfo::new(
    "schema/enum",
    Error,
    "a value is not one of the allowed values",
    "A value must be equal to one of the values of `enum` (JSON Schema Validation 2020-12, section 6.1.2). HubSpot's types define PENDING, PROCESSING, CANCELED and COMPLETE for `status`.",
);
pub(crate) const EXCLUSIVE_MAXIMUM: RuleInfo = RuleInfo::new(
    "schema/exclusiveMaximum",
    Error,
    "a number is too large",
    "A number must be less than `exclusiveMaximum` (JSON Schema Validation 2020-12, section 6.2.3).",
);
pub(crate) const EXCLUSIVE_MINIMUM: RuleInfo = RuleInfo::new(
    "schema/exclusiveMinimum",
    Error,
    "a number is too small",
    "A number must be greater than `exclusiveMinimum` (JSON Schema Validation 2020-12, section 6.2.5).",
);
pub(crate) const FALSE: RuleInfo = RuleInfo::new(
    "schema/false",
    Error,
    "a value is present where the schema is `false`",
    "The schema `false` does not allow any value (JSON Schema Core 2020-12, section 4.3.2).",
);
pub(crate) const FORMAT: RuleInfo = RuleInfo::new(
    "schema/format",
    Error,
    "a string does not have the required format",
    "callcheck asserts `format` (JSON Schema Validation 2020-12, section 7), unless --no-assert-format is used. A `date-time` must conform exactly to RFC 3339, section 5.6. Second 60 is valid only if UTC can have a leap second at that time.",
);
pub(crate) const LIMIT: RuleInfo = RuleInfo::new(
    "schema/limit",
    Error,
    "a schema or its evaluation exceeds a limit of callcheck",
    "Only custom schemas (--schema) can exceed a limit. A schema file can have up to 32 MiB and 256 levels. References can refer to up to 50,000 schemas, and to 1,000 in a chain. A schema can require up to 100,000 evaluations per value (static upper bound). A compiled pattern can have up to 10 MiB, and `multipleOf` up to 37 digits. The rule also reports an invalid document with too many violations to list.",
);
pub(crate) const MAX_ITEMS: RuleInfo = RuleInfo::new(
    "schema/maxItems",
    Error,
    "an array has too many items",
    "An array must have at most `maxItems` items (JSON Schema Validation 2020-12, section 6.4.1).",
);
pub(crate) const MAX_LENGTH: RuleInfo = RuleInfo::new(
    "schema/maxLength",
    Error,
    "a string is too long",
    "A string must have at most `maxLength` characters (JSON Schema Validation 2020-12, section 6.3.1).",
);
pub(crate) const MAX_PROPERTIES: RuleInfo = RuleInfo::new(
    "schema/maxProperties",
    Error,
    "an object has too many properties",
    "An object must have at most `maxProperties` properties (JSON Schema Validation 2020-12, section 6.5.1).",
);
pub(crate) const MAXIMUM: RuleInfo = RuleInfo::new(
    "schema/maximum",
    Error,
    "a number is too large",
    "A number must be less than or equal to `maximum` (JSON Schema Validation 2020-12, section 6.2.2).",
);
pub(crate) const MIN_ITEMS: RuleInfo = RuleInfo::new(
    "schema/minItems",
    Error,
    "an array has too few items",
    "An array must have at least `minItems` items (JSON Schema Validation 2020-12, section 6.4.2).",
);
pub(crate) const MIN_LENGTH: RuleInfo = RuleInfo::new(
    "schema/minLength",
    Error,
    "a string is too short",
    "A string must have at least `minLength` characters (JSON Schema Validation 2020-12, section 6.3.2).",
);
pub(crate) const MIN_PROPERTIES: RuleInfo = RuleInfo::new(
    "schema/minProperties",
    Error,
    "an object has too few properties",
    "An object must have at least `minProperties` properties (JSON Schema Validation 2020-12, section 6.5.2).",
);
pub(crate) const MINIMUM: RuleInfo = RuleInfo::new(
    "schema/minimum",
    Error,
    "a number is too small",
    "A number must be greater than or equal to `minimum` (JSON Schema Validation 2020-12, section 6.2.4).",
);
pub(crate) const MULTIPLE_OF: RuleInfo = RuleInfo::new(
    "schema/multipleOf",
    Error,
    "a number is not a multiple of the given number",
    "A number must be an integer multiple of `multipleOf` (JSON Schema Validation 2020-12, section 6.2.1).",
);
pub(crate) const NOT: RuleInfo = RuleInfo::new(
    "schema/not",
    Error,
    "a value matches a schema that it must not match",
    "A value must not match the schema in `not` (JSON Schema Core 2020-12, section 10.2.1.4).",
);
pub(crate) const ONE_OF: RuleInfo = RuleInfo::new(
    "schema/oneOf",
    Error,
    "a value does not match exactly one of the `oneOf` schemas",
    "A value must match exactly one of the schemas in `oneOf` (JSON Schema Core 2020-12, section 10.2.1.3).",
);
pub(crate) const PATTERN: RuleInfo = RuleInfo::new(
    "schema/pattern",
    Error,
    "a string does not match the required pattern",
    "A string must match the regular expression in `pattern`, which is not anchored (JSON Schema Validation 2020-12, section 6.3.3).",
);
pub(crate) const PROPERTY_NAMES: RuleInfo = RuleInfo::new(
    "schema/propertyNames",
    Error,
    "a property name is not allowed",
    "All property names of an object must match the schema in `propertyNames` (JSON Schema Core 2020-12, section 10.3.2.4).",
);
pub(crate) const REF: RuleInfo = RuleInfo::new(
    "schema/ref",
    Error,
    "a reference cannot be resolved",
    "A reference must refer to an existing schema, and references must not form an infinite loop (JSON Schema Core 2020-12, section 8.2.3).",
);
pub(crate) const REF_ENCODING: RuleInfo = RuleInfo::new(
    "schema/ref-encoding",
    Warning,
    "a reference contains characters that URIs do not allow",
    "The value of `$ref` and `$dynamicRef` is a URI reference (JSON Schema Core 2020-12, section 8.2.3). Spaces, brackets, `<`, `>`, `|`, `^`, backslashes and characters outside of ASCII must be percent-encoded (RFC 3986, section 2). callcheck resolves the reference as written; other validators may reject it.",
);
pub(crate) const REQUIRED: RuleInfo = RuleInfo::new(
    "schema/required",
    Error,
    "a required property is missing",
    "An object must have every property listed in `required` (JSON Schema Validation 2020-12, section 6.5.3). HubSpot's types require the same properties as the embedded schema.",
);
pub(crate) const TYPE: RuleInfo = RuleInfo::new(
    "schema/type",
    Error,
    "a value has the wrong type",
    "A value must have one of the types listed in `type` (JSON Schema Validation 2020-12, section 6.1.1).",
);
pub(crate) const UNEVALUATED_ITEMS: RuleInfo = RuleInfo::new(
    "schema/unevaluatedItems",
    Error,
    "an array has an item that the schema does not describe",
    "`unevaluatedItems` applies to all items that the rest of the schema does not evaluate (JSON Schema Core 2020-12, section 11.2).",
);
pub(crate) const UNEVALUATED_PROPERTIES: RuleInfo = RuleInfo::new(
    "schema/unevaluatedProperties",
    Error,
    "an object has a property that the schema does not describe",
    "`unevaluatedProperties` applies to all properties that the rest of the schema does not evaluate (JSON Schema Core 2020-12, section 11.3).",
);
pub(crate) const UNDECIDED: RuleInfo = RuleInfo::new("schema/undecided",
        Error,
        "a value could not be evaluated",
        "Only custom schemas (--schema) can cause this. The value is neither valid nor invalid, and the exit code is 2. An evaluation can take up to 20,000,000 steps, plus 200 for each nested value, and 480 MiB of stack. Matching a pattern with lookaround or backreferences can take up to 1,000,000 steps.").undecided();
pub(crate) const UNIQUE_ITEMS: RuleInfo = RuleInfo::new(
    "schema/uniqueItems",
    Error,
    "an array has duplicate items",
    "All items of an array must be different if `uniqueItems` is true (JSON Schema Validation 2020-12, section 6.4.3).",
);
pub(crate) const UNUSED_LOOP: RuleInfo = RuleInfo::new(
    "schema/unused-loop",
    Warning,
    "an unused schema refers to itself without end",
    "References must not form an infinite loop (JSON Schema Core 2020-12, section 9.4.1). No reference and no keyword applies this schema to a value, so callcheck ignores it. In a schema that is applied, such a loop is an error (schema/ref).",
);
