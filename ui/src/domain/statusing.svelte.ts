import type { ItemView } from '$generated/ItemView';
import type { OpenRun } from './open-run.svelte';

/** A status that waits for its reason. */
export interface PendingStatus {
  run: OpenRun;
  items: readonly string[];
  status: string;
  /** Whether it stands against what a probe found. */
  override: boolean;
  /** Asks at once who performed it and when. */
  detailed: boolean;
  /** Whether the backend has refused it without a reason. */
  refused?: boolean;
}

/** Whether a status may not be given without a reason. */
export function needsReason(status: string, override: boolean): boolean {
  return override || ['failed', 'blocked', 'notApplicable', 'waived'].includes(status);
}

const SAID: Record<string, string> = {
  open: 'opened again',
  inProgress: 'is in progress',
  done: 'done',
  failed: 'marked failed',
  blocked: 'marked blocked',
  notApplicable: 'marked not applicable',
  waived: 'waiver asked for',
};

/** Whether a person's word would stand against the last observation. */
export function overrides(item: ItemView, status: string): boolean {
  const verdicts = item.probes.map((probe) => probe.verdict).filter((verdict) => verdict !== undefined);
  if (status === 'done') return verdicts.some((verdict) => verdict === 'fail');
  if (status === 'failed' || status === 'open')
    return item.tile === 'verified' || (item.tile === 'warning' && verdicts.length > 0);
  return false;
}

/** The way of every status: at once where it needs no reason, through the dialog where it does. */
class Statusing {
  pending = $state.raw<PendingStatus | null>(null);
  busy = $state(false);

  request(run: OpenRun, ids: readonly string[], status: string, detailed = false) {
    const items = ids.map((id) => run.cell(id)?.view).filter((item) => item !== undefined);
    if (run.locked || items.length === 0) return;
    const override = items.some((item) => overrides(item, status));
    if (detailed || needsReason(status, override)) this.pending = { run, items: ids, status, override, detailed };
    else void this.#give(run, ids, status, said(items, status));
  }

  /** Gives a status at once; where the backend wants a reason after all, it is asked for. */
  async #give(run: OpenRun, ids: readonly string[], status: string, words: string) {
    const problem = await run.setStatus(ids, { status }, words);
    if (problem?.code === 'reason-needed')
      this.pending = { run, items: ids, status, override: false, detailed: false, refused: true };
  }

  /** A tick: done, or open again where it was done by a person. */
  toggle(run: OpenRun, id: string) {
    const item = run.cell(id)?.view;
    if (item) this.request(run, [id], isSettled(item) ? 'open' : 'done');
  }

  async confirm(change: { reason: string; until: string; performedBy: string; performedAt: string }) {
    const pending = this.pending;
    if (!pending || this.busy) return;
    this.busy = true;
    const items = pending.items.map((id) => pending.run.cell(id)?.view).filter((item) => item !== undefined);
    const status = { status: pending.status, ...change };
    const problem = await pending.run.setStatus(pending.items, status, said(items, pending.status));
    this.busy = false;
    // What was typed stays until it is saved.
    if (!problem && this.pending === pending) this.pending = null;
  }
}

/** Whether a tick would open the item again rather than mark it done. */
export function isSettled(item: ItemView): boolean {
  return ['done', 'notApplicable', 'waived'].includes(item.status);
}

function said(items: readonly ItemView[], status: string): string {
  const what = items.length === 1 ? (items[0]?.number ?? '') : `${items.length} items`;
  return `${what} ${SAID[status] ?? status}`;
}

export const statusing = new Statusing();
