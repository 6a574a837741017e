//! One event of every kind, with every field filled.

use countersign_core::ledger::*;

use crate::laptops::*;

fn scope() -> Scope {
    Scope::Attempt(1)
}

fn id(seed: &str) -> EventId {
    Digest::of(seed.as_bytes()).to_string().parse().unwrap()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn shot() -> EvidenceFile {
    EvidenceFile {
        digest: Digest::of(b"shot"),
        media: "image/png".into(),
        name: "shot.png".into(),
        size: 48_211,
    }
}

/// Every kind in the order of `docs/ledger.md`; the opening comes first.
pub fn all() -> Vec<Kind> {
    let resolves = || vec![id("one head"), id("other head")];
    let item = || "migrated".to_owned();
    let quantity = || Quantity::new("612.4", some("ms")).unwrap();
    let (statement, signature) = (Base64::new("statement"), Base64::new("signature"));
    vec![
        Kind::RunOpened(RunOpened {
            sidecar: Some(file("bakhmach.countersign.yaml")),
            preticked: Preticked::Keep,
            ..opening(Preticked::Keep)
        }),
        Kind::RunNamed(RunNamed {
            name: "Бахмач 2.4.0 «осінь»".into(),
            resolves: resolves(),
        }),
        Kind::ReleaseSet(ReleaseSet {
            release: some("2.4.0"),
            commit: some("9f3a1c7"),
            components: vec![ComponentVersion {
                component: "iOS".into(),
                version: "5.1".into(),
            }],
            resolves: resolves(),
        }),
        Kind::FieldSet(FieldSet {
            field: "version".into(),
            value: some("2.4.0"),
            resolves: resolves(),
        }),
        Kind::DeploymentPlanned(DeploymentPlanned {
            planned: Some(ZonedMoment {
                at: clock(0),
                zone: "Europe/Kyiv".into(),
            }),
            resolves: resolves(),
        }),
        Kind::EnvironmentSnapshotted(EnvironmentSnapshotted {
            name: "production".into(),
            variables: vec![VariableValue {
                name: "API_URL".into(),
                value: "https://api.example.com".into(),
            }],
            secrets: vec!["API_TOKEN".into()],
            resolves: resolves(),
        }),
        Kind::TargetSet(TargetSet {
            environment: some("production"),
            resolves: resolves(),
        }),
        Kind::RoleSet(RoleSet {
            role: "security".into(),
            title: some("Security Lead"),
            holder: Some(person("Iva")),
            dropped: true,
            resolves: resolves(),
        }),
        Kind::OwnerSet(OwnerSet {
            owner: person("Dana"),
            resolves: resolves(),
        }),
        Kind::HandedOver(HandedOver {
            to: person("Taras"),
            note: "mind the **canary**".into(),
            resolves: resolves(),
        }),
        Kind::PolicySet(PolicySet {
            point: "go-no-go".into(),
            policy: Policy {
                roles: vec![OPS.into(), QA.into()],
                quorum: Some(1),
                distinct_keys: false,
                owner_may_sign: false,
                ticker_may_sign: false,
                rollback_ready: false,
                conditions_allowed: false,
                attestations_count: true,
                acceptance: Acceptance::Named(vec![OPS.into()]),
            },
            resolves: resolves(),
        }),
        Kind::ProfileSet(ProfileSet {
            profile: some("hotfix"),
            out_of_scope: vec!["screens-checked".into()],
            after_deployment: vec!["retrospective".into()],
            resolves: resolves(),
        }),
        Kind::ConditionAnswered(ConditionAnswered {
            condition: "if-ui-changed".into(),
            applies: Some(false),
            reason: some("no screens"),
            resolves: resolves(),
        }),
        Kind::CriterionBound(CriterionBound {
            criterion: "rate-low".into(),
            items: vec!["error-rate".into()],
            resolves: resolves(),
        }),
        Kind::CriterionAnswered(CriterionAnswered {
            attempt: 1,
            criterion: "no-complaints".into(),
            met: Some(true),
            reason: some("asked support"),
            resolves: resolves(),
        }),
        Kind::ContactSet(ContactSet {
            contact: "database-admin".into(),
            value: some("+380 44 000 00 00"),
            resolves: resolves(),
        }),
        Kind::PlaceholderSet(PlaceholderSet {
            placeholder: "backup-name".into(),
            value: some("pre-2.4.0"),
            resolves: resolves(),
        }),
        Kind::AttemptOpened(AttemptOpened {
            attempt: 2,
            reason: some("rolled back"),
        }),
        Kind::AttemptStarted(AttemptMoment {
            attempt: 1,
            at: clock(1),
            resolves: resolves(),
        }),
        Kind::AttemptDeployed(AttemptMoment {
            attempt: 1,
            at: clock(2),
            resolves: resolves(),
        }),
        Kind::AttemptEnded(AttemptEnded {
            attempt: 1,
            outcome: Outcome::RolledBack,
            at: clock(3),
            reason: some("errors"),
            resolves: resolves(),
        }),
        Kind::ItemStatus(ItemStatus {
            scope: scope(),
            item: item(),
            status: SetStatus::Waived,
            reason: some("vendor outage"),
            until: Some(clock(4)),
            performed_by: some("Богдан"),
            performed_at: Some(clock(5)),
            resolves: resolves(),
        }),
        Kind::ItemValue(ItemValue {
            scope: scope(),
            item: item(),
            value: Some(TypedValue::Quantity(quantity())),
            performed_by: some("Богдан"),
            performed_at: Some(clock(5)),
            resolves: resolves(),
        }),
        Kind::ItemAssigned(ItemAssigned {
            scope: scope(),
            item: item(),
            assignee: Some(Author {
                name: "Iva".into(),
                principal: None,
            }),
            resolves: resolves(),
        }),
        Kind::ItemDue(ItemDue {
            scope: scope(),
            item: item(),
            at: Some(clock(6)),
            resolves: resolves(),
        }),
        Kind::ItemNote(ItemNote {
            scope: scope(),
            item: item(),
            text: "tab\there, quote \" and\nline".into(),
            performed_by: some("Богдан"),
            performed_at: Some(clock(5)),
        }),
        Kind::ItemEvidence(ItemEvidence {
            scope: scope(),
            item: item(),
            file: shot(),
            origin: Origin::Person,
            caption: some("after the migration"),
            performed_by: some("Богдан"),
            performed_at: Some(clock(5)),
        }),
        Kind::Observation(Observation {
            conditions: vec![ConditionFound {
                text: "duration < 500ms".into(),
                verdict: Finding::Fail,
                measured: some("612.4"),
                limit: some("500"),
                unit: some("ms"),
                why: some("over the limit"),
            }],
            values: [
                ("duration", MeasuredValue::Quantity(quantity())),
                (
                    "headers",
                    MeasuredValue::List(vec![
                        MeasuredValue::Text("a".into()),
                        MeasuredValue::Bool(true),
                    ]),
                ),
                (
                    "not_after",
                    MeasuredValue::Time(MeasuredTime { time: clock(7) }),
                ),
            ]
            .map(|(metric, value)| Measurement {
                metric: metric.into(),
                value,
            })
            .into(),
            environment: some("production"),
            rehearsal: true,
            watch: Some(WatchPart::Interim),
            detail: Some(Digest::of(b"detail")),
            hint: some("try again"),
            ..observation("error-rate", Finding::Fail, clock(8))
        }),
        Kind::WatchStarted(WatchStarted {
            scope: scope(),
            item: item(),
            probe: Some(hash("error-rate")),
            from: clock(9),
            until: clock(10),
        }),
        Kind::WatchStopped(WatchStopped {
            scope: scope(),
            item: item(),
            probe: Some(hash("error-rate")),
            reason: "rolled back".into(),
        }),
        Kind::ProposalAccepted(ProposalDecided {
            proposal: id("waiver"),
            reason: some("agreed"),
            resolves: resolves(),
        }),
        Kind::ProposalRejected(ProposalDecided {
            proposal: id("waiver"),
            reason: some("fix it"),
            resolves: resolves(),
        }),
        Kind::Undo(Undo {
            event: id("tick"),
            reason: some("wrong line"),
        }),
        Kind::ChecklistAdopted(ChecklistAdopted {
            checklist: file("bakhmach-2.md"),
            sidecar: Some(file("bakhmach.countersign.yaml")),
            outline: Digest::of(b"outline"),
            map: vec![ItemMapping {
                from: "migrated".into(),
                to: "schema-migrated".into(),
            }],
            reason: some("a probe was accepted"),
            resolves: resolves(),
        }),
        Kind::RollbackActivated(RollbackActivated {
            attempt: 1,
            rehearsal: true,
            at: clock(11),
            reason: some("practice"),
        }),
        Kind::RollbackCancelled(RollbackCancelled {
            activation: id("rollback"),
            reason: "wrong button".into(),
        }),
        Kind::RollbackClosed(RollbackClosed {
            activation: id("rollback"),
            at: clock(12),
            note: some("12 minutes"),
        }),
        Kind::SignedOff(SignedOff {
            record: Digest::of(b"record"),
            statement: statement.clone(),
            signature: signature.clone(),
        }),
        Kind::SignoffWithdrawn(SignoffWithdrawn {
            signoff: id("signoff"),
            statement: statement.clone(),
            signature: signature.clone(),
        }),
        Kind::ConditionClosed(ConditionClosed {
            signoff: id("signoff"),
            condition: 0,
            statement: statement.clone(),
            signature: signature.clone(),
        }),
        Kind::Attested(Attested {
            point: "go-no-go".into(),
            attempt: 1,
            role: OPS.into(),
            name: "Taras".into(),
            decision: Decision::Conditions,
            conditions: vec!["watch the queue".into()],
            reason: some("by phone first"),
            channel: Channel::Paper,
            evidence: shot(),
            record: Digest::of(b"record"),
        }),
        Kind::DeviceClaimed(DeviceClaimed {
            device: Laptop::new("Dana").device,
            statement,
            signature,
        }),
        Kind::ForkAcknowledged(ForkAcknowledged {
            device: Laptop::new("Dana").device,
            branches: vec![id("one head"), id("other head")],
        }),
    ]
}
