//! Takes updates from the wire into the model.

use std::collections::HashMap;
use std::sync::Arc;

use super::Location;

/// Why an update was refused.
#[derive(Debug)]
pub struct FoldError;

/// Turns numbers from the wire into what they stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    #[expect(dead_code, reason = "the fold that uses it follows")]
    texts: HashMap<u32, Arc<str>>,
    #[expect(dead_code, reason = "the fold that uses it follows")]
    locations: HashMap<u32, Arc<Location>>,
}
