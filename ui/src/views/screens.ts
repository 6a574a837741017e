import type { Screen } from '$domain/route.svelte';

/** The code of each screen but a run's, which the window has from its start. */
export const SCREENS = {
  welcome: () => import('./welcome/Welcome.svelte'),
  checklists: () => import('./checklists/Checklists.svelte'),
  preview: () => import('./checklists/Preview.svelte'),
  'new-run': () => import('./new-run/NewRun.svelte'),
  environments: () => import('./environments/Environments.svelte'),
  people: () => import('./people/People.svelte'),
  settings: () => import('./settings/Settings.svelte'),
} satisfies Record<Exclude<Screen['at'], 'run'>, () => Promise<unknown>>;
