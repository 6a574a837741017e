import bakhmach from './bakhmach.md?raw';
import { BAKHMACH, HAMSAYA } from './dressing';
import hamsaya from './hamsaya.md?raw';
import { FakeRun } from './run';

/** The two seeds by their source. */
export const SEEDS: Record<string, string> = { 'bundled:bakhmach.md': bakhmach, 'bundled:hamsaya.md': hamsaya };

/** The runs of the sketches: two seeds in progress and two signed. */
export function putSeeds(put: (run: FakeRun) => FakeRun) {
  put(
    new FakeRun({
      run: 'a1'.repeat(32),
      markdown: bakhmach,
      letters: BAKHMACH,
      name: 'Bakhmach Business Hub',
      release: '2.4.0',
      environment: 'production',
      deployAt: '2026-11-24T16:00:00Z',
      deployText: 'Tue 24 Nov 2026, 18:00 EET',
      tone: 'bad',
      line: 'production · in 2 days',
    }),
  );
  put(
    new FakeRun({
      run: 'b2'.repeat(32),
      markdown: hamsaya,
      letters: HAMSAYA,
      name: 'Hamsaya',
      release: '1.8.0',
      environment: 'staging',
      deployAt: '2026-11-22T16:00:00Z',
      deployText: 'Sun 22 Nov 2026, 18:00 EET',
      line: 'staging · today 18:00',
      roles: ['Backend Lead', 'DevOps Lead', 'Database Admin', 'On-Call Engineer'],
    }),
  );
  put(
    new FakeRun({
      run: 'c3'.repeat(32),
      markdown: bakhmach,
      letters: 'd'.repeat(200),
      name: 'Bakhmach Business Hub',
      release: '2.3.2',
      environment: 'production',
      deployAt: '2026-11-12T16:00:00Z',
      deployText: 'Thu 12 Nov 2026, 18:00 EET',
      group: 'signed',
      tone: 'good',
      line: '12 Nov · 5 of 5 signed',
      sample: true,
    }),
  );
  put(
    new FakeRun({
      run: 'd4'.repeat(32),
      markdown: hamsaya,
      letters: 'd'.repeat(200),
      name: 'Hamsaya',
      release: '1.7.4',
      environment: 'production',
      deployAt: '2026-11-03T16:00:00Z',
      deployText: 'Tue 3 Nov 2026, 18:00 EET',
      group: 'signed',
      tone: 'good',
      line: '3 Nov · 4 of 4 signed',
      roles: ['Backend Lead', 'DevOps Lead', 'Database Admin', 'On-Call Engineer'],
    }),
  );
}
