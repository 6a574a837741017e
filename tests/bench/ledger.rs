//! How fast a run is folded and opened, each number beside a reference taken in the same process:
//! reading the same events as plain JSON and nothing more.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_core::ledger::{
    Author, Chain, DeviceId, Digest, Draft, EventId, FileRef, Finding, ItemNote, ItemStatus, Kind,
    Observation, Pinned, PinnedProbe, Preticked, Proof, RunOpened, RunState, Scope, SealedEvent,
    SetStatus, Timestamp,
};
use countersign_core::outline::{Item, Outline};

/// A checklist of so many items, half of them with a probe.
fn pinned(items: usize) -> Result<Pinned, Box<dyn Error>> {
    let mut outline = Outline::default();
    for at in 0..items {
        outline.items.push(Item {
            id: format!("item-{at}"),
            number: format!("1.{at}"),
            ..Item::default()
        });
    }
    let probes = (0..items / 2).map(|at| {
        Ok(PinnedProbe {
            item: format!("item-{at}"),
            probe: Digest::of(&at.to_le_bytes()).to_string().parse()?,
            kind: "http".into(),
            proves: Proof::All,
            fresh_s: None,
        })
    });
    let probes = probes.collect::<Result<_, Box<dyn Error>>>()?;
    Ok(Pinned::new(outline, probes))
}

/// Events as a store holds them: their ids and their bytes.
type Stored = Vec<(EventId, Vec<u8>)>;

/// The events of three laptops that take turns, as their stores hold them.
fn events(count: usize, items: usize, outline: &Digest) -> Result<Stored, Box<dyn Error>> {
    let time: Timestamp = "2026-11-24T16:00:00.000Z".parse()?;
    let author = Author {
        name: "Dana".into(),
        principal: None,
    };
    let devices: Vec<DeviceId> = (0..3_u8)
        .map(|device| Digest::of(&[device]).to_string().parse())
        .collect::<Result<_, _>>()?;
    let mut state = RunState::new();
    let mut all = Vec::with_capacity(count);
    for at in 0..count {
        let item_at = (at * 7919) % items;
        let item = format!("item-{item_at}");
        let scope = Scope::Attempt(1);
        let kind = match at {
            0 => Kind::RunOpened(RunOpened {
                nonce: "5e".repeat(16),
                name: "Bench".into(),
                release: None,
                checklist: FileRef {
                    digest: outline.clone(),
                    name: "bench.md".into(),
                    size: 1,
                },
                sidecar: None,
                outline: outline.clone(),
                preticked: Preticked::Open,
            }),
            at if at % 4 == 0 => Kind::Observation(Observation {
                scope,
                item,
                probe: Digest::of(&item_at.to_le_bytes()).to_string().parse()?,
                verdict: Finding::Pass,
                conditions: Vec::new(),
                values: Vec::new(),
                summary: "200 in 84 ms".into(),
                started: time,
                took_ms: 84,
                target: Some("api.example.com".into()),
                environment: None,
                release: None,
                rehearsal: false,
                watch: None,
                detail: None,
                hint: None,
            }),
            at if at % 4 == 1 => Kind::ItemNote(ItemNote {
                scope,
                item,
                text: "seen on the second laptop".into(),
                performed_by: None,
                performed_at: None,
            }),
            at => Kind::ItemStatus(ItemStatus {
                scope,
                item,
                status: if at % 3 == 0 {
                    SetStatus::Done
                } else {
                    SetStatus::InProgress
                },
                reason: None,
                until: None,
                performed_by: None,
                performed_at: None,
                resolves: Vec::new(),
            }),
        };
        let chain = match at {
            0 => Chain {
                run: None,
                device: devices[0].clone(),
                seq: 0,
                prev: None,
                seen: Vec::new(),
            },
            at => state.next_chain(&devices[(at / 50) % devices.len()]),
        };
        let draft = Draft {
            kind,
            author: author.clone(),
            time,
        };
        let sealed = SealedEvent::seal(draft, chain)?;
        all.push((sealed.id().clone(), sealed.bytes().to_vec()));
        state.apply(sealed);
    }
    Ok(all)
}

fn timed<T>(
    work: impl FnOnce() -> Result<T, Box<dyn Error>>,
) -> Result<(T, Duration), Box<dyn Error>> {
    let start = Instant::now();
    let result = work()?;
    Ok((result, start.elapsed()))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for (count, items, aim) in [
        (100_000, 1_000, "fold ≤ 1 s"),
        (10_000, 250, "open ≤ 100 ms"),
    ] {
        let pinned = Arc::new(pinned(items)?);
        let (outline, _) = pinned.seal()?;
        let stored = events(count, items, &outline)?;
        let (_, plain) = timed(|| {
            for (_, bytes) in &stored {
                serde_json::from_slice::<serde_json::Value>(bytes)?;
            }
            Ok(())
        })?;
        let (reopened, reading) = timed(|| {
            let reopened = stored
                .iter()
                .map(|(id, bytes)| SealedEvent::reopen(id, bytes));
            Ok(reopened.collect::<Result<Vec<_>, _>>()?)
        })?;
        let (state, folding) =
            timed(|| Ok(RunState::fold(reopened, [(outline, Arc::clone(&pinned))])))?;
        let (shown, showing) = timed(|| Ok(state.items().len()))?;
        writeln!(
            out,
            "{count} events, {shown} items: fold {folding:.0?} · open {:.0?} (read {reading:.0?}, fold, show {showing:.0?}) · reference: the same bytes as plain JSON {plain:.0?} · aim: {aim}",
            reading + folding + showing,
        )?;
    }
    Ok(())
}
