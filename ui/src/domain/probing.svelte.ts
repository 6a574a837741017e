import { backend, problemOf } from '$backend';
import type { ProbePlan } from '$generated/ProbePlan';
import type { ProbeSelection } from '$generated/ProbeSelection';
import type { OpenRun } from './open-run.svelte';
import { tell } from './session.svelte';
import { toasts } from '$shared/ui/toasts.svelte';

/** A plan that waits for a person's approval. */
export interface PendingPlan {
  run: OpenRun;
  selection: ProbeSelection;
  plan: ProbePlan;
}

/**
 * The way from "run probes" to running ones: nothing runs before its plan was shown and approved.
 * The approval screen shows `pending` and calls `approve` or `dismiss`.
 */
class Probing {
  pending = $state.raw<PendingPlan | null>(null);
  asking = $state(false);

  async request(run: OpenRun, selection: ProbeSelection) {
    if (this.asking) return;
    this.asking = true;
    try {
      const plan = await backend.probePlan(run.id, selection);
      if (plan.entries.length === 0) {
        toasts.show({ text: 'No probe is due here.' });
      } else if (
        plan.missing.length > 0 ||
        plan.entries.some((entry) => !entry.approved || entry.asksEachTime || entry.problem)
      ) {
        this.pending = { run, selection, plan };
      } else {
        await run.probe(selection);
      }
    } catch (thrown) {
      tell(problemOf(thrown));
    } finally {
      this.asking = false;
    }
  }

  /** Asks for the plan again, after an environment or a secret was filled. */
  async again() {
    const pending = this.pending;
    if (!pending) return;
    try {
      const plan = await backend.probePlan(pending.run.id, pending.selection);
      this.pending = { ...pending, plan };
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  /** Approves these plans and runs the whole selection, or only the probes of some of its items. */
  async approve(hashes: string[], items?: string[]) {
    const pending = this.pending;
    this.pending = null;
    if (pending) await pending.run.probe(items ? { which: 'items', items } : pending.selection, hashes);
  }

  dismiss() {
    this.pending = null;
  }
}

export const probing = new Probing();
