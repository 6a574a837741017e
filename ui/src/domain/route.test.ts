import { expect, test } from 'vitest';
import type { RunRow } from '$generated/RunRow';
import type { Session } from '$generated/Session';
import { backend } from '$backend';
import { firstScreen } from './route.svelte';

const session = await backend.session();
const opens = (runs: RunRow[], welcomed: boolean): Session => ({
  ...session,
  runs,
  settings: { ...session.settings, welcomed },
});
const [bakhmach, , sample] = session.runs as [RunRow, RunRow, RunRow];

test('the run under way opens the window, whether or not the welcome was put away', () => {
  expect(firstScreen(opens([sample, bakhmach], false))).toMatchObject({ at: 'run', run: bakhmach.run, tab: 'map' });
});

test('the welcome stands until there is a run of one’s own; the sample is none', () => {
  const making = { ...sample, group: 'inProgress' };
  expect(firstScreen(opens([making], false))).toEqual({ at: 'welcome' });
  expect(firstScreen(opens([making], true))).toEqual({ at: 'checklists' });
  expect(firstScreen(opens([{ ...bakhmach, group: 'signed' }], false))).toEqual({ at: 'checklists' });
});
