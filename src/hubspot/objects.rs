//! The types of CRM objects, and what identifies them.
//!
//! Sources: the object type ids and default properties of HubSpot's guide "Using object APIs" and of its pages "object
//! definition" (2026-03); the properties of one object only were compared with lists of `hubspotDefined` properties of
//! contacts, companies, deals and tickets, and with the columns of Airbyte's connector. `lifecyclestage` (contacts,
//! companies), `hs_pipeline_stage` (tickets, orders, leads, services, custom objects), `hs_sku` (products, line items),
//! `hs_lead_status` (contacts, companies) and `hs_email_subject` (emails, tickets) identify no object.

use std::fmt;
use std::str::FromStr;

/// The id of a type of CRM objects, such as `0-48` for calls. Those of custom objects begin with `2-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectType(pub u32, pub u32);

impl ObjectType {
    pub const CONTACTS: ObjectType = ObjectType(0, 1);
    pub const COMPANIES: ObjectType = ObjectType(0, 2);
    pub const DEALS: ObjectType = ObjectType(0, 3);
    pub const TICKETS: ObjectType = ObjectType(0, 5);
    pub const COMMUNICATIONS: ObjectType = ObjectType(0, 18);
    pub const TASKS: ObjectType = ObjectType(0, 27);
    pub const NOTES: ObjectType = ObjectType(0, 46);
    pub const MEETINGS: ObjectType = ObjectType(0, 47);
    pub const CALLS: ObjectType = ObjectType(0, 48);
    pub const EMAILS: ObjectType = ObjectType(0, 49);

    /// Reads a type id.
    pub fn of_id(text: &str) -> Option<ObjectType> {
        let number = |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None };
        let (one, two) = text.split_once('-')?;
        Some(ObjectType(number(one)?, number(two)?))
    }

    /// The plural, in lower case.
    pub fn name(self) -> Option<&'static str> {
        let known = OBJECTS.iter().find(|object| object.kind == self).map(|object| object.name);
        known.or((self.0 == 2).then_some("custom objects"))
    }

    /// The name for messages, with the id if the name does not determine it.
    pub fn named(self) -> String {
        match self.name() {
            Some(name) if self.0 == 2 => format!("{name} ({self})"),
            Some(name) => name.to_owned(),
            None => format!("objects of type {self}"),
        }
    }

    /// The name as options and configurations spell it, or the id.
    pub fn spelled(self) -> String {
        let name = self.name().filter(|_| self.0 != 2);
        name.map_or_else(|| self.to_string(), |name| name.replace(' ', "-"))
    }

    /// The type in HubSpot's messages: `CONTACT`, `LINE_ITEM`, or a type id.
    fn of_singular(text: &str) -> Option<ObjectType> {
        let known = OBJECTS.iter().find(|object| object.singular == text).map(|object| object.kind);
        known.or_else(|| ObjectType::of_id(text))
    }

    /// The type that a message of HubSpot names: "Could not get some CONTACT objects, they may be deleted or not ...".
    pub fn of_message(message: &str) -> Option<ObjectType> {
        let (_, rest) = message.split_once("Could not get some ")?;
        ObjectType::of_singular(rest.split_once(" objects")?.0)
    }

    /// The type, and the id of the record, in `hs_obj_coords`: `0-48-50100000001`.
    pub fn of_coordinates(text: &str) -> Option<(ObjectType, &str)> {
        let (kind, id) = text.rsplit_once('-')?;
        let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        Some((ObjectType::of_id(kind)?, id)).filter(|_| is_number)
    }
}

impl fmt::Display for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}

/// A name as the API's URLs use it (`calls`, `line_items`, `line-items`, `CALL`), or a type id.
impl FromStr for ObjectType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(kind) = ObjectType::of_id(text) {
            return Ok(kind);
        }
        if is_qualified_name(text) {
            return Err("unknown type id of this custom object; use its type id, such as `2-123456`".to_owned());
        }
        let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], " ");
        let name = plain(text);
        let is_named = |object: &&ObjectInfo| object.name == name || plain(object.singular) == name;
        if let Some(object) = OBJECTS.iter().find(is_named) {
            return Ok(object.kind);
        }
        let near = OBJECTS.iter().map(|object| (strsim::damerau_levenshtein(&name, object.name), object.name)).min();
        Err(match near.filter(|(distance, _)| *distance <= 2.min(name.len() / 3)) {
            Some((_, near)) => format!("unknown object; did you mean `{}`?", near.replace(' ', "-")),
            None => "unknown object; use a name such as `calls`, or a type id such as `0-48`".to_owned(),
        })
    }
}

/// True for the fully qualified name of a custom object: `p{account}_{name}`. Only its account knows the type id.
fn is_qualified_name(text: &str) -> bool {
    let account = text.strip_prefix('p').and_then(|rest| rest.split_once('_')).map_or("", |(account, _)| account);
    !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit())
}

