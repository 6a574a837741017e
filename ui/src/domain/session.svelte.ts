import { backend, problemOf } from '$backend';
import type { Problem } from '$generated/Problem';
import type { RunRow } from '$generated/RunRow';
import type { Session } from '$generated/Session';
import type { Settings } from '$generated/Settings';
import { toasts } from '$shared/ui/toasts.svelte';

/** Who is here, which runs there are, and the settings. One a window. */
class SessionStore {
  session = $state.raw<Session | null>(null);
  runs = $state.raw<readonly RunRow[]>([]);
  problem = $state.raw<Problem | null>(null);

  readonly me = $derived(this.session?.me);
  readonly theme = $derived(this.session?.settings.theme ?? 'system');

  async load() {
    this.problem = null;
    try {
      this.#take(await backend.session());
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
  }

  /** Listens until the returned function is called. */
  listen(): () => void {
    return backend.events.runsChanged((rows) => (this.runs = rows));
  }

  async saveSettings(settings: Settings) {
    try {
      this.#take(await backend.settingsSave(settings));
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  async archive(run: string, archived: boolean) {
    try {
      this.runs = await backend.runArchive(run, archived);
    } catch (thrown) {
      tell(problemOf(thrown));
    }
  }

  #take(session: Session) {
    this.session = session;
    this.runs = session.runs;
  }
}

export const store = new SessionStore();

/** Says a problem in a toast: what, where, and what to do. */
export function tell(problem: Problem) {
  toasts.show({
    text: problem.place ? `${problem.message} (${problem.place})` : problem.message,
    tone: 'failed',
    topic: `problem: ${problem.code}`,
    ...(problem.hint ? { detail: problem.hint } : {}),
  });
}

/** Puts the chosen theme on the document and follows the system where it says so. */
export function followTheme(theme: string): () => void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  };
  apply();
  dark.addEventListener('change', apply);
  return () => dark.removeEventListener('change', apply);
}
