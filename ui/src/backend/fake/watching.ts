import type { CarryPlan } from '$generated/CarryPlan';
import type { Change } from '$generated/Change';
import type { ComparedItem } from '$generated/ComparedItem';
import type { ComparedRun } from '$generated/ComparedRun';
import type { ItemView } from '$generated/ItemView';
import type { RunComparison } from '$generated/RunComparison';
import type { RunPatch } from '$generated/RunPatch';
import type { WatchSeries } from '$generated/WatchSeries';
import type { FakeRun } from './run';

const HOUR = 3_600_000;
const EVERY = 30_000;

const EARLIER: ComparedRun = {
  run: 'ee'.repeat(32),
  name: 'Bakhmach Hub',
  release: '2.3.0',
  environment: 'production',
  endedAt: '2026-10-20T15:30:00.000Z',
  accepted: true,
};

const iso = (at: number) => new Date(at).toISOString();

/** Watches that go on, by run and item: twenty looks at once, so that there is something to draw. */
export class FakeWatches {
  #from = new Map<string, number>();

  start(run: FakeRun, item: ItemView): RunPatch {
    const from = Date.now() - 20 * EVERY;
    this.#from.set(`${run.parts.run} ${item.id}`, from);
    const watching: ItemView = {
      ...item,
      tile: 'watching',
      status: 'watching',
      word: 'Watching',
      watch: {
        probe: item.probes[0]?.hash ?? '',
        from: iso(from),
        until: iso(from + HOUR),
        here: true,
        over: false,
        verdict: 'pass',
      },
    };
    return run.write([watching], { kind: 'watch.started', text: 'began to watch' });
  }

  stop(run: FakeRun, item: ItemView, reason: string): RunPatch {
    this.#from.delete(`${run.parts.run} ${item.id}`);
    const rest = { ...item };
    delete rest.watch;
    const stopped: ItemView = {
      ...rest,
      tile: 'inconclusive',
      status: 'open',
      word: 'Inconclusive',
      summary: `stopped: ${reason}`,
    };
    return run.write([stopped], { kind: 'watch.stopped', text: `stopped watching: ${reason}` });
  }

  series(run: FakeRun, item: ItemView): WatchSeries | null {
    const from = this.#from.get(`${run.parts.run} ${item.id}`);
    if (from === undefined) return null;
    const gap = { from: iso(from + 8 * EVERY), until: iso(from + 10 * EVERY) };
    const looks = Array.from({ length: 20 }, (_, look) => look).filter((look) => look !== 8 && look !== 9);
    return {
      item: item.id,
      probe: item.probes[0]?.hash ?? '',
      from: iso(from),
      until: iso(from + HOUR),
      everyMs: EVERY,
      going: true,
      condition: 'value < 0.1%',
      limit: '0.1',
      unit: '%',
      samples: looks.map((look) => ({
        at: iso(from + look * EVERY),
        value: (0.02 + ((look * 7) % 5) / 100).toFixed(2),
        verdict: 'pass',
        text: '',
      })),
      gaps: [gap],
      statistic: 'max',
      coverage: '90',
      minCoverage: '90',
      verdict: 'pass',
      text: 'max 0.06 % in 10m, 90% of it seen',
      hint: '',
    };
  }
}

export function comparisonOf(run: FakeRun): RunComparison {
  const changes: Change[] = ['regressed', 'fixed', 'new', 'open'];
  const items = run.view.items
    .filter((item) => item.track === 'work')
    .map((item, place): ComparedItem => {
      const state = { tile: item.tile, word: item.word, value: item.measure?.value ?? '', summary: item.summary };
      const change = changes[place] ?? 'same';
      const then = { ...state, tile: 'verified' as const, word: 'Verified by probe', verdict: 'pass', value: '480 ms' };
      const now = change === 'regressed' ? { ...state, verdict: 'fail', value: '612 ms' } : state;
      return {
        item: item.id,
        number: item.number,
        text: item.text,
        change,
        now,
        ...(change === 'new' ? {} : { then }),
      };
    });
  return {
    run: run.parts.run,
    with: EARLIER,
    items,
    text: `1 regressed, 1 fixed, 1 new, 1 open, ${items.length - 4} same`,
    others: [EARLIER],
  };
}

export function carryPlanOf(run: FakeRun): CarryPlan {
  const open = run.view.items.filter(
    (item) => item.stage === 'prepare' && item.tile === 'open' && item.track === 'work' && item.probes.length === 0,
  );
  return {
    from: EARLIER,
    items: open.slice(0, 6).map((item, place) => ({
      item: item.id,
      number: item.number,
      text: item.text,
      may: place % 3 !== 2,
      ...(place % 3 === 2 ? { whyNot: 'changedText' } : {}),
      textWhyNot: place % 3 === 2 ? 'its text has changed' : '',
      by: 'Oksana Melnyk',
      at: '2026-10-18T09:12:00.000Z',
      recheck: false,
    })),
    probes: { entries: [], unapproved: 0, missing: [], repository: '' },
  };
}

export function carried(item: ItemView): ItemView {
  const reason = `carried from ${EARLIER.release}`;
  return {
    ...item,
    tile: 'done',
    status: 'done',
    word: `Done · ${reason}`,
    reason,
    marks: ['carried'],
    resolved: true,
  };
}
