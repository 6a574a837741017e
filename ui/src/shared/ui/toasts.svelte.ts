/** A short word after something happened, with at most one thing to do about it (usually Undo). */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'failed';
  detail?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
}

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a toast; it leaves after six seconds, a failure after twelve. */
  show(toast: { text: string; tone?: Toast['tone']; detail?: string; action?: Toast['action'] }): number {
    const id = this.#next++;
    const tone = toast.tone ?? 'plain';
    this.list = [...this.list.slice(-2), { id, text: toast.text, tone, detail: toast.detail, action: toast.action }];
    this.resume(id);
    return id;
  }

  dismiss(id: number) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
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
}

export const toasts = new Toasts();
