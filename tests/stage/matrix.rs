//! Every fault is seen by the items that are there to see it and by no other, and a healthy stage
//! raises no alarm.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use countersign_core::outline::{Item, ItemKind, import};
use countersign_core::probe::kinds;
use countersign_tests::stage::eyes::{Eyes, Planned, Said};
use countersign_tests::stage::process::temporary;
use countersign_tests::stage::repository::CHECKLISTS;
use countersign_tests::stage::view::View;
use countersign_tests::stage::{Stage, echo};
use countersign_tests::window::tools::built;

use crate::fault::{Broken, Fault};
use crate::faults;

/// Full runs of all checklists on the healthy stage, and where only some faults are tried; half of
/// them before the first fault and half after the last.
const HEALTHY_RUNS: usize = 20;
const FEW_HEALTHY_RUNS: usize = 2;
/// Faults at once: those that keep a processor busy, and those that wait.
const LANES: [usize; 2] = [3, 6];

/// A checklist as it is on the healthy stage.
struct Known {
    name: &'static str,
    items: Vec<String>,
    planned: Vec<Planned>,
}

impl Known {
    /// The numbers of items with a probe that is like this.
    fn numbers(&self, like: impl Fn(&Planned) -> bool) -> BTreeSet<String> {
        let found = self.planned.iter().filter(|one| like(one));
        found.map(|one| one.number().to_owned()).collect()
    }
}

/// The names that have another value in one of the two, or none.
fn differing<'a>(
    one: &'a BTreeMap<String, String>,
    other: &'a BTreeMap<String, String>,
) -> BTreeSet<&'a str> {
    let names = one.keys().chain(other.keys());
    names
        .filter(|name| one.get(*name) != other.get(*name))
        .map(String::as_str)
        .collect()
}

struct House {
    stage: Stage,
    eyes: Eyes,
    known: Vec<Known>,
    /// Items that this machine does not let anybody try.
    left_out: BTreeSet<String>,
}

impl House {
    fn open(folder: &std::path::Path) -> Self {
        let stage = Stage::start(folder);
        let eyes = Eyes::new(built("countersign"), &stage.authority.certificate);
        let view = stage.view();
        let mut left_out = BTreeSet::new();
        let known = CHECKLISTS.map(|(name, _)| {
            let mut items = eyes.items(&stage.repository, name);
            let mut planned = eyes.plan(&stage.repository, name, &items, &view);
            let tried = |one: &Planned| one.kind != kinds::ICMP.name || echo::is_permitted();
            let lost: Vec<Planned> = planned.extract_if(.., |one| !tried(one)).collect();
            items.retain(|item| !lost.iter().any(|one| one.number() == item));
            left_out.extend(lost.into_iter().map(|one| one.item));
            Known {
                name,
                items,
                planned,
            }
        });
        Self {
            known: known.into(),
            left_out,
            stage,
            eyes,
        }
    }

    /// Whether any item may see it.
    fn tries(&self, fault: &Fault) -> bool {
        let lost = |item: &&str| self.left_out.contains(*item);
        fault.items.is_empty() || !fault.items.iter().all(lost)
    }

    /// What all checklists say on the healthy stage.
    fn look(&self) -> Vec<Said> {
        let (view, repository) = (self.stage.view(), &self.stage.repository);
        let known = self.known.iter();
        known
            .flat_map(|known| {
                let (name, items) = (known.name, &known.items);
                self.eyes
                    .look(repository, name, items, &view, &known.planned)
            })
            .collect()
    }

