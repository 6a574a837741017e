//! Probes as they are edited: read from where they are written, checked while they are typed, and
//! written back to the same place. The run goes on with the changed file only by an adoption.

use std::path::PathBuf;

use countersign_core::diagnostic::{Diagnostic, Place};
use countersign_core::outline::{
    Item, NewProbe, Options, ProbeSpot, SuggestedFor, insert_probes, placement_in_checklist,
    rewrite_probe, written_probe,
};
use countersign_core::probe::{Named, Placement, Probe, link, parse_draft};

use super::ProbeContext;
use super::chosen::{Chosen, Known, shown_plan};
use super::earlier::Earlier;
use crate::adoption::Next;
use crate::app::App;
use crate::checklists::Source;
use crate::open_run::OpenRun;
use crate::suggestions::{home_named, write_probes};
use crate::wire::editing::{ProbeCheck, ProbeDraft, ProbeText};
use crate::wire::error::{Finding, Problem};

/// A probe block of the run's file, found again from what the run is pinned to.
struct Standing {
    next: Next,
    item: Item,
    /// Where the block stands; `None` for a probe that is new.
    block: Option<Block>,
    options: Options,
}

struct Block {
    /// The probe itself, where it can be read.
    probe: Option<Probe>,
    /// Where it stands otherwise.
    place: Place,
    placement: Placement,
    line: u32,
    yaml: String,
    body: String,
}

impl Block {
    fn spot(&self) -> ProbeSpot<'_> {
        spot(self.probe.as_ref(), self.place)
    }
}

fn spot(probe: Option<&Probe>, place: Place) -> ProbeSpot<'_> {
    probe.map_or(ProbeSpot::At(place), ProbeSpot::Of)
}

impl App {
    /// A probe of an item as an editor shows it; `probe` is its hash, or empty with the line of one
    /// that cannot be read, or with line 0 for one that is new.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `checklist-not-here`, what reading the file says, and
    /// `probe-not-there` where the file has changed so that the probe cannot be found in it.
    pub fn probe_text(
        &self,
        run: &str,
        item: &str,
        probe: &str,
        line: u32,
    ) -> Result<ProbeText, Problem> {
        self.with_run(run, |open| {
            let standing = self.standing(open, item, probe, line)?;
            let mut environments: Vec<String> = self
                .store()
                .environments()?
                .into_iter()
                .map(|environment| environment.name)
                .collect();
            let named = open.state.environments().into_iter().map(|known| known.name);
            environments.extend(named.chain(standing.item.environment.clone()));
            environments.sort();
            environments.dedup();
            let own = self.environment_of(open, &standing, probe);
            let read = &standing.next.read;
            let suggested = match standing.block {
                Some(_) => Vec::new(),
                None => {
                    let import = read.import(standing.options.bullets_as_items)?;
                    let for_item = |target: &SuggestedFor| matches!(target, SuggestedFor::Item(id) if *id == standing.item.id);
                    let found = import.suggestions.iter();
                    found
                        .filter(|one| for_item(&one.target))
                        .map(crate::checklists::suggestion)
                        .collect()
                }
            };
            let (file, sidecar) = (read.file.clone(), beside(read));
            let block = standing.block.as_ref();
            let placement = block.map(|block| block.placement);
            Ok(ProbeText {
                yaml: block.map(|block| block.yaml.clone()).unwrap_or_default(),
                placement: placement.map_or("", placement_word).to_owned(),
                file: match placement {
                    Some(Placement::Sidecar) if read.sidecar.is_some() => sidecar,
                    _ => file,
                },
                line: block.map_or(0, |block| block.line),
                environments,
                environment: own,
                suggested,
                into: self.probe_home(&standing.next.source)?,
                bundled: read.path.is_none(),
            })
        })
    }

