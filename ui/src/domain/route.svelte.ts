/** The views of a run, in the order of their tabs. */
export const RUN_TABS = ['map', 'list', 'signoff', 'rollback', 'history', 'report'] as const;
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
