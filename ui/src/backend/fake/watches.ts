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

interface Personal {
  from: number;
  length: number;
  every: number;
  going: boolean;
  looks: WatchSeries['samples'];
}
/** What people watch, by item. */
const personal = new WeakMap<FakeRun, Map<string, Personal>>();

const UNITS: Record<string, number> = { s: 1000, m: MINUTE, h: 60 * MINUTE, d: 1440 * MINUTE };

function millisOf(text: string, usual: number): number {
  if (!text) return usual;
  const read = /^(\d+)([smhd])$/u.exec(text);
  if (!read) throw { code: 'how-long', message: `“${text}” is not a time.`, hint: 'Write a time such as 30m or 1h.' };
  return Number(read[1]) * (UNITS[read[2] ?? ''] ?? 1);
}

function personalOf(run: FakeRun, id: string): Personal | undefined {
  return personal.get(run)?.get(id);
}

export function beginWatching(run: FakeRun, id: string, length: string, every: string): RunPatch {
  const span = millisOf(length, LENGTH);
  const now = Date.now();
  const all = personal.get(run) ?? new Map<string, Personal>();
  all.set(id, { from: now, length: span, every: millisOf(every, span / 4), going: true, looks: [] });
  personal.set(run, all);
  const watch: WatchView = {
    probe: '',
    from: new Date(now).toISOString(),
    until: new Date(now + span).toISOString(),
    here: true,
    over: false,
  };
  const item = run.item(id);
  return run.write([{ ...item, tile: 'watching', status: 'watching', word: 'Watching', watch }], {
    kind: 'watch.started',
    text: 'began to watch',
  });
}

export function noteLook(run: FakeRun, id: string, good: boolean, words: string): RunPatch {
  const watched = personalOf(run, id);
  if (!watched?.going) throw { code: 'not-watched', message: 'Nobody watches this item.' };
  if (!good && !words) throw { code: 'reason-needed', message: 'Say what does not look good.' };
  watched.looks = [...watched.looks, { at: new Date().toISOString(), verdict: good ? 'pass' : 'fail', text: words }];
  return run.patch();
}

export function finishWatching(run: FakeRun, id: string, held: boolean, words: string): RunPatch {
  const watched = personalOf(run, id);
  const seen = watched && seriesOfPerson(id, watched);
  if (!watched || !seen) throw { code: 'not-watched', message: 'Nobody watches this item.' };
  watched.going = false;
  const item = { ...run.item(id) };
  delete item.watch;
  const reason = words ? `${words} (${seen.text})` : seen.text;
  const [status, word] = held ? (['done', 'Done'] as const) : (['failed', 'Failed'] as const);
  return run.write([{ ...item, tile: status, status, word, reason, resolved: held }], {
    kind: 'item.status',
    text: `${word}: ${reason}`,
  });
}

function seriesOfPerson(id: string, watched: Personal): WatchSeries {
  const { from, length, every, going, looks } = watched;
  const parts = Math.max(1, Math.min(Math.ceil(length / every), Math.floor((Date.now() - from) / every) + 1));
  const seen = new Set(looks.map((look) => Math.floor((Date.parse(look.at) - from) / every)));
  const missed = Array.from({ length: parts - 1 }, (_, part) => part).filter((part) => !seen.has(part));
  const good = looks.filter((look) => look.verdict === 'pass').length;
  return {
    item: id,
    probe: '',
    from: new Date(from).toISOString(),
    until: new Date(from + length).toISOString(),
    everyMs: every,
    going,
    condition: '',
    unit: '',
    samples: looks,
    gaps: missed.map((part) => ({
      from: new Date(from + part * every).toISOString(),
      until: new Date(from + (part + 1) * every).toISOString(),
    })),
    statistic: 'any',
    coverage: String(Math.round((seen.size / Math.max(1, parts)) * 100)),
    minCoverage: '90',
    verdict: looks.length === 0 ? 'inconclusive' : good < looks.length ? 'fail' : 'pass',
    text: `${good} of ${looks.length} looks good`,
    hint: '',
  };
}

/** What was watched last of an item: by a person, or by a probe. */
export function seriesOf(run: FakeRun, id: string): WatchSeries | null {
  const watched = personalOf(run, id);
  return watched ? seriesOfPerson(id, watched) : probed(run.item(id));
}

/** Thirty-eight minutes of an error rate, with nothing measured for five of them. */
function probed(item: ItemView): WatchSeries | null {
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