struct ObjectInfo {
    kind: ObjectType,
    /// The plural, in lower case.
    name: &'static str,
    /// The name in HubSpot's messages.
    singular: &'static str,
}

const fn object(kind: (u32, u32), name: &'static str, singular: &'static str) -> ObjectInfo {
    ObjectInfo { kind: ObjectType(kind.0, kind.1), name, singular }
}

static OBJECTS: [ObjectInfo; 32] = [
    object((0, 1), "contacts", "CONTACT"),
    object((0, 2), "companies", "COMPANY"),
    object((0, 3), "deals", "DEAL"),
    object((0, 5), "tickets", "TICKET"),
    object((0, 7), "products", "PRODUCT"),
    object((0, 8), "line items", "LINE_ITEM"),
    object((0, 14), "quotes", "QUOTE"),
    object((0, 18), "communications", "COMMUNICATION"),
    object((0, 19), "feedback submissions", "FEEDBACK_SUBMISSION"),
    object((0, 27), "tasks", "TASK"),
    object((0, 46), "notes", "NOTE"),
    object((0, 47), "meetings", "MEETING_EVENT"),
    object((0, 48), "calls", "CALL"),
    object((0, 49), "emails", "EMAIL"),
    object((0, 53), "invoices", "INVOICE"),
    object((0, 54), "marketing events", "MARKETING_EVENT"),
    object((0, 69), "subscriptions", "SUBSCRIPTION"),
    object((0, 74), "goals", "GOAL_TARGET"),
    object((0, 84), "discounts", "DISCOUNT"),
    object((0, 85), "fees", "FEE"),
    object((0, 86), "taxes", "TAX"),
    object((0, 101), "payments", "COMMERCE_PAYMENT"),
    object((0, 115), "users", "USER"),
    object((0, 116), "postal mail", "POSTAL_MAIL"),
    object((0, 123), "orders", "ORDER"),
    object((0, 136), "leads", "LEAD"),
    object((0, 142), "carts", "CART"),
    object((0, 162), "services", "SERVICE"),
    object((0, 410), "courses", "COURSE"),
    object((0, 420), "listings", "LISTING"),
    object((0, 421), "appointments", "APPOINTMENT"),
    object((0, 970), "projects", "PROJECT"),
];

/// Properties that HubSpot reserves (`hs_`) and that only one type of objects has, sorted.
static OWN: &[(&str, ObjectType)] = &[
    ("hs_additional_domains", ObjectType::COMPANIES),
    ("hs_all_contact_vids", ObjectType::CONTACTS),
    ("hs_annual_revenue_currency_code", ObjectType::COMPANIES),
    ("hs_appointment_name", ObjectType(0, 421)),
    ("hs_cart_name", ObjectType(0, 142)),
    ("hs_communication_body", ObjectType::COMMUNICATIONS),
    ("hs_communication_logged_from", ObjectType::COMMUNICATIONS),
    ("hs_course_name", ObjectType(0, 410)),
    ("hs_deal_amount_calculation_preference", ObjectType::DEALS),
    ("hs_deal_stage_probability", ObjectType::DEALS),
    ("hs_deal_stage_probability_shadow", ObjectType::DEALS),
    ("hs_email_domain", ObjectType::CONTACTS),
    ("hs_email_from_email", ObjectType::EMAILS),
    ("hs_email_headers", ObjectType::EMAILS),
    ("hs_email_html", ObjectType::EMAILS),
    ("hs_email_text", ObjectType::EMAILS),
    ("hs_email_to_email", ObjectType::EMAILS),
    ("hs_full_name_or_email", ObjectType::CONTACTS),
    ("hs_goal_name", ObjectType(0, 74)),
    ("hs_is_contact", ObjectType::CONTACTS),
    ("hs_is_target_account", ObjectType::COMPANIES),
    ("hs_lead_name", ObjectType(0, 136)),
    ("hs_line_item_currency_code", ObjectType(0, 8)),
    ("hs_meeting_body", ObjectType::MEETINGS),
    ("hs_meeting_external_url", ObjectType::MEETINGS),
    ("hs_meeting_location", ObjectType::MEETINGS),
    ("hs_meeting_outcome", ObjectType::MEETINGS),
    ("hs_meeting_title", ObjectType::MEETINGS),
    ("hs_note_body", ObjectType::NOTES),
    ("hs_num_child_companies", ObjectType::COMPANIES),
    ("hs_order_name", ObjectType(0, 123)),
    ("hs_parent_company_id", ObjectType::COMPANIES),
    ("hs_postal_mail_body", ObjectType(0, 116)),
    ("hs_quote_number", ObjectType(0, 14)),
    ("hs_task_body", ObjectType::TASKS),
    ("hs_task_is_all_day", ObjectType::TASKS),
    ("hs_task_subject", ObjectType::TASKS),
    ("hs_task_type", ObjectType::TASKS),
    ("hs_ticket_category", ObjectType::TICKETS),
    ("hs_ticket_id", ObjectType::TICKETS),
    ("hs_ticket_priority", ObjectType::TICKETS),
];

