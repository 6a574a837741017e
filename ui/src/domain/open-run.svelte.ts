import { backend, problemOf } from '$backend';
import type { CriterionView } from '$generated/CriterionView';
import type { ItemView } from '$generated/ItemView';
import type { Particulars } from '$generated/Particulars';
import type { PhaseView } from '$generated/PhaseView';
import type { ProbeProgress } from '$generated/ProbeProgress';
import type { ProbeSelection } from '$generated/ProbeSelection';
import type { Problem } from '$generated/Problem';
import type { RollbackView } from '$generated/RollbackView';
import type { RunHead } from '$generated/RunHead';
import type { RunPatch } from '$generated/RunPatch';
import type { RunView } from '$generated/RunView';
import type { StatusChange } from '$generated/StatusChange';
import type { TileKind } from '$shared/ui/tile';
import { toasts } from '$shared/ui/toasts.svelte';
import { further, type LoadCourse } from './load-course';
import { tell } from './session.svelte';
import { kindOf } from './tiles';

/**
 * One item with a signal of its own: a tick repaints one row and one tile, not the run.
 */
export class ItemCell {
  view = $state.raw() as ItemView;
  probing = $state<'no' | 'queued' | 'running'>('no');
  /** How load of its probe goes, while it goes. */
  load = $state.raw<LoadCourse | null>(null);
  readonly kind: TileKind = $derived(this.probing === 'running' ? 'running' : kindOf(this.view));

  constructor(view: ItemView) {
    this.view = view;
  }
}

const PLAIN: StatusChange = { status: 'open', reason: '', until: '', performedBy: '', performedAt: '' };

/** The run that the window shows: a snapshot, kept current by patches in the order of their revisions. */
export class OpenRun {
  revision = 0;
  head = $state.raw() as RunHead;
  phases = $state.raw<readonly PhaseView[]>([]);
  criteria = $state.raw<readonly CriterionView[]>([]);
  particulars = $state.raw() as Particulars;
  rollback = $state.raw() as RollbackView;
  cells = $state.raw<readonly ItemCell[]>([]);
  /** The item that the Inspector shows. */
  selected = $state<string | null>(null);
  /** The item that the List has yet to bring into view. */
  wanted = $state<string | null>(null);
  /** What the List is narrowed to when it is shown next. */
  narrowed: 'open' | null = null;
  /** The item whose note is to be begun when the Inspector shows it. */
  noting = $state<string | null>(null);
  /** What this window can take back, newest last. */
  undoable = $state.raw<readonly { events: readonly string[]; text: string }[]>([]);
  /** Notes begun and not yet added, by item, so that looking at another item loses none. */
  readonly drafts = new Map<string, string>();
  /** The batch of probes that runs now. */
  progress = $state.raw<ProbeProgress | null>(null);
  #byId = new Map<string, ItemCell>();

  constructor(view: RunView) {
    this.#takeWhole(view);
  }

  static async load(run: string): Promise<OpenRun> {
    return new OpenRun(await backend.runView(run));
  }

  get id(): string {
    return this.head.run;
  }

  /** Why nothing can be written, if so. */
  get locked(): string | undefined {
    return this.head.readOnly;
  }

  cell(id: string): ItemCell | undefined {
    return this.#byId.get(id);
  }

