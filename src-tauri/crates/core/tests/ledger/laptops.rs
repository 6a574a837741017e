//! Laptops that write events about one small checklist and exchange them.

use std::sync::Arc;

use countersign_core::ledger::fold::ItemState;
use countersign_core::ledger::*;
use countersign_core::outline::*;

pub const QA: &str = "qa-lead";
pub const OPS: &str = "ops";

pub fn hash(seed: &str) -> ProbeHash {
    Digest::of(seed.as_bytes()).to_string().parse().unwrap()
}

fn item(id: &str, number: &str, stage: Stage) -> Item {
    Item {
        id: id.into(),
        number: number.into(),
        text: id.replace('-', " "),
        text_hash: Digest::of(id.as_bytes()).to_string(),
        stage,
        phase: "all".into(),
        section: "all".into(),
        ..Item::default()
    }
}

/// Ten items in all stages, two roles, two sign-off points, and a rollback of two steps.
pub fn checklist() -> Pinned {
    let mut outline = Outline {
        format: 1,
        title: Some("Bakhmach, small".into()),
        ..Outline::default()
    };
    outline.items = vec![
        item("tests-pass", "1.1", Stage::Prepare),
        item("backup-made", "1.2", Stage::Prepare),
        Item {
            condition: Some("if-ui-changed".into()),
            ..item("screens-checked", "1.3", Stage::Prepare)
        },
        item("release-notes", "1.4", Stage::Prepare),
        item("blue-green", "2.1", Stage::Deploy),
        item("canary", "2.2", Stage::Deploy),
        item("migrated", "2.3", Stage::Deploy),
        item("error-rate", "3.1", Stage::Watch),
        item("retrospective", "4.1", Stage::Review),
        Item {
            kind: ItemKind::RollbackStep,
            ..item("restore-backup", "R.1", Stage::Deploy)
        },
        Item {
            kind: ItemKind::RollbackStep,
            ..item("tell-users", "R.2", Stage::Deploy)
        },
    ];
    outline.items[3].ticked = true;
    let work: Vec<String> = outline.work_items().map(|item| item.id.clone()).collect();
    outline.roles = [(QA, "QA Lead"), (OPS, "Operations")]
        .map(|(id, title)| Role {
            id: id.into(),
            title: title.into(),
            line: 1,
            box_offset: None,
            name: None,
        })
        .into();
    let point = |id: &str, title: &str, items: &[String]| SignOffPoint {
        id: id.into(),
        title: title.into(),
        items: items.to_vec(),
        roles: vec![QA.into(), OPS.into()],
        policy: DeclaredPolicy::default(),
    };
    outline.points = vec![
        point("go-no-go", "Go/no-go", &work[..4]),
        point("acceptance", "Acceptance", &work),
    ];
    outline.conditions = vec![Condition {
        id: "if-ui-changed".into(),
        words: "if UI changed".into(),
        question: "Screens checked: if UI changed?".into(),
        items: vec!["screens-checked".into()],
    }];
    outline.choices = vec![ChoiceGroup {
        id: "way".into(),
        title: "Way of deploying".into(),
        choose: 1,
        items: vec!["blue-green".into(), "canary".into()],
    }];
    outline.fields = vec![Field {
        id: "version".into(),
        label: "Version".into(),
        kind: FieldKind::Version,
        line: 1,
        value: None,
    }];
    outline.criteria = [
        ("rate-low", vec!["error-rate".to_owned()]),
        ("no-complaints", Vec::new()),
    ]
    .map(|(id, answered_by)| Criterion {
        id: id.into(),
        text: id.into(),
        text_hash: Digest::of(id.as_bytes()).to_string(),
        line: 1,
        asks_value: None,
        answered_by,
    })
    .into();
    let probe = |item: &str, proves| PinnedProbe {
        item: item.into(),
        probe: hash(item),
        kind: "http".into(),
        proves,
        fresh_s: None,
    };
    let probes = vec![
        probe("tests-pass", Proof::All),
        probe("backup-made", Proof::Part),
        probe("error-rate", Proof::All),
    ];
    Pinned::new(outline, probes)
}

/// The small checklist as the vectors pin it: the committed bytes, so that a parser or a model that
/// says more later changes neither these tests nor the vectors. Where nothing is committed yet, as
/// [`checklist`] writes it.
pub fn pinned() -> (Digest, Arc<Pinned>) {
    let bytes = std::fs::read(crate::golden::reference("small-run.outline.json"))
        .unwrap_or_else(|_| checklist().seal().unwrap().1);
    (Digest::of(&bytes), Arc::new(Pinned::read(&bytes).unwrap()))
}

pub fn person(name: &str) -> Author {
    Author {
        name: name.into(),
        principal: Some(format!("{}@example.com", name.to_lowercase())),
    }
}

pub fn clock(second: i64) -> Timestamp {
    Timestamp::from_millis(1_796_000_000_000 + second * 1000).unwrap()
}

/// One laptop: whose it is, and what it knows.
#[derive(Clone)]
pub struct Laptop {
    pub device: DeviceId,
    pub author: Author,
    pub state: RunState,
    pub seconds: i64,
}

impl Laptop {
    pub fn new(name: &str) -> Self {
        let (digest, pinned) = pinned();
        let mut state = RunState::new();
        state.add_outline(digest, pinned);
        Self {
            device: Digest::of(name.as_bytes()).to_string().parse().unwrap(),
            author: person(name),
            state,
            seconds: 0,
        }
    }

