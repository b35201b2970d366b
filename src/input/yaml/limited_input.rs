//! The text for the parser, with a limit for collections in brackets.
//!
//! The parser reads an outermost collection in brackets to its end before it returns an event, because the collection
//! could be a key. Its tokens take a hundred bytes each, so a hostile file would need a hundred times its size.

use std::cell::Cell;
use std::rc::Rc;

use saphyr_parser::input::SkipTabs;
use saphyr_parser::{Input, StrInput};

/// Maximum number of indicators (`,`, `:`, `[` and others) that are read for one event.
pub(super) const MAX_INDICATORS: u32 = 100_000;

/// Characters that the parser looks at before each token.
const TOKEN: usize = 4;

/// The indicators that were read since the last event. The parser owns the text, so the count is shared.
#[derive(Clone, Default)]
pub(super) struct IndicatorCount(Rc<Cell<u32>>);

impl IndicatorCount {
    /// Begins the next event, unless the limit was exceeded.
    pub(super) fn reset(&self) {
        if !self.is_exceeded() {
            self.0.set(0);
        }
    }

    pub(super) fn is_exceeded(&self) -> bool {
        self.0.get() > MAX_INDICATORS
    }
}

/// A text that ends where the limit is exceeded.
pub(super) struct LimitedInput<'a> {
    text: StrInput<'a>,
    count: IndicatorCount,
    /// The last number of characters that the parser looked at. Before a token it looks at [`TOKEN`], and before the
    /// next character of a scalar at other numbers, so that the text of scalars has no indicators.
    ahead: usize,
    /// The last character can be an indicator: it is one if the parser then looks at a single character, or skips
    /// whitespace.
    may_be_indicator: bool,
}

impl<'a> LimitedInput<'a> {
    pub(super) fn new(text: &'a str, count: IndicatorCount) -> Self {
        LimitedInput { text: StrInput::new(text), count, ahead: 0, may_be_indicator: false }
    }

    fn add_indicator(&mut self) {
        self.may_be_indicator = false;
        self.count.0.set(self.count.0.get() + 1);
        if self.count.is_exceeded() {
            self.text = StrInput::new("");
        }
    }
}

impl Input for LimitedInput<'_> {
    #[inline]
    fn lookahead(&mut self, count: usize) {
        if self.may_be_indicator && count == 1 {
            self.add_indicator();
        }
        self.ahead = count;
        self.text.lookahead(count);
    }

    #[inline]
    fn buflen(&self) -> usize {
        self.text.buflen()
    }

    #[inline]
    fn bufmaxlen(&self) -> usize {
        self.text.bufmaxlen()
    }

    #[inline]
    fn raw_read_ch(&mut self) -> char {
        self.text.raw_read_ch()
    }

    #[inline]
    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        self.text.raw_read_non_breakz_ch()
    }

    #[inline]
    fn skip(&mut self) {
        self.may_be_indicator = self.ahead == TOKEN && matches!(self.text.peek(), ',' | ':' | '?' | '[' | '{');
        self.text.skip();
    }

    #[inline]
    fn skip_n(&mut self, count: usize) {
        self.text.skip_n(count);
    }

    #[inline]
    fn peek(&self) -> char {
        self.text.peek()
    }

    #[inline]
    fn peek_nth(&self, n: usize) -> char {
        self.text.peek_nth(n)
    }

    #[inline]
    fn peek_opt(&self) -> Option<char> {
        self.text.peek_opt()
    }

    fn skip_ws_to_eol(&mut self, skip_tabs: SkipTabs) -> (usize, Result<SkipTabs, &'static str>) {
        if self.may_be_indicator {
            self.add_indicator();
        }
        self.text.skip_ws_to_eol(skip_tabs)
    }

    #[inline]
    fn next_can_be_plain_scalar(&self, in_flow: bool) -> bool {
        self.text.next_can_be_plain_scalar(in_flow)
    }

    #[inline]
    fn next_is_blank_or_breakz(&self) -> bool {
        self.text.next_is_blank_or_breakz()
    }

    #[inline]
    fn next_is_blank_or_break(&self) -> bool {
        self.text.next_is_blank_or_break()
    }

    #[inline]
    fn next_is_document_indicator(&self) -> bool {
        self.text.next_is_document_indicator()
    }

    #[inline]
    fn next_is_document_start(&self) -> bool {
        self.text.next_is_document_start()
    }

    #[inline]
    fn next_is_document_end(&self) -> bool {
        self.text.next_is_document_end()
    }

    fn skip_while_non_breakz(&mut self) -> usize {
        self.text.skip_while_non_breakz()
    }

    fn skip_while_blank(&mut self) -> usize {
        self.text.skip_while_blank()
    }

    fn fetch_while_is_alpha(&mut self, out: &mut String) -> usize {
        self.text.fetch_while_is_alpha(out)
    }

    fn fetch_while_is_yaml_non_space(&mut self, out: &mut String) -> usize {
        self.text.fetch_while_is_yaml_non_space(out)
    }
}
