//! New probes for items: into the checklist, where only the probes' bytes are added, or into the
//! file beside it.

use std::collections::BTreeMap;

use super::beside;
use super::model::{Item, Outline};
use super::write_back::{ProbeBlock, WriteBackError, append_probe};
use super::written::{RewriteError, Rewritten, is_kept};
use super::{Options, import_with};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::probe::{self, Placement};

/// The file that holds new probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeHome {
    /// The checklist itself: a comment where one can hold the probe, else a visible fence.
    Checklist,
    /// The file beside it, `<name>.countersign.yaml`.
    Sidecar,
}

/// A probe for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProbe {
    /// The item's id.
    pub item: String,
    /// The probe as YAML.
    pub yaml: String,
}

/// How a probe is placed in a checklist: hidden in a comment where it may be, else in a fence.
#[must_use]
pub fn placement_in_checklist(yaml: &str) -> Placement {
    let (probes, _) = probe::parse_draft(yaml, Placement::Comment, "");
    match probes.len() {
        1 => Placement::Comment,
        _ => Placement::Fence,
    }
}

/// Adds probes to items; all of them or none.
///
/// # Errors
/// [`RewriteError`]; then nothing is changed at all.
pub fn insert_probes(
    bytes: &[u8],
    sidecar: Option<&[u8]>,
    new: &[NewProbe],
    home: ProbeHome,
    options: Options,
) -> Result<Rewritten, RewriteError> {
    let old = import_with(bytes, sidecar, options)?.outline;
    let mut hashes = Vec::new();
    for one in new {
        let placement = match home {
            ProbeHome::Checklist => placement_in_checklist(&one.yaml),
            ProbeHome::Sidecar => Placement::Sidecar,
        };
        let (probes, wrong) = probe::parse_draft(&one.yaml, placement, "");
        if let Some(first) = wrong.into_iter().next() {
            return Err(RewriteError::Wrong(first));
        }
        hashes.extend(probes.into_iter().map(|probe| probe.hash));
    }
    let rewritten = match home {
        ProbeHome::Checklist => Rewritten::Checklist(in_checklist(bytes, &old, new)?),
        ProbeHome::Sidecar => {
            let before = match sidecar {
                Some(bytes) => std::str::from_utf8(bytes).map_err(|_| RewriteError::NotKept)?,
                None => "",
            };
            let mut entries: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for one in new {
                entries.entry(&one.item).or_default().push(&one.yaml);
            }
            let entries: Vec<(&str, Vec<&str>)> = entries.into_iter().collect();
            Rewritten::Sidecar(beside::with_entries(before, &entries).into_bytes())
        }
    };
    let after = match &rewritten {
        Rewritten::Checklist(bytes) => import_with(bytes, sidecar, options)?,
        Rewritten::Sidecar(beside) => import_with(bytes, Some(beside), options)?,
    };
    match is_kept(&old, &after.outline, &[], &hashes) {
        true => Ok(rewritten),
        false => Err(RewriteError::NotKept),
    }
}

fn in_checklist(bytes: &[u8], old: &Outline, new: &[NewProbe]) -> Result<Vec<u8>, RewriteError> {
    let mut placed: Vec<(&Item, &NewProbe)> = Vec::new();
    for one in new {
        let item = old.item(&one.item).ok_or(RewriteError::NotThere(0))?;
        placed.push((item, one));
    }
    // From the last line to the first, so that no probe moves the next one's place.
    placed.sort_by_key(|(item, _)| std::cmp::Reverse(item.line));
    let mut bytes = bytes.to_vec();
    for (item, one) in placed {
        let block = match placement_in_checklist(&one.yaml) {
            Placement::Comment => {
                ProbeBlock::Comment(probe::yaml_as_comment(&one.yaml).map_err(RewriteError::Wrong)?)
            }
            _ => ProbeBlock::Fence(one.yaml.clone()),
        };
        bytes = append_probe(&bytes, item, &block).map_err(|error| refused(item, &error))?;
    }
    Ok(bytes)
}

fn refused(item: &Item, error: &WriteBackError) -> RewriteError {
    RewriteError::Wrong(Diagnostic {
        severity: Severity::Error,
        code: error.code().to_owned(),
        message: error.to_string(),
        place: Place {
            line: item.line,
            column: 1,
        },
        hint: Some("Write the probe into the file beside the checklist.".to_owned()),
    })
}