    /// What is said where something is broken, by all items that it can reach.
    fn look_at(&self, fault: &Fault, broken: &Broken) -> Vec<Said> {
        let repository = broken.repository.as_ref();
        let repository = repository.unwrap_or(&self.stage.repository);
        let view = &broken.view;
        let mut said = Vec::new();
        for known in &self.known {
            let concerned = self.concerned(known, fault, view);
            if concerned.is_empty() {
                continue;
            }
            // What does more than look is approved anew, because something in it may differ.
            let more = known.numbers(|one| !one.looks && concerned.contains(one.number()));
            let more: Vec<String> = more.into_iter().collect();
            let planned = if more.is_empty() {
                Vec::new()
            } else {
                self.eyes.plan(repository, known.name, &more, view)
            };
            let items: Vec<String> = concerned.into_iter().collect();
            let look = self
                .eyes
                .look(repository, known.name, &items, view, &planned);
            said.extend(look);
        }
        said
    }

    /// The items that a fault can reach: a file all that speak to nobody; another server, secret or
    /// variable those whose plan has it in it.
    fn concerned(&self, known: &Known, fault: &Fault, view: &View) -> BTreeSet<String> {
        if fault.is_in_files() {
            return known.numbers(|one| one.hosts.is_empty());
        }
        let healthy = self.stage.view();
        let led = differing(&healthy.routes, &view.routes);
        let shown = differing(&healthy.secrets, &view.secrets);
        let is_led = |host: &String| {
            let name = host
                .rsplit_once(':')
                .map_or(host.as_str(), |(name, _)| name);
            led.contains(host.as_str()) || led.contains(name)
        };
        let mut concerned = known.numbers(|one| {
            let mut secrets = one.secrets.iter();
            one.hosts.iter().any(is_led) || secrets.any(|name| shown.contains(name.as_str()))
        });
        if !differing(&healthy.variables, &view.variables).is_empty() {
            let (eyes, repository) = (&self.eyes, &self.stage.repository);
            let mut planned = eyes.plan(repository, known.name, &known.items, view);
            let same = |one: &Planned| {
                let mut before = known.planned.iter();
                before.any(|other| other.item == one.item && other.hash == one.hash)
            };
            planned.retain(|one| !same(one));
            concerned.extend(planned.iter().map(|one| one.number().to_owned()));
        }
        concerned
    }

    /// The items that must see a fault.
    fn expected(&self, fault: &Fault) -> BTreeSet<String> {
        let planned = self.known.iter().flat_map(|known| &known.planned);
        let near = planned.filter(|one| {
            let mut hosts = one.hosts.iter();
            let there = hosts.any(|host| fault.hosts.contains(&host.as_str()));
            there && (fault.dead || one.kind != "tcp")
        });
        let named = fault.items.iter().map(|item| (*item).to_owned());
        near.map(|one| one.item.clone()).chain(named).collect()
    }
}

/// What came of one fault.
struct Row {
    fault: String,
    missed: BTreeSet<String>,
    beside: BTreeSet<String>,
    seen: Vec<Said>,
    took: Duration,
}

impl Row {
    fn is_caught(&self) -> bool {
        self.missed.is_empty() && self.beside.is_empty()
    }
}

#[test]
#[ignore = "it takes minutes and wants a quiet machine: `make matrix`"]
fn every_fault_is_seen_and_health_raises_no_alarm() {
    // Some items judge how fast an answer is: where this process may, it and its servers go before
    // whatever else the machine does.
    let _ = rustix::process::nice(-15);
    let folder = temporary("stage");
    let house = House::open(folder.path());
    let begun = Instant::now();
    let wanted = std::env::var("FAULT").unwrap_or_default();
    let faults: Vec<Fault> = faults::all()
        .into_iter()
        .filter(|fault| fault.name.contains(&wanted) && house.tries(fault))
        .collect();
    let runs = if wanted.is_empty() {
        HEALTHY_RUNS
    } else {
        FEW_HEALTHY_RUNS
    };
    let healthy = || (0..runs / 2).flat_map(|_| house.look());
    let mut alarms: Vec<Said> = healthy().collect();
    let rows = all_tried(&house, &faults);
    alarms.extend(healthy());
    alarms.retain(|one| one.verdict != "pass");
    let seeing = seeing(&rows);
    let caught = rows.values().filter(|row| row.is_caught()).count();
    let page = format!(
        "{}{}faults caught: {caught} of {}\nfalse alarms: {} in {runs} full runs of all checklists\n{:.0} s\n",
        page(&rows, &alarms),
        seeing_page(&seeing, &house.left_out),
        faults.len(),
        alarms.len(),
        begun.elapsed().as_secs_f64()
    );
    // Not `print!`, which nobody sees of a test that passes.
    std::io::stdout().write_all(page.as_bytes()).unwrap();
    assert_eq!((caught, alarms.len()), (faults.len(), 0));
    if wanted.is_empty() {
        let blind: Vec<&str> = every_kind()
            .filter(|kind| !seeing.contains_key(kind))
            .filter(|kind| *kind != kinds::ICMP.name || house.left_out.is_empty())
            .collect();
        assert_eq!(blind, [""; 0], "nothing made a probe of these kinds fail");
    }
}