  /** Listens until the returned function is called. */
  listen(): () => void {
    const stops = [
      backend.events.runChanged((patch) => {
        if (patch.run === this.id) this.apply(patch);
      }),
      backend.events.probeProgress((progress) => {
        if (progress.run === this.id) this.#show(progress);
      }),
      backend.events.loadProgress((told) => {
        const cell = told.run === this.id ? this.#byId.get(told.item) : undefined;
        if (cell?.probing === 'running') cell.load = further(cell.load, told);
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  apply(patch: RunPatch) {
    // A reply may arrive after the event that followed it; what it says of its items stands nowhere else.
    if (patch.revision < this.revision) {
      void this.reload();
      return;
    }
    this.revision = patch.revision;
    this.head = patch.head;
    this.criteria = patch.criteria;
    this.particulars = patch.particulars;
    this.rollback = patch.rollback;
    for (const item of patch.items) {
      const cell = this.#byId.get(item.id);
      if (cell) cell.view = item;
    }
    if (patch.phases || patch.items.some((item) => !this.#byId.has(item.id))) void this.reload();
  }

  async reload() {
    try {
      this.#takeWhole(await backend.runView(this.id));
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  /** Asks for a patch and shows it; a problem is told and handed back. */
  async ask(asking: Promise<RunPatch>): Promise<Problem | null> {
    try {
      this.apply(await asking);
      return null;
    } catch (thrown) {
      const problem = problemOf(thrown);
      tell(problem);
      return problem;
    }
  }

  /** Gives items a status: shown at once, taken back if it is refused, undone from the toast. */
  async setStatus(
    items: readonly string[],
    change: Partial<StatusChange> & { status: string },
    said: string,
  ): Promise<Problem | null> {
    const before = items.map((id) => this.cell(id)).filter((cell) => cell !== undefined);
    const views = before.map((cell) => cell.view);
    for (const cell of before) cell.view = { ...cell.view, ...guess(cell.view, change.status) };
    try {
      const patch = await backend.itemStatus(this.id, [...items], { ...PLAIN, ...change });
      this.apply(patch);
      this.#offerUndo(said, patch.undo);
      return null;
    } catch (thrown) {
      before.forEach((cell, index) => {
        const view = views[index];
        if (view) cell.view = view;
      });
      const problem = problemOf(thrown);
      tell(problem);
      return problem;
    }
  }

  /** Takes back what was done together: all of it, or nothing. */
  async undo(events: readonly string[]) {
    this.undoable = this.undoable.filter((each) => !each.events.some((event) => events.includes(event)));
    await this.ask(backend.undo(this.id, [...events]));
  }

  /** Takes back what was done last in this window. */
  async undoLast() {
    const last = this.undoable.at(-1);
    if (!last) return;
    this.undoable = this.undoable.slice(0, -1);
    if (!(await this.ask(backend.undo(this.id, [...last.events]))))
      toasts.show({ text: `Undone: ${last.text}`, topic: 'status' });
  }

  #offerUndo(text: string, events: readonly string[]) {
    const undoable = events.length > 0;
    if (undoable) this.undoable = [...this.undoable, { events, text }];
    toasts.show({
      text,
      topic: 'status',
      ...(undoable ? { action: { label: 'Undo', run: () => void this.undo(events) } } : {}),
    });
  }

  /** Starts probes that are already approved, or approves these plans first. */
  async probe(selection: ProbeSelection, approve: string[] = [], confirmed: string[] = []) {
    try {
      await backend.probeRun(this.id, selection, approve, confirmed);
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  async cancelProbes() {
    if (this.progress && !this.progress.over) await backend.probeCancel(this.progress.batch);
  }

  #show(progress: ProbeProgress) {
    const running = new Set(progress.running);
    const queued = new Set(progress.queued);
    for (const cell of this.cells) {
      cell.probing = running.has(cell.view.id) ? 'running' : queued.has(cell.view.id) ? 'queued' : 'no';
      if (cell.probing !== 'running') cell.load = null;
    }
    this.progress = progress.over ? null : progress;
    if (progress.over)
      toasts.show({
        topic: 'probes',
        text: progress.cancelled ? `Probes cancelled: ${progress.text}` : `Probes finished: ${progress.text}`,
        ...(progress.problem ? { tone: 'failed', detail: progress.problem } : {}),
      });
  }

  #takeWhole(view: RunView) {
    this.revision = view.revision;
    this.head = view.head;
    this.phases = view.phases;
    this.criteria = view.criteria;
    this.particulars = view.particulars;
    this.rollback = view.rollback;
    this.cells = view.items.map((item) => {
      const known = this.#byId.get(item.id);
      if (known) known.view = item;
      return known ?? new ItemCell(item);
    });
    this.#byId = new Map(this.cells.map((cell) => [cell.view.id, cell]));
    // A new version of the checklist may have the item no more.
    if (this.selected !== null && !this.#byId.has(this.selected)) this.selected = null;
  }
}

/** How a tick looks until the backend has answered. */
function guess(item: ItemView, status: string): Partial<ItemView> {
  const looks: Record<string, Partial<ItemView>> = {
    open: { tile: 'open', word: 'Open', resolved: false, marks: [] },
    inProgress: { tile: 'inProgress', word: 'In progress', resolved: false },
    done: { tile: 'done', word: 'Done', resolved: true, marks: [] },
    failed: { tile: 'failed', word: 'Failed', resolved: false },
    blocked: { tile: 'blocked', word: 'Blocked', resolved: false },
    notApplicable: { tile: 'notApplicable', word: 'Not applicable', resolved: true },
  };
  return { status, ...(looks[status] ?? { tile: item.tile }) };
}
