import { backend, problemOf } from '$backend';
import type { CarryPlan } from '$generated/CarryPlan';
import { counted } from '$shared/format/size';
import { toasts } from '$shared/ui/toasts.svelte';
import { titleOf } from './naming';
import type { OpenRun } from './open-run.svelte';
import { probing } from './probing.svelte';
import { tell } from './session.svelte';

/**
 * The way from the last accepted run to what still stands of it. The run's screen calls `look` when it opens; the
 * dialog shows `pending`, and nothing is carried before a person has chosen it.
 */
class Carrying {
  found = $state.raw<{ run: string; plan: CarryPlan } | null>(null);
  pending = $state.raw<{ run: OpenRun; plan: CarryPlan } | null>(null);
  /** The runs whose offer was put off; it stays in the run's menu. */
  later = $state.raw<readonly string[]>([]);
  #looking = '';

  /** What could be carried on in this run, if anything. */
  of(run: OpenRun): CarryPlan | null {
    if (this.found?.run !== run.id || run.locked) return null;
    return this.found.plan.items.some((row) => row.may) ? this.found.plan : null;
  }

  /** Looks what could be carried. Nobody asked, so nothing is said when that cannot be known. */
  async look(run: string) {
    this.#looking = run;
    try {
      const plan = await backend.carryPlan(run);
      if (this.#looking === run) this.found = { run, plan };
    } catch {
      if (this.#looking === run) this.found = null;
    }
  }

  async request(run: OpenRun) {
    try {
      this.pending = { run, plan: await backend.carryPlan(run.id) };
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  /** Carries these items; what their probes would do is approved first where it was not. */
  async carry(items: readonly string[]) {
    const pending = this.pending;
    this.pending = null;
    if (!pending) return;
    const { run, plan } = pending;
    const chosen = new Set(items);
    const only = (each: CarryPlan) => {
      const entries = each.probes.entries.filter((entry) => chosen.has(entry.item));
      const missing = each.probes.missing.filter((one) => one.items.some((item) => chosen.has(item)));
      return { ...each.probes, entries, missing, unapproved: entries.filter((entry) => !entry.approved).length };
    };
    await probing.consider({
      run,
      verb: 'carry',
      anew: async () => only(await backend.carryPlan(run.id)),
      go: async (approve, probed) => {
        // An item whose probe was not chosen is not looked at again, so it is not carried.
        const rechecked = new Set(plan.items.filter((row) => row.recheck).map((row) => row.item));
        const goes = items.filter((item) => !probed || !rechecked.has(item) || probed.includes(item));
        try {
          const batch = await backend.carryForward(run.id, [...goes], approve);
          const said = `${counted(goes.length, 'item')} ${batch > 0 ? 'will be carried' : 'carried'} from ${titleOf(plan.from)}`;
          toasts.show({
            text: said,
            topic: 'carry',
            ...(batch > 0 ? { detail: 'Those with a probe once it has found them good again.' } : {}),
          });
          this.found = null;
        } catch (thrown) {
          tell(problemOf(thrown));
        }
      },
    });
  }

  putOff(run: string) {
    this.later = [...this.later, run];
  }

  dismiss() {
    this.pending = null;
  }
}

export const carrying = new Carrying();