/// Tries the faults side by side.
fn all_tried(house: &House, faults: &[Fault]) -> BTreeMap<usize, Row> {
    let rows: Mutex<BTreeMap<usize, Row>> = Mutex::default();
    let numbered = || faults.iter().enumerate();
    let (waiting, working): (Vec<_>, Vec<_>) = numbered().partition(|(_, fault)| fault.waits());
    let next = [(); 2].map(|()| AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for (queue, next, lanes) in [
            (&working, &next[0], LANES[0]),
            (&waiting, &next[1], LANES[1]),
        ] {
            for _ in 0..lanes {
                scope.spawn(|| {
                    while let Some((number, fault)) =
                        queue.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let row = tried(house, fault, *number);
                        rows.lock().unwrap().insert(*number, row);
                    }
                });
            }
        }
    });
    rows.into_inner().unwrap()
}

fn tried(house: &House, fault: &Fault, number: usize) -> Row {
    let begun = Instant::now();
    let broken = fault.apply(&house.stage, number);
    let expected = house.expected(fault);
    let not_green = || {
        let said = house.look_at(fault, &broken).into_iter();
        said.filter(|one| !one.is_green()).collect::<Vec<_>>()
    };
    let red =
        |seen: &[Said]| -> BTreeSet<String> { seen.iter().map(|one| one.item.clone()).collect() };
    let mut seen = not_green();
    let mut beside: BTreeSet<String> = red(&seen).difference(&expected).cloned().collect();
    if !beside.is_empty() {
        // Several faults share two processors with everything else, and some items judge how fast
        // an answer is. What a fault is blamed for beside its own items must be there twice.
        let again = not_green();
        beside.retain(|item| red(&again).contains(item));
        seen.retain(|one| expected.contains(&one.item) || beside.contains(&one.item));
    }
    Row {
        fault: fault.name.clone(),
        missed: expected.difference(&red(&seen)).cloned().collect(),
        beside,
        seen,
        took: begun.elapsed(),
    }
}

/// Every kind there is, and `ref`, which measures nothing itself.
fn every_kind() -> impl Iterator<Item = &'static str> {
    let kinds = kinds::ALL.iter().map(|kind| kind.name);
    kinds.chain([kinds::REFERENCE])
}

/// How many faults the probes of each kind saw.
fn seeing(rows: &BTreeMap<usize, Row>) -> BTreeMap<&str, usize> {
    let mut seeing = BTreeMap::new();
    for row in rows.values() {
        let kinds: BTreeSet<&str> = row.seen.iter().map(|one| one.kind.as_str()).collect();
        for kind in kinds {
            *seeing.entry(kind).or_default() += 1;
        }
    }
    seeing
}

fn seeing_page(seeing: &BTreeMap<&str, usize>, left_out: &BTreeSet<String>) -> String {
    let kinds: Vec<String> = seeing
        .iter()
        .map(|(kind, faults)| format!("{kind} {faults}"))
        .collect();
    let mut page = format!("faults seen by each kind: {}\n", kinds.join(", "));
    for item in left_out {
        let _ = writeln!(
            page,
            "left out: {item}; this machine lets nobody send echo requests \
             (`sysctl net.ipv4.ping_group_range`)"
        );
    }
    page
}

