use std::io::Read;
use std::sync::Arc;

/// Never exists in a build without the command line.
pub enum Progress {}

impl Progress {
    pub fn reader(self: &Arc<Self>, _: Box<dyn Read + Send>, _: Option<u64>) -> Box<dyn Read + Send> {
        match **self {}
    }

    pub fn found(&self) {
        match *self {}
    }
}
