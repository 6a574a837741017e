//! What the user interface may ask and what it gets back.
//!
//! A wire type is a counterpart of a domain type, not the domain type made serializable: texts are
//! ready to show, times carry what the window needs, and nothing here is ever stored or hashed. The
//! TypeScript types in `ui/src/generated` are made from these by `make types`.
//!
//! The user interface matches on [`error::Problem::code`], never on message text.
//!
//! # Commands
//! Every command answers with its value or a [`error::Problem`]. Arguments are named; the window
//! passes them in camel case.
//!
//! | command | arguments | answer |
//! |---|---|---|
//! | `session` | | `Session` |
//! | `settings_save` | `settings: Settings` | `Session` |
//! | `checklist_list` | | `ChecklistRow[]` |
//! | `checklist_preview` | `source, bullets_as_items: bool` | `ChecklistPreview` |
//! | `checklist_forget` | `source` | `ChecklistRow[]` |
//! | `suggestion_accept` | `source, accepted: AcceptedSuggestion[], into: "markdown" \| "sidecar"` | `ChecklistPreview` |
//! | `checklist_copy` | `run` (or empty), `source` (empty: the run's own), `path` | path of the copy |
//! | `run_create` | `new_run: NewRun` | `RunView` |
//! | `run_prefill` | `run` (duplicate into the next release) | `NewRun` |
//! | `run_list` | | `RunRow[]` |
//! | `run_view` | `run` | `RunView` |
//! | `run_refresh` | `run, revision` (also sent as the event `run-changed`) | `RunPatch` |
//! | `run_archive` | `run, archived: bool` | `RunRow[]` |
//! | `run_change` | `run, change: RunChange` | `RunPatch` |
//! | `run_field` | `run, group: "field" \| "contact" \| "placeholder", id, value` | `RunPatch` |
//! | `run_condition` | `run, answer: ConditionAnswer` | `RunPatch` |
//! | `run_criterion_bind` | `run, criterion, items: string[]` | `RunPatch` |
//! | `run_criterion_answer` | `run, criterion, met: bool, reason` | `RunPatch` |
//! | `run_handover` | `run, to, note` | `RunPatch` |
//! | `run_roles` | `run, point, roles: string[]` | `RunPatch` |
//! | `run_environment` | `run` (pins the environments as they are defined now) | `RunPatch` |
//! | `attempt_start` / `attempt_deployed` / `attempt_end` | `run, at` (RFC 3339, empty for now), `outcome, reason` for the end | `RunPatch` |
//! | `item_status` | `run, items: string[], change: StatusChange` | `RunPatch` |
//! | `item_value` | `run, item, value` | `RunPatch` |
//! | `item_note` | `run, item, text` | `RunPatch` |
//! | `item_assign` | `run, items: string[], assignee` | `RunPatch` |
//! | `item_due` | `run, item, at` (RFC 3339, empty: as the checklist says) | `RunPatch` |
//! | `item_evidence` | `run, item, paths: string[]` | `RunPatch` |
//! | `item_evidence_bytes` | `run, item, name, base64` | `RunPatch` |
//! | `item_history` | `run, item` | `HistoryLine[]` newest first |
//! | `item_resolve` | `run, item, register, event` (the write that holds) | `RunPatch` |
//! | `evidence_picture` | `digest, media_type` | a `data:` URL |
//! | `evidence_save` | `digest, path` | `Written` |
//! | `proposal_decide` | `run, event, accept: bool, reason` | `RunPatch` |
//! | `undo` | `run, event` | `RunPatch` |
//! | `checklist_change` | `run` (whether its checklist's file has changed since) | `ChecklistChange` or null |
//! | `adoption_plan` | `run, source` (empty: the run's own), `pairs: Pairing[]` | `AdoptionPlan` |
//! | `checklist_adopt` | `run, adoption: Adoption` | `RunPatch` |
//! | `run_history` | `run, limit` | `HistoryLine[]` newest first |
//! | `rollback_activate` | `run, rehearsal: bool, reason` | `RunPatch` |
//! | `rollback_close` | `run` | `RunPatch` |
//! | `rollback_cancel` | `run, reason` | `RunPatch` |
//! | `probe_plan` | `run, selection: ProbeSelection` | `ProbePlan` |
//! | `probe_run` | `run, selection, approve: string[]` (plan hashes), `confirmed: string[]` (hosts typed again for load) | number of the batch; progress as the event `probe-progress`, items as `run-changed` |
//! | `probe_cancel` | `batch` | nothing |
//! | `probe_result` | `run, item, probe` | `ProbeResult` or null |
//! | `probe_text` | `run, item, probe` (hash or empty), `line` | `ProbeText` |
//! | `probe_check` | `run, draft: ProbeDraft` | `ProbeCheck` |
//! | `probe_save` | `run, draft: ProbeDraft` | path of the file that was written |
//! | `watch_start` | `run, item, length` (such as `1h`; empty: as the probe says), `approve: string[]` | `RunPatch` |
//! | `watch_by_person` | `run, item, length`, `every` (how often they look; empty: four times) | `RunPatch` |
//! | `watch_reading` | `run, item, good: boolean, words` | `RunPatch` |
//! | `watch_finish` | `run, item, held: boolean, words` | `RunPatch` |
//! | `watch_stop` | `run, item, reason` | `RunPatch` |
//! | `watch_series` | `run, item` | `WatchSeries` or null |
//! | `run_compare` | `run, with` (run id; empty: the last accepted run) | `RunComparison` |
//! | `carry_plan` | `run` | `CarryPlan` |
//! | `carry_forward` | `run, items: string[], approve: string[]` | number of the batch; as `probe_run` |
//! | `environment_list` | | `EnvironmentView[]` |
//! | `environment_save` | `environment: EnvironmentView, previous: name or ""` | `EnvironmentView[]` |
//! | `environment_delete` | `name` | `EnvironmentView[]` |
//! | `secret_set` | `environment, name, value` (empty removes it) | `EnvironmentView[]` |
//! | `people_list` | | `PersonView[]` |
//! | `person_save` | `person: PersonEntry` | `PersonView[]` |
//! | `person_delete` | `id` | `PersonView[]` |
//! | `key_create` | `person, passphrase` | `PersonView[]` |
//! | `key_load` | `person, path` | `PersonView[]` |
//! | `point_view` | `run, point` | `PointView` |
//! | `point_looked` | `run, point` (remembers what was looked at) | nothing |
//! | `sign` | `run, decision: Decision, passphrase` | `RunPatch` |
//! | `signature_withdraw` | `run, event, reason, person, passphrase` | `RunPatch` |
//! | `condition_close` | `run, event, index, note, person, passphrase` | `RunPatch` |
//! | `report_page` | `run, page, scale` | `PreviewPage` |
//! | `export` | `run, format: ExportFormat, path` | `Written` |
//! | `export_name` | `run, format` | proposed file name |
//! | `lint` | `source` | `Finding[]` |
//!
//! # Events
//! `runs-changed` (`RunRow[]`), `run-changed` (`RunPatch`), `probe-progress` (`ProbeProgress`),
//! `watch-looked` (`WatchLooked`), `load-progress` (`LoadProgress`),
//! `open-checklist` (a source: the window opens its preview).

pub mod adoption;
pub mod checklist;
pub mod compare;
pub mod editing;
pub mod environment;
pub mod error;
pub mod history;
pub mod item;
pub mod load;
pub mod people;
pub mod picture;
pub mod probe;
pub mod report;
pub mod run;
pub mod session;
pub mod signoff;
pub mod watch;
