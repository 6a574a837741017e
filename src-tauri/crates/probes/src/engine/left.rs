//! What a probe leaves for those that need it or judge it.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_core::probe::{Probe, Values, Verdict, expr};
use tokio::sync::watch;

use crate::Secret;

/// What a job leaves for those that wait for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    pub verdict: Option<Verdict>,
    pub values: Arc<Values>,
    pub captures: Arc<BTreeMap<String, Secret>>,
}

/// The sender on which a job says what it left.
pub(super) type Leave = watch::Sender<Option<Left>>;

/// A job that another one waits for.
pub(super) struct Awaited {
    pub name: String,
    pub left: Option<watch::Receiver<Option<Left>>>,
    pub reference: bool,
}

/// What the probe keeps for later ones. Only a good probe leaves captures.
pub(super) fn capture(
    probe: &Probe,
    values: &Values,
    verdict: Verdict,
) -> (BTreeMap<String, Secret>, Option<String>) {
    let mut captured = BTreeMap::new();
    let mut hint = None;
    for (name, operand) in &probe.capture {
        match expr::value_of(operand, values) {
            Ok(value) => {
                captured.insert(name.clone(), Secret::new(value.to_string()));
            }
            Err(why) if verdict.is_good() => {
                hint = Some(format!("`{name}` was not captured: {why}"));
            }
            Err(_) => {}
        }
    }
    (captured, hint)
}
