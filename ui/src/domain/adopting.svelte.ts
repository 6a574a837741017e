import { backend, problemOf } from '$backend';
import type { AdoptionPlan } from '$generated/AdoptionPlan';
import type { ChecklistChange } from '$generated/ChecklistChange';
import type { Pairing } from '$generated/Pairing';
import type { Problem } from '$generated/Problem';
import { toasts } from '$shared/ui/toasts.svelte';
import { MARKDOWN } from './files';
import type { OpenRun } from './open-run.svelte';
import { tell } from './session.svelte';

/** A version of the checklist that a person looks at before the run goes on with it. */
export interface PendingAdoption {
  run: OpenRun;
  plan: AdoptionPlan;
  pairs: Pairing[];
}

/**
 * The way from a changed file to a run that goes on with it. The run's screen calls `look` when it opens and when
 * the window is looked at again; the adoption dialog shows `pending`.
 */
class Adopting {
  change = $state.raw<{ run: string; found: ChecklistChange } | null>(null);
  pending = $state.raw<PendingAdoption | null>(null);
  busy = $state(false);
  /** The version that was put off; the offer stays in the head, smaller. */
  later = $state('');
  #looking = '';

  /** What changed in the file of this run, if anything did. */
  of(run: OpenRun): ChecklistChange | null {
    return this.change?.run === run.id ? this.change.found : null;
  }

  /** Looks whether the run's file has changed. Nobody asked, so nothing is said when that cannot be known. */
  async look(run: string) {
    this.#looking = run;
    try {
      const found = await backend.checklistChange(run);
      if (this.#looking === run) this.change = found ? { run, found } : null;
    } catch {
      this.change = null;
    }
  }

  /** Shows what adopting would do; `source` empty means the run's own file. */
  async request(run: OpenRun, source = '') {
    try {
      this.pending = { run, plan: await backend.adoptionPlan(run.id, source, []), pairs: [] };
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  /** Asks for a file and shows what adopting it would do. */
  async choose(run: OpenRun) {
    try {
      const [path] = await backend.chooseFiles('Adopt another file', [MARKDOWN], false);
      if (path) await this.request(run, path);
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  /** Takes answers: what each of these items becomes. An answer before about the same item, or the same successor, is over. */
  async answer(given: readonly Pairing[]) {
    const pending = this.pending;
    if (!pending) return;
    const others = pending.pairs.filter((known) =>
      given.every((each) => each.from !== known.from && (each.to === '' || each.to !== known.to)),
    );
    const pairs = [...others, ...given];
    try {
      const plan = await backend.adoptionPlan(pending.run.id, pending.plan.source, pairs);
      if (this.pending) this.pending = { ...pending, plan, pairs };
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  async confirm(reason: string): Promise<Problem | null> {
    const pending = this.pending;
    if (!pending) return null;
    this.busy = true;
    const { source, version } = pending.plan;
    const problem = await pending.run.ask(
      backend.checklistAdopt(pending.run.id, { source, version, pairs: pending.pairs, reason }),
    );
    this.busy = false;
    if (problem?.code === 'checklist-changed-again') await this.request(pending.run, source);
    if (problem) return problem;
    this.pending = null;
    this.change = null;
    toasts.show({ text: `The run goes on with the new ${pending.plan.file}`, detail: pending.plan.text });
    return null;
  }

  putOff() {
    this.later = this.change?.found.version ?? '';
  }

  dismiss() {
    this.pending = null;
  }
}

export const adopting = new Adopting();
