import type { AcceptedSuggestion } from '$generated/AcceptedSuggestion';
import type { Adoption } from '$generated/Adoption';
import type { AdoptionPlan } from '$generated/AdoptionPlan';
import type { CarryPlan } from '$generated/CarryPlan';
import type { ChecklistChange } from '$generated/ChecklistChange';
import type { ChecklistPreview } from '$generated/ChecklistPreview';
import type { ChecklistRow } from '$generated/ChecklistRow';
import type { ConditionAnswer } from '$generated/ConditionAnswer';
import type { Decision } from '$generated/Decision';
import type { EnvironmentView } from '$generated/EnvironmentView';
import type { ExportFormat } from '$generated/ExportFormat';
import type { Finding } from '$generated/Finding';
import type { HistoryLine } from '$generated/HistoryLine';
import type { LoadProgress } from '$generated/LoadProgress';
import type { NewRun } from '$generated/NewRun';
import type { Pairing } from '$generated/Pairing';
import type { PersonEntry } from '$generated/PersonEntry';
import type { PersonView } from '$generated/PersonView';
import type { PointView } from '$generated/PointView';
import type { PreviewPage } from '$generated/PreviewPage';
import type { ProbeCheck } from '$generated/ProbeCheck';
import type { ProbeDraft } from '$generated/ProbeDraft';
import type { ProbePlan } from '$generated/ProbePlan';
import type { ProbeProgress } from '$generated/ProbeProgress';
import type { ProbeResult } from '$generated/ProbeResult';
import type { ProbeSelection } from '$generated/ProbeSelection';
import type { ProbeText } from '$generated/ProbeText';
import type { Problem } from '$generated/Problem';
import type { RunChange } from '$generated/RunChange';
import type { RunComparison } from '$generated/RunComparison';
import type { RunPatch } from '$generated/RunPatch';
import type { RunRow } from '$generated/RunRow';
import type { RunView } from '$generated/RunView';
import type { Session } from '$generated/Session';
import type { Settings } from '$generated/Settings';
import type { StatusChange } from '$generated/StatusChange';
import type { WatchLooked } from '$generated/WatchLooked';
import type { WatchSeries } from '$generated/WatchSeries';
import type { Written } from '$generated/Written';
import { sentence } from '$shared/format/sentence';

/** A file filter of a dialog: its words and the endings without dots. */
export interface FileKind {
  name: string;
  extensions: string[];
}

/** A place in the window, in CSS pixels. */
export interface Place {
  x: number;
  y: number;
}

/** What the backend tells without being asked. Each returns how to stop listening. */
export interface BackendEvents {
  runsChanged(listener: (rows: RunRow[]) => void): () => void;
  runChanged(listener: (patch: RunPatch) => void): () => void;
  probeProgress(listener: (progress: ProbeProgress) => void): () => void;
  /** Load goes on; at most five times a second. */
  loadProgress(listener: (progress: LoadProgress) => void): () => void;
  /** A watch has looked, or has ended: its series is another one now. */
  watchLooked(listener: (looked: WatchLooked) => void): () => void;
  /** Paths that reached the app by argument or drop; `at` is where they were dropped. */
  pathsOpened(listener: (paths: string[], at: Place | null) => void): () => void;
  /** Files held over the window; null when they leave. */
  filesOver(listener: (at: Place | null) => void): () => void;
}

/**
 * Everything the window may ask: one method a command, named as in `src-tauri/crates/api/src/wire/mod.rs`.
 * Every method rejects with a {@link Problem} and nothing else.
 */
export interface Backend {
  readonly events: BackendEvents;

  session(): Promise<Session>;
  settingsSave(settings: Settings): Promise<Session>;

  checklistList(): Promise<ChecklistRow[]>;
  checklistPreview(source: string, bulletsAsItems: boolean): Promise<ChecklistPreview>;
  checklistForget(source: string): Promise<ChecklistRow[]>;
  suggestionAccept(
    source: string,
    accepted: AcceptedSuggestion[],
    into: 'markdown' | 'sidecar',
  ): Promise<ChecklistPreview>;
  /** A copy at `path`, which is the run's own from then on; `run` may be empty. Answers with its path. */
  checklistCopy(run: string, source: string, path: string): Promise<string>;
  lint(source: string): Promise<Finding[]>;

  runCreate(newRun: NewRun): Promise<RunView>;
  runPrefill(run: string): Promise<NewRun>;
  runList(): Promise<RunRow[]>;
  runView(run: string): Promise<RunView>;
  runRefresh(run: string, revision: number): Promise<RunPatch>;
  runArchive(run: string, archived: boolean): Promise<RunRow[]>;
  runChange(run: string, change: RunChange): Promise<RunPatch>;
  runField(run: string, group: 'field' | 'contact' | 'placeholder', id: string, value: string): Promise<RunPatch>;
  runCondition(run: string, answer: ConditionAnswer): Promise<RunPatch>;
  runCriterionBind(run: string, criterion: string, items: string[]): Promise<RunPatch>;
  runCriterionAnswer(run: string, criterion: string, met: boolean, reason: string): Promise<RunPatch>;
  runHandover(run: string, to: string, note: string): Promise<RunPatch>;
  runRoles(run: string, point: string, roles: string[]): Promise<RunPatch>;
  runEnvironment(run: string): Promise<RunPatch>;
  runHistory(run: string, limit: number): Promise<HistoryLine[]>;

  /** Whether the run's file says something else than the run is pinned to. */
  checklistChange(run: string): Promise<ChecklistChange | null>;
  /** `source` empty means the run's own file. */
  adoptionPlan(run: string, source: string, pairs: Pairing[]): Promise<AdoptionPlan>;
  checklistAdopt(run: string, adoption: Adoption): Promise<RunPatch>;