    /// What an editor's text would be: its mistakes, and the plan that it would resolve to.
    /// Nothing runs and nothing is written.
    ///
    /// # Errors
    /// As [`App::probe_text`].
    pub fn probe_check(&self, run: &str, draft: &ProbeDraft) -> Result<ProbeCheck, Problem> {
        self.with_run(run, |open| {
            let standing = self.standing(open, &draft.item, &draft.probe, draft.line)?;
            let (placement, body) = drafted(&standing, draft)?;
            let (probes, mut found) = parse_draft(&draft.yaml, placement, body);
            found.extend(beside_others(&standing, &probes));
            let repository = self.repository(&open.id)?;
            let context = ProbeContext::default();
            let mut chosen = Vec::new();
            for probe in &probes {
                let environment = match &probe.env {
                    Some(named) => named.clone(),
                    None => draft.environment.clone(),
                };
                let names = self.names_in(open, &environment, &context)?;
                chosen.push(Chosen::new(
                    &standing.item,
                    probe,
                    environment,
                    &names,
                    repository.as_deref(),
                )?);
            }
            let earlier = Earlier::of(self);
            let known = Known {
                secret: &|environment, name| self.secret(&context, environment, name).is_some(),
                approved: &|one, hash| self.is_approved(hash, &one.environment),
                since_last: &|one, approved| earlier.since_last(one, approved),
                load_hosts: &|environment| self.load_hosts(environment, &context),
            };
            Ok(ProbeCheck {
                placement: placement_word(placement).to_owned(),
                findings: found.iter().map(Finding::from).collect(),
                plan: shown_plan(&chosen, repository.as_deref(), &known)?,
            })
        })
    }

    /// Writes an editor's text to where the probe stands, or adds it to the item where it is new;
    /// every other byte stays. Says which file was written.
    ///
    /// # Errors
    /// As [`App::probe_text`]; the first mistake of the text, `checklist-is-bundled`,
    /// `probe-not-kept`, or what the disk says.
    pub fn probe_save(&self, run: &str, draft: &ProbeDraft) -> Result<String, Problem> {
        self.with_run(run, |open| {
            let standing = self.standing(open, &draft.item, &draft.probe, draft.line)?;
            let read = &standing.next.read;
            let sidecar = read.sidecar.as_ref().map(|(_, bytes)| bytes.as_slice());
            let rewritten = match &standing.block {
                Some(block) => rewrite_probe(
                    &read.bytes,
                    sidecar,
                    block.spot(),
                    &draft.yaml,
                    standing.options,
                ),
                None => {
                    let new = [NewProbe {
                        item: standing.item.id.clone(),
                        yaml: draft.yaml.clone(),
                    }];
                    let home = home_named(&draft.into)?;
                    insert_probes(&read.bytes, sidecar, &new, home, standing.options)
                }
            };
            let written = write_probes(read, rewritten)?;
            if standing.block.is_none() {
                self.remember_probe_home(&standing.next.source, &draft.into)?;
            }
            Ok(written)
        })
    }

    /// Saves a copy of a run's checklist, and of the file beside it, which is the run's own from
    /// then on. That is how one that comes with the application becomes one that can be edited.
    ///
    /// # Errors
    /// `unknown-run`, `checklist-not-here`, or what the disk says.
    pub fn checklist_copy(&self, run: &str, source: &str, path: &str) -> Result<String, Problem> {
        let copy = |read: &Source| -> Result<String, Problem> {
            let path = PathBuf::from(path);
            let written = crate::exports::write_file(&path, &read.bytes)?.path;
            if let Some((_, bytes)) = &read.sidecar {
                crate::exports::write_file(&path.with_extension("countersign.yaml"), bytes)?;
            }
            Ok(written)
        };
        if run.is_empty() {
            return copy(&Source::read(source)?);
        }
        self.with_run(run, |open| {
            let source = self.source_or(open, source)?;
            let written = copy(&Source::read(&source)?)?;
            self.remember_source(&open.id, &written, &Source::read(&written)?)?;
            Ok(written)
        })
    }