/// The matrix as a table.
fn page(rows: &BTreeMap<usize, Row>, alarms: &[Said]) -> String {
    let mut page = String::from("\n");
    for row in rows.values() {
        let mark = if row.is_caught() { "✓" } else { "✗" };
        let verdicts = |verdict: &str| -> BTreeSet<&str> {
            let of = row.seen.iter().filter(|one| one.verdict == verdict);
            of.map(|one| one.item.as_str()).collect()
        };
        let shown: Vec<String> = ["fail", "inconclusive", "error", "skipped"]
            .into_iter()
            .map(|verdict| (verdict, verdicts(verdict)))
            .filter(|(_, items)| !items.is_empty())
            .map(|(verdict, items)| {
                let first: Vec<&str> = items.iter().take(6).copied().collect();
                let more = items.len().saturating_sub(6);
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                format!("{verdict}: {}{more}", first.join(", "))
            })
            .collect();
        let seconds = row.took.as_secs_f64();
        let _ = writeln!(
            page,
            "{mark} {:60} {seconds:5.1} s  {}",
            row.fault,
            shown.join("; ")
        );
        for item in &row.missed {
            let _ = writeln!(page, "    missed by {item}");
        }
        for one in row.seen.iter().filter(|one| row.beside.contains(&one.item)) {
            let _ = writeln!(
                page,
                "    also {} {} ({}): {}",
                one.item, one.text, one.kind, one.why
            );
        }
    }
    for one in alarms {
        let _ = writeln!(
            page,
            "! {} {} ({}) {}: {}",
            one.item, one.text, one.kind, one.verdict, one.why
        );
    }
    page
}

/// The work items of all checklists that have probes, as `b 1.2.3`.
fn probed() -> Vec<(String, Item)> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let of = |(name, path): (&str, &str)| -> Vec<(String, Item)> {
        let text = std::fs::read(here.join(path)).unwrap();
        let items = import(&text, None).unwrap().outline.items;
        let work = items
            .into_iter()
            .filter(|item| item.kind == ItemKind::Work && !item.probes.is_empty());
        work.map(|item| (format!("{} {}", &name[..1], item.number), item))
            .collect()
    };
    CHECKLISTS.into_iter().flat_map(of).collect()
}

/// What the checklists ask of a machine is proven able to fail: each item with a probe is named by
/// a fault.
#[test]
fn no_item_is_without_a_fault() {
    let faults = faults::all();
    let named: BTreeSet<&str> = faults
        .iter()
        .flat_map(|fault| fault.items.iter().copied())
        .collect();
    let probed = probed();
    let unproven: Vec<String> = probed
        .iter()
        .filter(|(place, _)| !named.contains(place.as_str()))
        .map(|(place, item)| format!("{place} {}", item.text))
        .collect();
    let lost: Vec<&&str> = named
        .iter()
        .filter(|place| !probed.iter().any(|(known, _)| known == *place))
        .collect();
    assert_eq!((unproven, lost), (Vec::new(), Vec::new()));
}

/// Each kind is proven able to fail: a fault names an item that has a probe of it. Whether it was
/// this probe that saw the fault, the matrix says when it is run.
#[test]
fn no_kind_is_without_a_fault() {
    let probed = probed();
    let faults = faults::all();
    let named = faults.iter().flat_map(|fault| &fault.items);
    let proven: BTreeSet<&str> = named
        .filter_map(|place| probed.iter().find(|(known, _)| known == place))
        .flat_map(|(_, item)| &item.probes)
        .map(|probe| match &probe.reference {
            Some(_) => kinds::REFERENCE,
            None => &probe.kind,
        })
        .collect();
    let unproven: Vec<&str> = every_kind().filter(|kind| !proven.contains(kind)).collect();
    assert_eq!(unproven, [""; 0]);
}
