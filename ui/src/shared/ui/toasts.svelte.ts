/** A short word after something happened, with at most one thing to do about it (usually Undo). */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'failed';
  /** What it is about: of one topic only the newest word stands. */
  topic: string;
  /** How often it was said while it stood. */
  times: number;
  /** Whether it was the same each time; else others of its topic were said before it. */
  same: boolean;
  detail?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
}

/** What is to be said. */
export interface Said {
  text: string;
  tone?: Toast['tone'];
  topic?: string;
  detail?: string;
  action?: Toast['action'];
}

/** How many stand at once; each is about something else. */
const MOST = 3;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /**
   * Shows a toast; it leaves after six seconds, a failure after twelve. It takes the place of one of the same topic;
   * one that says the same, or one more failure of a kind, is counted.
   */
  show(said: Said): number {
    const tone = said.tone ?? 'plain';
    const topic = said.topic ?? `${tone}: ${said.text}`;
    const stood = this.list.find((toast) => toast.topic === topic);
    if (stood) this.#forget(stood.id);
    const id = this.#next++;
    const toast: Toast = {
      id,
      text: said.text,
      tone,
      topic,
      // A failure is never lost behind a later one; of anything else the newest word is enough.
      times: stood && (tone === 'failed' || stood.text === said.text) ? stood.times + 1 : 1,
      same: !stood || (stood.same && stood.text === said.text),
      detail: said.detail,
      action: said.action,
    };
    this.list = stood
      ? this.list.map((each) => (each.id === stood.id ? toast : each))
      : [...this.list.slice(1 - MOST), toast];
    this.resume(id);
    return id;
  }

  dismiss(id: number) {
    this.#forget(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Keeps a toast while the pointer or the focus is on it. */
  hold(id: number) {
    clearTimeout(this.#timers.get(id));
  }

  resume(id: number) {
    const toast = this.list.find((candidate) => candidate.id === id);
    if (!toast) return;
    this.hold(id);
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), toast.tone === 'failed' ? 12_000 : 6_000),
    );
  }

  #forget(id: number) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

export const toasts = new Toasts();
