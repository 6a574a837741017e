import { backend } from '$backend';
import type { ChecklistRow } from '$generated/ChecklistRow';

/** The checklists that runs are started from, read ahead once while the window is being opened. */
class Listing {
  #ahead: Promise<ChecklistRow[]> | null = null;

  async ahead() {
    this.#ahead = backend.checklistList();
    await this.#ahead;
  }

  /** What was read ahead, the first time; what there is now, later. */
  rows(): Promise<ChecklistRow[]> {
    const rows = this.#ahead ?? backend.checklistList();
    this.#ahead = null;
    return rows;
  }
}

export const listing = new Listing();
