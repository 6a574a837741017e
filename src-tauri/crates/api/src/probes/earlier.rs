//! What was approved before, in the same environment.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::chosen::Chosen;
use crate::app::App;
use crate::wire::error::Problem;

/// The items whose probes were approved before, by environment; read once for all probes of a plan.
pub(super) struct Earlier<'a> {
    app: &'a App,
    texts: RefCell<BTreeMap<String, BTreeSet<String>>>,
}

impl<'a> Earlier<'a> {
    /// Of this store.
    pub fn of(app: &'a App) -> Self {
        Self {
            app,
            texts: RefCell::default(),
        }
    }

    /// `same`, `changed` or `new`, against what was approved before.
    pub fn since_last(&self, one: &Chosen, approved: bool) -> Result<String, Problem> {
        if approved {
            return Ok("same".to_owned());
        }
        let mut texts = self.texts.borrow_mut();
        if !texts.contains_key(&one.environment) {
            let read = self.read(&one.environment)?;
            texts.insert(one.environment.clone(), read);
        }
        let before = texts.get(&one.environment);
        let same_item = before.is_some_and(|texts| texts.contains(&one.item.text_hash));
        Ok(if same_item { "changed" } else { "new" }.to_owned())
    }

    fn read(&self, environment: &str) -> Result<BTreeSet<String>, Problem> {
        let approvals = self.app.store().approvals(environment)?.into_iter();
        Ok(approvals
            .filter_map(|approval| Some(approval.plan.get("text")?.as_str()?.to_owned()))
            .collect())
    }
}
