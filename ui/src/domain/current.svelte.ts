import { problemOf } from '$backend';
import type { Problem } from '$generated/Problem';
import { OpenRun } from './open-run.svelte';
import { route } from './route.svelte';

/** The run that is open in this window. */
class Current {
  run = $state.raw<OpenRun | null>(null);
  problem = $state.raw<Problem | null>(null);
  #wanted = '';
  #stop: (() => void) | null = null;

  async open(id: string) {
    if (this.run?.id === id && this.#wanted === id) return;
    this.#wanted = id;
    this.problem = null;
    try {
      const run = await OpenRun.load(id);
      // Somebody chose another run meanwhile.
      if (this.#wanted !== id) return;
      this.#stop?.();
      this.#stop = run.listen();
      this.run = run;
    } catch (thrown) {
      if (this.#wanted === id) this.problem = problemOf(thrown);
    }
  }

  /** Shows an item in the List with its Inspector; `narrowed` leaves out what is resolved. */
  goTo(item: string, narrowed: 'open' | null = null) {
    if (!this.run) return;
    this.run.selected = item;
    this.run.wanted = item;
    this.run.narrowed = narrowed;
    route.openRun(this.run.id, 'list');
  }
}

export const current = new Current();
