import type { Session } from '$generated/Session';

/** The views of a run, in the order of their tabs. */
export const RUN_TABS = ['map', 'list', 'signoff', 'rollback', 'history', 'report', 'compare'] as const;
export type RunTab = (typeof RUN_TABS)[number];

/** What the window shows. */
export type Screen =
  | { at: 'welcome' }
  | { at: 'checklists' }
  | { at: 'preview'; source: string }
  // `from` is a run to duplicate; `bullets` takes bullets as items where the file has no boxes.
  | { at: 'new-run'; source: string; from?: string | undefined; bullets?: boolean | undefined }
  | { at: 'environments' }
  | { at: 'people' }
  | { at: 'settings' }
  | { at: 'run'; run: string; tab: RunTab; point?: string | undefined };

/**
 * What the window opens with: the run that is under way; the checklists, where all runs are over; the welcome as
 * long as nobody has started a run or put it away. The finished sample is nobody's run.
 */
export function firstScreen(session: Session): Screen {
  const runs = session.runs.filter((run) => !run.sample);
  const under = runs.find((run) => run.group === 'inProgress');
  if (under) return { at: 'run', run: under.run, tab: 'map' };
  return { at: runs.length > 0 || session.settings.welcomed ? 'checklists' : 'welcome' };
}

class Route {
  screen = $state.raw<Screen>({ at: 'welcome' });

  go(screen: Screen) {
    this.screen = screen;
  }

  /** Opens a run at a tab; the tab stays when only the run changes. */
  openRun(run: string, tab?: RunTab, point?: string) {
    const before = this.screen;
    this.screen = { at: 'run', run, tab: tab ?? (before.at === 'run' ? before.tab : 'map'), point };
  }
}

export const route = new Route();
