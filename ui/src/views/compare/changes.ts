import type { Change } from '$generated/Change';

/** What can have become of an item, worst first. */
export const CHANGES: readonly { change: Change; word: string; means: string }[] = [
  { change: 'regressed', word: 'Regressed', means: 'good then, not now' },
  { change: 'fixed', word: 'Fixed', means: 'not good then, good now' },
  { change: 'new', word: 'New', means: 'not in the earlier run, or nothing was known there' },
  { change: 'open', word: 'Open', means: 'answered then, not yet now' },
  { change: 'same', word: 'Same', means: 'as then' },
  { change: 'gone', word: 'Gone', means: 'no longer on the checklist' },
];
