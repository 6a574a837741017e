import type { ItemView } from '$generated/ItemView';
import type { RunPatch } from '$generated/RunPatch';
import type { WatchRule } from '$generated/WatchRule';
import type { WatchSeries } from '$generated/WatchSeries';
import type { WatchView } from '$generated/WatchView';
import type { FakeRun } from './run';

const MINUTE = 60_000;
const LENGTH = 60 * MINUTE;

/** How the fake's watches look. */
export const RULE: WatchRule = { length: '1h', every: '1m', statistic: 'max', minCoverage: '90%' };

export function watchOf(probe: string, begun: number): WatchView {
  return {
    probe,
    from: new Date(begun).toISOString(),
    until: new Date(begun + LENGTH).toISOString(),
    here: true,
    over: false,
    verdict: 'pass',
  };
}

/** Thirty-eight minutes of an error rate, with nothing measured for five of them. */
export function seriesOf(item: ItemView): WatchSeries | null {
  const probe = item.probes.find((each) => each.watch);
  if (!probe) return null;
  const { watch } = item;
  if (!watch && item.tile !== 'verified') return null;
  const from = Date.parse(watch?.from ?? '2026-11-22T09:00:00Z');
  const looks = Array.from({ length: 38 }, (_, index) => index).filter((index) => index < 19 || index >= 24);
  return {
    item: item.id,
    probe: probe.hash,
    from: new Date(from).toISOString(),
    until: new Date(from + LENGTH).toISOString(),
    everyMs: MINUTE,
    going: watch !== undefined,
    condition: 'value < 0.1%',
    limit: '0.1',
    unit: '%',
    samples: looks.map((index) => ({
      at: new Date(from + index * MINUTE).toISOString(),
      value: (0.02 + 0.018 * Math.abs(Math.sin(index * 1.7)) + (index === 30 ? 0.03 : 0)).toFixed(3),
      verdict: 'pass',
      text: '',
    })),
    gaps: [{ from: new Date(from + 19 * MINUTE).toISOString(), until: new Date(from + 24 * MINUTE).toISOString() }],
    statistic: 'max',
    coverage: '87',
    minCoverage: '90',
    verdict: 'pass',
    text: 'highest 0.064 % in 38 min, 87 % of it seen',
    hint: 'The laptop slept from 09:19 to 09:24. Keep the app open to see the rest.',
  };
}

export function startWatch(run: FakeRun, id: string): RunPatch {
  const item = run.item(id);
  const probe = item.probes.find((each) => each.watch);
  return run.write(
    [
      {
        ...item,
        tile: 'watching',
        status: 'watching',
        word: 'Watching',
        watch: watchOf(probe?.hash ?? '', Date.now()),
      },
    ],
    { kind: 'watch.started', text: 'began to watch' },
  );
}

export function stopWatch(run: FakeRun, id: string, reason: string): RunPatch {
  const item = { ...run.item(id) };
  delete item.watch;
  return run.write([{ ...item, tile: 'open', status: 'open', word: 'Open', reason }], {
    kind: 'watch.stopped',
    text: `stopped watching: ${reason}`,
  });
}