    fn standing(
        &self,
        open: &OpenRun,
        item: &str,
        probe: &str,
        line: u32,
    ) -> Result<Standing, Problem> {
        let pinned = open.item(item)?;
        let source = self.source_or(open, "")?;
        let read = Source::read(&source)?;
        let next = self.next_version(open, source, read)?;
        let not_there = |what: &str| {
            Problem::new("probe-not-there", format!("the file has {what}"))
                .at(next.read.file.clone())
                .hint("Adopt the changed checklist first.")
        };
        let counterpart = next.counterpart(open, &pinned.id);
        let found = counterpart
            .ok_or_else(|| not_there("this item no more"))?
            .clone();
        let at = if !probe.is_empty() {
            let known = found.probes.iter().find(|known| known.hash == probe);
            let known = known.ok_or_else(|| not_there("another probe here by now"))?;
            Some((Some(known.clone()), known.place))
        } else if line > 0 {
            let place = pinned
                .probe_errors
                .iter()
                .position(|one| one.place.line == line);
            let error = place.and_then(|at| found.probe_errors.get(at));
            let error = error.ok_or_else(|| not_there("another probe here by now"))?;
            Some((None, error.place))
        } else {
            None
        };
        let sidecar = next
            .read
            .sidecar
            .as_ref()
            .map(|(_, bytes)| bytes.as_slice());
        let block = match at {
            None => None,
            Some((probe, place)) => {
                let written = written_probe(&next.read.bytes, sidecar, spot(probe.as_ref(), place))
                    .ok()
                    .flatten()
                    .ok_or_else(|| not_there("no such probe"))?;
                Some(Block {
                    probe,
                    place,
                    placement: written.placement,
                    line: written.line,
                    yaml: written.yaml,
                    body: written.body,
                })
            }
        };
        let options = next.options();
        Ok(Standing {
            item: found,
            block,
            options,
            next,
        })
    }

    /// The environment that a probe runs against before anything else is chosen.
    fn environment_of(&self, open: &OpenRun, standing: &Standing, probe: &str) -> String {
        let known = standing
            .item
            .probes
            .iter()
            .find(|known| known.hash == probe);
        known
            .and_then(|known| known.env.clone())
            .or_else(|| standing.item.environment.clone())
            .or_else(|| open.state.target().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// Where an editor's text will stand, and the content of the fence that carries it.
fn drafted<'a>(
    standing: &'a Standing,
    draft: &ProbeDraft,
) -> Result<(Placement, &'a str), Problem> {
    Ok(match &standing.block {
        Some(block) => (block.placement, block.body.as_str()),
        None => match home_named(&draft.into)? {
            countersign_core::outline::ProbeHome::Sidecar => (Placement::Sidecar, ""),
            countersign_core::outline::ProbeHome::Checklist => {
                (placement_in_checklist(&draft.yaml), "")
            }
        },
    })
}

/// What the drafted probes and the others of the checklist say about each other.
fn beside_others(standing: &Standing, drafted: &[Probe]) -> Vec<Diagnostic> {
    let replaced: Vec<&str> = standing
        .block
        .iter()
        .filter_map(|block| Some(block.probe.as_ref()?.hash.as_str()))
        .collect();
    let outline = standing.next.outline();
    let others: Vec<Named<'_>> = outline
        .named_probes()
        .into_iter()
        .filter(|named| !replaced.contains(&named.probe.hash.as_str()))
        .collect();
    let before: Vec<String> = link(&others).into_iter().map(|one| one.message).collect();
    let mut all = others;
    all.extend(drafted.iter().map(Named::by_id));
    if let ([_], Some(only)) = (drafted, all.last_mut()) {
        let item = &standing.item;
        only.names.extend([item.id.as_str(), item.number.as_str()]);
    }
    let mut found = link(&all);
    found.retain(|one| !before.contains(&one.message));
    found
}

fn placement_word(placement: Placement) -> &'static str {
    match placement {
        Placement::Comment => "comment",
        Placement::Fence => "fence",
        Placement::Info => "info",
        Placement::Sidecar => "sidecar",
    }
}

fn beside(read: &Source) -> String {
    let known = read.sidecar.as_ref().map(|(file, _)| file.clone());
    known.unwrap_or_default()
}
