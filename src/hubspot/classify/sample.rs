//! The evidence in the first items of `results` and `errors`.
//!
//! Idea: eight items decide what a response is. They are read as they arrive, so that a streamed document has the same
//! kind as a buffered one, however large its items are, and the kind of its results is known before most of it is read.
//!
//! Invariant: [`Sample::is_decided`] and [`Sample::shape`] do not change with more items once a sample is decided.
//!
//! Cost: the first eight items are parsed once more.

use super::families::{self, Family, Reading};
use super::placeholder::is_placeholder;
use super::shape::Shape;
use crate::json::{Kind, Value};

/// Number of items that are examined in an array.
pub(super) const MAX_ITEMS: usize = 8;

/// The first items of `results` and of `errors`.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstItems {
    pub results: Sample,
    pub errors: ErrorSample,
}

impl FirstItems {
    pub(crate) fn of(response: Value<'_>) -> FirstItems {
        let mut evidence = FirstItems::default();
        if response.kind() != Kind::Object {
            return evidence;
        }
        let items = |name: &str| response.get(name).into_iter().flat_map(|array| array.elements()).take(MAX_ITEMS);
        items("results").for_each(|item| evidence.results.add(item));
        items("errors").for_each(|item| evidence.errors.add(item));
        evidence
    }
}

/// The first items of `results`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    items: usize,
    has_crm_object: bool,
    /// There are objects that could be of any API.
    is_unclear: bool,
    family: Option<&'static Family>,
    /// Keys of the first result that does not identify an API.
    keys: Vec<String>,
    /// A result has a key that results of batch endpoints have.
    pub(super) is_record_like: bool,
    /// There are times, and times in the spelling of client libraries.
    has_times: bool,
    has_snake_case: bool,
    has_placeholders: bool,
}

impl Sample {
    /// Adds the next item of the array. Items after the first [`MAX_ITEMS`] do not count.
    pub(crate) fn add(&mut self, item: Value<'_>) {
        if self.items == MAX_ITEMS {
            return;
        }
        self.items += 1;
        if item.kind() != Kind::Object {
            return;
        }
        let has_any = |names: &[&str]| names.iter().any(|name| item.get(name).is_some());
        match families::read(item) {
            Reading::CrmObject => self.has_crm_object = true,
            Reading::Family(family) => self.family = self.family.or(Some(family)),
            Reading::Unclear => self.is_unclear = true,
            Reading::Unknown(keys) if self.keys.is_empty() => self.keys = keys,
            Reading::Unknown(_) => {}
        }
        self.is_record_like |= self.family.is_some() || has_any(&["id", "properties"]);
        self.has_snake_case |= has_any(&["created_at", "updated_at", "properties_with_history"]);
        for time in ["createdAt", "updatedAt"].iter().filter_map(|name| item.get(name)) {
            let is_placeholder = is_placeholder(time);
            self.has_placeholders |= is_placeholder;
            self.has_times |= !is_placeholder;
        }
    }

    /// True if more items cannot change the shape.
    pub(crate) fn is_decided(&self) -> bool {
        self.items == MAX_ITEMS || (self.has_crm_object && self.has_times)
    }

    /// True if the results are those of batch endpoints for CRM objects, or could be.
    pub(crate) fn is_batch(&self) -> bool {
        self.shape() == Shape::Batch
    }

    /// True if the array can have more items than the sample.
    pub(super) fn is_full(&self) -> bool {
        self.items == MAX_ITEMS
    }

    /// True if there are no objects.
    pub(super) fn is_empty(&self) -> bool {
        self.items == 0
    }

    /// The shape of a batch response with these results. A single CRM object among them is enough to validate them.
    pub(super) fn shape(&self) -> Shape {
        if self.has_placeholders && !self.has_times {
            Shape::Placeholders
        } else if self.has_snake_case && !self.has_times && !self.has_placeholders {
            Shape::Client
        } else if self.has_crm_object {
            Shape::Batch
        } else if let Some(family) = self.family {
            Shape::Family(family)
        } else if !self.keys.is_empty() && !self.is_unclear {
            Shape::OtherBatch
        } else {
            Shape::Batch
        }
    }

    /// Keys of the first result that does not identify an API, quoted.
    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }
}

/// The first items of `errors`.
#[derive(Debug, Clone, Default)]
pub(crate) struct ErrorSample {
    items: usize,
    is_about_associations: bool,
    is_about_objects: bool,
}

impl ErrorSample {
    pub(crate) fn add(&mut self, item: Value<'_>) {
        if self.items < MAX_ITEMS {
            self.items += 1;
            self.is_about_associations |= families::is_about_associations(item);
            self.is_about_objects |= families::is_about_objects(item);
        }
    }

    pub(crate) fn is_decided(&self) -> bool {
        self.items == MAX_ITEMS || self.is_about_objects
    }

    pub(super) fn has_associations(&self) -> bool {
        self.is_about_associations && !self.is_about_objects
    }
}
