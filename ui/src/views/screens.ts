import type { Screen } from '$domain/route.svelte';

/** The code of each screen, read when it is first shown. */
export const SCREENS = {
  run: () => import('./run/RunScreen.svelte'),
  welcome: () => import('./welcome/Welcome.svelte'),
  checklists: () => import('./checklists/Checklists.svelte'),
  preview: () => import('./checklists/Preview.svelte'),
  'new-run': () => import('./new-run/NewRun.svelte'),
  environments: () => import('./environments/Environments.svelte'),
  people: () => import('./people/People.svelte'),
  settings: () => import('./settings/Settings.svelte'),
} satisfies Record<Screen['at'], () => Promise<unknown>>;
