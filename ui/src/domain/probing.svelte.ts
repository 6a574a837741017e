import { backend, problemOf } from '$backend';
import type { ProbePlan } from '$generated/ProbePlan';
import type { ProbeSelection } from '$generated/ProbeSelection';
import type { OpenRun } from './open-run.svelte';
import { tell } from './session.svelte';
import { toasts } from '$shared/ui/toasts.svelte';

/** A plan that waits for a person's approval. */
export interface PendingPlan {
  run: OpenRun;
  plan: ProbePlan;
  /** What happens once it is approved, as the button says it. */
  verb: 'run' | 'watch' | 'carry';
  /** Asks for the plan anew, after something that was missing is filled. */
  anew: () => Promise<ProbePlan>;
  /**
   * Does it with these approvals, for all of it or only for the probes of some of its items. `confirmed` are hosts that
   * were typed a second time for load on them.
   */
  go: (approve: string[], items?: string[], confirmed?: string[]) => Promise<void>;
}

/** Whether a person has to look at a plan before it may run. */
export function asks(plan: ProbePlan): boolean {
  return (
    plan.missing.length > 0 || plan.entries.some((entry) => !entry.approved || entry.asksEachTime || entry.problem)
  );
}

/**
 * The way from "run probes" to running ones: nothing runs before its plan was shown and approved.
 * The approval screen shows `pending` and calls `approve` or `dismiss`.
 */
class Probing {
  pending = $state.raw<PendingPlan | null>(null);
  asking = $state(false);

  async request(run: OpenRun, selection: ProbeSelection) {
    const anew = () => backend.probePlan(run.id, selection);
    await this.consider({
      run,
      verb: 'run',
      anew,
      go: (approve, items, confirmed) => run.probe(items ? { which: 'items', items } : selection, approve, confirmed),
    });
  }

  /** Shows a plan that has to be looked at, and goes on at once with one that was approved before. */
  async consider(wanted: Omit<PendingPlan, 'plan'>) {
    if (this.asking) return;
    this.asking = true;
    try {
      const plan = await wanted.anew();
      if (plan.entries.length === 0 && wanted.verb === 'run') toasts.show({ text: 'No probe is due here.' });
      else if (asks(plan)) this.pending = { ...wanted, plan };
      else await wanted.go([]);
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
      const plan = await pending.anew();
      this.pending = { ...pending, plan };
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  /** Approves these plans and goes on with everything, or only with the probes of some of its items. */
  async approve(hashes: string[], items?: string[], confirmed?: string[]) {
    const pending = this.pending;
    this.pending = null;
    if (pending) await pending.go(hashes, items, confirmed);
  }

  dismiss() {
    this.pending = null;
  }
}

export const probing = new Probing();