  attemptStart(run: string, at: string): Promise<RunPatch>;
  attemptDeployed(run: string, at: string): Promise<RunPatch>;
  attemptEnd(
    run: string,
    at: string,
    outcome: 'released' | 'rolledBack' | 'aborted',
    reason: string,
  ): Promise<RunPatch>;

  itemStatus(run: string, items: string[], change: StatusChange): Promise<RunPatch>;
  itemValue(run: string, item: string, value: string): Promise<RunPatch>;
  itemNote(run: string, item: string, text: string): Promise<RunPatch>;
  itemAssign(run: string, items: string[], assignee: string): Promise<RunPatch>;
  itemDue(run: string, item: string, at: string): Promise<RunPatch>;
  itemEvidence(run: string, item: string, paths: string[]): Promise<RunPatch>;
  itemEvidenceBytes(run: string, item: string, name: string, base64: string): Promise<RunPatch>;
  itemHistory(run: string, item: string): Promise<HistoryLine[]>;
  itemResolve(run: string, item: string, register: string, event: string): Promise<RunPatch>;
  /** Answers with a `data:` URL. */
  evidencePicture(digest: string, mediaType: string): Promise<string>;
  evidenceSave(digest: string, path: string): Promise<Written>;
  proposalDecide(run: string, event: string, accept: boolean, reason: string): Promise<RunPatch>;
  undo(run: string, events: string[]): Promise<RunPatch>;

  rollbackActivate(run: string, rehearsal: boolean, reason: string): Promise<RunPatch>;
  rollbackClose(run: string): Promise<RunPatch>;
  rollbackCancel(run: string, reason: string): Promise<RunPatch>;

  probePlan(run: string, selection: ProbeSelection): Promise<ProbePlan>;
  /** Answers with the number of the batch. */
  /** `confirmed` are the hosts that were typed a second time for load on them. */
  probeRun(run: string, selection: ProbeSelection, approve: string[], confirmed: string[]): Promise<number>;
  probeCancel(batch: number): Promise<void>;
  probeResult(run: string, item: string, probe: string): Promise<ProbeResult | null>;

  /** `length` is a time such as `1h`; empty: as the probe says. */
  watchStart(run: string, item: string, length: string, approve: string[]): Promise<RunPatch>;
  /** `length` and `every` are times such as `1h`; `every` empty: a quarter of the time. */
  watchByPerson(run: string, item: string, length: string, every: string): Promise<RunPatch>;
  watchReading(run: string, item: string, good: boolean, words: string): Promise<RunPatch>;
  watchFinish(run: string, item: string, held: boolean, words: string): Promise<RunPatch>;
  watchStop(run: string, item: string, reason: string): Promise<RunPatch>;
  watchSeries(run: string, item: string): Promise<WatchSeries | null>;

  /** `other` is a run id; empty: the last that was released and accepted. */
  runCompare(run: string, other: string): Promise<RunComparison>;
  carryPlan(run: string): Promise<CarryPlan>;
  /** Answers with the number of the batch that runs the probes again, 0 where there are none. */
  carryForward(run: string, items: string[], approve: string[]): Promise<number>;

  /** `probe` is a hash, or empty with the line of one that cannot be read (0: a new one). */
  probeText(run: string, item: string, probe: string, line: number): Promise<ProbeText>;
  probeCheck(run: string, draft: ProbeDraft): Promise<ProbeCheck>;
  /** Answers with the path of the file that was written. */
  probeSave(run: string, draft: ProbeDraft): Promise<string>;

  environmentList(): Promise<EnvironmentView[]>;
  environmentSave(environment: EnvironmentView, previous: string): Promise<EnvironmentView[]>;
  environmentDelete(name: string): Promise<EnvironmentView[]>;
  secretSet(environment: string, name: string, value: string): Promise<EnvironmentView[]>;

  peopleList(): Promise<PersonView[]>;
  personSave(person: PersonEntry): Promise<PersonView[]>;
  personDelete(id: string): Promise<PersonView[]>;
  keyCreate(person: string, passphrase: string): Promise<PersonView[]>;
  keyLoad(person: string, path: string): Promise<PersonView[]>;

  pointView(run: string, point: string): Promise<PointView>;
  pointLooked(run: string, point: string): Promise<void>;
  sign(run: string, decision: Decision, passphrase: string): Promise<RunPatch>;
  signatureWithdraw(run: string, event: string, reason: string, person: string, passphrase: string): Promise<RunPatch>;
  conditionClose(
    run: string,
    event: string,
    index: number,
    note: string,
    person: string,
    passphrase: string,
  ): Promise<RunPatch>;

  reportPage(run: string, page: number, scale: number): Promise<PreviewPage>;
  export(run: string, format: ExportFormat, path: string): Promise<Written>;
  exportName(run: string, format: ExportFormat): Promise<string>;

  /** A dialog for files to read; empty when it was cancelled. */
  chooseFiles(title: string, kinds: FileKind[], several: boolean): Promise<string[]>;
  /** A dialog for a file to write; null when it was cancelled. */
  chooseSavePath(title: string, name: string, kinds: FileKind[]): Promise<string | null>;
}

/**
 * Makes whatever was thrown a {@link Problem}, so that screens need only one shape. Its message begins a sentence
 * here, where the command line puts it after a word of its own.
 */
export function problemOf(thrown: unknown): Problem {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    const problem = thrown as Problem;
    return { ...problem, message: sentence(problem.message) };
  }
  return {
    code: 'unexpected',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: 'Nothing was lost. Try again; if it happens again, start the app anew.',
  };
}
