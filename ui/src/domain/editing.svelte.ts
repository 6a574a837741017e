import { backend, problemOf } from '$backend';
import type { ItemView } from '$generated/ItemView';
import type { ProbeText } from '$generated/ProbeText';
import type { ProbeView } from '$generated/ProbeView';
import type { Problem } from '$generated/Problem';
import { adopting } from './adopting.svelte';
import { MARKDOWN } from './files';
import type { OpenRun } from './open-run.svelte';
import { tell } from './session.svelte';

/** A probe that is being written. */
export interface PendingProbe {
  run: OpenRun;
  item: ItemView;
  /** Hash; empty for one that cannot be read or is new. */
  probe: string;
  /** Line of one that cannot be read; 0 otherwise. */
  line: number;
  text: ProbeText;
}

/** The way from a probe to a changed file and, by an adoption, to the run. The probe editor shows `pending`. */
class Editing {
  pending = $state.raw<PendingProbe | null>(null);
  busy = $state(false);

  /** Opens the editor on a probe of an item, or on a new one. */
  async request(run: OpenRun, item: ItemView, probe?: ProbeView) {
    const hash = probe?.hash ?? '';
    const line = probe && !probe.hash ? probe.line : 0;
    try {
      const text = await backend.probeText(run.id, item.id, hash, line);
      this.pending = { run, item, probe: hash, line, text };
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  /** Writes the text to its file and offers the changed file to the run. */
  async save(yaml: string, into: string, environment: string): Promise<Problem | null> {
    const pending = this.pending;
    if (!pending) return null;
    const { run, item, probe, line } = pending;
    this.busy = true;
    try {
      await backend.probeSave(run.id, { item: item.id, probe, line, yaml, into, environment });
    } catch (thrown) {
      return problemOf(thrown);
    } finally {
      this.busy = false;
    }
    this.pending = null;
    await adopting.look(run.id);
    await adopting.request(run);
    return null;
  }

  /** Saves a copy of a checklist that came with the app, and goes on with that. */
  async copy() {
    const pending = this.pending;
    if (!pending) return;
    try {
      const path = await backend.chooseSavePath('Save a copy of the checklist', pending.text.file, [MARKDOWN]);
      if (!path) return;
      await backend.checklistCopy(pending.run.id, '', path);
      const text = await backend.probeText(pending.run.id, pending.item.id, pending.probe, pending.line);
      this.pending = { ...pending, text };
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  dismiss() {
    this.pending = null;
  }
}

export const editing = new Editing();
