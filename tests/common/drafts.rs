//! URIs of the meta-schemas.

pub const DRAFT4: &str = "http://json-schema.org/draft-04/schema#";
pub const DRAFT6: &str = "http://json-schema.org/draft-06/schema#";
pub const DRAFT7: &str = "http://json-schema.org/draft-07/schema#";
pub const DRAFT2019: &str = "https://json-schema.org/draft/2019-09/schema";
pub const DRAFT2020: &str = "https://json-schema.org/draft/2020-12/schema";
pub const ALL: [&str; 5] = [DRAFT4, DRAFT6, DRAFT7, DRAFT2019, DRAFT2020];