/// The only type of objects with a property that HubSpot reserves.
pub(crate) fn owner_of(property: &str) -> Option<(&'static str, ObjectType)> {
    let found = OWN.binary_search_by(|(name, _)| (*name).cmp(property)).ok()?;
    Some(OWN[found])
}

/// Evidence for the type of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    Url,
    /// `hs_obj_coords` or `hs_object_coordinates`.
    Coordinates(&'static str),
    /// The message of an error.
    Message,
    /// Properties that begin with `hs_call_`.
    CallProperties,
    /// A property that only these objects have.
    Property(&'static str),
    /// A property that these objects have. Accounts can define one with the same name for other objects.
    DefaultProperty(&'static str),
}

impl Evidence {
    /// False if other evidence takes precedence, because accounts can define such a property for any object.
    pub fn is_sure(self) -> bool {
        !matches!(self, Evidence::DefaultProperty(_))
    }
}

/// The type of an object, and the evidence for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identified {
    pub kind: ObjectType,
    pub evidence: Evidence,
}

/// The type of the objects of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseObject {
    pub kind: ObjectType,
    pub evidence: Evidence,
    /// The index of the result, or of the error, that shows it.
    pub index: u64,
}

impl ResponseObject {
    /// The evidence in words: "by the url of results\[0\]".
    pub fn reason(&self) -> String {
        let index = self.index;
        match self.evidence {
            Evidence::Url => format!("by the url of results[{index}]"),
            Evidence::Message => format!("by the message of errors[{index}]"),
            Evidence::CallProperties => format!("by the `hs_call_` properties of results[{index}]"),
            Evidence::Coordinates(name) | Evidence::Property(name) | Evidence::DefaultProperty(name) => {
                format!("by `{name}` of results[{index}]")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(OWN.is_sorted_by_key(|(name, _)| *name) && OBJECTS.is_sorted_by_key(|object| object.kind));
        assert!(OWN.iter().all(|(_, kind)| kind.name().is_some()));
    }

    #[test]
    fn names_are_read_as_urls_write_them() {
        for (text, kind) in [
            ("calls", (0, 48)),
            ("CALL", (0, 48)),
            ("0-48", (0, 48)),
            ("line_items", (0, 8)),
            ("line-items", (0, 8)),
            ("LINE_ITEM", (0, 8)),
            ("meetings", (0, 47)),
            ("2-3604285", (2, 3_604_285)),
            (" contacts", (0, 1)),
            ("0-48 ", (0, 48)),
        ] {
            assert_eq!(text.parse(), Ok(ObjectType(kind.0, kind.1)), "{text}");
            assert_eq!(ObjectType(kind.0, kind.1).spelled().parse(), Ok(ObjectType(kind.0, kind.1)), "{text}");
        }
        for (text, message) in [
            ("call_s", "did you mean `calls`?"),
            ("contats", "did you mean `contacts`?"),
            ("line-itms", "did you mean `line-items`?"),
            ("all", "use a name such as `calls`, or a type id such as `0-48`"),
            ("", "use a name such as `calls`, or a type id such as `0-48`"),
            ("0-", "use a name such as `calls`, or a type id such as `0-48`"),
            ("+0-48", "use a name such as `calls`, or a type id such as `0-48`"),
        ] {
            assert_eq!(text.parse::<ObjectType>(), Err(format!("unknown object; {message}")), "{text}");
        }
        let message = "p123_pets".parse::<ObjectType>().expect_err("only its account knows the type id");
        assert!(message.contains("use its type id"), "{message}");
    }

    #[test]
    fn messages_and_coordinates_name_a_type() {
        let message = |text: &str| ObjectType::of_message(text);
        assert_eq!(message("Could not get some CONTACT objects, they may be deleted."), Some(ObjectType::CONTACTS));
        assert_eq!(message("Could not get some LINE_ITEM objects"), Some(ObjectType(0, 8)));
        assert_eq!(message("Could not get some 2-44 objects"), Some(ObjectType(2, 44)));
        assert_eq!(message("Could not get some p44_pet objects"), None);
        assert_eq!(message("Contact already exists"), None);
        assert_eq!(ObjectType::of_coordinates("0-48-501"), Some((ObjectType::CALLS, "501")));
        assert_eq!(ObjectType::of_coordinates("2-44-501"), Some((ObjectType(2, 44), "501")));
        for text in ["", "0-48", "0-48-", "0-48-x", "501", "0--48-501", "x-48-501"] {
            assert_eq!(ObjectType::of_coordinates(text), None, "{text}");
        }
    }
}
