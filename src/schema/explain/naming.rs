//! The name of the value at the start of a message: `` `status` ``, `` `results[0]` ``, `item 0`.

use super::{ViolationContext, last_token, unescaped};
use crate::schema::words::push_all;
use crate::text::shorten;

impl ViolationContext<'_, '_> {
    pub(super) fn is_member(&self) -> bool {
        if self.value.index() == 0 { self.explainer.context.is_member } else { self.value.is_member_value() }
    }

    pub(super) fn value_name(&self) -> String {
        let mut name = String::with_capacity(128);
        self.push_value_name(&mut name);
        name
    }

    fn push_value_name(&self, out: &mut String) {
        let Some((parent, token)) = last_token(self.instance) else { return out.push_str("the document") };
        let token = unescaped(token);
        if self.is_member() {
            return push_all(out, &["`", &shorten(&token, 60), "`"]);
        }
        let is_index = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        let path: Vec<&str> = parent.split('/').skip(1).collect();
        match path.iter().rposition(|token| !is_index(token)) {
            Some(array) if !path[array].is_empty() => {
                // An outer array with the same name is distinguished by the whole path, unless that is longer.
                const MAX_PATH_TOKENS: usize = 8;
                let is_repeated = path[..array].contains(&path[array]) && path.len() <= MAX_PATH_TOKENS;
                out.push('`');
                for (position, token) in path[if is_repeated { 0 } else { array }..].iter().enumerate() {
                    if is_index(token) {
                        push_all(out, &["[", token, "]"]);
                    } else {
                        push_all(out, &[if position > 0 { "." } else { "" }, &shorten(&unescaped(token), 60)]);
                    }
                }
                push_all(out, &["[", &token, "]`"]);
            }
            _ => match path.last().filter(|token| is_index(token)) {
                // An array in an array.
                Some(outer) => push_all(out, &["item ", &token, " of item ", outer]),
                None => push_all(out, &["item ", &token]),
            },
        }
    }

    /// The value as the location at the end of a message: `` in `results[0]` ``; empty for the root.
    pub(super) fn inside(&self) -> String {
        if self.instance.is_empty() { String::new() } else { [" in ", &self.value_name()].concat() }
    }
}