    /// A laptop that has opened a run.
    pub fn opened(name: &str) -> Self {
        let mut laptop = Self::new(name);
        laptop.say(Kind::RunOpened(opening(Preticked::Open)));
        laptop
    }

    pub fn seal(&mut self, kind: Kind) -> SealedEvent {
        self.seconds += 60;
        let mut chain = self.state.next_chain(&self.device);
        if matches!(kind, Kind::RunOpened(_)) {
            chain.run = None;
        }
        SealedEvent::seal(
            Draft {
                kind,
                author: self.author.clone(),
                time: clock(self.seconds),
            },
            chain,
        )
        .unwrap()
    }

    pub fn say(&mut self, kind: Kind) -> EventId {
        let sealed = self.seal(kind);
        assert_eq!(self.state.apply(sealed.clone()), vec![sealed.id().clone()]);
        sealed.id().clone()
    }

    /// Learns everything that another laptop knows.
    pub fn hear(&mut self, other: &Self) {
        for event in other.state.events() {
            self.state.apply(event.clone());
        }
    }

    pub fn set(&mut self, item: &str, status: SetStatus) -> EventId {
        self.say(status_of(
            item,
            status,
            status.needs_reason().then_some("because"),
        ))
    }

    pub fn measure(&mut self, item: &str, verdict: Finding) -> EventId {
        let started = clock(self.seconds + 30);
        self.say(observed(item, verdict, started))
    }

    pub fn item(&self, id: &str) -> ItemState {
        self.state.item(id, &self.state.current_scope()).unwrap()
    }

    pub fn status(&self, id: &str) -> Status {
        self.item(id).status
    }
}

/// A second laptop that knows what the first one does.
pub fn joined(first: &Laptop, name: &str) -> Laptop {
    let mut second = Laptop::new(name);
    second.hear(first);
    second.seconds = first.seconds;
    second
}

pub fn meet(one: &mut Laptop, other: &mut Laptop) {
    one.hear(other);
    other.hear(one);
    assert_eq!(one.state.view(), other.state.view());
}

pub fn file(name: &str) -> FileRef {
    FileRef {
        digest: Digest::of(name.as_bytes()),
        name: name.into(),
        size: name.len() as u64,
    }
}

pub fn opening(preticked: Preticked) -> RunOpened {
    RunOpened {
        nonce: "5e".repeat(32),
        name: "Bakhmach 2.4.0".into(),
        release: Some("2.4.0".into()),
        checklist: file("bakhmach.md"),
        sidecar: None,
        outline: pinned().0,
        preticked,
    }
}

pub fn status_in(scope: Scope, item: &str, status: SetStatus, reason: Option<&str>) -> ItemStatus {
    ItemStatus {
        scope,
        item: item.into(),
        status,
        reason: reason.map(str::to_owned),
        until: None,
        performed_by: None,
        performed_at: None,
        resolves: Vec::new(),
    }
}

pub fn status_of(item: &str, status: SetStatus, reason: Option<&str>) -> Kind {
    Kind::ItemStatus(status_in(Scope::Attempt(1), item, status, reason))
}

pub fn observation(item: &str, verdict: Finding, started: Timestamp) -> Observation {
    Observation {
        scope: Scope::Attempt(1),
        item: item.into(),
        probe: hash(item),
        verdict,
        conditions: Vec::new(),
        values: vec![Measurement {
            metric: "duration".into(),
            value: MeasuredValue::Quantity(Quantity::new("84.5", Some("ms".into())).unwrap()),
        }],
        summary: "200 in 84.5 ms".into(),
        started,
        took_ms: 85,
        target: Some("api.example.com".into()),
        environment: None,
        release: Some("2.4.0".into()),
        rehearsal: false,
        watch: None,
        detail: None,
        hint: None,
    }
}

pub fn observed(item: &str, verdict: Finding, started: Timestamp) -> Kind {
    Kind::Observation(observation(item, verdict, started))
}

pub fn undo(event: &EventId) -> Kind {
    Kind::Undo(Undo {
        event: event.clone(),
        reason: None,
    })
}

pub fn evidence(item: &str, name: &str, origin: Origin) -> Kind {
    Kind::ItemEvidence(ItemEvidence {
        scope: Scope::Attempt(1),
        item: item.into(),
        file: EvidenceFile {
            digest: Digest::of(name.as_bytes()),
            media: "image/png".into(),
            name: name.into(),
            size: 7,
        },
        origin,
        caption: None,
        performed_by: None,
        performed_at: None,
    })
}

pub fn note(item: &str, text: &str) -> Kind {
    Kind::ItemNote(ItemNote {
        scope: Scope::Attempt(1),
        item: item.into(),
        text: text.into(),
        performed_by: None,
        performed_at: None,
    })
}

pub fn accept(proposal: &EventId) -> Kind {
    Kind::ProposalAccepted(ProposalDecided {
        proposal: proposal.clone(),
        reason: None,
        resolves: Vec::new(),
    })
}

pub fn release(version: &str) -> Kind {
    Kind::ReleaseSet(ReleaseSet {
        release: Some(version.into()),
        commit: None,
        components: Vec::new(),
        resolves: Vec::new(),
    })
}
